import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { nuclideSheetSchema } from '../../contracts/index.ts'
import { chainEmissions, parseEmissions } from '../../../native-core/physics/emissions/index.ts'
import { parseNuclideTable } from '../../../native-core/physics/index.ts'
import { listNuclides, nuclideSheet } from './index.ts'

const resources = fileResources()
const table = parseNuclideTable(resources.nuclideTable())
const emissions = parseEmissions(resources.nuclideEmissions())
const sheet = (name: string, withDaughters = true) =>
  nuclideSheet(table, (parent, policy) => chainEmissions(table, emissions, parent, policy), name, withDaughters)

describe('sheets of nuclides', () => {
  it('exist for every nuclide of the data, fit the contract, and have edges between their own nuclides only', () => {
    const all = listNuclides(table)
    expect(all.length).toBe(table.nuclides.size)
    for (const { name } of all) {
      const one = nuclideSheetSchema.parse(sheet(name))
      const names = one.chain.nodes.map((node) => node.name)
      expect(new Set(names).size, name).toBe(names.length)
      expect(names[0]).toBe(name)
      for (const edge of one.chain.edges) expect(names).toContain(edge.to)
    }
  })

  it('have the lines that a physicist looks for first: Lu-177 208.4 keV at 10.4 %, 113 keV at 6.2 %', () => {
    const { lines } = sheet('Lu-177')
    const [first, second] = [...lines.photon].sort((a, b) => b.yieldPerDecay - a.yieldPerDecay)
    expect(first?.energyMev).toBeCloseTo(0.20837, 4)
    expect(first?.yieldPerDecay).toBeCloseTo(0.104, 3)
    expect(second?.energyMev).toBeCloseTo(0.11295, 4)
  })

  it('count daughters only where asked: alphas of Pb-212 come from Bi-212 and Po-212', () => {
    expect(sheet('Pb-212', false).lines.alpha).toEqual([])
    const alphas = sheet('Pb-212').lines.alpha
    expect([...new Set(alphas.map((line) => line.from))].sort()).toEqual(['Bi-212', 'Po-212'])
    // One alpha for each decay of Bi-212, whichever way it goes.
    expect(alphas.reduce((sum, line) => sum + line.yieldPerDecay, 0)).toBeCloseTo(1, 2)
  })

  it('name the cure for a nuclide that is not known', () => {
    expect(() => sheet('Xx-1')).toThrow(/Xx-1/)
  })
})
