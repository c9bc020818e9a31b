import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/index.ts'
import {
  canonicalNuclideName,
  chainEnergyMev,
  decayChain,
  electronEnergyMev,
  findNuclide,
  parseNuclideTable,
  photonEnergyMev,
} from './index.ts'

const nuclide = (halfLifeS: number, modes: unknown[], energyMev: object = { betaMinus: 1 }) => ({
  z: 50,
  a: 100,
  level: 0,
  halfLifeS,
  halfLifeUncertaintyS: 0,
  modes,
  energyMev,
})
const mode = (daughter: string | null, branch = 1) => ({ mode: 'B-', daughter, branch, qMev: 1 })

/** A made-up chain: Sn-100 → 60 % Sb-100 → Te-100, 40 % Te-100; Te-100 outlives Sn-100; I-100 is behind it. */
const made = (overrides: object = {}) => ({
  schema: 'theratwin.nuclide-table/1',
  name: 'made-up',
  version: '0',
  provenance: { source: 's', citation: 'c', evidence: 'designed', note: '' },
  nuclides: {
    'Sn-100': nuclide(1000, [mode('Sb-100', 0.6), mode('Te-100', 0.4)], { betaMinus: 0.5, gamma: 0.1 }),
    'Sb-100': nuclide(10, [mode('Te-100')], { alpha: 5, alphaRecoil: 0.1 }),
    'Te-100': nuclide(1e9, [mode('I-100')]),
    'I-100': nuclide(1, [mode('Xe-100')]),
    ...overrides,
  },
})

describe('parseNuclideTable', () => {
  it.each([
    ['no object', 3, /root/],
    ['another schema', { ...made(), schema: 'x' }, /schema/],
    [
      'unknown evidence',
      { ...made(), provenance: { source: '', citation: '', evidence: 'sure', note: '' } },
      /evidence/,
    ],
    ['no nuclides', { ...made(), nuclides: {} }, /empty/],
    ['a half-life of zero', made({ 'X-1': nuclide(0, [mode(null)]) }), /X-1\.halfLifeS/],
    ['branches that sum to 0.9', made({ 'X-1': nuclide(1, [mode(null, 0.9)]) }), /branches sum to 0\.9/],
    ['a negative energy', made({ 'X-1': nuclide(1, [mode(null)], { gamma: -1 }) }), /X-1\.energyMev\.gamma/],
    ['an unknown radiation', made({ 'X-1': nuclide(1, [mode(null)], { neutrino: 1 }) }), /neutrino/],
  ])('refuses %s and names the place', (_, json, where) => {
    expect(() => parseNuclideTable(json)).toThrow(InputError)
    expect(() => parseNuclideTable(json)).toThrow(where)
  })
})

describe('findNuclide', () => {
  it.each([
    ['Lu-177', 'Lu-177'],
    ['177Lu', 'Lu-177'],
    ['^177^Lu', 'Lu-177'],
    ['lu177', 'Lu-177'],
    ['LU 177', 'Lu-177'],
    ['99mTc', 'Tc-99m'],
    ['Tc-99m', 'Tc-99m'],
    ['TC99M', 'Tc-99m'],
    ['I-131', 'I-131'],
    ['[18F]', 'F-18'],
  ])('reads "%s" as %s', (written, name) => {
    expect(canonicalNuclideName(written)).toBe(name)
  })

  it.each(['', 'Lutetium', '177', 'Lu-', 'DOTATATE-3'])('reads no nuclide in "%s"', (written) => {
    expect(canonicalNuclideName(written)).toBeNull()
  })

  it('names what there is of the element where the nuclide is unknown', () => {
    const table = parseNuclideTable(made())
    expect(findNuclide(table, '100Sn').name).toBe('Sn-100')
    try {
      findNuclide(table, 'Sn-101')
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).code).toBe('nuclide.unknown')
      expect((error as InputError).hint).toContain('Sn-100')
    }
  })
})

describe('decayChain', () => {
  const table = parseNuclideTable(made())
  const parent = findNuclide(table, 'Sn-100')

  it('follows branches to the first nuclide that outlives the parent', () => {
    const chain = decayChain(table, parent)
    expect(chain.members.map((m) => [m.name, m.decaysPerParentDecay])).toEqual([
      ['Sn-100', 1],
      ['Sb-100', 0.6],
    ])
    expect(chain.ends).toEqual([{ name: 'Te-100', formedPerParentDecay: 1, reason: 'longer-lived than the parent' }])
  })

  it('sums energies with their branches, without daughters, and with half of them retained', () => {
    expect(chainEnergyMev(table, parent).alpha).toBeCloseTo(3, 12)
    expect(chainEnergyMev(table, parent, { kind: 'parent-only' }).alpha).toBe(0)
    expect(chainEnergyMev(table, parent, { kind: 'equilibrium', retainedFraction: 0.5 }).alpha).toBeCloseTo(1.5, 12)
    expect(electronEnergyMev(chainEnergyMev(table, parent))).toBeCloseTo(0.5, 12)
    expect(photonEnergyMev(chainEnergyMev(table, parent))).toBeCloseTo(0.1, 12)
  })

  it('ends at a daughter that is not in the table as stable', () => {
    const chain = decayChain(table, findNuclide(table, 'I-100'))
    expect(chain.ends).toEqual([{ name: 'Xe-100', formedPerParentDecay: 1, reason: 'stable' }])
  })
})
