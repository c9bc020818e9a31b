/** Dose maps for the commands that look at dose: RT Dose objects and NIfTI files. */
import { InputError } from '../../native-core/errors/index.ts'
import { isSameGrid } from '../../native-core/imaging/index.ts'
import { isNiftiName, readNifti } from '../adapters/nifti/index.ts'
import type { Workbench } from '../backend/compose.ts'
import type { ImportProblem } from '../contracts/problems.ts'
import type { NamedDose } from '../services/doseEvaluation/index.ts'
import type { ScannedImage } from '../services/ports/dicomSource.ts'

export interface DoseMap extends NamedDose {
  readonly doseGy: Float32Array
  /** null for NIfTI files, which have none. */
  readonly frameOfReferenceUid: string | null
  /** What is assumed or stands beside the dose, in sentences. */
  readonly remarks: readonly string[]
}

/**
 * The dose of an RT Dose file, of a folder or zip with one, or of a NIfTI file in Gy.
 *
 * @throws InputError `dose-map.none`, `dose-map.several`, `dose-map.question` where an open question stands against its use, and what the
 * readers throw.
 */
export async function readDoseMap(path: string, bench: Workbench, signal: AbortSignal): Promise<DoseMap> {
  if (isNiftiName(path)) {
    const { grid, values, remarks } = await readNifti(path)
    return {
      label: path,
      grid,
      doseGy: values,
      frameOfReferenceUid: null,
      remarks: [...remarks, `${path} is taken to be in Gy: NIfTI files do not say.`],
    }
  }
  const scan = await bench.source.scan([path], { signal })
  const images = scan.patients.flatMap((patient) => patient.images)
  const doses = images.filter(({ modality, quantity }) => modality === 'RTDOSE' && quantity.kind === 'absorbed-dose')
  const dose = doses[0]
  if (dose === undefined) throw noDose(path, images, scan.problems)
  if (doses.length > 1) {
    throw new InputError(
      'dose-map.several',
      `There are ${doses.length} doses in ${path}: ${doses.map(nameOf).join(', ')}.`,
      'Give the file of one of them.',
    )
  }
  if (dose.verdict === 'ask') {
    const question = scan.problems.find(
      ({ severity, seriesUid }) => severity === 'question' && seriesUid === dose.seriesUid,
    )
    throw new InputError(
      'dose-map.question',
      `${nameOf(dose)} cannot be used as it is: ${question?.message ?? 'a question about it is open'}`,
      question?.hint ?? 'Look at it with `theratwin inspect`.',
    )
  }
  return {
    label: nameOf(dose),
    grid: dose.grid,
    doseGy: await bench.source.loadVoxels(dose, signal),
    frameOfReferenceUid: dose.frameOfReferenceUid,
    remarks: scan.problems
      .filter(({ severity, seriesUid }) => severity === 'warning' && seriesUid === dose.seriesUid)
      .map(({ message }) => message),
  }
}

/**
 * Standard deviations for a dose: a NIfTI file in Gy on the same grid.
 *
 * @throws InputError `dose-map.grids-differ`, `dose-map.uncertainty` for a file that is no NIfTI file.
 */
export async function withUncertainty(dose: DoseMap, path: string): Promise<DoseMap> {
  if (!isNiftiName(path)) {
    throw new InputError(
      'dose-map.uncertainty',
      `${path} is no NIfTI file.`,
      'Give the standard deviations as .nii or .nii.gz.',
    )
  }
  const { grid, values, remarks } = await readNifti(path)
  if (!isSameGrid(grid, dose.grid)) {
    throw new InputError(
      'dose-map.grids-differ',
      `${path} and ${dose.label} have different grids.`,
      'Give the standard deviation of each voxel of the dose.',
    )
  }
  const assumed = `${path} is taken to be the standard deviation in Gy, independent from voxel to voxel.`
  return { ...dose, sdGy: values, remarks: [...dose.remarks, ...remarks, assumed] }
}

/**
 * Refuses things whose coordinates do not belong together as far as they say.
 *
 * @throws InputError `dose-map.frames-differ`.
 */
export function assertSameFrame(
  dose: DoseMap,
  other: { readonly label: string; readonly frameOfReferenceUid: string | null },
): void {
  const [a, b] = [dose.frameOfReferenceUid, other.frameOfReferenceUid]
  if (a === null || b === null || a === b) return
  throw new InputError(
    'dose-map.frames-differ',
    `${other.label} has another frame of reference than ${dose.label}: their coordinates do not belong together.`,
    'Give objects of one session; where they are registered, say so with --any-frame.',
  )
}

function noDose(path: string, images: readonly ScannedImage[], problems: readonly ImportProblem[]): InputError {
  const refused = problems.find(({ severity }) => severity === 'refused' || severity === 'question')
  if (refused !== undefined) {
    return new InputError('dose-map.none', `There is no usable dose in ${path}: ${refused.message}`, refused.hint)
  }
  const found =
    images.length === 0 ? 'no image at all' : [...new Set(images.map(({ modality }) => modality))].join(', ')
  return new InputError(
    'dose-map.none',
    `There is no dose in ${path} (found: ${found}).`,
    'Give an RT Dose file, a folder with one, or a NIfTI file in Gy.',
  )
}

function nameOf({ seriesDescription, files, seriesUid }: ScannedImage): string {
  const file = files[0]?.displayPath ?? seriesUid
  return seriesDescription === '' ? file : `${file} "${seriesDescription}"`
}
