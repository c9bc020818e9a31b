/** Images and structures of `theratwin dose`, from DICOM folders or NIfTI files. */
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { InputError } from '../../native-core/errors/index.ts'
import { isSameGrid, voxelVolumeMl } from '../../native-core/imaging/index.ts'
import type { ImageGrid, StructureShape } from '../../native-core/imaging/index.ts'
import { decodeNifti, isNiftiName } from '../adapters/nifti/index.ts'
import type { Workbench } from '../backend/compose.ts'
import type { DoseInputFile } from '../services/dose/index.ts'
import type { ScannedFolder, ScannedImage, ScannedPatient } from '../services/ports/dicomSource.ts'
import type { CommandContext } from './context.ts'

export interface LoadedImage extends DoseInputFile {
  readonly grid: ImageGrid
  readonly values: Float32Array
  /** null for NIfTI. */
  readonly dicom: { readonly image: ScannedImage; readonly patient: ScannedPatient['patient'] } | null
  readonly remarks: readonly string[]
}

export interface LoadedStructures {
  readonly structures: readonly { readonly name: string; readonly shape: StructureShape }[]
  readonly files: readonly DoseInputFile[]
  readonly frames: readonly { readonly label: string; readonly frameOfReferenceUid: string }[]
}

/** Any one image: NIfTI, or DICOM in a folder, file or zip with a single volume (or a single one of the modality). @throws InputError `dose.image-choice`. */
export async function readVolume(
  path: string,
  modality: string | undefined,
  bench: Workbench,
  context: CommandContext,
): Promise<LoadedImage> {
  if (await isNifti(path)) return await niftiImage(path, bench)
  const wanted = modality?.toUpperCase()
  const isWanted = (image: ScannedImage): boolean => wanted === undefined || image.modality === wanted
  const { image, patient } = await onlyImage(path, 'image', isWanted, bench, context)
  return await dicomImage(image, patient, bench, context)
}

/** A CT in HU. @throws InputError `dose.ct-choice` where there is none or more than one. */
export async function readCt(path: string, bench: Workbench, context: CommandContext): Promise<LoadedImage> {
  if (await isNifti(path)) return await niftiImage(path, bench)
  const { image, patient } = await onlyImage(path, 'ct', ({ modality }) => modality === 'CT', bench, context)
  return await dicomImage(image, patient, bench, context)
}

/**
 * An activity image: NM or PT in Bq/mL at the start of its acquisition, or a NIfTI file.
 *
 * @throws InputError `dose.activity-choice` where there is none or more than one, `dose.activity-unit` where it is not in Bq/mL,
 * `dose.activity-question` where something about it must be decided first.
 */
export async function readActivity(path: string, bench: Workbench, context: CommandContext): Promise<LoadedImage> {
  if (await isNifti(path)) return await niftiImage(path, bench)
  const isEmission = ({ modality }: ScannedImage): boolean => modality === 'NM' || modality === 'PT'
  const { image, patient, scan } = await onlyImage(path, 'activity', isEmission, bench, context)
  if (image.quantity.kind !== 'activity-concentration')
    throw new InputError(
      'dose.activity-unit',
      `${nameOf(image)} is not in Bq/mL (${image.quantity.kind}).`,
      'Give a quantified image, or a NIfTI map in Bq/mL or Bq·s/mL.',
    )
  if (image.verdict === 'ask') {
    const question = scan.problems.find(
      ({ severity, seriesUid }) => severity === 'question' && seriesUid === image.seriesUid,
    )
    throw new InputError(
      'dose.activity-question',
      `${nameOf(image)} cannot be used as it is: ${question?.message ?? 'a question about it is open'}`,
      question?.hint ?? 'Look at it with `theratwin inspect`.',
    )
  }
  return await dicomImage(image, patient, bench, context)
}

/**
 * Structures of RTSTRUCT and SEG objects, and of NIfTI masks (0 to 1; whole numbers above 1 are labels, each one a structure).
 *
 * @throws InputError `dose.no-structures` where there is none, `dose.mask` for a NIfTI file that is no mask.
 */
export async function readStructures(
  path: string,
  bench: Workbench,
  context: CommandContext,
): Promise<LoadedStructures> {
  const masks = await niftiFiles(path)
  const structures: { name: string; shape: StructureShape }[] = []
  const files: DoseInputFile[] = []
  const frames: { label: string; frameOfReferenceUid: string }[] = []
  for (const file of masks) {
    const image = await niftiImage(file, bench)
    files.push({ name: image.name, description: image.description, sha256: image.sha256 })
    structures.push(...masksOf(image))
  }
  if (!(masks.length === 1 && masks[0] === path)) {
    const scan = await bench.source.scan([path], { signal: context.signal })
    for (const set of scan.patients.flatMap((patient) => patient.structureSets)) {
      files.push({ name: basename(path), description: `${set.origin} "${set.label}"`, sha256: hashesOf(set.files) })
      if (set.frameOfReferenceUid !== null)
        frames.push({ label: set.label, frameOfReferenceUid: set.frameOfReferenceUid })
      structures.push(...set.structures.map(({ name, shape }) => ({ name: name.trim(), shape })))
    }
  }
  if (structures.length > 0) return { structures, files, frames }
  throw new InputError(
    'dose.no-structures',
    `There is no structure in ${path}.`,
    'Give an RTSTRUCT or SEG object, a NIfTI mask, or a folder with some.',
  )
}

/** The structures of a NIfTI mask: numbers from 0 to 1 are parts of voxels, whole numbers above 1 labels. @throws InputError `dose.mask`. */
export function masksOf(
  image: Pick<LoadedImage, 'name' | 'grid' | 'values'>,
): { name: string; shape: StructureShape }[] {
  const { grid, values } = image
  const stem = image.name.replace(/\.nii(\.gz)?$/i, '')
  const labels = new Set<number>()
  let largest = 0
  for (const value of values) {
    if (!(value >= 0)) throw noMask(image.name, `it holds ${value}`)
    if (value > largest) largest = value
  }
  const asMask = (fractions: Float32Array): StructureShape => ({
    kind: 'voxels',
    mask: { grid, box: { start: [0, 0, 0], size: grid.dimensions }, fractions, volumeOutsideMl: 0 },
  })
  if (largest <= 1) return [{ name: stem, shape: asMask(values) }]
  for (const value of values) {
    if (!Number.isInteger(value)) throw noMask(image.name, `it holds ${value} beside ${largest}`)
    if (value > 0) labels.add(value)
    if (labels.size > MOST_LABELS) throw noMask(image.name, `it holds more than ${MOST_LABELS} different numbers`)
  }
  return [...labels]
    .sort((a, b) => a - b)
    .map((label) => ({ name: `${stem}-${label}`, shape: asMask(values.map((value) => (value === label ? 1 : 0))) }))
}

const MOST_LABELS = 500

const noMask = (name: string, why: string): InputError =>
  new InputError(
    'dose.mask',
    `${name} is no mask: ${why}.`,
    'A mask holds fractions from 0 to 1, or labels as whole numbers.',
  )

/** Images whose frames of reference say that their coordinates do not belong together are refused; so are those of two patients. */
export function assertTogether(
  activity: LoadedImage,
  ct: LoadedImage | null,
  structures: LoadedStructures | null,
): string[] {
  const frame = activity.dicom?.image.frameOfReferenceUid ?? ct?.dicom?.image.frameOfReferenceUid ?? null
  const differs = (other: string | null | undefined): boolean => frame !== null && other != null && other !== frame
  const stranger = structures?.frames.find((set) => differs(set.frameOfReferenceUid))
  const what = differs(ct?.dicom?.image.frameOfReferenceUid)
    ? 'The CT'
    : stranger
      ? `The structure set "${stranger.label}"`
      : null
  if (what !== null)
    throw new InputError(
      'dose.frames-differ',
      `${what} has another frame of reference than the activity: their coordinates do not belong together.`,
      'Give the CT and structures of the same session, or resample them to the activity first.',
    )
  const patients = [activity, ct].flatMap((image) => (image?.dicom ? [image.dicom.patient] : []))
  if (patients.length === 2 && patients[0]!.key !== patients[1]!.key)
    throw new InputError(
      'dose.patients-differ',
      `The CT is of ${patients[1]!.mrn || 'a patient without number'}, the activity of ${patients[0]!.mrn || 'a patient without number'}.`,
      'Give images of one patient.',
    )
  const isMixed = ct !== null && (ct.dicom === null || activity.dicom === null) && !isSameGrid(ct.grid, activity.grid)
  return isMixed ? ['CT and activity are taken to be in the same coordinates: NIfTI files do not say.'] : []
}

/** Values times a factor, in shared memory, so that a worker gets them without a copy. */
export function scaled(values: Float32Array, factor: number): Float32Array {
  if (factor === 1) return values
  const out = new Float32Array(new SharedArrayBuffer(4 * values.length))
  for (let n = 0; n < values.length; n++) out[n] = values[n]! * factor
  return out
}

/** Σ value · voxel volume: Bq, or Bq·s. */
export const totalOf = ({ grid, values }: LoadedImage, factor: number): number =>
  values.reduce((sum, value) => sum + value, 0) * voxelVolumeMl(grid) * factor

async function isNifti(path: string): Promise<boolean> {
  if (!isNiftiName(path)) return false
  return await stat(path).then(
    (entry) => entry.isFile(),
    () => true,
  )
}

/** The NIfTI file at a path, or those in a folder. */
export async function niftiFiles(path: string): Promise<string[]> {
  if (await isNifti(path)) return [path]
  const names = await readdir(path).catch(() => [])
  return names
    .filter(isNiftiName)
    .sort()
    .map((name) => join(path, name))
}

async function niftiImage(path: string, bench: Workbench): Promise<LoadedImage> {
  let bytes: Uint8Array
  try {
    bytes = await bench.readFile(path)
  } catch (error) {
    throw new InputError(
      'nifti.cannot-read',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the path and its permissions.',
    )
  }
  const { grid, values, remarks } = await decodeNifti(bytes, path)
  const sha256 = [createHash('sha256').update(bytes).digest('hex')]
  return { name: basename(path), description: 'NIfTI', sha256, grid, values, dicom: null, remarks }
}

async function dicomImage(
  image: ScannedImage,
  patient: ScannedPatient['patient'],
  bench: Workbench,
  { signal }: CommandContext,
): Promise<LoadedImage> {
  return {
    name: image.seriesDescription,
    description: nameOf(image),
    sha256: hashesOf(image.files),
    grid: image.grid,
    values: await bench.source.loadVoxels(image, signal),
    dicom: { image, patient },
    remarks: [],
  }
}

const hashesOf = (files: readonly { readonly sha256: string }[]): string[] => files.map(({ sha256 }) => sha256).sort()

const nameOf = (image: ScannedImage): string => `${image.modality} series "${image.seriesDescription}"`

async function onlyImage(
  path: string,
  what: 'ct' | 'activity' | 'image',
  isWanted: (image: ScannedImage) => boolean,
  bench: Workbench,
  { signal }: CommandContext,
): Promise<{ image: ScannedImage; patient: ScannedPatient['patient']; scan: ScannedFolder }> {
  const scan = await bench.source.scan([path], { signal })
  const found = scan.patients.flatMap(({ patient, images }) =>
    images.filter(isWanted).map((image) => ({ image, patient, scan })),
  )
  if (found.length === 1) return found[0]!
  const kind = { ct: 'CT', activity: 'SPECT or PET image', image: 'image' }[what]
  const refused = scan.problems.find(({ severity }) => severity === 'refused')
  throw new InputError(
    `dose.${what}-choice`,
    found.length === 0
      ? `There is no usable ${kind} in ${path} (${scan.filesSeen} files)${refused ? `: ${refused.message}` : '.'}`
      : `There are ${found.length} images in ${path}: ${found.map(({ image }) => nameOf(image)).join(', ')}.`,
    found.length === 0
      ? `Give a folder with one ${kind}, or a NIfTI file (.nii, .nii.gz).`
      : 'Give the folder of the one that is meant.',
  )
}
