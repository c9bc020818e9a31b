import { describe, expect, it } from 'vitest'
import type {
  Analysis,
  BiologySetView,
  EffectOutcome,
  LimitUse,
  StructureEffect,
} from '../../../../electron/contracts/index.ts'
import { shareAt } from './bvhPlot.ts'
import { courseColumns, cycleStartsDays } from './coursePlot.ts'
import {
  NO_SETTINGS,
  changedParts,
  isOfTissue,
  sameSettings,
  setsFor,
  withBeam,
  withOwn,
  withoutBeam,
} from './edits.ts'
import { effectRows, protractionText, tightestLimit, unverifiedParts } from './effectRows.ts'
import { alikeCycles, furtherWords, withFurther } from './furtherCycles.ts'
import { fieldsOf, parameterRows, valueInUse } from './inspector.ts'
import { outcomeCurve, responseOf } from './outcomeCurve.ts'
import { modelOf, modelsFor, tableRows, withShare } from './partRows.ts'
import { ALPHA_BETA_GY, placeOf, valueAt } from './sliders.ts'
import { outcomeText, parameterText, percentText, unverifiedOf } from './words.ts'

const parameter = (
  name: string,
  value: number,
  unit = 'Gy',
  evidence: 'verified' | 'unverified' | 'given' = 'verified',
) => ({
  name,
  title: name,
  value,
  unit,
  source: 'test',
  evidence,
})
const outcome = (over: Partial<EffectOutcome>): EffectOutcome => ({
  set: 'model',
  title: 'Model',
  model: 'lkb',
  endpoint: '',
  population: '',
  validity: '',
  quantity: 'EQD2',
  doseGy: 20,
  probability: 0.1,
  low: 0.02,
  high: 0.3,
  parameters: [parameter('td50Gy', 28), parameter('m', 0.1, '1'), parameter('n', 0.7, '1')],
  evidence: 'verified',
  ...over,
})
const limit = (over: Partial<LimitUse>): LimitUse => ({
  set: 'limit',
  title: 'Limit',
  endpoint: '',
  population: '',
  validity: '',
  quantity: 'BED',
  scope: 'total',
  limitGy: 40,
  valueGy: { value: 20, standardUncertainty: 2 },
  share: 0.5,
  probabilityAbove: 0,
  evidence: 'verified',
  source: '',
  ...over,
})
const effect = (over: Partial<StructureEffect>): StructureEffect => ({
  name: 'KIDNEY_L',
  kind: 'organ',
  parameters: [parameter('alphaBetaGy', 2.5), parameter('repairHalfTimeS', 10_080, 's', 'unverified')],
  evidence: 'unverified',
  cycles: [
    {
      index: 1,
      doseGy: { value: 5, standardUncertainty: 0.5 },
      g: 0.02,
      bedGy: { value: 5.2, standardUncertainty: 0.5 },
      eqd2Gy: 2.9,
    },
    {
      index: 2,
      doseGy: { value: 4, standardUncertainty: 0.4 },
      g: 0.05,
      bedGy: { value: 4.3, standardUncertainty: 0.4 },
      eqd2Gy: 2.4,
    },
  ],
  doseGy: { value: 9, standardUncertainty: 0.9 },
  bedGy: { value: 9.5, standardUncertainty: 1 },
  incompleteRepairGy: 0,
  externalBeamBedGy: 0,
  totalBedGy: { value: 9.5, standardUncertainty: 1 },
  totalEqd2Gy: 5.3,
  limits: [],
  complication: null,
  control: null,
  doseRate: { timeS: [0, 86_400], rateGyPerS: [1e-3 / 3600, 0], cumulatedBedGy: [0, 9.5] },
  problem: '',
  ...over,
})

describe('words of biology', () => {
  it('never call a small probability 0 or a large one 100 %', () => {
    expect(percentText(1e-9)).toBe('< 0.1 %')
    expect(percentText(1 - 1e-9)).toBe('> 99.9 %')
    expect(percentText(0)).toBe('< 0.1 %')
    expect(percentText(1)).toBe('> 99.9 %')
    expect(percentText(0.1234)).toBe('12.3 %')
    expect(percentText(NaN)).toBe('–')
    expect(outcomeText(outcome({}))).toBe('10.0 % (2.0 % to 30.0 %)')
  })

  it('show times in h and pure numbers without a unit', () => {
    expect(parameterText({ value: 10_080, unit: 's' })).toBe('2.80 h')
    expect(parameterText({ value: 0.7, unit: '1' })).toBe('0.700')
    expect(parameterText({ value: 2.6, unit: 'Gy' })).toBe('2.60 Gy')
  })

  it('mark what nobody has verified, not what a person gave', () => {
    const items = unverifiedOf([
      parameter('a', 1, 'Gy', 'unverified'),
      parameter('b', 1, 'Gy', 'given'),
      parameter('c', 1, 'Gy'),
    ])
    expect(items.map(({ subject }) => subject)).toEqual(['a 1.00 Gy (test)'])
  })
})

describe('rows of effects', () => {
  it('have the limit that is used most, and no number where there is none', () => {
    const used = limit({ set: 'dose', share: 0.9 })
    const result = {
      structures: [effect({ limits: [limit({}), used] }), effect({ name: 'LIVER', cycles: [], problem: 'No α/β.' })],
    }
    const [kidney, liver] = effectRows(result as never, null)
    expect(kidney?.tightest).toBe(used)
    expect(kidney?.g).toBe('0.020 to 0.050')
    expect(liver).toMatchObject({ bedGy: null, eqd2Gy: null, g: '–', tightest: null, problem: 'No α/β.' })
    expect(tightestLimit([])).toBeNull()
    expect(protractionText(effect({}).cycles.slice(0, 1))).toBe('0.020')
  })

  it('tell what is kept only where it differs', () => {
    const kept = { structures: [effect({})] }
    const tried = { structures: [effect({ totalBedGy: { value: 11, standardUncertainty: 1 } })] }
    expect(effectRows(tried as never, kept as never)[0]?.keptBedGy).toBe(9.5)
    expect(effectRows(kept as never, kept as never)[0]?.keptBedGy).toBeNull()
  })

  it('name every part that is not verified', () => {
    const parts = unverifiedParts(
      effect({
        limits: [limit({ title: 'Unsure limit', evidence: 'unverified' })],
        complication: outcome({ parameters: [parameter('td50Gy', 28, 'Gy', 'unverified')] }),
      }),
    )
    expect(parts.map(({ subject }) => subject)).toEqual([
      'repairHalfTimeS 2.80 h (test)',
      'Unsure limit',
      'Model, td50Gy 28.0 Gy (test)',
    ])
  })
})

describe('curves of models', () => {
  it('pass 50 % at TD50 and Φ(1) one slope above it; even dose, so n does not matter', () => {
    expect(responseOf(outcome({}))?.at(28)).toBeCloseTo(0.5, 12)
    expect(responseOf(outcome({}))?.at(30.8)).toBeCloseTo(0.841344746068543, 10)
  })

  it('pass 50 % control at ln(N/ln 2)/α of BED', () => {
    const control = outcome({
      model: 'tcp',
      parameters: [parameter('clonogens', 1e6, '1'), parameter('alphaPerGy', 0.15, '1/Gy')],
    })
    expect(responseOf(control)?.at(Math.log(1e6 / Math.LN2) / 0.15)).toBeCloseTo(0.5, 10)
    expect(outcomeCurve(control)?.probability.at(-1)).toBeGreaterThan(0.95)
  })

  it('reach beyond the patient and the draws, and are none for a model without a curve', () => {
    const draws = { doseGy: [90], probability: [1] }
    const curve = outcomeCurve(outcome({ draws }))
    expect(curve?.doseGy.at(-1)).toBeCloseTo(99, 9)
    expect(curve?.doseGy[0]).toBe(0)
    expect(outcomeCurve(outcome({ model: 'logit' }))).toBeNull()
  })
})

describe('further cycles', () => {
  it('that are alike come from one choice and are told as it; others keep their own', () => {
    const alike = { count: 2, relativeActivity: 0.75, afterDays: 42 }
    const settings = withFurther(NO_SETTINGS, alike)
    expect(settings.furtherCycles).toEqual([
      { relativeActivity: 0.75, afterDays: 42 },
      { relativeActivity: 0.75, afterDays: 42 },
    ])
    expect(alikeCycles(settings.furtherCycles)).toEqual(alike)
    expect(furtherWords(settings.furtherCycles)).toBe('2 further cycles with 0.75 of the last activity, 42 days apart')
    expect(withFurther(settings, { ...alike, relativeActivity: 0 }).furtherCycles).toEqual([])
    expect(alikeCycles([])?.count).toBe(0)
    expect(alikeCycles([...settings.furtherCycles, { relativeActivity: 1, afterDays: 42 }])).toBeNull()
    expect(alikeCycles([{ activityBq: 5e9, relativeActivity: 1, afterDays: 56 }])).toBeNull()
    expect(changedParts(NO_SETTINGS, { ...settings, crossDose: 'organ-s-values' })).toEqual([
      'doses from other organs',
      'further cycles',
    ])
  })
})

describe('parts of an organ', () => {
  const part = (name: string, doseGy: number) => ({
    ...{ name, massShare: 0.5, activityShare: 0.5, largestRateGyPerS: 0, g: 0.05, totalEqd2Gy: 3 },
    doseGy: { value: doseGy, standardUncertainty: 0 },
    bedGy: { value: doseGy, standardUncertainty: 0 },
    totalBedGy: { value: doseGy + 1, standardUncertainty: 0 },
  })
  const parts = {
    ...{ title: 'Model', validity: '', parts: [part('Medulla', 2), part('Cortex', 8)], meanDoseGy: 5 },
    ...{ parameters: [], evidence: 'unverified', remarks: [] },
    equivalent: { a: null, geudGy: null, gebedGy: null, alphaPerGy: null, eubedGy: null },
  } as const

  it('are rows below their organ where it is unfolded, with BED in all and without limits of their own', () => {
    const structures = [
      effect({ parts: structuredClone(parts) as never, limits: [limit({})] }),
      effect({ name: 'LIVER' }),
    ]
    const rows = effectRows({ structures } as never, null)
    expect(tableRows(rows, structures, new Set()).map(({ key, hasParts }) => [key, hasParts])).toEqual([
      ['KIDNEY_L', true],
      ['LIVER', false],
    ])
    const [, medulla, cortex, liver] = tableRows(rows, structures, new Set(['KIDNEY_L']))
    expect([medulla?.key, cortex?.part, liver?.key]).toEqual(['KIDNEY_L: Medulla', 'Cortex', 'LIVER'])
    expect(cortex).toMatchObject({ bedGy: { value: 9 }, tightest: null, complication: null })
    expect(cortex?.unverified[0]?.evidence).toBe('unverified')
    expect(cortex?.whole.tightest?.set).toBe('limit')
  })

  it('share what is left in proportion when one share is changed', () => {
    const shares = [
      { name: 'Pelvis', activityShare: 0.1 },
      { name: 'Medulla', activityShare: 0.3 },
      { name: 'Cortex', activityShare: 0.6 },
    ]
    const changed = withShare(shares, 'Cortex', 0.8)
    expect(changed['Pelvis']).toBeCloseTo(0.05, 12)
    expect(changed['Medulla']).toBeCloseTo(0.15, 12)
    expect(withShare([shares[0]!, { name: 'Cortex', activityShare: 1 }], 'Cortex', 0.5)['Pelvis']).toBeCloseTo(0.5, 12)
    const alone = withShare(
      [
        { name: 'A', activityShare: 1 },
        { name: 'B', activityShare: 0 },
        { name: 'C', activityShare: 0 },
      ],
      'A',
      0.4,
    )
    expect([alone['B'], alone['C']]).toEqual([0.3, 0.3])
  })

  it('are offered with models of the organ first', () => {
    const model = (id: string, organ: string) => ({
      id,
      organ,
      title: id,
      validity: '',
      parts: [],
      evidence: 'designed' as const,
    })
    expect(modelsFor([model('a', 'liver'), model('b', 'kidney')], 'KIDNEY_L').map(({ id }) => id)).toEqual(['b', 'a'])
    expect(modelOf({ model: 'a' })).toBe('a')
    expect(modelOf(undefined)).toBe('')
  })
})

describe('changes of settings', () => {
  it('are the same whatever the way there, and nothing is left of what was taken back', () => {
    const a = withOwn(withOwn(NO_SETTINGS, 'B', { alphaBetaGy: 3 }), 'A', { repairHalfTimeH: 1 })
    const b = withOwn(withOwn(NO_SETTINGS, 'A', { repairHalfTimeH: 1 }), 'B', { alphaBetaGy: 3 })
    expect(sameSettings(a, b)).toBe(true)
    const back = withOwn(withOwn(a, 'A', { repairHalfTimeH: undefined }), 'B', { alphaBetaGy: undefined })
    expect(sameSettings(back, NO_SETTINGS)).toBe(true)
    expect(withOwn(NO_SETTINGS, 'A', { complication: null }).byStructure['A']).toEqual({
      complication: null,
      reason: '',
    })
  })

  it('tell what differs from what is kept', () => {
    const course = { structure: 'A', fractions: 5, dosePerFractionGy: 4, note: '' }
    const draft = withBeam(withOwn(NO_SETTINGS, 'A', { alphaBetaGy: 3 }), course)
    expect(changedParts(NO_SETTINGS, draft)).toEqual(['A', 'external beam'])
    expect(sameSettings(withoutBeam(withBeam(NO_SETTINGS, course), 0), NO_SETTINGS)).toBe(true)
  })

  it('offer sets of the kind of structure, those of its tissue first', () => {
    const set = (id: string, tissue: string, kind: 'organ' | 'tumour') => ({ id, tissue, kind, model: 'limit' })
    const all = [set('liver', 'liver', 'organ'), set('kidney', 'kidney', 'organ'), set('t', 'tumour', 'tumour')]
    const offered = setsFor(all as never, ['limit'], 'organ', 'KIDNEY_L')
    expect(offered.map(({ id }) => id)).toEqual(['kidney', 'liver'])
    expect(offered.map((one) => isOfTissue(one, 'KIDNEY_L'))).toEqual([true, false])
  })
})

describe('the inspector', () => {
  it('shows values in the unit of the screen, and clonogens only with a model of control', () => {
    expect(valueInUse(effect({}), 'repairHalfTimeH')).toBeCloseTo(2.8, 12)
    expect(valueInUse(effect({}), 'alphaPerGy')).toBeNull()
    expect(fieldsOf(effect({ kind: 'lesion' }))).not.toContain('clonogens')
    expect(fieldsOf(effect({ kind: 'lesion', control: outcome({ model: 'tcp' }) }))).toContain('clonogens')
  })

  it('lists what limits and models rest on, too', () => {
    const sets = [{ id: 'limit', parameters: [parameter('limitGy', 40)] }] as unknown as readonly BiologySetView[]
    const model = outcome({ parameters: [...outcome({}).parameters, parameter('repairHalfTimeS', 960, 's')] })
    const rows = parameterRows(effect({ limits: [limit({})], complication: model }), sets)
    expect(rows.map(({ group }) => group)).toEqual(['Sensitivity', 'Sensitivity', 'Limit', 'Model', 'Model', 'Model'])
  })
})

describe('charts', () => {
  it('put the course in days, mGy/h and Gy', () => {
    expect(courseColumns(effect({}).doseRate)).toEqual([
      [0, 1],
      [1, 0],
      [0, 9.5],
    ])
  })

  it('find the administrations across a change of the clocks, and without offsets by local time', () => {
    const at = (local: string, utcOffsetMin: number | null, index: number) => ({
      index,
      administration: { start: { local, utcOffsetMin } },
    })
    const analysis = (offset: boolean) =>
      ({
        cycles: [at('2024-03-30T10:00:00', offset ? 60 : null, 1), at('2024-04-01T11:00:00', offset ? 120 : null, 2)],
      }) as unknown as Analysis
    expect(cycleStartsDays(analysis(true)).map(({ days }) => days)).toEqual([0, 2])
    expect(cycleStartsDays(analysis(false))[1]?.days).toBeCloseTo(2 + 1 / 24, 12)
  })

  it('read a histogram between its values', () => {
    const curve = { name: 'A', bedGy: [0, 10, 20], share: [1, 0.5, 0] }
    expect([-1, 0, 5, 15, 20, 30].map((bed) => shareAt(curve, bed))).toEqual([1, 1, 0.75, 0.25, 0, 0])
  })

  it('move sliders on a logarithmic scale and back', () => {
    expect(valueAt(0, ALPHA_BETA_GY)).toBe(0.5)
    expect(valueAt(100, ALPHA_BETA_GY)).toBe(30)
    expect(valueAt(placeOf(2.6, ALPHA_BETA_GY), ALPHA_BETA_GY)).toBe(2.6)
    expect(placeOf(1000, ALPHA_BETA_GY)).toBe(100)
    expect(placeOf(0.01, ALPHA_BETA_GY)).toBe(0)
  })
})
