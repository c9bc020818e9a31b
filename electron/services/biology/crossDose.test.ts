import { describe, expect, it } from 'vitest'
import { organSValue, regionOf, remainderSValue } from '../../../native-core/dosimetry/organ/index.ts'
import { integrateCourse, parseBiologySets } from '../../../native-core/radiobiology/index.ts'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import type { Analysis, StructureResult } from '../../contracts/analysis.ts'
import { biologyResultSchema, biologySettingsSchema } from '../../contracts/biology.ts'
import type { BiologyResult } from '../../contracts/biology.ts'
import { lesionResponseSettingsSchema } from '../../contracts/biologyResponse.ts'
import {
  biologicalEffects,
  biologyDosimetry,
  crossTools,
  lesionResponse,
  outlinesOfAnalysis,
  responseLesions,
} from './index.ts'

const resources = fileResources()
const sets = resources.biologySets().flatMap(parseBiologySets)
const dosimetry = biologyDosimetry(resources)
const phantom = dosimetry.phantom()
const lutetium = dosimetry.emissions('Lu-177')
const s = (target: string, source: string) =>
  organSValue(lutetium, phantom, regionOf(phantom.sources, source, ''), regionOf(phantom.targets, target, ''))

interface Given {
  readonly name: string
  readonly kind?: StructureResult['kind']
  readonly activityBq: number
  readonly halfLifeH: number
  readonly massKg: number
  readonly doseGy: number
}

/** The example with mono-exponential structures; the TIA of each is known to 2 %. */
function analysisOf(given: readonly Given[]): Analysis {
  const analysis = structuredClone(exampleAnalysis())
  const [cycle] = analysis.cycles
  const model = cycle?.structures[0]
  if (!cycle || !model) throw new Error('the example has a structure')
  cycle.structures = given.map(({ name, kind = 'organ', activityBq, halfLifeH, massKg, doseGy }) => {
    const one = structuredClone(model)
    const ratePerS = Math.LN2 / (halfLifeH * 3600)
    if (!one.fit || !one.doses[0]) throw new Error('the example has a dose')
    one.name = name
    one.kind = kind
    one.massKg.value = massKg
    one.fit.terms = [{ coefficientBq: activityBq, ratePerS }]
    one.fit.curve.activityBq = one.fit.curve.timeS.map((t) => activityBq * Math.exp(-ratePerS * t))
    one.fit.tiaBqS = { value: activityBq / ratePerS, standardUncertainty: (0.02 * activityBq) / ratePerS }
    one.doses[0].doseGy = { value: doseGy, standardUncertainty: 0.05 * doseGy }
    return one
  })
  analysis.cumulativeDose = []
  return analysis
}

const KIDNEY: Given = { name: 'KIDNEY_L', activityBq: 1e8, halfLifeH: 50, massKg: 0.15, doseGy: 6 }
const LIVER: Given = { name: 'LIVER', activityBq: 4e9, halfLifeH: 90, massKg: 1.8, doseGy: 5 }
const tia = ({ activityBq, halfLifeH }: Given): number => (activityBq * halfLifeH * 3600) / Math.LN2

const effects = (analysis: Analysis, settings: unknown = {}): BiologyResult =>
  biologicalEffects({
    ...{ analysis, sets, dosimetry },
    settings: biologySettingsSchema.parse({ crossDose: 'organ-s-values', ...(settings as object) }),
  })
const structureOf = (result: BiologyResult, name: string) => {
  const found = result.structures.find((one) => one.name === name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

describe('doses from other organs', () => {
  it('add S·Ã of every source to the dose shown, own photons scaled by mass, and the integral of the rate is that dose', () => {
    const result = effects(analysisOf([KIDNEY, LIVER]))
    const kidney = structureOf(result, 'KIDNEY_L')
    // One kidney is half of the phantom's pair: twice the S value of both, half the reference mass.
    const mass = phantom.targets.get('Kidneys')?.massKg ?? 0
    const own = 2 * s('Kidneys', 'Kidneys').photon * (mass / 2 / 0.15) ** (2 / 3) * tia(KIDNEY)
    const cross = s('Kidneys', 'Liver').total * tia(LIVER)
    const byKind = new Map(kidney.contributions?.map(({ source, kind, doseGy }) => [`${kind} ${source}`, doseGy]))
    expect([...byKind.keys()].sort()).toEqual(['cross LIVER', 'own-photons KIDNEY_L', 'self '])
    expect(byKind.get('cross LIVER')).toBeCloseTo(cross, 12)
    expect(byKind.get('own-photons KIDNEY_L')).toBeCloseTo(own, 12)
    expect(kidney.doseGy.value).toBeCloseTo(6 + own + cross, 12)
    expect(kidney.doseGy.standardUncertainty).toBeCloseTo(0.3 + 0.02 * (own + cross), 12)
    expect(cross).toBeGreaterThan(0.01)
    const { timeS, cumulatedBedGy } = kidney.doseRate
    expect(timeS.at(-1)).toBeGreaterThan(20 * 86_400)
    // About a thousandth is still to come after three weeks.
    expect(cumulatedBedGy.at(-1)).toBeLessThan(kidney.bedGy.value)
    expect(cumulatedBedGy.at(-1)).toBeGreaterThan(0.998 * kidney.bedGy.value)
    expect(biologyResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
  })

  it('give G·D² = 2·Σ R_i·R_j/((λ_i + λ_j)·(λ_i + µ)) of the summed rate, between the G of each alone', () => {
    const kidney = structureOf(effects(analysisOf([KIDNEY, { ...LIVER, activityBq: 4e11, halfLifeH: 10 }])), 'KIDNEY_L')
    const total = (kind: string): number =>
      (kidney.contributions ?? []).filter((one) => one.kind === kind).reduce((sum, { doseGy }) => sum + doseGy, 0)
    const mu = Math.LN2 / (2.8 * 3600)
    const terms = [
      { doseGy: total('self') + total('own-photons'), lambda: Math.LN2 / (50 * 3600) },
      { doseGy: total('cross'), lambda: Math.LN2 / (10 * 3600) },
    ]
    const pair = terms.reduce(
      (sum, a) =>
        terms.reduce(
          (inner, b) =>
            inner + (2 * a.doseGy * a.lambda * b.doseGy * b.lambda) / ((a.lambda + b.lambda) * (a.lambda + mu)),
          sum,
        ),
      0,
    )
    const g = kidney.cycles[0]?.g ?? 0
    expect(total('cross')).toBeGreaterThan(1)
    expect(g * kidney.doseGy.value ** 2).toBeCloseTo(pair, 8)
    expect(g).toBeGreaterThan(2.8 / 52.8)
    expect(g).toBeLessThan(2.8 / 12.8)
    expect(kidney.bedGy.value).toBeCloseTo(kidney.doseGy.value + pair / 2.6, 8)
  })

  it('of a pair with equal sides are those of both kidneys together, the other side among the own photons', () => {
    const [left, right] = [KIDNEY, { ...KIDNEY, name: 'KIDNEY_R' }]
    const reference = (phantom.targets.get('Kidneys')?.massKg ?? 0) / 2
    const pair = [left, right].map((one) => ({ ...one, massKg: reference }))
    const kidney = structureOf(effects(analysisOf(pair)), 'KIDNEY_L')
    expect(kidney.doseGy.value).toBeCloseTo(6 + s('Kidneys', 'Kidneys').photon * 2 * tia(KIDNEY), 12)
  })

  it('take the remainder of the body as the whole body less all sources, and say why where they cannot', () => {
    const body: Given = { name: 'Whole body', activityBq: 7e9, halfLifeH: 95, massKg: 70, doseGy: 0.2, kind: 'other' }
    const result = effects(analysisOf([KIDNEY, LIVER, body]))
    const rest = structureOf(result, 'LIVER').contributions?.find(({ source }) => source === 'Remainder of body')
    const regions = ['Kidneys', 'Liver'].map((name) => regionOf(phantom.sources, name, ''))
    const photon = remainderSValue(lutetium, phantom, regions, regionOf(phantom.targets, 'Liver', ''), null).photon
    expect(rest?.doseGy).toBeCloseTo(photon * (tia(body) - tia(KIDNEY) - tia(LIVER)), 12)
    expect(result.assumptions.join(' ')).not.toMatch(/remainder of the body is not counted/)
    const short = effects(analysisOf([KIDNEY, LIVER, { ...body, activityBq: 2e9 }]))
    expect(structureOf(short, 'LIVER').contributions?.map(({ source }) => source)).not.toContain('Remainder of body')
    expect(short.assumptions.join(' ')).toMatch(/remainder .* not counted \(cycle 1: the organs .* more activity/)
    expect(effects(analysisOf([KIDNEY])).assumptions.join(' ')).toMatch(/no structure for the whole body/)
  })

  it('leave lesions and unknown names with their self-dose, say so, and obey a region that a person gives', () => {
    const others: Given[] = [
      { ...KIDNEY, name: 'Liver lesion', kind: 'lesion' },
      { ...KIDNEY, name: 'ROI 7' },
    ]
    const analysis = analysisOf([LIVER, ...others])
    const result = effects(analysis)
    expect(structureOf(result, 'Liver lesion').doseGy.value).toBe(6)
    expect(result.assumptions.join(' ')).toMatch(/stands for "Liver lesion", "ROI 7"/)
    const spleen = effects(analysis, { byStructure: { 'ROI 7': { phantomRegion: 'Spleen' } } })
    expect(structureOf(spleen, 'ROI 7').doseGy.value).toBeGreaterThan(6)
    const none = effects(analysis, { byStructure: { LIVER: { phantomRegion: null } } })
    expect(structureOf(none, 'LIVER').contributions).toHaveLength(1)
    expect(() => effects(analysis, { byStructure: { 'ROI 7': { phantomRegion: 'Liver' } } })).toThrow(/count twice/)
    expect(() => effects(analysis, { byStructure: { 'ROI 7': { phantomRegion: 'Elbow' } } })).toThrow(/"Elbow"/)
  })

  it('change nothing where they are not asked for', () => {
    const kidney = structureOf(effects(analysisOf([KIDNEY, LIVER]), { crossDose: 'none' }), 'KIDNEY_L')
    expect(kidney.doseGy.value).toBe(6)
    expect(kidney.contributions).toBeUndefined()
  })
})

describe('the response of a lesion', () => {
  const LESION: Given = {
    name: 'ADRENAL_MET',
    kind: 'lesion',
    activityBq: 2e7,
    halfLifeH: 60,
    massKg: 0.014,
    doseGy: 20,
  }
  const lesionOf = (settings: unknown) => {
    const analysis = analysisOf([LESION, LIVER])
    const parsed = biologySettingsSchema.parse(settings)
    const start = analysis.cycles[0]?.administration.start
    if (!start) throw new Error('the example has a cycle')
    const cross = crossTools(analysis, parsed, () => dosimetry)
    const [lesion] = responseLesions(outlinesOfAnalysis(analysis), analysis, start, parsed, sets, cross)
    if (!lesion) throw new Error('there is no lesion')
    const response = lesionResponse({
      ...{ lesion, first: start, analysisKey: null },
      settings: lesionResponseSettingsSchema.parse({
        parameters: { doublingTimeS: { value: 1e7 }, clearanceHalfTimeS: { value: 0 }, alphaPerGy: { value: 0.1 } },
      }),
    })
    return { cycle: lesion.cycles[0], response, effect: structureOf(effects(analysis, parsed), LESION.name) }
  }
  const place = { byStructure: { [LESION.name]: { phantomRegion: 'Adrenals', reason: 'adrenal metastasis' } } }

  it('has the doses and curves of other organs that its effect has, and less is left of it', () => {
    const alone = lesionOf({ ...place, crossDose: 'none' })
    const both = lesionOf({ ...place, crossDose: 'organ-s-values' })
    const liver = both.cycle?.sources.find(({ source }) => source === 'LIVER')
    expect(liver?.doseGy).toBeCloseTo(s('Adrenals', 'Liver').total * tia(LIVER), 12)
    expect(both.cycle?.doseGy.value).toBeCloseTo(both.effect.doseGy.value, 12)
    expect(integrateCourse(both.cycle?.curves ?? [], 1e-4).doseGy).toBeCloseTo(both.effect.doseGy.value, 6)
    expect(both.response.nadir.volumeMl).toBeLessThan(alone.response.nadir.volumeMl)
    expect(both.response.assumptions.join(' ')).toMatch(/photons by the S values.*LIVER [\d.]+ Gy/)
    expect(alone.cycle?.sources).toEqual([])
    expect(alone.response.assumptions.join(' ')).toMatch(/Dose from other organs is left out/)
  })
})
