/** Doses of several time points or cycles on one reference. */
import { InputError } from '../errors/index.ts'
import { assertValidGrid, voxelCount } from '../imaging/index.ts'
import { warpImage, withoutProgress } from './deformation.ts'
import type { Deformation, ImageGrid } from '../imaging/index.ts'
import type { DeformationOptions } from './deformation.ts'

export interface DosePart {
  /** For messages: "cycle 2". */
  readonly label: string
  readonly grid: ImageGrid
  /** Gy or Gy/s. */
  readonly values: Float32Array
  /** Standard deviation of each value, independent of the other parts'; null where it is not known. */
  readonly sd?: Float32Array | null
  /** From the reference to the part's own coordinates (`deformationOfAffine` for a matrix). */
  readonly fromReference: Deformation
  /** What the part counts; default 1. */
  readonly weight?: number
}

export interface AccumulatedDose {
  /** Σ weight · dose at the reference's voxels; 0 for what a part does not reach. */
  readonly values: Float32Array
  /** Of the sum; null where a part has none. */
  readonly sd: Float32Array | null
  /** How many of the parts reach each voxel: fewer than all means that the sum lacks something. */
  readonly parts: Uint8Array
  /** Share of the voxels that all parts reach. */
  readonly coveredShare: number
}

/**
 * Dose or dose-rate maps brought to a reference grid point by point (a dose belongs to a piece of tissue wherever it lies, it is not
 * carried like an amount) and added up.
 *
 * Of `options.control` only cancel is used. @throws InputError `dose-accumulation.nothing` without a part, `dose-accumulation.weight`, and as `warpImage`; CancelledError.
 */
export function accumulateOnReference(
  parts: readonly DosePart[],
  grid: ImageGrid,
  options: DeformationOptions = {},
): AccumulatedDose {
  assertValidGrid(grid, 'The reference grid')
  if (parts.length === 0 || parts.length > 255)
    throw new InputError(
      'dose-accumulation.nothing',
      `There are ${parts.length} doses to add up.`,
      'Give from 1 to 255 of them.',
    )
  const count = voxelCount(grid)
  const sums = new Float64Array(count)
  const variances = parts.every(({ sd }) => sd !== undefined && sd !== null) ? new Float64Array(count) : null
  const reached = new Uint8Array(count)
  for (const { label, grid: own, values, sd, fromReference, weight = 1 } of parts) {
    if (!Number.isFinite(weight))
      throw new InputError('dose-accumulation.weight', `The weight of ${label} is ${weight}.`, 'Give a finite number.')
    const how = { ...withoutProgress(options), fill: NaN }
    const warped = warpImage({ grid: own, values }, fromReference, grid, how)
    const warpedSd = variances && sd ? warpImage({ grid: own, values: sd }, fromReference, grid, how) : null
    for (let n = 0; n < count; n++) {
      const value = warped[n]!
      if (Number.isNaN(value)) continue
      reached[n]!++
      sums[n]! += weight * value
      if (variances && warpedSd) variances[n]! += (weight * warpedSd[n]!) ** 2
    }
  }
  let covered = 0
  for (const number of reached) if (number === parts.length) covered++
  return {
    values: Float32Array.from(sums),
    sd: variances === null ? null : Float32Array.from(variances, Math.sqrt),
    parts: reached,
    coveredShare: covered / count,
  }
}
