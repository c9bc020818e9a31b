/** The map between two time points by registrations that a person has accepted. */
import { InputError } from '../../../native-core/errors/index.ts'
import { IDENTITY_MAT4 } from '../../../native-core/imaging/index.ts'
import { acceptedLinks, cycleWords, RegistrationGraph } from '../course/index.ts'
import type { CourseDraft, RegistrationPath, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { RegistrationRecord, Store } from '../ports/store.ts'
import type { FixedToMoving } from '../registration/index.ts'
import { chainedMap, pathOfRecord } from './chainedMap.ts'
import { registrationOf } from './registrations.ts'

export interface AcceptedMap {
  /** From the patient coordinates of the target to those of the source: what `Compute.warp` takes to carry the source's to the target. */
  readonly toSource: FixedToMoving
  readonly kind: 'same-frame' | 'linear' | 'deformable'
  /** In words, each link of a chain with who accepted it and when. */
  readonly description: string
  /** '' for a chain of several, or where none is needed. */
  readonly registrationId: string
}

export interface MapTools {
  readonly store: Store
  readonly patient: StoredPatient
  readonly course: CourseDraft
  readonly compute: Pick<Compute, 'warp'>
  readonly signal: AbortSignal
}

/**
 * By the shortest chain of accepted registrations, in which deformable and linear ones may mix: a direct one before a chain, of the same two
 * frames of reference the newest deformable one before the linear ones; each in either direction. Or by the one named. Time points of one
 * frame of reference lie as they are.
 *
 * @throws InputError `registration.no-frame`, `registration.none-accepted`, `registration.unknown`, `registration.not-accepted`,
 * `registration.other-pair`; those of an inverse that does not exist; CancelledError.
 */
export async function acceptedMap(
  tools: MapTools,
  source: TimePointDraft,
  target: TimePointDraft,
  registrationId: string | null = null,
): Promise<AcceptedMap> {
  const { store, patient, course } = tools
  const [from, to] = [source.emission.frameOfReferenceUid, target.emission.frameOfReferenceUid]
  if (from === null || to === null)
    throw new InputError(
      'registration.no-frame',
      `The images of ${nameOf(course, from === null ? source : target)} do not say in which frame of reference they are.`,
      'Export the series again with its Frame of Reference UID.',
    )
  if (from === to)
    return {
      toSource: IDENTITY_MAT4,
      kind: 'same-frame',
      description: 'both in one frame of reference, as they lie',
      registrationId: '',
    }
  if (registrationId === null) return alongPath(tools, acceptedPath(tools, source, target, [from, to]), target)
  const named = registrationOf(store, patient.record.id, registrationId)
  assertUsable(named, isOfPair(named, from, to), `${nameOf(course, source)} and ${nameOf(course, target)}`)
  return alongPath(tools, pathOfRecord(named, from), target)
}

function acceptedPath(
  { patient, course }: MapTools,
  source: TimePointDraft,
  target: TimePointDraft,
  [from, to]: readonly [string, string],
): RegistrationPath {
  const path = new RegistrationGraph(acceptedLinks(patient)).path(from, to)
  if (path) return path
  throw new InputError(
    'registration.none-accepted',
    `No accepted registration leads from ${nameOf(course, source)} to ${nameOf(course, target)}.`,
    'Compute a registration of the two time points and accept it, or accept the one that came with the images.',
  )
}

async function alongPath(tools: MapTools, path: RegistrationPath, target: TimePointDraft): Promise<AcceptedMap> {
  const { toSource, descriptions, registrationIds } = await chainedMap(tools, path, target)
  const [only] = registrationIds
  return {
    toSource,
    kind: 'displacementMm' in toSource ? 'deformable' : 'linear',
    description: descriptions.join(', then '),
    registrationId: registrationIds.length === 1 && only !== undefined ? only : '',
  }
}

/** "cycle 1, 24 h p.i." */
export function nameOf(course: CourseDraft, timePoint: TimePointDraft): string {
  const all = [...course.cycles, ...course.diagnostics]
  const cycle = all.find(({ timePoints }) => timePoints.some(({ id }) => id === timePoint.id))
  const words = cycle ? cycleWords(cycle.index).toLowerCase() : 'cycle ?'
  return `${words}, ${timePoint.hoursAfterInjection.toFixed(0)} h p.i.`
}

function isOfPair(record: RegistrationRecord, from: string, to: string): boolean {
  return [record.fromFrameOfReferenceUid, record.toFrameOfReferenceUid].sort().join() === [from, to].sort().join()
}

function assertUsable({ status }: RegistrationRecord, isItsPair: boolean, pair: string): void {
  if (!isItsPair)
    throw new InputError(
      'registration.other-pair',
      `This registration is not one of ${pair}.`,
      'Choose one of these two time points.',
    )
  if (status !== 'accepted')
    throw new InputError(
      'registration.not-accepted',
      `The registration of ${pair} is ${status}.`,
      'Look at it and accept it first, or choose another one.',
    )
}
