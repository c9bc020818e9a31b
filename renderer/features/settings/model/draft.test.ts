import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { protocolSchema, type Protocol } from '../../../../electron/contracts/index.ts'
import { createFakeCalibrations } from '../../../dev/fakeCalibrations.ts'
import { fromDraft, toDraft, type ProtocolDraft } from './draft.ts'

const defaults = protocolSchema.parse({})
const full: Protocol = protocolSchema.parse({
  name: 'Site A',
  nuclide: 'Lu-177',
  agent: '177Lu-PSMA-617',
  administrations: [{ cycle: 2, activityBq: 7.31e9, startLocal: '2024-03-01T10:15:00' }],
  calibration: { sensitivityCpsPerMbq: 9.31, relativeUncertainty: 0.03, date: '2024-01-02', note: 'Jaszczak' },
  calibrationBySeries: { '1.2.3': { sensitivityCpsPerMbq: 8.9, relativeUncertainty: 0.04, date: '2023-12-01' } },
  excludedSeries: ['1.9.9'],
  acceptedProblems: ['administration.start-contradiction@1.2.3'],
  referenceTimePoint: 2,
  lesionsInOrgans: 'include',
  densityGPerMl: { MARROW_SPINE: 1.18 },
  recoveryCoefficients: [
    { structure: 'TUMOUR_1', coefficient: [0.7, 0.71, 0.72, 0.7], cycle: 1, relativeUncertainty: 0.08 },
    { structure: 'KIDNEY_L', coefficient: 0.9 },
  ],
  timeActivityModelByStructure: { LIVER: 'bi-exponential' },
  overlapPriority: ['KIDNEY_.{1,2}', 'SPLEEN'],
  pairedOrgans: 'both',
  hollowOrgans: {
    BLADDER: { wallThicknessMm: 3, source: 'ICRP 89' },
    STOMACH: { contentStructure: 'STOMACH_CONTENT' },
    COLON: { wallStructure: 'COLON_WALL' },
  },
})
const back = (draft: ProtocolDraft, before = full) => fromDraft(draft, before)

describe('draft of a protocol', () => {
  it('changes nothing by being shown', () => {
    expect(back(toDraft(defaults, [1, 2]), defaults)).toEqual({ ok: true, protocol: defaults })
    expect(back(toDraft(full, [1]))).toEqual({ ok: true, protocol: full })
  })

  it('keeps the copy of a stored factor as long as its numbers stay, and drops it with them', () => {
    const [view] = createFakeCalibrations(false).list()
    const { content, calibrationId } = view!
    if (content.kind !== 'camera-factor') throw new Error('the first is a camera factor')
    const { sensitivityCpsPerMbq, relativeUncertainty, date, name } = content
    const calibration = {
      sensitivityCpsPerMbq,
      relativeUncertainty,
      date,
      note: name,
      stored: { calibrationId, content },
    }
    const before = protocolSchema.parse({ calibration })
    const draft = toDraft(before, [1])
    expect(back(draft, before)).toEqual({ ok: true, protocol: before })
    const other = { ...draft, calibration: { ...draft.calibration, sensitivity: '9.5' } }
    const changed = back(other, before)
    expect(changed.ok && changed.protocol.calibration).toEqual({
      sensitivityCpsPerMbq: 9.5,
      relativeUncertainty,
      date,
      note: name,
    })
  })

  it('says beside the field what a hollow organ lacks, and takes the priority away with its names', () => {
    const draft = toDraft(full, [])
    const thin = { ...draft, hollowOrgans: [{ ...draft.hollowOrgans[0]!, value: 'thin' }] }
    const refused = back(thin)
    expect(refused.ok || Object.keys(refused.errors)).toEqual(['hollowOrgans.BLADDER'])
    const none = back({ ...draft, overlapPriority: ' ; ' })
    expect(none.ok && none.protocol.overlapPriority).toBe('none')
  })

  it('keeps percents and MBq as they were typed, without the noise of binary fractions', () => {
    expect(toDraft(full, []).calibration.uncertaintyPercent).toBe('3')
    expect(toDraft(full, []).administrations).toEqual([
      { cycle: 2, activityMbq: '7310', startLocal: '2024-03-01 10:15:00' },
    ])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), (permille) => {
        const protocol = { ...defaults, activityRelativeUncertainty: permille / 1000 }
        const result = back(toDraft(protocol, []), protocol)
        expect(result.ok && result.protocol.activityRelativeUncertainty).toBeCloseTo(permille / 1000, 14)
      }),
    )
  })

  it('takes a choice away where its field is emptied', () => {
    const draft = toDraft(full, [])
    draft.nuclide = ' '
    draft.administrations[0] = { cycle: 2, activityMbq: '', startLocal: '' }
    draft.calibration = { sensitivity: '', uncertaintyPercent: '', date: '', note: '' }
    const result = back(draft)
    expect(result.ok && result.protocol.nuclide).toBeUndefined()
    expect(result.ok && result.protocol.administrations).toEqual([])
    expect(result.ok && result.protocol.calibration).toBeUndefined()
    expect(result.ok && result.protocol.calibrationBySeries).toEqual(full.calibrationBySeries)
  })

  it.each<[string, (draft: ProtocolDraft) => void, string]>([
    ['a number that is none', (draft) => (draft.calibration.sensitivity = 'nine'), 'calibration.sensitivityCpsPerMbq'],
    [
      'a calibration without its uncertainty',
      (draft) => (draft.calibration.uncertaintyPercent = ''),
      'calibration.relativeUncertainty',
    ],
    ['a day that is none', (draft) => (draft.calibration.date = '2024-02-30'), 'calibration.date'],
    ['a moment that is none', (draft) => (draft.administrations[0]!.startLocal = 'yesterday'), 'administrations.0'],
    ['a negative activity', (draft) => (draft.administrations[0]!.activityMbq = '-5'), 'administrations.0'],
    ['no uncertainty at all', (draft) => (draft.activityUncertaintyPercent = '0'), 'activityRelativeUncertainty'],
    ['a broken expression', (draft) => (draft.lesionPattern = 'tum('), 'lesionPattern'],
    ['a recovery without a coefficient', (draft) => (draft.recoveries[0]!.coefficients = ''), 'recoveryCoefficients.0'],
    [
      'a recovery that is no number',
      (draft) => (draft.recoveries[0]!.coefficients = '0.7, x'),
      'recoveryCoefficients.0',
    ],
    ['a density of nothing', (draft) => (draft.densities[0]!.gPerMl = ''), 'densityGPerMl.MARROW_SPINE'],
  ])('refuses %s and names its field', (_what, spoil, field) => {
    const draft = toDraft(full, [])
    spoil(draft)
    const result = back(draft)
    expect(result.ok).toBe(false)
    expect(result.ok ? {} : result.errors).toHaveProperty([field])
  })

  it('takes a comma as a decimal point', () => {
    const draft = toDraft(full, [])
    draft.calibration.sensitivity = '9,31'
    const result = back(draft)
    expect(result.ok && result.protocol.calibration?.sensitivityCpsPerMbq).toBe(9.31)
  })
})
