/** What is read of a phantom's image, and how a factor becomes an object to store. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { CalibrationFactor } from '../../../native-core/imaging/quantification/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import type { CalibrationConditions, CameraFactor } from '../../contracts/calibrations.ts'
import type { NamedCamera } from '../../contracts/phantomImages.ts'

export interface PhantomImage {
  readonly grid: ImageGrid
  readonly values: Float32Array
  /** Counts over the acquisition, or Bq/mL at its start. */
  readonly unit: 'counts' | 'Bq/mL'
  /** null where the image does not say. */
  readonly durationS: number | null
  /** As its files name it; null where it is no DICOM image, or the store does not hold it. */
  readonly camera: NamedCamera | null
}

/** How drafts are named and what they hold for. */
export interface DraftLabel {
  readonly name: string
  readonly date: string
  readonly conditions: CalibrationConditions
}

/** @throws InputError `calibration.needs-duration`. */
export function durationOf(durationS: number | null): number {
  if (durationS !== null && durationS > 0) return durationS
  throw new InputError(
    'calibration.needs-duration',
    'The image does not say how long its counts were collected.',
    'Give acquisitionDurationS of the phantom: the time over which the counts of the whole image were collected.',
  )
}

export function cameraFactor(
  { countsPerBqS, relativeUncertainty, budget, remarks }: CalibrationFactor,
  source: CameraFactor['source'],
  { name, date, conditions }: DraftLabel,
): CameraFactor {
  return {
    kind: 'camera-factor',
    name,
    conditions,
    date,
    note: '',
    sensitivityCpsPerMbq: countsPerBqS * 1e6,
    relativeUncertainty: Math.min(1, relativeUncertainty),
    source,
    budget: budget.map((item) => ({ ...item })),
    remarks: [...remarks],
  }
}
