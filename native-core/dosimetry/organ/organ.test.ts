import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import type { ChainEmissions, Emissions } from '../../physics/emissions/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import {
  bloodBasedMarrowDose,
  imageBasedMarrowDose,
  marrowToBloodRatio,
  organSValue,
  parseMarrowFractions,
  parseOrganPhantom,
  regionOf,
  remainderSValue,
  safOfEnergy,
} from './index.ts'

/** A body of 10 kg: liver 2 kg, bladder with contents, red marrow and bone. */
const MASSES = {
  schema: 'theratwin.organ-masses/1',
  name: 'm',
  version: '0',
  provenance: { citation: 'c' },
  masses: Object.fromEntries(
    Object.entries({
      Liver: 2000,
      'Urinary bladder contents': 200,
      'Urinary bladder wall': 50,
      'Red marrow': 1000,
      'Bone surfaces': 100,
      'Trabecular bone': 500,
      'Total body': 10000,
    }).map(([name, massG]) => [name, { massG }]),
  ),
}
const TARGETS = ['Liver', 'Urinary bladder wall', 'Red marrow', 'Bone surfaces', 'Total body']
const row = (values: Record<string, number[]>) => Object.fromEntries(TARGETS.map((t) => [t, values[t] ?? [1e-6, 1e-5]]))
const SAF = {
  schema: 'theratwin.organ-saf/1',
  name: 'made-up',
  version: '0',
  provenance: { citation: 'c' },
  energiesMev: [0.01, 1],
  saf: {
    Liver: row({ Liver: [4e-4, 1e-4], 'Red marrow': [0, 1e-5], 'Total body': [9e-5, 5e-5] }),
    'Urinary bladder contents': row({}),
    'Red marrow': row({}),
    'Trabecular bone': row({}),
    'Total body': row({ Liver: [9e-5, 5e-5], 'Total body': [9e-5, 5e-5] }),
  },
}
const phantom = parseOrganPhantom(SAF, MASSES)

const NOTHING: Emissions = { photons: [], electrons: [], betas: [], alphas: [], recoils: [] }
const chainOf = (emissions: Partial<Emissions>): ChainEmissions => ({
  parent: 'X-1',
  members: [],
  total: { ...NOTHING, ...emissions },
})
const line = (energyMev: number, perDecay = 1) => [{ energyMev, yield: perDecay }]
const s = (chain: ChainEmissions, source: string, target: string, options = {}) =>
  organSValue(chain, phantom, regionOf(phantom.sources, source, 'p'), regionOf(phantom.targets, target, 'p'), options)

describe('parseOrganPhantom', () => {
  it.each([
    ['another schema', { ...SAF, schema: 'x' }, MASSES, /schema/],
    ['falling energies', { ...SAF, energiesMev: [1, 0.1] }, MASSES, /ascend/],
    ['a value too few', { ...SAF, energiesMev: [0.01, 0.1, 1] }, MASSES, /values are missing/],
    ['a negative value', { ...SAF, saf: { Liver: row({ Liver: [-1, 1] }) } }, MASSES, /Liver/],
    ['a region without mass', SAF, { ...MASSES, masses: { Liver: { massG: 1 } } }, /there is no mass/],
    ['a mass of zero', SAF, { ...MASSES, masses: { ...MASSES.masses, Liver: { massG: 0 } } }, /no positive mass/],
  ])('refuses %s', (_, saf, masses, where) => {
    expect(() => parseOrganPhantom(saf, masses)).toThrow(InputError)
    expect(() => parseOrganPhantom(saf, masses)).toThrow(where)
  })

  it('finds regions in any spelling, and names them where there is none', () => {
    expect(regionOf(phantom.sources, 'urinary_bladder_contents', 'p').massKg).toBeCloseTo(0.2, 12)
    expect(() => regionOf(phantom.sources, 'Heart', 'p')).toThrow(InputError)
  })
})

describe('safOfEnergy', () => {
  const table = { energiesMev: Float64Array.of(0.01, 0.1, 1), safPerKg: () => null }
  it('meets the table, is straight in log–log between, and goes to the limit at zero energy', () => {
    const saf = safOfEnergy(table, Float64Array.of(4, 2, 1), 5)
    expect([0.01, 0.1, 1].map(saf)).toEqual([4, 2, 1].map((v) => expect.closeTo(v, 12)))
    expect(saf(Math.sqrt(0.001))).toBeCloseTo(Math.sqrt(8), 12)
    expect(saf(0)).toBe(5)
    expect(saf(0.005)).toBeCloseTo(4.5, 12)
    expect(saf(10)).toBe(1)
  })

  it('stays between its neighbours, with zeros too', () => {
    const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1e3, noNaN: true }))
    fc.assert(
      fc.property(fc.tuple(value, value, value), value, fc.double({ min: 0, max: 2, noNaN: true }), (v, zero, e) => {
        const found = safOfEnergy(table, Float64Array.from(v), zero)(e)
        expect(found).toBeLessThanOrEqual(Math.max(...v, zero) * (1 + 1e-12))
        expect(found).toBeGreaterThanOrEqual(Math.min(...v, zero) * (1 - 1e-12))
      }),
    )
  })
})

describe('organSValue', () => {
  it('photons: energy·SAF; annihilation photons of positrons are counted', () => {
    expect(s(chainOf({ photons: line(1, 0.5) }), 'Liver', 'Liver').total).toBeCloseTo(0.5 * 0.1 * JOULE_PER_MEV, 25)
    // A positron spectrum that is flat up to 1 MeV: mean 0.5 MeV, one per decay.
    const positrons = chainOf({
      betas: [{ kind: 'beta-plus', energiesMev: Float64Array.of(0, 1), perMevAndDecay: Float64Array.of(1, 1) }],
    })
    const found = s(positrons, 'Liver', 'Liver')
    expect(found.electron / JOULE_PER_MEV).toBeCloseTo(0.5 / 2, 12)
    const saf = 0.4 * (1 / 4) ** (Math.log(51.099895) / Math.log(100))
    expect(found.photon / JOULE_PER_MEV).toBeCloseTo(2 * 0.51099895 * saf, 7)
  })

  it('what does not penetrate: 1/m in the organ, nothing next door, all in the body, half of the contents’ dose in a wall', () => {
    const chain = chainOf({ electrons: line(1), alphas: line(5), recoils: line(0.1) })
    const electron = (source: string, target: string) => s(chain, source, target).electron / JOULE_PER_MEV
    expect(electron('Liver', 'Liver')).toBeCloseTo(1 / 2, 12)
    expect(electron('Liver', 'Urinary bladder wall')).toBe(0)
    expect(electron('Liver', 'Total body')).toBeCloseTo(1 / 10, 12)
    expect(electron('Total body', 'Liver')).toBeCloseTo(1 / 10, 12)
    const wall = s(chain, 'Urinary bladder contents', 'Urinary bladder wall')
    expect(wall.electron / JOULE_PER_MEV).toBeCloseTo(1 / 0.4, 12)
    expect(wall.alpha / JOULE_PER_MEV).toBeCloseTo((0.01 * 5) / 0.4, 12)
    expect(wall.recoil).toBe(0)
    expect(s(chain, 'Liver', 'Liver').recoil / JOULE_PER_MEV).toBeCloseTo(0.1 / 2, 12)
  })

  it('skeleton after ICRP 30, or after a table of one’s own; what is not there is said', () => {
    const surfaces = 'Trabecular bone surfaces'
    const slow = chainOf({ electrons: line(0.1), alphas: line(5) })
    const fast = chainOf({ electrons: line(1) })
    expect(s(slow, surfaces, 'Red marrow').electron / JOULE_PER_MEV).toBeCloseTo(0.5 * 0.1, 12)
    expect(s(slow, surfaces, 'Bone surfaces').electron / JOULE_PER_MEV).toBeCloseTo((0.25 * 0.1) / 0.1, 12)
    expect(s(fast, surfaces, 'Bone surfaces').electron / JOULE_PER_MEV).toBeCloseTo(0.025 / 0.1, 12)
    expect(s(slow, surfaces, 'Bone surfaces').alpha / JOULE_PER_MEV).toBeCloseTo((0.25 * 5) / 0.1, 12)
    expect(s(slow, 'Red marrow', 'Bone surfaces').missing).toMatch(/not counted/)
    const marrow = parseMarrowFractions({
      energiesMev: [0.01, 1],
      absorbedFraction: { 'active-marrow<-active-marrow': [1, 0.6], 'bone-surface<-active-marrow': [0, 0.02] },
    })
    expect(s(fast, 'Red marrow', 'Red marrow', { marrow }).electron / JOULE_PER_MEV).toBeCloseTo(0.6, 12)
    expect(
      s(chainOf({ electrons: line(0.1) }), 'Red marrow', 'Red marrow', { marrow }).electron / JOULE_PER_MEV,
    ).toBeCloseTo(0.08, 12)
    expect(s(fast, 'Red marrow', 'Bone surfaces', { marrow })).toMatchObject({ missing: null })
    expect(s(fast, 'Red marrow', 'Red marrow').electron / JOULE_PER_MEV).toBeCloseTo(1, 12)
  })

  it('scales self-dose to the mass: electrons 1/m, photons m^(−2/3), photons from elsewhere not', () => {
    const chain = chainOf({ photons: line(1), electrons: line(1) })
    const [reference, small] = [s(chain, 'Liver', 'Liver'), s(chain, 'Liver', 'Liver', { sourceMassKg: 1 })]
    expect(small.electron / reference.electron).toBeCloseTo(2, 12)
    expect(small.photon / reference.photon).toBeCloseTo(2 ** (2 / 3), 12)
    expect(s(chain, 'Liver', 'Red marrow', { sourceMassKg: 1 })).toEqual(s(chain, 'Liver', 'Red marrow'))
  })

  it('is linear in the emissions', () => {
    const energy = fc.double({ min: 1e-4, max: 3, noNaN: true })
    const strength = fc.double({ min: 1e-6, max: 2, noNaN: true })
    fc.assert(
      fc.property(energy, energy, strength, strength, (e1, e2, y1, y2) => {
        const one = s(chainOf({ photons: line(e1, y1) }), 'Liver', 'Total body').total
        const two = s(chainOf({ photons: line(e2, y2) }), 'Liver', 'Total body').total
        const both = s(chainOf({ photons: [...line(e1, y1), ...line(e2, y2)] }), 'Liver', 'Total body').total
        expect(Math.abs(both - one - two)).toBeLessThanOrEqual(1e-12 * both)
      }),
    )
  })
})

describe('remainderSValue', () => {
  const organs = ['Liver'].map((name) => regionOf(phantom.sources, name, 'p'))
  const to = (chain: ChainEmissions, target: string) =>
    remainderSValue(chain, phantom, organs, regionOf(phantom.targets, target, 'p'), null)

  it('electrons: over the mass of the remainder, nothing in source organs, all of them in the body', () => {
    const chain = chainOf({ electrons: line(1) })
    expect(to(chain, 'Red marrow').electron / JOULE_PER_MEV).toBeCloseTo(1 / 8, 12)
    expect(to(chain, 'Liver').electron).toBe(0)
    expect(to(chain, 'Total body').electron / JOULE_PER_MEV).toBeCloseTo(1 / 10, 12)
  })

  it('photons: remainder and organs together, by mass, are the total body (Cloutier 1973)', () => {
    const chain = chainOf({ photons: line(0.3) })
    for (const target of ['Red marrow', 'Total body']) {
      const whole = s(chain, 'Total body', target).photon * 10
      const parts = to(chain, target).photon * 8 + s(chain, 'Liver', target).photon * 2
      expect(parts / whole).toBeCloseTo(1, 12)
    }
  })

  it('does not give negative doses, and says so', () => {
    const found = to(chainOf({ photons: line(0.01) }), 'Liver')
    // 9e-5·10 kg of the body, 4e-4·2 kg of the liver: positive; with a heavier liver it would not be.
    expect(found.photon).toBeGreaterThan(0)
    const heavy = parseOrganPhantom(SAF, { ...MASSES, masses: { ...MASSES.masses, Liver: { massG: 5000 } } })
    const negative = remainderSValue(
      chainOf({ photons: line(0.01) }),
      heavy,
      [regionOf(heavy.sources, 'Liver', 'p')],
      regionOf(heavy.targets, 'Liver', 'p'),
      null,
    )
    expect(negative.photon).toBe(0)
    expect(negative.missing).toMatch(/negative/)
  })

  it('refuses where organs leave no body', () => {
    const body = regionOf(phantom.sources, 'Total body', 'p')
    expect(() => remainderSValue(chainOf({}), phantom, [body], body, null)).toThrow(/leave none/)
  })
})

describe('parseMarrowFractions', () => {
  it.each([
    ['no energies', {}],
    ['falling energies', { energiesMev: [1, 0.1], absorbedFraction: {} }],
    ['a fraction above 1', { energiesMev: [0.1, 1], absorbedFraction: { 'a<-b': [1, 1.1] } }],
    ['a fraction too few', { energiesMev: [0.1, 1], absorbedFraction: { 'a<-b': [1] } }],
    ['nothing', null],
  ])('refuses %s', (_, json) => {
    expect(() => parseMarrowFractions(json)).toThrow(InputError)
  })
})

describe('red marrow', () => {
  const self = { sSelfGyPerBqS: 2e-14, referenceMassKg: 1.12 }

  it('blood: 0.19/(1 − hematocrit) for what stays in plasma (Sgouros 1993): 0.345 at 0.45', () => {
    expect(marrowToBloodRatio({ kind: 'hematocrit', hematocrit: 0.45 })).toBeCloseTo(0.19 / 0.55, 12)
    expect(marrowToBloodRatio({ kind: 'ratio', ratio: 1 })).toBe(1)
    expect(() => marrowToBloodRatio({ kind: 'hematocrit', hematocrit: 45 })).toThrow(/hematocrit is 45/)
  })

  it('blood: the mass of the marrow cancels; others add', () => {
    const dose = (marrowMassKg: number) =>
      bloodBasedMarrowDose({
        ...self,
        bloodTiaPerMl: 1e9,
        marrowToBlood: { kind: 'ratio', ratio: 1 },
        marrowMassKg,
        others: [{ name: 'Liver', tiaBqS: 1e12, sGyPerBqS: 1e-17 }],
      })
    // 1e9 Bq·s/mL in marrow of 1.03 g/mL; 2e-14 Gy/(Bq·s) in 1.12 kg.
    expect(dose(1.12).doseGy).toBeCloseTo((1e9 / 1.03e-3) * 2e-14 * 1.12 + 1e-5, 6)
    expect(dose(0.8).doseGy).toBeCloseTo(dose(1.12).doseGy, 12)
    expect(dose(0.8).contributions.map((c) => c.from)).toEqual(['Red marrow (blood)', 'Liver'])
  })

  it('image: the part over its share', () => {
    const dose = imageBasedMarrowDose({ ...self, partTiaBqS: 6.7e10, share: 0.067, marrowMassKg: 1.12, others: [] })
    expect(dose.marrowTiaBqS).toBeCloseTo(1e12, 0)
    expect(dose.doseGy).toBeCloseTo(0.02, 12)
    expect(() => imageBasedMarrowDose({ ...self, partTiaBqS: 1, share: 6.7, marrowMassKg: 1, others: [] })).toThrow(
      /share/,
    )
    expect(() => imageBasedMarrowDose({ ...self, partTiaBqS: -1, share: 0.1, marrowMassKg: 1, others: [] })).toThrow(
      InputError,
    )
  })
})
