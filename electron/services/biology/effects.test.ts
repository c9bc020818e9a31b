import { describe, expect, it } from 'vitest'
import { distributionOf, parseBiologySets } from '../../../native-core/radiobiology/index.ts'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import { biologyResultSchema, biologySettingsSchema } from '../../contracts/biology.ts'
import { biologicalEffects, defaultBiology } from './index.ts'

const sets = fileResources().biologySets().flatMap(parseBiologySets)
const DAY_S = 86400

/** The example with one structure of 5 Gy and one half-life in each of `cycles` cycles, `days` apart. */
function plain(name: string, kind: 'organ' | 'lesion', cycles: number, days: number, doseGy = 5): Analysis {
  const analysis = structuredClone(exampleAnalysis())
  const [cycle] = analysis.cycles
  const structure = cycle?.structures.find((one) => one.fit && one.doses.length > 0)
  if (!cycle || !structure?.fit || !structure.doses[0]) throw new Error('the example has no structure with a dose')
  const ratePerS = Math.LN2 / (51 * 3600)
  structure.name = name
  structure.kind = kind
  structure.fit.terms = [{ coefficientBq: 1e8, ratePerS }]
  structure.fit.tiaBqS = { value: 1e8 / ratePerS, standardUncertainty: 0 }
  structure.fit.curve.activityBq = structure.fit.curve.timeS.map((t) => 1e8 * Math.exp(-ratePerS * t))
  structure.doses[0].doseGy = { value: doseGy, standardUncertainty: 0.1 * doseGy }
  cycle.structures = [structure]
  delete cycle.pairs
  const start = Date.parse(`${cycle.administration.start.local}Z`)
  analysis.cycles = Array.from({ length: cycles }, (_, k) => {
    const one = structuredClone(cycle)
    one.index = k + 1
    one.administration.start.local = new Date(start + k * days * DAY_S * 1000).toISOString().slice(0, 19)
    return one
  })
  analysis.cumulativeDose = [
    { structure: name, cycles, doseGy: { value: cycles * doseGy, standardUncertainty: 0.1 * cycles * doseGy } },
  ]
  return analysis
}

const effectOf = (analysis: Analysis, settings: unknown = {}) =>
  biologicalEffects({ analysis, settings: biologySettingsSchema.parse(settings), sets })

describe('biological effects', () => {
  it('of a kidney over four cycles have the BED of Dale by hand, EQD2, and the use of the limits', () => {
    const result = effectOf(plain('Kidney left', 'organ', 4, 56))
    const kidney = result.structures[0]!
    const g = 2.8 / 53.8
    const bed = 20 * (1 + (5 * g) / 2.6)
    expect(kidney.cycles.map((cycle) => cycle.g)).toEqual([g, g, g, g].map((one) => expect.closeTo(one, 12)))
    expect(kidney.totalBedGy.value).toBeCloseTo(bed, 6)
    expect(kidney.totalEqd2Gy).toBeCloseTo(bed / (1 + 2 / 2.6), 6)
    expect(kidney.incompleteRepairGy).toBeLessThan(1e-6)
    const limit = kidney.limits.find((one) => one.set === 'kidney-bed-limit-risk')!
    expect(limit.share).toBeCloseTo(bed / 28, 6)
    expect(limit.valueGy.standardUncertainty).toBeCloseTo(2 * (1 + (2 * 5 * g) / 2.6), 4)
    expect(kidney.evidence).toBe('unverified')
    expect(kidney.complication?.low).toBeLessThanOrEqual(kidney.complication?.probability ?? 0)
    expect(biologyResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
  })

  it('adds what is not repaired between cycles a day apart', () => {
    const kidney = effectOf(plain('Kidney left', 'organ', 2, 1)).structures[0]!
    expect(kidney.incompleteRepairGy).toBeGreaterThan(0.1)
    expect(kidney.bedGy.value).toBeGreaterThan(kidney.cycles[0]!.bedGy.value * 2)
  })

  it('counts earlier external beam in BED and in the limits, and a person’s own α/β', () => {
    const kidney = effectOf(plain('Kidney left', 'organ', 1, 56), {
      byStructure: {
        'Kidney left': { alphaBetaGy: 3, limits: ['kidney-dose-limit'], complication: null, reason: 'site' },
      },
      externalBeam: [{ structure: 'Kidney left', fractions: 5, dosePerFractionGy: 2 }],
    }).structures[0]!
    expect(kidney.externalBeamBedGy).toBeCloseTo(10 * (1 + 2 / 3), 12)
    expect(kidney.limits[0]?.valueGy.value).toBeCloseTo(15, 10)
    expect(kidney.complication).toBeNull()
    expect(kidney.parameters.find(({ name }) => name === 'alphaBetaGy')).toMatchObject({
      value: 3,
      evidence: 'given',
      source: 'given: site',
    })
  })

  it('holds a limit of one cycle against the largest cycle', () => {
    const gland = effectOf(plain('Parotid right', 'organ', 3, 42, 6)).structures[0]!
    expect(gland.limits).toMatchObject([
      { set: 'salivary-cycle-limit', scope: 'cycle', share: expect.closeTo(0.8, 10) },
    ])
  })

  it('gives an organ that nobody knows no parameters of another one, and says so', () => {
    const result = effectOf(plain('Thymus', 'organ', 1, 56)).structures[0]!
    expect(result.problem).toMatch(/No α\/β .* "Thymus"/)
    expect(result.totalBedGy.value).toBe(0)
    expect(result.doseGy.value).toBe(5)
    expect(defaultBiology('Kidney cyst lesion', 'lesion').sensitivity).toBe('tumour-generic')
  })

  it('controls a lesion less where its dose is uneven, and has no uncomplicated control without a model', () => {
    const analysis = plain('Lesion 1', 'lesion', 4, 42, 30)
    const settings = biologySettingsSchema.parse({
      byStructure: { 'Lesion 1': { control: 'prostate-wang', clonogens: 1e6 } },
    })
    const even = biologicalEffects({ analysis, settings, sets })
    const uneven = biologicalEffects({
      analysis,
      settings,
      sets,
      histograms: new Map([['Lesion 1', distributionOf([20, 120, 160], [0.2, 0.5, 0.3])]]),
    })
    const [a, b] = [even.structures[0]!.control!, uneven.structures[0]!.control!]
    expect(b.probability).toBeLessThan(a.probability)
    expect(a.low).toBeLessThan(a.high)
    expect(a.parameters.find(({ name }) => name === 'clonogens')).toMatchObject({ value: 1e6, evidence: 'given' })
    expect(even.uncomplicatedControl).toBeCloseTo(a.probability, 12)
    expect(effectOf(analysis).uncomplicatedControl).toBeNull()
  })

  it('takes α, α/β and clonogens of a person into the control of a lesion, exactly and without an uncertainty of their own', () => {
    const own = { control: 'prostate-wang', clonogens: 1e6, alphaPerGy: 0.1, alphaBetaGy: 10, repairHalfTimeH: 1.5 }
    const result = effectOf(plain('Lesion 1', 'lesion', 4, 120, 30), { byStructure: { 'Lesion 1': own } })
    const { control, totalBedGy } = result.structures[0]!
    const bed = 120 * (1 + (30 * (1.5 / 52.5)) / 10)
    expect(totalBedGy.value).toBeCloseTo(bed, 6)
    expect(control?.doseGy).toBeCloseTo(bed, 6)
    expect(control?.probability).toBeCloseTo(Math.exp(-1e6 * Math.exp(-0.1 * bed)), 8)
    const given = control?.parameters.filter(({ evidence }) => evidence === 'given').map(({ name }) => name)
    expect(given).toEqual(['alphaPerGy', 'alphaBetaGy', 'clonogens'])
    // Only the dose moves the draws: all lie on one curve.
    for (const [at, dose] of control!.draws!.doseGy.entries())
      expect(control!.draws!.probability[at]).toBeCloseTo(Math.exp(-1e6 * Math.exp(-0.1 * dose)), 8)
  })

  it('takes a curve that is no sum of exponentials by its samples and its tail', () => {
    const analysis = plain('Kidney left', 'organ', 1, 56)
    const fit = analysis.cycles[0]!.structures[0]!.fit!
    const rate = fit.terms[0]!.ratePerS
    const timeS = Array.from({ length: 400 }, (_, k) => k * 1800)
    fit.curve = { timeS, activityBq: timeS.map((t) => 1e8 * Math.exp(-rate * t)), lowerBq: [], upperBq: [] }
    fit.terms = []
    fit.effectiveHalfLifeS = { value: 51 * 3600, standardUncertainty: 0 }
    const kidney = effectOf(analysis).structures[0]!
    expect(kidney.cycles[0]!.g).toBeCloseTo(2.8 / 53.8, 5)
  })

  it('refuses sets that are none or of another kind, and says of settings that meet no structure that they count nowhere', () => {
    const analysis = plain('Kidney left', 'organ', 1, 56)
    expect(() => effectOf(analysis, { byStructure: { 'Kidney left': { sensitivity: 'nothing' } } })).toThrow(/nothing/)
    expect(() => effectOf(analysis, { byStructure: { 'Kidney left': { limits: ['kidney-lkb'] } } })).toThrow(/lkb set/)
    expect(effectOf(analysis, { byStructure: { Spleen: {} } }).assumptions.join(' ')).toMatch(/"Spleen" .* nowhere/)
  })
})
