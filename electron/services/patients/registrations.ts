/** Registrations of a patient: what there is, made by hand, judged by a person. */
import { InputError } from '../../../native-core/errors/index.ts'
import { invertAffine, isRigidTransform } from '../../../native-core/imaging/index.ts'
import type { Mat4 } from '../../../native-core/imaging/types.ts'
import type { RegistrationQuality, RegistrationView } from '../../contracts/registrations.ts'
import { acceptedLinks } from '../course/index.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { RegistrationInput, RegistrationRecord, Store } from '../ports/store.ts'
import type { RegistrationHow } from './computeRegistration.ts'
import { landmarkQuality } from './registrationLandmarks.ts'
import type { Frames } from './registrationLandmarks.ts'
import { agreementOf, shapesOf } from './structureAgreement.ts'
import { timePointOf } from './timePointOf.ts'

/** Of one made by hand or read from a file, before anything was measured. */
const UNMEASURED: RegistrationQuality = {
  metric: '',
  metricBefore: null,
  metricAfter: null,
  overlapFraction: null,
  jacobianMinimum: null,
  jacobianMaximum: null,
  foldedFraction: null,
  structures: [],
  landmarks: null,
}

/** The newest first among those of one state; accepted ones before proposed ones before rejected ones. */
export async function registrationViews(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
): Promise<RegistrationView[]> {
  const timePoints = course.cycles.flatMap((cycle) => cycle.timePoints)
  const inFrame = (uid: string): string[] =>
    timePoints.filter(({ emission }) => emission.frameOfReferenceUid === uid).map(({ id }) => id)
  const isInUse = inUseOf(patient)
  const order = { accepted: 0, proposed: 1, rejected: 2 }
  const records = [...store.read.registrationsOfPatient(patient.record.id)].sort(
    (a, b) => order[a.status] - order[b.status] || (b.decidedAt ?? '').localeCompare(a.decidedAt ?? ''),
  )
  return Promise.all(
    records.map(async (record) => {
      const [moving, fixed] = [inFrame(record.fromFrameOfReferenceUid), inFrame(record.toFrameOfReferenceUid)]
      const landmarks = await landmarkQuality(store, record)
      const measured = record.method?.quality ?? null
      return {
        registrationId: record.id,
        movingTimePointId: moving[0] ?? null,
        fixedTimePointId: fixed[0] ?? null,
        movingTimePointIds: moving,
        fixedTimePointIds: fixed,
        type: record.type,
        movingToFixed: [...record.matrix],
        origin: record.origin,
        status: record.status,
        decidedBy: record.decidedBy,
        decidedAt: record.decidedAt,
        description: record.method?.description ?? (record.origin === 'REG' ? 'Imported registration object' : ''),
        remarks: [...(record.method?.remarks ?? [])],
        quality: landmarks ? { ...(measured ?? UNMEASURED), landmarks } : measured,
        inUse: isInUse(record),
      }
    }),
  )
}

/** Of several registrations of the same two frames the first counts, as `RegistrationGraph` takes it. */
function inUseOf(patient: StoredPatient): (record: RegistrationRecord) => boolean {
  const byPair = new Map<string, string>()
  for (const { fromFrameOfReferenceUid: from, toFrameOfReferenceUid: to, name } of acceptedLinks(patient)) {
    const pair = [from, to].sort().join(' ')
    if (!byPair.has(pair)) byPair.set(pair, name)
  }
  const names = new Set(byPair.values())
  return ({ id, key }) => names.has(id) || names.has(key)
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
): Frames & {
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

/**
 * One that a person made in the views, measured and stored as proposed. Answers with its id.
 *
 * @throws InputError as `framesOf`, `registration.not-rigid`; CancelledError.
 */
export async function addManualRegistration(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: { readonly movingTimePointId: string; readonly fixedTimePointId: string; readonly movingToFixed: Mat4 },
  compute: Pick<Compute, 'warp'>,
  { progress, signal }: RegistrationHow,
): Promise<string> {
  const { movingToFixed } = ask
  const { moving, fixed, ...frames } = framesOf(course, ask.movingTimePointId, ask.fixedTimePointId)
  if (!isRigidTransform(movingToFixed))
    throw new InputError(
      'registration.not-rigid',
      'A registration made by hand moves and turns; this one stretches or mirrors.',
      'Begin again from the present registration.',
    )
  progress(0.1, 'Measuring structures')
  const shapes = {
    fixed: shapesOf(store, patient.record.id, fixed),
    moving: shapesOf(store, patient.record.id, moving),
  }
  const grid = (fixed.ct ?? fixed.emission).grid
  const structures = await agreementOf({ ...shapes, grid }, invertAffine(movingToFixed), compute, signal)
  return addRegistration(store, patient.record.id, {
    ...frames,
    type: 'RIGID',
    matrix: movingToFixed,
    deformation: null,
    origin: 'manual',
    method: { description: 'Moved and turned by hand', remarks: [], quality: { ...UNMEASURED, structures } },
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

/**
 * Accepts those of the registrations that nobody has judged; what a person decided before stays.
 *
 * @throws InputError `registration.unknown`; then none is accepted.
 */
export function acceptRegistrations(store: Store, patientId: string, registrationIds: readonly string[]): void {
  const open = registrationIds
    .map((id) => registrationOf(store, patientId, id))
    .filter(({ status }) => status === 'proposed')
  store.transaction({ action: 'registration.accept' }, (write) => {
    for (const { id } of open) write.judgeRegistration(id, 'accepted')
  })
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
