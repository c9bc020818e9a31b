/** A chain of accepted registrations as one map: matrices multiplied, deformations put one after the other. */
import {
  affineAfterDeformation,
  applyMat4,
  deformationAfterAffine,
  gridExtentMm,
  invertAffine,
  isRigidTransform,
  multiplyMat4,
} from '../../../native-core/imaging/index.ts'
import type { Deformation, ImageGrid, Vec3 } from '../../../native-core/imaging/index.ts'
import type { RegistrationPath, RegistrationStep, TimePointDraft } from '../course/index.ts'
import { acceptedWords } from '../import/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Compute } from '../ports/compute.ts'
import type { RegistrationRecord, Store, StoredDeformation } from '../ports/store.ts'
import type { FixedToMoving } from '../registration/index.ts'

export interface ChainTools {
  readonly store: Store
  readonly patient: StoredPatient
  readonly compute: Pick<Compute, 'warp'>
  readonly signal: AbortSignal
}

export interface ChainedMap {
  /** From the patient coordinates of the end of the path to those of its beginning. */
  readonly toSource: FixedToMoving
  /** Of each link, in the order of the path. */
  readonly descriptions: readonly string[]
  readonly registrationIds: readonly string[]
}

/**
 * The path's map, whose end is the frame of reference of `target`. Where deformations are put together the displacements are given anew over the
 * target's images, as fine as the finest of the fields; one that leads the other way is inverted.
 *
 * @throws InputError of an inverse that does not exist; CancelledError.
 */
export async function chainedMap(
  tools: ChainTools,
  path: RegistrationPath,
  target: TimePointDraft,
): Promise<ChainedMap> {
  const records = tools.store.read.registrationsOfPatient(tools.patient.record.id)
  const links = path.steps.map((step) => ({ step, record: recordOf(records, step) }))
  const descriptions: string[] = []
  let map: FixedToMoving | null = null
  // From the target on, so that each map put before the others begins on the grid of the target.
  for (const { step, record } of links.toReversed()) {
    const { toPrevious, description } = await stepMap(tools, step, record, target)
    descriptions.unshift(description)
    map = map === null ? toPrevious : await composed(tools, toPrevious, map, target)
  }
  if (map === null) throw new Error('a path between two frames of reference has a step')
  return { toSource: map, descriptions, registrationIds: links.map(({ record }) => record.id) }
}

/** A path of one registration, from the frame of reference `from`. */
export function pathOfRecord(record: RegistrationRecord, from: string): RegistrationPath {
  const { fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix, key } = record
  const isForward = fromFrameOfReferenceUid === from
  const link = { fromFrameOfReferenceUid, toFrameOfReferenceUid, matrix, source: '', deformation: null, name: key }
  const step: RegistrationStep = {
    from,
    to: isForward ? toFrameOfReferenceUid : fromFrameOfReferenceUid,
    matrix: isForward ? matrix : invertAffine(matrix),
    link,
  }
  return { matrix: step.matrix, sources: [], steps: [step] }
}

function recordOf(records: readonly RegistrationRecord[], { link }: RegistrationStep): RegistrationRecord {
  const record = records.find(({ id, key }) => id === link.name || key === link.name)
  if (!record) throw new Error('an accepted registration is in the store')
  return record
}

/** From the end of a step to its beginning. */
async function stepMap(
  { store, compute, signal }: ChainTools,
  step: RegistrationStep,
  record: RegistrationRecord,
  target: TimePointDraft,
): Promise<{ readonly toPrevious: FixedToMoving; readonly description: string }> {
  const isForward = record.fromFrameOfReferenceUid === step.from
  const description = `${howOf(record)}${isForward ? '' : ', inverted'}; ${acceptedWords(record)}`
  if (record.deformation === null)
    return { toPrevious: isForward ? invertAffine(record.matrix) : record.matrix, description }
  const deformation = await deformationOf(store, record.deformation)
  if (isForward) return { toPrevious: deformation, description }
  const extent =
    target.emission.frameOfReferenceUid === step.to
      ? gridExtentMm((target.ct ?? target.emission).grid)
      : carriedExtent(deformation)
  const grid = gridOver([extent], Math.min(...deformation.grid.spacingMm))
  const { inverse, pointsInGaps } = await compute.warp(
    { kind: 'inverse', map: deformation, grid, work: {} },
    { signal },
  )
  const gaps = pointsInGaps > 0 ? `; continued over ${pointsInGaps} points at the edge of its field` : ''
  return { toPrevious: inverse, description: description + gaps }
}

function howOf({ method, origin }: RegistrationRecord): string {
  return method?.description ?? (origin === 'REG' ? 'imported registration object' : origin)
}

/** x ↦ outer(inner(x)). */
async function composed(
  { compute, signal }: ChainTools,
  outer: FixedToMoving,
  inner: FixedToMoving,
  { ct, emission }: TimePointDraft,
): Promise<FixedToMoving> {
  if (!('displacementMm' in outer))
    return 'displacementMm' in inner ? affineAfterDeformation(outer, inner) : multiplyMat4(outer, inner)
  if (!('displacementMm' in inner) && isRigidTransform(inner, 1e-9)) return deformationAfterAffine(outer, inner)
  const spacings = [outer, inner].flatMap((map) => ('displacementMm' in map ? map.grid.spacingMm : []))
  const grid = gridOver(
    [emission, ...(ct ? [ct] : [])].map((image) => gridExtentMm(image.grid)),
    Math.min(...spacings),
  )
  return compute.warp({ kind: 'compose', map: inner, grid, work: { outer } }, { signal })
}

async function deformationOf(store: Store, stored: StoredDeformation): Promise<Deformation> {
  const { grid, fixedToMoving, displacementVolumeId } = stored
  return { grid, fixedToMoving, displacementMm: await store.voxels.get(displacementVolumeId) }
}

interface Extent {
  readonly low: Vec3
  readonly high: Vec3
}

/**
 * Where the field's box comes to lie in the moving space, its points displaced by the most that the field has: it takes the field alone, so that
 * the same chain has the same inverse whatever other images of the patient there are.
 */
function carriedExtent({ grid, fixedToMoving, displacementMm }: Deformation): Extent {
  const box = gridExtentMm(grid)
  const mostMm = displacementMm.reduce((most, mm) => Math.max(most, Math.abs(mm)), 0)
  const low = perAxis((axis) => box.low[axis] - mostMm)
  const high = perAxis((axis) => box.high[axis] + mostMm)
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((n) =>
    applyMat4(
      fixedToMoving,
      perAxis((axis) => ((n >> axis) & 1 ? high : low)[axis]),
    ),
  )
  return {
    low: perAxis((axis) => Math.min(...corners.map((corner) => corner[axis]))),
    high: perAxis((axis) => Math.max(...corners.map((corner) => corner[axis]))),
  }
}

/** A grid along the patient axes over the extents, with cubes of `mm`. */
function gridOver(extents: readonly Extent[], mm: number): ImageGrid {
  const low = perAxis((axis) => Math.min(...extents.map((extent) => extent.low[axis])))
  const high = perAxis((axis) => Math.max(...extents.map((extent) => extent.high[axis])))
  const dimensions = perAxis((axis) => Math.ceil((high[axis] - low[axis]) / mm) + 1)
  return { dimensions, spacingMm: [mm, mm, mm], originMm: low, direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
}

const perAxis = (value: (axis: 0 | 1 | 2) => number): Vec3 => [value(0), value(1), value(2)]
