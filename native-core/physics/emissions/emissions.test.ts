import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { parseNuclideTable } from '../nuclideTable.ts'
import {
  annihilationPhotonYield,
  chainEmissions,
  emittedEnergyMev,
  INTERNAL_PAIRS,
  internalPairSpectra,
  mergeLines,
  parseEmissions,
  recoilEnergyMev,
  spectrumMoments,
} from './index.ts'

const made = (nuclides: object) => ({
  schema: 'theratwin.nuclide-emissions/1',
  name: 'made-up',
  version: '0',
  provenance: { source: 's', citation: 'c', evidence: 'designed' },
  nuclides,
})

const EMISSIONS = {
  'Sn-100': { gamma: [0.1, 0.5, 0.2, 1], xray: [0.02, 0.3], conversion: [0.08, 0.1], auger: [0.001, 2] },
  'Sb-100': { alpha: [5, 0.25, 6, 0.75], gamma: [0.2, 0.5] },
  'Te-100': { betaPlus: { endMev: 1, perMevAndDecay: [1, 1, 1, 1], branches: [1, 1, 0.5] } },
}

const nuclide = (halfLifeS: number, daughter: string, branch = 1) => ({
  z: 50,
  a: 100,
  level: 0,
  halfLifeS,
  halfLifeUncertaintyS: 0,
  modes: [
    { mode: 'B-', daughter, branch, qMev: 1 },
    { mode: 'B-', daughter: 'Xe-100', branch: 1 - branch, qMev: 1 },
  ],
  energyMev: {},
})

const table = parseNuclideTable({
  ...made({ 'Sn-100': nuclide(1000, 'Sb-100', 0.4), 'Sb-100': nuclide(10, 'Te-100'), 'Te-100': nuclide(1, 'I-100') }),
  schema: 'theratwin.nuclide-table/1',
})

describe('parseEmissions', () => {
  it.each([
    ['no object', 3, /root/],
    ['another schema', { ...made(EMISSIONS), schema: 'x' }, /schema/],
    ['no nuclides', made({}), /empty/],
    ['an odd list', made({ 'X-10': { gamma: [1] } }), /X-10\.gamma/],
    ['a negative yield', made({ 'X-10': { gamma: [1, -1] } }), /X-10\.gamma\[1\]/],
    ['descending lines', made({ 'X-10': { auger: [2, 1, 1, 1] } }), /do not ascend/],
    ['a spectrum without end point', made({ 'X-10': { betaMinus: { perMevAndDecay: [1, 1, 0] } } }), /endMev/],
    ['a spectrum of two nodes', made({ 'X-10': { betaMinus: { endMev: 1, perMevAndDecay: [1, 0] } } }), /three nodes/],
  ])('refuses %s and names the place', (_, json, where) => {
    expect(() => parseEmissions(json)).toThrow(InputError)
    expect(() => parseEmissions(json)).toThrow(where)
  })

  it('keeps kinds apart and together, and gives a spectrum its grid end·(i/(n−1))^1.5', () => {
    const { nuclides } = parseEmissions(made(EMISSIONS))
    const tin = nuclides.get('Sn-100')!
    expect(tin.photons.map((l) => l.energyMev)).toEqual([0.02, 0.1, 0.2])
    expect(tin.electrons).toEqual([
      { energyMev: 0.001, yield: 2 },
      { energyMev: 0.08, yield: 0.1 },
    ])
    const beta = nuclides.get('Te-100')!.betas[0]!
    expect(beta.energiesMev[1]).toBeCloseTo(3 ** -1.5, 14)
    expect(spectrumMoments(beta)).toEqual({ count: expect.closeTo(1, 14), energyMev: expect.closeTo(0.5, 14) })
    expect(annihilationPhotonYield(nuclides.get('Te-100')!)).toBeCloseTo(2, 14)
  })

  it('recoil by momentum: Po-212, 8.785 MeV, gives 0.169 MeV, the rest of Q = 8.954 MeV (ENSDF), to 1 keV', () => {
    expect(Math.abs(recoilEnergyMev(8.78486, 212) - (8.95412 - 8.78486))).toBeLessThan(1e-3)
  })
})

describe('mergeLines', () => {
  it('keeps the number and the energy, in ascending order', () => {
    const line = fc.record({
      energyMev: fc.constantFrom(0.1, 0.2, 0.3, 1),
      yield: fc.double({ min: 0, max: 2, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(fc.array(line)), (lists) => {
        const merged = mergeLines(lists)
        const sum = (list: readonly { yield: number }[]): number => list.reduce((s, l) => s + l.yield, 0)
        expect(Math.abs(sum(merged) - sum(lists.flat()))).toBeLessThanOrEqual(1e-13 * sum(merged))
        for (let i = 1; i < merged.length; i++) expect(merged[i]!.energyMev).toBeGreaterThan(merged[i - 1]!.energyMev)
      }),
    )
  })
})

describe('chainEmissions', () => {
  const emissions = parseEmissions(made(EMISSIONS))
  const parent = table.nuclides.get('Sn-100')!

  it('weights each member by its decays per decay of the parent', () => {
    const chain = chainEmissions(table, emissions, parent)
    expect(chain.members.map((m) => [m.name, m.decaysPerParentDecay])).toEqual([
      ['Sn-100', 1],
      ['Sb-100', 0.4],
      ['Te-100', 0.4],
    ])
    expect(chain.total.photons.find((l) => l.energyMev === 0.2)?.yield).toBeCloseTo(1 + 0.4 * 0.5, 14)
    const energy = emittedEnergyMev(chain.total)
    expect(energy.alpha).toBeCloseTo(0.4 * 5.75, 13)
    expect(energy.recoil).toBeCloseTo((0.4 * 5.75 * 4.002603254) / 96, 13)
    expect(energy.electron).toBeCloseTo(0.008 + 0.002 + 0.4 * 0.5, 13)
    expect(energy.photon).toBeCloseTo(0.05 + 0.2 + 0.006 + 0.4 * 0.1 + 0.4 * 1.0219979, 7)
  })

  it('takes the share of a daughter that stays, and what comes of it', () => {
    const chain = chainEmissions(table, emissions, parent, {
      kind: 'equilibrium',
      retainedFraction: 1,
      byNuclide: { 'Te-100': 0.25 },
    })
    expect(chain.members.map((m) => m.decaysPerParentDecay)).toEqual([1, 0.4, 0.1])
  })

  it('names a member that has no lines', () => {
    const without = parseEmissions(made({ 'Sn-100': {} }))
    expect(() => chainEmissions(table, without, parent)).toThrow(/no lines of Sb-100/)
    expect(chainEmissions(table, without, parent, { kind: 'parent-only' }).members).toHaveLength(1)
  })
})

describe('internal pairs', () => {
  it.each(INTERNAL_PAIRS)(
    'of $nuclide: as many positrons as electrons, sharing the level less two rest energies',
    (pair) => {
      const [plus, minus] = internalPairSpectra(pair).map(spectrumMoments)
      expect(plus!.count / pair.yield).toBeCloseTo(1, 12)
      expect(minus).toEqual(plus)
      expect((plus!.energyMev + minus!.energyMev) / (pair.yield * (pair.levelMev - 2 * 0.51099895069))).toBeCloseTo(
        1,
        12,
      )
    },
  )
})
