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
import { furtherCycle } from './furtherCycle.ts'
import { fieldsOf, parameterRows, valueInUse } from './inspector.ts'
import { outcomeCurve, probabilityAt } from './outcomeCurve.ts'
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
    expect(probabilityAt(outcome({}), 28)).toBeCloseTo(0.5, 12)
    expect(probabilityAt(outcome({}), 30.8)).toBeCloseTo(0.841344746068543, 10)
  })

  it('pass 50 % control at ln(N/ln 2)/α of BED', () => {
    const control = outcome({
      model: 'tcp',
      parameters: [parameter('clonogens', 1e6, '1'), parameter('alphaPerGy', 0.15, '1/Gy')],
    })
    expect(probabilityAt(control, Math.log(1e6 / Math.LN2) / 0.15)).toBeCloseTo(0.5, 10)
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

describe('a further cycle', () => {
  const sets = [{ id: 'model', parameters: [parameter('alphaBetaGy', 2)] }] as unknown as readonly BiologySetView[]

  it('adds f·D(1 + G·f·D/(α/β)) of the last cycle to what counts in total', () => {
    const more = furtherCycle(effect({ limits: [limit({})] }), 1.5, sets, true)
    // 6 Gy, G 0.05, 2.5 Gy: 6·(1 + 0.12) = 6.72.
    expect(more?.doseGy).toBeCloseTo(6, 12)
    expect(more?.bedGy).toBeCloseTo(6.72, 12)
    expect(more?.limits[0]?.valueGy).toBeCloseTo(26.72, 12)
    expect(more?.limits[0]?.share).toBeCloseTo(0.668, 12)
  })

  it('counts against a limit of one cycle only where it is the largest, in absorbed dose as such', () => {
    const one = limit({
      quantity: 'absorbed dose',
      scope: 'cycle',
      limitGy: 10,
      valueGy: { value: 5, standardUncertainty: 0 },
    })
    expect(furtherCycle(effect({ limits: [one] }), 1, sets, true)?.limits[0]?.valueGy).toBe(5)
    expect(furtherCycle(effect({ limits: [one] }), 2, sets, true)?.limits[0]?.valueGy).toBe(8)
  })

  it('moves the complication of an even dose by its own α/β, and says nothing of an uneven one', () => {
    const with20 = effect({ complication: outcome({}) })
    // 4 Gy, G 0.05, α/β 2: BED 4.4, EQD2 2.2; z = (22.2 − 28)/2.8.
    expect(furtherCycle(with20, 1, sets, true)?.complication).toBeCloseTo(0.0191624, 5)
    const bothLimits = effect({
      complication: outcome({}),
      limits: [limit({}), limit({ set: 'd', quantity: 'absorbed dose' })],
    })
    const uneven = furtherCycle(bothLimits, 1, sets, false)
    expect(uneven?.complication).toBeNull()
    expect(uneven?.limits.map(({ set }) => set)).toEqual(['d'])
    expect(furtherCycle(effect({ cycles: [] }), 1, sets, true)).toBeNull()
    expect(furtherCycle(effect({ parameters: [] }), 1, sets, true)).toBeNull()
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
