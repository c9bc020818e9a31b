/** The map between two time points by registrations that a person has accepted. */
import { InputError } from '../../../native-core/errors/index.ts'
import { gridExtentMm, IDENTITY_MAT4, invertAffine } from '../../../native-core/imaging/index.ts'
import type { Deformation, ImageGrid, Vec3 } from '../../../native-core/imaging/index.ts'
import { RegistrationGraph } from '../course/index.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { RegistrationRecord, Store, StoredDeformation } from '../ports/store.ts'
import type { FixedToMoving } from '../registration/index.ts'
import { registrationOf } from './registrations.ts'

export interface AcceptedMap {
  /** From the patient coordinates of the target to those of the source: what `Compute.warp` takes to carry the source's to the target. */
  readonly toSource: FixedToMoving
  readonly kind: 'same-frame' | 'linear' | 'deformable'
  /** In words, with who accepted what and when. */
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
 * The newest accepted deformable registration of the two, in either direction, before the shortest chain of accepted linear ones; or the one
 * named. Time points of one frame of reference lie as they are.
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
  const joins = (record: RegistrationRecord): boolean =>
    [record.fromFrameOfReferenceUid, record.toFrameOfReferenceUid].sort().join() === [from, to].sort().join()
  const named = registrationId === null ? null : registrationOf(store, patient.record.id, registrationId)
  if (named) {
    assertUsable(named, joins(named), `${nameOf(course, source)} and ${nameOf(course, target)}`)
    return mapOf(tools, named, from, target)
  }
  const accepted = store.read
    .registrationsOfPatient(patient.record.id)
    .filter(({ status }) => status === 'accepted')
    .sort((a, b) => (b.decidedAt ?? '').localeCompare(a.decidedAt ?? '') || a.key.localeCompare(b.key))
  const deformable = accepted.find((record) => record.deformation !== null && joins(record))
  if (deformable) return mapOf(tools, deformable, from, target)
  const keys = new Set(accepted.map(({ key }) => key))
  const path = new RegistrationGraph(patient.registrations.filter(({ key }) => keys.has(key))).path(from, to)
  if (!path)
    throw new InputError(
      'registration.none-accepted',
      `No accepted registration leads from ${nameOf(course, source)} to ${nameOf(course, target)}.`,
      'Compute a registration of the two time points and accept it, or accept the one that came with the images.',
    )
  const direct =
    path.sources.length === 1 ? accepted.find((record) => record.deformation === null && joins(record)) : null
  return {
    toSource: invertAffine(path.matrix),
    kind: 'linear',
    description: path.sources.join(', then '),
    registrationId: direct?.id ?? '',
  }
}

/** "cycle 1, 24 h p.i." */
export function nameOf(course: CourseDraft, timePoint: TimePointDraft): string {
  const cycle = course.cycles.find(({ timePoints }) => timePoints.some(({ id }) => id === timePoint.id))
  return `cycle ${cycle?.index ?? '?'}, ${timePoint.hoursAfterInjection.toFixed(0)} h p.i.`
}

function assertUsable({ status }: RegistrationRecord, isOfPair: boolean, pair: string): void {
  if (!isOfPair)
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

async function mapOf(
  { store, compute, signal }: MapTools,
  record: RegistrationRecord,
  from: string,
  target: TimePointDraft,
): Promise<AcceptedMap> {
  const isForward = record.fromFrameOfReferenceUid === from
  const who = `accepted by ${record.decidedBy ?? '?'} on ${record.decidedAt?.slice(0, 10) ?? '?'}`
  const how = record.method?.description ?? (record.origin === 'REG' ? 'imported registration object' : record.origin)
  const common = { description: `${how}${isForward ? '' : ', inverted'}; ${who}`, registrationId: record.id }
  if (record.deformation === null)
    return { ...common, kind: 'linear', toSource: isForward ? invertAffine(record.matrix) : record.matrix }
  const deformation = await deformationOf(store, record.deformation)
  if (isForward) return { ...common, kind: 'deformable', toSource: deformation }
  const grid = inverseGrid(deformation, (target.ct ?? target.emission).grid)
  const { inverse, pointsInGaps } = await compute.warp(
    { kind: 'inverse', map: deformation, grid, work: {} },
    { signal },
  )
  const gaps = pointsInGaps > 0 ? `; continued over ${pointsInGaps} points at the edge of its field` : ''
  return { ...common, kind: 'deformable', description: common.description + gaps, toSource: inverse }
}

async function deformationOf(store: Store, stored: StoredDeformation): Promise<Deformation> {
  const { grid, fixedToMoving, displacementVolumeId } = stored
  return { grid, fixedToMoving, displacementMm: await store.voxels.get(displacementVolumeId) }
}

/** Over the target's images, as fine as the field. */
function inverseGrid({ grid }: Deformation, over: ImageGrid): ImageGrid {
  const { low, high } = gridExtentMm(over)
  const mm = Math.min(...grid.spacingMm)
  const dimensions = low.map((value, axis) => Math.ceil((high[axis]! - value) / mm) + 1) as unknown as Vec3
  return { dimensions, spacingMm: [mm, mm, mm], originMm: low, direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
}
