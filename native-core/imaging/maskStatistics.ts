/** Volume of a fractional mask, and statistics of an image inside it. */
import { InputError } from '../errors/index.ts'
import { voxelCount, voxelVolumeMl } from './grid.ts'
import type { FractionalMask } from './types.ts'

/** Volume in mL of the part of a structure that lies inside its grid: Σ fraction · voxel volume. */
export function maskVolumeMl(mask: FractionalMask): number {
  let sum = 0
  for (let n = 0; n < mask.fractions.length; n++) sum += mask.fractions[n]!
  return sum * voxelVolumeMl(mask.grid)
}

export interface MaskStatistics {
  /** Volume inside the image, mL. */
  readonly volumeMl: number
  /** Volume of the whole structure, the part outside the image included, mL. */
  readonly totalVolumeMl: number
  /** Part of the structure (0 to 1) that lies outside the image. */
  readonly fractionOutside: number
  /** Σ fraction (voxels, partial ones by their part). */
  readonly weight: number
  /** Number of voxels with any part in the structure. */
  readonly voxels: number
  /** Σ fraction · value. */
  readonly sum: number
  /** Σ fraction · value · voxel volume in mL: the activity in Bq of an image in Bq/mL, the mass in g of one in g/mL. */
  readonly integral: number
  /** Weighted by fraction. NaN if no part of the structure is inside the image, as are the following. */
  readonly mean: number
  /** Weighted population standard deviation of the voxel values. */
  readonly sd: number
  /** Lowest and highest value of voxels with any part in the structure. */
  readonly minimum: number
  readonly maximum: number
}

/**
 * Statistics of `values` (one number per voxel of `mask.grid`, x fastest) inside a structure, each voxel weighted by its
 * fraction. `convert`, if given, turns each finite value into the one to use (CT number to density, …); it is called once for
 * each voxel with any part in the structure. Throws InputError `image.not-finite` where such a voxel is NaN or infinite, and
 * `geometry.size-mismatch` where `values` does not have the grid's length.
 */
export function maskStatistics(
  mask: FractionalMask,
  values: Float32Array | Float64Array | Int16Array,
  convert?: (value: number, fraction: number) => number,
): MaskStatistics {
  const { grid, box, fractions } = mask
  if (values.length !== voxelCount(grid)) {
    throw new InputError(
      'geometry.size-mismatch',
      `The image has ${values.length} voxels, the structure's grid ${voxelCount(grid)}.`,
      'Rasterise the structure on the grid of the image.',
    )
  }
  let weight = 0
  let voxels = 0
  let mean = 0
  let squares = 0
  let minimum = Infinity
  let maximum = -Infinity
  let n = 0
  for (let k = box.start[2]; k < box.start[2] + box.size[2]; k++) {
    for (let j = box.start[1]; j < box.start[1] + box.size[1]; j++) {
      let voxel = box.start[0] + grid.dimensions[0] * (j + grid.dimensions[1] * k)
      for (let i = 0; i < box.size[0]; i++, n++, voxel++) {
        const fraction = fractions[n]!
        if (fraction <= 0) continue
        const raw = values[voxel]!
        if (!Number.isFinite(raw)) throw notFinite()
        const value = convert === undefined ? raw : convert(raw, fraction)
        voxels++
        weight += fraction
        // West's (1979) weighted update: no cancellation where the spread is small beside the mean.
        const off = value - mean
        mean += (fraction / weight) * off
        squares += fraction * off * (value - mean)
        if (value < minimum) minimum = value
        if (value > maximum) maximum = value
      }
    }
  }
  const unit = voxelVolumeMl(grid)
  const volumeMl = weight * unit
  const totalVolumeMl = volumeMl + mask.volumeOutsideMl
  const sum = weight * mean
  const orNaN = (value: number): number => (weight > 0 ? value : NaN)
  return {
    volumeMl,
    totalVolumeMl,
    fractionOutside: totalVolumeMl > 0 ? mask.volumeOutsideMl / totalVolumeMl : 0,
    weight,
    voxels,
    sum,
    integral: sum * unit,
    mean: orNaN(mean),
    sd: orNaN(Math.sqrt(squares / weight)),
    minimum: orNaN(minimum),
    maximum: orNaN(maximum),
  }
}

function notFinite(): InputError {
  return new InputError(
    'image.not-finite',
    'The image has a voxel inside the structure that is not a finite number.',
    'Check the image; such voxels cannot be averaged.',
  )
}
