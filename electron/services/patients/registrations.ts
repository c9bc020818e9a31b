/** Registrations of a patient: what there is, made by hand, judged by a person. */
import { InputError } from '../../../native-core/errors/index.ts'
import { isRigidTransform } from '../../../native-core/imaging/index.ts'
import type { Mat4 } from '../../../native-core/imaging/types.ts'
import type { RegistrationView } from '../../contracts/registrations.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { RegistrationInput, RegistrationRecord, Store } from '../ports/store.ts'
import { timePointOf } from './timePointOf.ts'

/** The newest first among those of one state; accepted ones before proposed ones before rejected ones. */
export function registrationViews(store: Store, patient: StoredPatient, course: CourseDraft): RegistrationView[] {
  const timePoints = course.cycles.flatMap((cycle) => cycle.timePoints)
  const inFrame = (uid: string): TimePointDraft | undefined =>
    timePoints.find(({ emission }) => emission.frameOfReferenceUid === uid)
  const inUse = new Set(patient.registrations.map(({ key }) => key))
  const order = { accepted: 0, proposed: 1, rejected: 2 }
  return [...store.read.registrationsOfPatient(patient.record.id)]
    .sort((a, b) => order[a.status] - order[b.status] || (b.decidedAt ?? '').localeCompare(a.decidedAt ?? ''))
    .map((record) => ({
      registrationId: record.id,
      movingTimePointId: inFrame(record.fromFrameOfReferenceUid)?.id ?? null,
      fixedTimePointId: inFrame(record.toFrameOfReferenceUid)?.id ?? null,
      type: record.type,
      movingToFixed: [...record.matrix],
      origin: record.origin,
      status: record.status,
      decidedBy: record.decidedBy,
      decidedAt: record.decidedAt,
      description: record.method?.description ?? (record.origin === 'REG' ? 'Imported registration object' : ''),
      remarks: [...(record.method?.remarks ?? [])],
      quality: record.method?.quality ?? null,
      inUse:
        record.status === 'accepted' ? inUse.has(record.key) || record.deformation !== null : inUse.has(record.key),
    }))
}

/**
 * What a registration of two time points is between.
 *
 * @throws InputError `time-point.unknown`, `registration.one-frame` where both are in one frame of reference, `registration.no-frame`.
 */
export function framesOf(
  course: CourseDraft,
  movingTimePointId: string,
  fixedTimePointId: string,
): Pick<RegistrationInput, 'fromFrameOfReferenceUid' | 'toFrameOfReferenceUid'> & {
  readonly moving: TimePointDraft
  readonly fixed: TimePointDraft
} {
  const moving = timePointOf(course, movingTimePointId)
  const fixed = timePointOf(course, fixedTimePointId)
  const from = moving.emission.frameOfReferenceUid
  const to = fixed.emission.frameOfReferenceUid
  if (from === null || to === null)
    throw new InputError(
      'registration.no-frame',
      'One of the images does not say in which frame of reference it is, so that no registration could refer to it.',
      'Export the series again with its Frame of Reference UID.',
    )
  if (from === to)
    throw new InputError(
      'registration.one-frame',
      'Both time points are in the same frame of reference: by their files they lie as they are.',
      'Choose two time points of different frames of reference.',
    )
  return { moving, fixed, fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to }
}

/** One that a person made in the views: proposed until it is accepted. @throws InputError as `framesOf`, `registration.not-rigid`. */
export function addManualRegistration(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  movingTimePointId: string,
  fixedTimePointId: string,
  movingToFixed: Mat4,
): string {
  const { fromFrameOfReferenceUid, toFrameOfReferenceUid } = framesOf(course, movingTimePointId, fixedTimePointId)
  if (!isRigidTransform(movingToFixed))
    throw new InputError(
      'registration.not-rigid',
      'A registration made by hand moves and turns; this one stretches or mirrors.',
      'Begin again from the present registration.',
    )
  return addRegistration(store, patient.record.id, {
    fromFrameOfReferenceUid,
    toFrameOfReferenceUid,
    type: 'RIGID',
    matrix: movingToFixed,
    deformation: null,
    origin: 'manual',
    method: { description: 'Moved and turned by hand', remarks: [], quality: null },
  })
}

/** Stores a registration under the next free key of its pair of frames. */
export function addRegistration(
  store: Store,
  patientId: string,
  input: Omit<RegistrationInput, 'patientId' | 'key' | 'sourceSha256s'>,
): string {
  const prefix = `${input.origin}/${input.fromFrameOfReferenceUid}/${input.toFrameOfReferenceUid}/`
  const { id } = store.transaction({ action: 'registration.add' }, (write, read) =>
    write.addRegistration({
      ...input,
      patientId,
      key: `${prefix}${read.registrationsOfPatient(patientId).filter(({ key }) => key.startsWith(prefix)).length + 1}`,
      sourceSha256s: [],
    }),
  )
  return id
}

/** @throws InputError `registration.unknown`. */
export function judgeRegistration(
  store: Store,
  patientId: string,
  registrationId: string,
  status: 'accepted' | 'rejected',
): void {
  registrationOf(store, patientId, registrationId)
  store.transaction({ action: `registration.${status === 'accepted' ? 'accept' : 'reject'}` }, (write) =>
    write.judgeRegistration(registrationId, status),
  )
}

/** @throws InputError `registration.unknown`. */
export function registrationOf(store: Store, patientId: string, registrationId: string): RegistrationRecord {
  const record = store.read.registration(registrationId)
  if (record?.patientId === patientId) return record
  throw new InputError(
    'registration.unknown',
    'This registration is not in the store.',
    'Open the list of registrations again.',
  )
}
