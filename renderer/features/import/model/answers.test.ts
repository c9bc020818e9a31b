import { describe, expect, it } from 'vitest'
import { protocolSchema, type ImportProblem } from '../../../../electron/contracts/index.ts'
import {
  answerKindOf,
  canAccept,
  cycleNamed,
  withAccepted,
  withAdministration,
  withCalibration,
  withoutSeries,
} from './answers.ts'
import { countsOf } from './summary.ts'

const problem = (code: string, severity: ImportProblem['severity'] = 'question'): ImportProblem => ({
  severity,
  code,
  item: '',
  message: '',
  hint: '',
  seriesUid: null,
  filePaths: [],
})
const protocol = protocolSchema.parse({})
const calibration = { sensitivityCpsPerMbq: 9, relativeUncertainty: 0.03, date: '2024-01-01', note: '' }

describe('answers', () => {
  it.each([
    ['activity.needs-calibration', 'calibration'],
    ['administration.activity-absent', 'administration'],
    ['administration.start-missing', 'administration'],
    ['time.injection-after-scan', 'administration'],
    ['nuclide.missing', 'nuclide'],
    ['nuclide.several', 'nuclide'],
    ['registration.not-accepted', 'registrations'],
    ['file.same-uid-different-content', 'decision'],
  ])('%s is answered by %s', (code, kind) => {
    expect(answerKindOf(problem(code))).toBe(kind)
  })

  it('gives no form to what is no question', () => {
    expect(answerKindOf(problem('activity.needs-calibration', 'warning'))).toBeNull()
  })

  it('lets a contradiction be accepted, but not a value that is missing', () => {
    expect(canAccept(problem('administration.start-contradiction'))).toBe(true)
    expect(canAccept(problem('administration.differs-within-series'))).toBe(true)
    expect(canAccept(problem('file.same-uid-different-content'))).toBe(true)
    expect(canAccept(problem('administration.start-missing'))).toBe(false)
    expect(canAccept(problem('activity.needs-calibration'))).toBe(false)
    expect(canAccept(problem('nuclide.contradiction'))).toBe(false)
    expect(canAccept(problem('course.image-left-out'))).toBe(false)
    expect(canAccept(problem('registration.not-accepted'))).toBe(false)
    expect(canAccept(problem('file.same-uid-different-content', 'warning'))).toBe(false)
  })

  it('names accepted problems as the protocol does and leaves series out once', () => {
    const accepted = withAccepted(protocol, { code: 'a.b', seriesUid: '1.2' })
    expect(withAccepted(accepted, { code: 'a.b', seriesUid: '1.2' }).acceptedProblems).toEqual(['a.b@1.2'])
    expect(withAccepted(accepted, { code: 'c', seriesUid: null }).acceptedProblems).toEqual(['a.b@1.2', 'c@'])
    expect(withoutSeries(withoutSeries(protocol, '1.2'), '1.2').excludedSeries).toEqual(['1.2'])
  })

  it('reads the cycle that a question is about', () => {
    expect(cycleNamed({ item: 'Cycle 12' })).toBe(12)
    expect(cycleNamed({ item: 'SPECT of cycle 2' })).toBeNull()
  })

  it('calibrates one series or all', () => {
    expect(withCalibration(protocol, null, calibration).calibration).toEqual(calibration)
    const one = withCalibration(protocol, '1.2', calibration)
    const two = withCalibration(one, '1.3', { ...calibration, sensitivityCpsPerMbq: 8 })
    expect(Object.keys(two.calibrationBySeries)).toEqual(['1.2', '1.3'])
    expect(two.calibration).toBeUndefined()
  })

  it('replaces what was said of the same cycle and keeps the others', () => {
    const first = withAdministration(protocol, { cycle: 2, activityBq: 7e9 })
    const both = withAdministration(first, { cycle: 1, startLocal: '2024-01-08T09:05:00' })
    expect(both.administrations).toEqual([
      { cycle: 1, startLocal: '2024-01-08T09:05:00' },
      { cycle: 2, activityBq: 7e9 },
    ])
    expect(withAdministration(both, { cycle: 2, activityBq: 6e9 }).administrations[1]).toEqual({
      cycle: 2,
      activityBq: 6e9,
    })
    expect(withAdministration(both, { cycle: 1 }).administrations).toEqual([{ cycle: 2, activityBq: 7e9 }])
    expect(protocol.administrations).toEqual([])
  })

  it('tells what an import brought and not what it did not', () => {
    expect(
      countsOf({
        patients: [],
        filesSeen: 1,
        imagesAdded: 2,
        imagesKnown: 0,
        structureSets: 1,
        registrations: 0,
        registrationsAccepted: 0,
        problems: [],
      }),
    ).toEqual(['1 file seen', '2 images added', '1 structure set'])
  })
})
