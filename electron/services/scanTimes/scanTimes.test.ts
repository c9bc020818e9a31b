import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../../native-core/errors/index.ts'
import { parseNuclideTable } from '../../../native-core/physics/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { scanAdviceSchema, scanPopulationSchema } from '../../contracts/scanTime.ts'
import { readPopulations } from '../singleTimePoint/index.ts'
import { adviseScanTime, runScanTimeTask, scanPopulations } from './index.ts'
import type { ScanTimeTask } from './index.ts'

const resources = fileResources()
const populations = readPopulations(resources)
const nuclides = parseNuclideTable(resources.nuclideTable())
/** The task in the thread of the test. */
const compute = { adviseScanTime: (task: ScanTimeTask) => Promise.resolve(runScanTimeTask(task)) }
const ports = { populations, nuclides, compute }
const dotatate = { agent: 'Lutetium-177 DOTATATE', nuclide: 'Lu-177' }

describe('scanPopulations', () => {
  it('puts those of agent and structure first, in the shape of the contract', () => {
    const found = scanPopulations(populations, dotatate, { name: 'KIDNEY_L', isLesion: false })
    expect(found.map((one) => scanPopulationSchema.parse(one))).toEqual(found)
    expect(found[0]).toMatchObject({ fits: true, nuclide: 'Lu-177' })
    expect(found[0]?.populationId).toMatch(/kidney/)
    const firstOther = found.findIndex(({ fits }) => !fits)
    expect(found.slice(firstOther).every(({ fits }) => !fits)).toBe(true)
  })

  it('lists a population that the site made, as such, and advises with it', async () => {
    const [known] = populations
    if (!known) throw new Error('the program has no populations')
    const own = { ...known, id: 'p1', title: 'own kidneys, version 2', evidence: 'site' as const, fits: () => false }
    const found = scanPopulations([...populations, own], dotatate, { name: 'KIDNEY_L', isLesion: false })
    expect(scanPopulationSchema.parse(found.find(({ populationId }) => populationId === 'p1'))).toMatchObject({
      evidence: 'site',
      fits: false,
    })
    const ask = { populationId: 'p1', scans: 1, noise: 0.05 } as const
    const { methods } = await adviseScanTime(ask, { ...ports, populations: [own] })
    expect(methods.length).toBeGreaterThan(0)
  })

  it('fits none where agent or structure is another', () => {
    const fitting = (agent: string, name: string) =>
      scanPopulations(populations, { agent, nuclide: 'Lu-177' }, { name, isLesion: false }).filter(({ fits }) => fits)
    expect(fitting('an antibody', 'KIDNEY_L')).toEqual([])
    expect(fitting('DOTATATE', 'BLOOD_POOL')).toEqual([])
  })
})

describe('adviseScanTime', () => {
  it('advises every method that takes one scan, within the half-life rule of Hänscheid', async () => {
    const ask = { populationId: 'dotatate-kidney', scans: 1, noise: 0.05 } as const
    const { methods, physicalHalfLifeS } = await adviseScanTime(ask, ports)
    expect(physicalHalfLifeS / 86_400).toBeCloseTo(6.647, 2)
    expect(methods.map((one) => scanAdviceSchema.parse(one))).toEqual(methods)
    for (const { entries, best, windows } of methods) {
      expect(best.rms).toBe(Math.min(...entries.map(({ rms }) => rms)))
      const [window] = windows
      expect(window && window.fromS <= (best.timesS[0] ?? 0) && window.toS >= (best.timesS[0] ?? 0)).toBe(true)
    }
    // 2t/ln 2 is exact at the effective half-life (50 h) and at twice it: between them it errs least.
    const hanscheid = methods.find(({ method }) => method === 'hanscheid')
    const bestH = (hanscheid?.best.timesS[0] ?? 0) / 3600
    expect(bestH).toBeGreaterThanOrEqual(50)
    expect(bestH).toBeLessThanOrEqual(100)
  })

  it('names a population that is not there', async () => {
    await expect(adviseScanTime({ populationId: 'none', scans: 2, noise: 0.05 }, ports)).rejects.toThrow('"none"')
  })

  it('ends when it is cancelled, and does not try the times that are left', () => {
    const [known] = populations
    if (!known) throw new Error('the program has no populations')
    let asked = 0
    const task = { population: known.definition, physicalHalfLifeS: 574_300, scans: 1, noise: 0.05 } as const
    expect(() => runScanTimeTask(task, () => ++asked > 3)).toThrow(CancelledError)
    expect(asked).toBe(4)
  })
})
