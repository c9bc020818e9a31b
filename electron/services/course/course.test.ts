import { describe, expect, it } from 'vitest'
import { registrationUseSchema } from '../../contracts/analysis.ts'
import type { RegistrationUse } from '../../contracts/analysis.ts'
import { protocolSchema } from '../../contracts/protocol.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type {
  AcceptedDeformation,
  ScannedImage,
  ScannedPatient,
  ScannedRegistration,
  UnjudgedRegistration,
} from '../ports/dicomSource.ts'
import { emissionImage, exampleInjection } from './exampleImage.ts'
import {
  buildCourse,
  isAnswered,
  linearLinks,
  refuseAwaiting,
  RegistrationGraph,
  secondsBetween,
  settleProblems,
} from './index.ts'

function registration(from: string, to: string, matrix: readonly number[]): ScannedRegistration {
  return {
    ...emissionImage('reg', '2024-01-08T12:00:00'),
    key: `${from}-${to}`,
    transforms: [{ fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to, type: 'RIGID', matrix }],
    deformations: [],
  }
}

function unjudged(from: string, to: string, isDeformable = false): UnjudgedRegistration {
  const name = `${isDeformable ? 'deformable' : 'rigid'} registration in ${from}-${to}.dcm`
  const registrationId = `open/${name}`
  return { registrationId, name, isDeformable, fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to }
}

function deformation(from: string, to: string, matrix: readonly number[]): AcceptedDeformation {
  const frames = { fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to }
  const provenance = `deformed ${from}-${to}, accepted by anna`
  return { registrationId: `def/${from}-${to}`, fieldId: `field/${from}-${to}`, ...frames, matrix, provenance }
}

const shift = (x: number): readonly number[] => [1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

function course(
  images: readonly ScannedImage[],
  options: {
    protocol?: object
    problems?: readonly ImportProblem[]
    registrations?: readonly ScannedRegistration[]
    deformations?: readonly AcceptedDeformation[]
    unjudged?: readonly UnjudgedRegistration[]
  } = {},
) {
  const patient: ScannedPatient = {
    patient: {
      key: 'p',
      mrn: '1',
      issuer: '',
      name: 'P',
      dicomName: 'P',
      birthDate: null,
      sex: null,
      weightKg: null,
      heightM: null,
    },
    images,
    structureSets: [],
    registrations: options.registrations ?? [],
    acceptedDeformations: options.deformations ?? [],
    unjudgedRegistrations: options.unjudged ?? [],
    kept: [],
  }
  return buildCourse(patient, {
    protocol: protocolSchema.parse(options.protocol ?? {}),
    importProblems: options.problems ?? [],
    isPositronEmitter: (nuclide) => nuclide === 'Ga-68',
  })
}

const early = emissionImage('a', '2024-01-08T13:05:00')
const day = emissionImage('b', '2024-01-09T09:05:00')
const late = emissionImage('c', '2024-01-15T09:05:00')

describe('buildCourse', () => {
  it('puts the scans of one injection into one cycle with hours p.i. from the headers', () => {
    const { cycles, nuclide, problems } = course([late, early, day])
    expect(nuclide).toBe('Lu-177')
    expect(cycles).toHaveLength(1)
    expect(cycles[0]?.timePoints.map((timePoint) => timePoint.hoursAfterInjection)).toEqual([4, 24, 168])
    expect(cycles[0]?.reference.hoursAfterInjection).toBe(24)
    expect(problems.filter((problem) => problem.code === 'registration.missing')).toHaveLength(2)
  })

  it('keeps two scans apart that only share the lack of a study UID', () => {
    const soon = emissionImage('b', '2024-01-08T14:35:00', { studyUid: '' })
    const timePoints = (other: string): number | undefined =>
      course([
        { ...early, studyUid: other },
        { ...soon, studyUid: other },
      ]).cycles[0]?.timePoints.length
    expect([timePoints('1.2'), timePoints('')]).toEqual([1, 2])
  })

  it('makes a second cycle of a second injection', () => {
    const second = emissionImage('d', '2024-03-05T09:00:00', {
      radiopharmaceutical: {
        ...exampleInjection,
        administrationStart: { local: '2024-03-04T09:00:00', utcOffsetMin: null },
      },
    })
    expect(course([second, early]).cycles.map((cycle) => cycle.timePoints.length)).toEqual([1, 1])
  })

  const startedAt = (local: string, utcOffsetMin: number | null = null) => ({
    radiopharmaceutical: { ...exampleInjection, administrationStart: { local, utcOffsetMin } },
  })

  it('asks where files differ about the start of one administration, though they would pass for two cycles', () => {
    for (const [wrong, shown] of [
      ['2024-01-08T09:10:00', '2024-01-08 09:10'],
      ['2024-01-08T11:05:00', '2024-01-08 11:05'],
      ['2024-01-09T08:00:00', '2024-01-09 08:00'],
      ['2024-01-08T07:00:00', '2024-01-08 07:00'],
    ] as const) {
      const images = [early, { ...day, ...startedAt(wrong) }, late]
      const found = course(images)
      expect(found.cycles).toEqual([])
      const question = found.problems.find(({ code }) => code === 'administration.start-contradiction')
      expect(question).toMatchObject({ severity: 'question', item: 'Cycle 1' })
      expect(question?.message).toContain('2024-01-08 09:05 (NM, 2024-01-08 13:05)')
      expect(question?.message).toContain(`${shown} (NM, 2024-01-09 09:05)`)

      const { cycles } = course(images, {
        protocol: { administrations: [{ cycle: 1, startLocal: '2024-01-08T09:05' }] },
      })
      expect(cycles.map(({ timePoints }) => timePoints.map((t) => t.hoursAfterInjection))).toEqual([[4, 24, 168]])
    }
  })

  it('shows offsets from UTC where the same clock reading means two moments, and takes one moment in two zones for one', () => {
    const at = (local: string, utcOffsetMin: number) => ({ acquisitionStart: { local, utcOffsetMin } })
    const winter = { ...early, ...at('2024-01-08T13:05:00', 60), ...startedAt('2024-01-08T09:05:00', 60) }
    const summer = { ...late, ...at('2024-01-15T10:05:00', 120), ...startedAt('2024-01-08T09:05:00', 120) }
    const asked = course([winter, summer]).problems.find(({ code }) => code === 'administration.start-contradiction')
    expect(asked?.message).toContain('UTC+01:00')
    expect(asked?.message).toContain('UTC+02:00')
    const same = { ...summer, ...startedAt('2024-01-08T10:05:00', 120) }
    expect(course([winter, same]).cycles[0]?.timePoints.map((t) => t.hoursAfterInjection)).toEqual([4, 168])
  })

  it('warns of a cycle that begins days after the one before', () => {
    const soon = emissionImage('d', '2024-01-20T09:00:00', startedAt('2024-01-16T09:05:00'))
    const { cycles, problems } = course([early, day, late, soon])
    expect(cycles).toHaveLength(2)
    expect(problems.find(({ code }) => code === 'administration.cycles-near')?.message).toContain('8.0 d after cycle 1')
  })

  it('says side by side what was entered and what the files say of the activity', () => {
    const warned = (activityBq: number) =>
      course([early, day], { protocol: { administrations: [{ cycle: 1, activityBq }] } }).problems.find(
        (problem) => problem.code === 'administration.activity-not-that-of-the-files',
      )
    expect(warned(7400)?.message).toMatch(/0\.00740 MBq.*7400\.0 MBq/)
    expect(warned(7.4e9)).toBeUndefined()
  })

  it('reads a nuclide in any spelling and warns of one that the files do not name', () => {
    const entered = (nuclide: string) => course([early, day], { protocol: { nuclide } })
    expect(entered('177Lu')).toMatchObject({ nuclide: 'Lu-177', nuclideSource: 'entered by the user' })
    expect(entered('177Lu').problems.map(({ code }) => code)).not.toContain('nuclide.not-that-of-the-files')
    const other = entered('I-131').problems.find(({ code }) => code === 'nuclide.not-that-of-the-files')
    expect(other?.message).toContain('I-131, but the files say Lu-177')
  })

  it('names series of the protocol that the patient does not have', () => {
    const { problems } = course([early, day], { protocol: { excludedSeries: ['1.2.3', 'series-b'] } })
    expect(problems.filter(({ code }) => code === 'protocol.unknown-series').map(({ message }) => message)).toEqual([
      expect.stringContaining('1.2.3'),
    ])
  })

  it('asks where two files contradict each other about the activity, and obeys the answer', () => {
    const other = emissionImage('b', '2024-01-09T09:05:00', {
      radiopharmaceutical: { ...exampleInjection, administeredActivityBq: 7.0e9 },
    })
    const asked = course([early, other])
    expect(asked.cycles).toHaveLength(0)
    const question = asked.problems.find((problem) => problem.code === 'administration.activity-contradiction')
    expect(question?.message).toContain('7400.0 MBq')
    expect(question?.message).toContain('7000.0 MBq')
    const answered = course([early, other], { protocol: { administrations: [{ cycle: 1, activityBq: 7.0e9 }] } })
    expect(answered.cycles[0]?.administration.activityBq).toBe(7.0e9)
  })

  it('never assumes the time of the injection', () => {
    const unknown = { ...exampleInjection, administrationStart: null }
    const asked = course([emissionImage('a', '2024-01-08T13:05:00', { radiopharmaceutical: unknown })])
    expect(asked.cycles).toHaveLength(0)
    expect(asked.problems.map((problem) => problem.code)).toContain('administration.start-missing')
    const answered = course([emissionImage('a', '2024-01-08T13:05:00', { radiopharmaceutical: unknown })], {
      protocol: { administrations: [{ cycle: 1, startLocal: '2024-01-08T09:05' }] },
    })
    expect(answered.cycles[0]?.timePoints[0]?.hoursAfterInjection).toBe(4)
  })

  it('refuses a scan before the injection', () => {
    const { cycles, problems } = course([emissionImage('a', '2024-01-08T08:00:00'), day])
    expect(cycles[0]?.timePoints).toHaveLength(1)
    expect(problems.find((problem) => problem.code === 'time.injection-after-scan')?.severity).toBe('refused')
  })

  it('leaves an image out while a question about it stands', () => {
    const question: ImportProblem = {
      severity: 'question',
      code: 'activity.needs-calibration',
      item: 'NM',
      message: 'counts',
      hint: 'calibrate',
      seriesUid: day.seriesUid,
      filePaths: [],
    }
    expect(course([early, day], { problems: [question] }).cycles[0]?.timePoints).toHaveLength(1)
    const calibration = { sensitivityCpsPerMbq: 9.2, relativeUncertainty: 0.03, date: '2024-01-01' }
    expect(
      course([early, day], { problems: [question], protocol: { calibration } }).cycles[0]?.timePoints,
    ).toHaveLength(2)
  })

  it('takes one image of a session, by stated rules, and says so', () => {
    const pet = emissionImage('a2', '2024-01-08T13:05:00', { modality: 'PT', studyUid: early.studyUid })
    const nm = course([early, pet])
    expect(nm.cycles[0]?.timePoints.map((timePoint) => timePoint.emission.modality)).toEqual(['NM'])
    expect(nm.problems.some((problem) => problem.code === 'course.several-emission-series')).toBe(true)
    expect(course([early, pet], { protocol: { emission: 'PT' } }).cycles[0]?.reference.emission.modality).toBe('PT')
  })

  it('follows registrations to the frame that most others are registered to, through chains and backwards', () => {
    const { cycles } = course([early, day, late], {
      registrations: [registration('frame-a', 'frame-b', shift(10)), registration('frame-b', 'frame-c', shift(5))],
    })
    expect(cycles[0]?.reference.emission.key).toBe('b')
    const toReference = cycles[0]?.timePoints.map((timePoint) => timePoint.registration.toReference?.[3])
    expect(toReference).toEqual([10, 0, -5])
  })

  it('names a contradiction about the nuclide instead of choosing', () => {
    const other = emissionImage('b', '2024-01-09T09:05:00', {
      radiopharmaceutical: { ...exampleInjection, nuclide: 'Tc-99m' },
    })
    const { nuclide, problems } = course([early, other])
    expect(nuclide).toBe('')
    expect(problems.find((problem) => problem.code === 'nuclide.contradiction')?.message).toContain('Tc-99m')
  })
})

describe('registrations that nobody has judged', () => {
  it('count nowhere and are asked about together, by name, where the cycle needs them', () => {
    const open = [unjudged('frame-a', 'frame-b'), unjudged('frame-c', 'frame-b'), unjudged('frame-x', 'frame-b')]
    const { cycles, problems } = course([early, day, late], { unjudged: open })
    const [cycle] = cycles
    expect(cycle?.reference.emission.key).toBe('b')
    expect(cycle?.timePoints.map(({ registration }) => registration.kind)).toEqual(['missing', 'reference', 'missing'])
    const asked = problems.filter(({ code }) => code.startsWith('registration.'))
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      severity: 'question',
      code: 'registration.not-accepted',
      message: expect.stringMatching(
        /the 2 registrations.*frame-a-frame-b\.dcm; .*frame-c-frame-b\.dcm.*4\.0, 168\.0 h/,
      ),
      registrationIds: open.slice(0, 2).map(({ registrationId }) => registrationId),
    })
    expect(() => refuseAwaiting(1, cycle?.timePoints ?? [])).toThrow(/frame-a-frame-b\.dcm/)
    expect(() => refuseAwaiting(1, cycle ? [cycle.reference] : [])).not.toThrow()
  })

  it('are answered by judging them, by no entry of the protocol', () => {
    const [question] = course([early, day], { unjudged: [unjudged('frame-a', 'frame-b')] }).problems.filter(
      ({ code }) => code === 'registration.not-accepted',
    )
    const protocol = protocolSchema.parse({ acceptedProblems: ['registration.not-accepted@'] })
    expect(question && isAnswered(question, protocol)).toBe(false)
    expect(question && settleProblems([question], protocol)[0]?.severity).toBe('question')
  })

  it('are not asked about where an accepted way leads there, nor between images of one frame of reference', () => {
    const open = [unjudged('frame-a', 'frame-b')]
    const other = { ...early, frameOfReferenceUid: 'frame-b' }
    const codes = (found: ReturnType<typeof course>) => found.problems.map(({ code }) => code)
    const accepted = [registration('frame-a', 'frame-b', shift(1))]
    expect(codes(course([early, day], { unjudged: open, registrations: accepted }))).toEqual(codes(course([early])))
    expect(codes(course([other, day], { unjudged: open }))).toEqual(codes(course([early])))
    expect(codes(course([early, day]))).toContain('registration.missing')
  })

  it('choose the reference as once they are accepted, so that accepting them does not change it', () => {
    const links = [
      ['frame-c', 'frame-a'],
      ['frame-c', 'frame-b'],
    ] as const
    const before = course([early, day, late], { unjudged: links.map(([from, to]) => unjudged(from, to)) })
    const after = course([early, day, late], {
      registrations: links.map(([from, to]) => registration(from, to, shift(1))),
    })
    expect(before.cycles[0]?.reference.emission.key).toBe('c')
    expect(after.cycles[0]?.reference.emission.key).toBe('c')
  })

  it('are linear ones first: a deformable one is asked about only where nothing else leads there', () => {
    const ids = (open: readonly UnjudgedRegistration[]) =>
      course([early, day], { unjudged: open }).problems.flatMap(({ registrationIds = [] }) => registrationIds)
    const [rigid, deformable] = [unjudged('frame-a', 'frame-b'), unjudged('frame-a', 'frame-b', true)]
    expect(ids([deformable, rigid])).toEqual([rigid.registrationId])
    expect(ids([deformable])).toEqual([deformable.registrationId])
  })
})

describe('chains of registrations', () => {
  /** As they are stored: JSON knows no −0. */
  function uses(options: Parameters<typeof course>[1]): RegistrationUse[] {
    const { cycles } = course([early, day, late], { protocol: { referenceTimePoint: 1 }, ...options })
    const found = cycles[0]?.timePoints.map(({ registration }) => registration)
    return registrationUseSchema.array().parse(JSON.parse(JSON.stringify(found)))
  }

  it('mix deformable and linear ones, with each link named in the order from the time point to the reference', () => {
    const found = uses({
      deformations: [deformation('frame-a', 'frame-b', shift(10))],
      registrations: [registration('frame-b', 'frame-c', shift(5))],
    })
    expect(found?.[1]?.deformable).toEqual({
      registrationId: 'def/frame-a-frame-b',
      fieldId: 'field/frame-a-frame-b',
      source: 'deformed frame-a-frame-b, accepted by anna',
    })
    // Without a linear way over a–b the linear part of the deformation stands in for what only a matrix can do.
    expect(found?.[1]).toMatchObject({ kind: 'registration-object', toReference: shift(-10) })
    expect(found?.[2]?.toReference).toEqual(shift(-15))
    expect(found?.[2]?.deformable).toMatchObject({
      registrationId: '',
      chain: [
        { registrationId: 'frame-b-frame-c', fieldId: null, matrix: shift(-5) },
        { registrationId: 'def/frame-a-frame-b', fieldId: 'field/frame-a-frame-b', matrix: shift(-10) },
      ],
    })
    expect(found?.[2]?.source).toMatch(/^linear part of .* → deformed frame-a-frame-b, accepted by anna$/)
  })

  it('give way to a direct one, also a linear one', () => {
    const found = uses({
      deformations: [deformation('frame-a', 'frame-b', shift(10)), deformation('frame-b', 'frame-c', shift(5))],
      registrations: [registration('frame-c', 'frame-a', shift(7))],
    })
    expect(found?.[2]).toMatchObject({ toReference: shift(7) })
    expect(found?.[2]?.deformable).toBeUndefined()
  })

  it('are the same chain in both directions', () => {
    // Two ways of one length from a to c.
    const registrations = [
      registration('frame-a', 'frame-y', shift(1)),
      registration('frame-y', 'frame-c', shift(1)),
      registration('frame-a', 'frame-x', shift(100)),
      registration('frame-x', 'frame-c', shift(100)),
    ]
    const graph = new RegistrationGraph(linearLinks(registrations))
    const [there, back] = [graph.path('frame-a', 'frame-c'), graph.path('frame-c', 'frame-a')]
    expect(back?.matrix[3]).toBe(-(there?.matrix[3] ?? NaN))
    expect(back?.steps.map(({ link }) => link.name)).toEqual(there?.steps.map(({ link }) => link.name).toReversed())
  })
})

describe('secondsBetween', () => {
  it('uses UTC where both clocks are known and the local clock otherwise', () => {
    const from = { local: '2024-03-30T12:00:00', utcOffsetMin: 60 }
    const to = { local: '2024-03-31T12:00:00', utcOffsetMin: 120 }
    expect(secondsBetween(from, to)).toBe(23 * 3600)
    expect(secondsBetween({ ...from, utcOffsetMin: null }, to)).toBe(24 * 3600)
  })
})

describe('settleProblems', () => {
  const question: ImportProblem = {
    severity: 'question',
    code: 'nuclide.unknown',
    item: 'NM',
    message: 'Which nuclide?',
    hint: 'Say.',
    seriesUid: '1.2',
    filePaths: [],
  }

  it('turns what a person has answered or accepted into a note, and leaves the rest', () => {
    const settled = (problem: ImportProblem, protocol: object) =>
      settleProblems([problem], protocolSchema.parse(protocol))[0]
    expect(settled(question, {})).toEqual(question)
    expect(settled(question, { nuclide: 'Lu-177' })).toMatchObject({
      severity: 'note',
      message: 'Which nuclide? Answered in the protocol.',
    })
    const warning = { ...question, severity: 'warning' as const, code: 'a.b' }
    expect(settled(warning, {})?.severity).toBe('warning')
    expect(settled(warning, { acceptedProblems: ['a.b@1.2'] })?.severity).toBe('note')
    const refused = { ...warning, severity: 'refused' as const }
    expect(settled(refused, { acceptedProblems: ['a.b@1.2'] })?.severity).toBe('refused')
  })
})
