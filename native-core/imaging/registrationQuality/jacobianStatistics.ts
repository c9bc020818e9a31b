import { InputError } from '../../errors/index.ts'

export interface JacobianStatistics {
  readonly minimum: number
  readonly percentile1: number
  readonly mean: number
  readonly percentile99: number
  readonly maximum: number
  /** Of the voxels: folded. */
  readonly shareNotPositive: number
}

/**
 * Statistics of a map of Jacobian determinants, of all voxels or of those whose weight is above 0.
 *
 * @throws InputError `jacobian.empty` where no voxel counts.
 */
export function jacobianStatistics(
  determinants: Float32Array,
  weights: { readonly [n: number]: number } | null = null,
): JacobianStatistics {
  const counted = weights === null ? determinants.slice() : determinants.filter((_, n) => (weights[n] ?? 0) > 0)
  if (counted.length === 0)
    throw new InputError(
      'jacobian.empty',
      'There is no voxel of which the Jacobian could be told.',
      'Choose a region inside the image.',
    )
  counted.sort()
  const at = (part: number): number => counted[Math.min(counted.length - 1, Math.floor(part * counted.length))]!
  const firstPositive = counted.findIndex((value) => value > 0)
  return {
    minimum: counted[0]!,
    percentile1: at(0.01),
    mean: counted.reduce((sum, value) => sum + value, 0) / counted.length,
    percentile99: at(0.99),
    maximum: counted.at(-1)!,
    shareNotPositive: (firstPositive < 0 ? counted.length : firstPositive) / counted.length,
  }
}
