/** Structure sets of a time point: which there are, which one counts, and new ones that a person made. */
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { InputError } from '../../../native-core/errors/index.ts'
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/types.ts'
import type { StructureSetView, StructuresSave, StructureToSave, UploadedMask } from '../../contracts/structures.ts'
import { structureSetsOf } from '../course/index.ts'
import type { CourseDraft, TimePointDraft } from '../course/index.ts'
import type { StoredPatient } from '../import/index.ts'
import type { Store, StructureInput } from '../ports/store.ts'
import { protocolOf, saveProtocol } from './protocolOf.ts'
import { storedSet } from './storedSet.ts'
import { storeStructureSet } from './storeStructureSet.ts'
import { timePointOf } from './timePointOf.ts'

const inflated = promisify(inflate)

export function structureSetViews(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  timePointId: string,
): StructureSetView[] {
  const timePoint = timePointOf(course, timePointId)
  return structureSetsOf(timePoint.emission, timePoint.ct, patient).flatMap((set) => {
    const setId = patient.idOf.get(set.key)
    const record = setId === undefined ? null : store.read.structureSet(setId)
    if (!record) return []
    return [
      {
        setId: record.id,
        label: record.label,
        origin: record.origin,
        structures: record.structures.length,
        toReview: record.structures.filter(({ review }) => review === 'to-review').length,
        inUse: timePoint.structureSet?.key === set.key,
      },
    ]
  })
}

/**
 * Makes a time point's numbers from the set, or by the protocol's rule again (null): a change of the protocol, so that it is told in every
 * result and can be undone.
 *
 * @throws InputError `time-point.unknown`, `structures.unknown-set`.
 */
export function chooseStructureSet(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  timePointId: string,
  setId: string | null,
): void {
  const timePoint = timePointOf(course, timePointId)
  const { emission } = timePoint
  const protocol = protocolOf(store, patient.record.id)
  const { [emission.seriesUid]: _before, ...others } = protocol.structureSetBySeries
  if (setId === null) {
    saveProtocol(store, patient.record.id, { ...protocol, structureSetBySeries: others })
    return
  }
  const { set } = storedSet(store, patient, timePoint, setId)
  saveProtocol(store, patient.record.id, {
    ...protocol,
    structureSetBySeries: { ...others, [emission.seriesUid]: set.key },
  })
}

/**
 * Stores a new set of structures; sets that are there stay as they are. Answers with its id.
 *
 * @throws InputError `time-point.unknown`, `structures.no-image`, `structures.upload-damaged`, `structures.empty`,
 * `structures.unknown`.
 */
export async function saveStructures(
  store: Store,
  patient: StoredPatient,
  course: CourseDraft,
  ask: StructuresSave,
): Promise<string> {
  const timePoint = timePointOf(course, ask.timePointId)
  const set = { kind: 'drawn', action: 'structures.save', origin: 'drawn', label: ask.label } as const
  const { setId } = await storeStructureSet(store, patient.record.id, timePoint, set, async (batch) => {
    const structures: StructureInput[] = []
    for (const [position, structure] of ask.structures.entries()) {
      const { name, type, colourRgb, review, identity } = structure
      const common = { number: position + 1, name, type, colourRgb, review, identity }
      structures.push(
        structure.kind === 'kept'
          ? { ...common, ...kept(store, patient, timePoint, structure) }
          : {
              ...common,
              method: structure.method,
              geometryVolumeId: await store.shapes.put(
                { kind: 'voxels', mask: await maskOf(structure.mask, timePoint, name) },
                batch,
              ),
            },
      )
    }
    return structures
  })
  return setId
}

function kept(
  store: Store,
  patient: StoredPatient,
  timePoint: TimePointDraft,
  { structureId, name }: Extract<StructureToSave, { kind: 'kept' }>,
): Pick<StructureInput, 'geometryVolumeId' | 'method'> {
  const record = store.read.structure(structureId)
  const set = record ? store.read.structureSet(record.structureSetId) : null
  const isHere =
    set !== null &&
    structureSetsOf(timePoint.emission, timePoint.ct, patient).some(({ key }) => patient.idOf.get(key) === set.id)
  if (!record || !isHere)
    throw new InputError(
      'structures.unknown',
      `The structure "${name}" is not one of this time point.`,
      'Carry structures of another time point over by propagation.',
    )
  const { geometryVolumeId, method } = record
  // Where it came in a file, the new set says so: it is no longer that file's.
  return {
    geometryVolumeId,
    method: method ?? { kind: 'imported', description: `${set.origin} "${set.label}"`, parameters: {} },
  }
}

async function maskOf(upload: UploadedMask, timePoint: TimePointDraft, name: string): Promise<FractionalMask> {
  const image = upload.image === 'ct' ? timePoint.ct : timePoint.emission
  if (!image)
    throw new InputError(
      'structures.no-image',
      `The structure "${name}" was drawn on the CT, but the time point has none.`,
      'Draw it on the emission image.',
    )
  const { boxStart: start, boxSize: size } = upload
  const bytes = await inflatedBox(upload, image.grid, name)
  const fractions = Float32Array.from(bytes, (byte) => byte / 255)
  if (!fractions.some((fraction) => fraction > 0))
    throw new InputError(
      'structures.empty',
      `The structure "${name}" is empty.`,
      'Draw it, or remove it from the list.',
    )
  return { grid: image.grid, box: { start, size }, fractions, volumeOutsideMl: 0 }
}

async function inflatedBox(upload: UploadedMask, grid: ImageGrid, name: string): Promise<Uint8Array> {
  const { boxStart: start, boxSize: size } = upload
  const voxels = size[0] * size[1] * size[2]
  const isInside = size.every((n, axis) => start[axis]! >= 0 && start[axis]! + n <= grid.dimensions[axis]!)
  const bytes = isInside
    ? await inflated(Buffer.from(upload.deflatedBase64, 'base64'), { maxOutputLength: voxels }).catch(() => null)
    : null
  if (bytes?.length === voxels) return bytes
  throw new InputError(
    'structures.upload-damaged',
    `The voxels of the structure "${name}" do not fit the image.`,
    'Open the time point again and repeat the last steps.',
  )
}
