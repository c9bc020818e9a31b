/** What an import makes durable before its transaction: original files, voxels, outlines and displacements as volumes. */
import { CancelledError } from '../../../native-core/errors/index.ts'
import type { ImportProblem } from '../../contracts/problems.ts'
import type { ScannedFolder, ScannedImage, ScannedObject, ScannedPatient, SourceFile } from '../ports/dicomSource.ts'
import type { Store, StructureInput } from '../ports/store.ts'
import type { VolumeId } from '../ports/volumeStore.ts'
import type { ImportOptions } from './importScan.ts'

/** Voxels and outlines that are durable and wait for the transaction. */
export interface Prepared {
  readonly voxels: ReadonlyMap<string, VolumeId>
  readonly structures: ReadonlyMap<string, readonly StructureInput[]>
  /** Displacements of each deformation of a registration, by its key. */
  readonly displacements: ReadonlyMap<string, readonly VolumeId[]>
  readonly refused: readonly ImportProblem[]
}

export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError('The import')
}

export function objectsOf(patient: ScannedPatient): readonly ScannedObject[] {
  return [...patient.images, ...patient.structureSets, ...patient.registrations, ...patient.kept]
}

/** Copies the original files into the store, unchanged, those it does not hold yet. */
export async function keepOriginals(scan: ScannedFolder, options: ImportOptions): Promise<void> {
  const files = new Map<string, SourceFile>()
  for (const patient of scan.patients)
    for (const object of objectsOf(patient)) for (const file of object.files) files.set(file.sha256, file)
  const known = options.store.read.knownSourceFiles([...files.keys()])
  const missing = [...files.values()].filter((file) => !known.has(file.sha256))
  const batch = options.store.volumes.batch()
  try {
    for (const [position, file] of missing.entries()) {
      stopIfAborted(options.signal)
      await batch.put(await options.readFile(file.path))
      if (position % 20 === 0) options.progress?.((0.3 * position) / missing.length, 'Copying original files')
    }
    await batch.flush()
  } catch (error) {
    await batch.discard()
    throw error
  }
}

export async function preparePatient(
  patient: ScannedPatient,
  options: ImportOptions,
  step: (what: string) => void,
): Promise<Prepared> {
  const { store, source, signal } = options
  const known = await knownImages(store, patient)
  const voxels = new Map<string, VolumeId>()
  const refused: ImportProblem[] = []
  for (const image of patient.images) {
    stopIfAborted(signal)
    const already = known.get(image.key)
    if (already !== undefined) voxels.set(image.key, already)
    else {
      try {
        voxels.set(image.key, await store.voxels.put(await source.loadVoxels(image, signal)))
      } catch (error) {
        refused.push(refusal(image, error))
      }
    }
    step(`Reading ${image.modality} ${image.seriesDescription}`)
  }
  const structures = new Map<string, readonly StructureInput[]>()
  for (const set of patient.structureSets) {
    stopIfAborted(signal)
    const inputs: StructureInput[] = []
    for (const { number, name, type, colourRgb, shape } of set.structures)
      inputs.push({
        number,
        name,
        type,
        colourRgb,
        geometryVolumeId: await store.shapes.put(shape),
        method: null,
        review: 'none',
        identity: null,
      })
    structures.set(set.key, inputs)
    step(`Reading ${set.origin} ${set.label}`)
  }
  const displacements = new Map<string, readonly VolumeId[]>()
  for (const registration of patient.registrations) {
    const ids: VolumeId[] = []
    for (const { deformation } of registration.deformations)
      ids.push(await store.voxels.put(deformation.displacementMm))
    displacements.set(registration.key, ids)
  }
  return { voxels, structures, displacements, refused }
}

/** Images that the store already holds, made from exactly the same files: their voxels need not be decoded again. */
async function knownImages(store: Store, patient: ScannedPatient): Promise<ReadonlyMap<string, VolumeId>> {
  const record = store.read.patientByKey(patient.patient.key)
  const known = new Map<string, VolumeId>()
  if (!record) return known
  const scanned = new Map(patient.images.map((image) => [image.key, fingerprint(image)]))
  for (const image of store.read.imagesOfPatient(record.id)) {
    const same = scanned.get(image.key) === [...image.sourceSha256s].sort().join()
    // Voxels that were lost or damaged are decoded again: importing the originals once more mends the store.
    if (same && (await store.volumes.has(image.voxelsVolumeId))) known.set(image.key, image.voxelsVolumeId)
  }
  return known
}

function fingerprint(object: ScannedObject): string {
  return sha256sOf(object).sort().join()
}

export function sha256sOf(object: ScannedObject): string[] {
  return [...new Set(object.files.map((file) => file.sha256))]
}

function refusal(image: ScannedImage, error: unknown): ImportProblem {
  if (error instanceof CancelledError) throw error
  const input = error instanceof Error && 'hint' in error && 'code' in error ? error : null
  if (!input || !(error instanceof Error)) throw error
  return {
    severity: 'refused',
    code: String(input.code),
    item: `${image.modality} "${image.seriesDescription}"`,
    message: error.message,
    hint: String(input.hint),
    seriesUid: image.seriesUid,
    filePaths: image.files.map((file) => file.displayPath),
  }
}
