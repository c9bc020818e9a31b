/** Difference of two doses, on whatever grids they are. */
import { InputError } from '../../errors/index.ts'
import { ascendingOrder } from './sort.ts'
import { assertDoseImage, valuesOnGrid } from './trilinear.ts'
import type { DoseImage } from './types.ts'

export interface DoseDifference {
  /** Evaluated − reference on the grid of the reference, Gy; NaN where the evaluated dose does not reach. */
  readonly differenceGy: Float64Array
  readonly statistics: DifferenceStatistics
}

export interface DifferenceStatistics {
  /** Voxels compared, voxels of the reference outside the evaluated dose, and voxels below the cut-off. */
  readonly voxels: number
  readonly voxelsOutside: number
  readonly voxelsBelowCutOff: number
  /** Over the voxels compared, Gy. */
  readonly referenceMeanGy: number
  readonly evaluatedMeanGy: number
  /** Evaluated − reference: mean, population standard deviation, root mean square, extremes, Gy. */
  readonly meanGy: number
  readonly sdGy: number
  readonly rmsGy: number
  readonly minGy: number
  readonly maxGy: number
  /** Median and 95th percentile of |difference| (Hazen), Gy. */
  readonly medianAbsoluteGy: number
  readonly percentile95AbsoluteGy: number
  /** Mean difference over the reference's mean; null where that is not positive. */
  readonly relativeMean: number | null
}

/**
 * Evaluated − reference. The evaluated dose is brought onto the grid of the reference by trilinear interpolation (`valueAt`) unless both
 * have the same voxels. Voxels whose reference dose is below `cutOffGy` (default: none) are in the map but not in the statistics.
 *
 * @throws InputError `dose.no-overlap` where no voxel can be compared, `dose.not-finite` for a NaN or infinite voxel of either.
 */
export function doseDifference(
  reference: DoseImage,
  evaluated: DoseImage,
  options: { readonly cutOffGy?: number } = {},
): DoseDifference {
  assertComparable(reference, evaluated)
  const other = valuesOnGrid(evaluated.doseGy, evaluated.grid, reference.grid)
  const cutOffGy = options.cutOffGy ?? -Infinity
  const differenceGy = new Float64Array(other.length)
  const compared = new Float64Array(other.length)
  let count = 0
  let voxelsOutside = 0
  let voxelsBelowCutOff = 0
  let [sum, sumReference, sumEvaluated] = [0, 0, 0]
  for (let n = 0; n < other.length; n++) {
    const a = reference.doseGy[n]!
    const b = other[n]!
    differenceGy[n] = b - a
    if (Number.isNaN(b)) voxelsOutside++
    else if (a < cutOffGy) voxelsBelowCutOff++
    else {
      compared[count++] = b - a
      sum += b - a
      sumReference += a
      sumEvaluated += b
    }
  }
  if (count === 0) {
    throw voxelsOutside === other.length ? noOverlap() : nothingAbove(cutOffGy)
  }
  return {
    differenceGy,
    statistics: {
      voxels: count,
      voxelsOutside,
      voxelsBelowCutOff,
      referenceMeanGy: sumReference / count,
      evaluatedMeanGy: sumEvaluated / count,
      relativeMean: sumReference > 0 ? sum / sumReference : null,
      ...spreadOf(compared.subarray(0, count), sum / count),
    },
  }
}

function spreadOf(differences: Float64Array, meanGy: number) {
  let [squares, minGy, maxGy] = [0, Infinity, -Infinity]
  for (const d of differences) {
    squares += (d - meanGy) ** 2
    minGy = Math.min(minGy, d)
    maxGy = Math.max(maxGy, d)
  }
  const variance = squares / differences.length
  const absolute = differences.map(Math.abs)
  const order = ascendingOrder(absolute)
  const percentile = (p: number): number => {
    const position = Math.min(Math.max(p * order.length - 0.5, 0), order.length - 1)
    const low = Math.floor(position)
    const high = Math.min(low + 1, order.length - 1)
    const [a, b] = [absolute[order[low]!]!, absolute[order[high]!]!]
    return a + (position - low) * (b - a)
  }
  return {
    meanGy,
    sdGy: Math.sqrt(variance),
    rmsGy: Math.sqrt(variance + meanGy * meanGy),
    minGy,
    maxGy,
    medianAbsoluteGy: percentile(0.5),
    percentile95AbsoluteGy: percentile(0.95),
  }
}

/** Throws unless both doses fit their grids and hold finite numbers: InputErrors of `assertDoseImage`, `dose.not-finite`. */
export function assertComparable(reference: DoseImage, evaluated: DoseImage): void {
  for (const [dose, what] of [
    [reference, 'The reference dose'],
    [evaluated, 'The evaluated dose'],
  ] as const) {
    assertDoseImage(dose, what)
    const bad = dose.doseGy.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) {
      throw new InputError(
        'dose.not-finite',
        `${what} is ${dose.doseGy[bad]} in voxel ${bad} (x fastest).`,
        'Dose maps must hold finite numbers; mend the map.',
      )
    }
  }
}

export function noOverlap(): InputError {
  return new InputError(
    'dose.no-overlap',
    'The two doses share no volume: no voxel of the reference lies inside the evaluated dose.',
    'Check that they belong together: same patient, same frame of reference.',
  )
}

export function nothingAbove(cutOffGy: number): InputError {
  return new InputError(
    'dose.nothing-above-cut-off',
    `Where the two doses overlap, no voxel of the reference reaches the cut-off of ${cutOffGy.toPrecision(4)} Gy.`,
    'Lower the cut-off.',
  )
}
