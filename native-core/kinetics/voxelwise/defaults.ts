import type { VoxelFitOptions, VoxelSpread, VoxelTrapezoid } from './types.ts'

/**
 * Designed, not taken from a publication. Spread: voxels of one organ differ in their slow effective rate by a factor of 1.25, in the fast
 * ones by 1.5 (one standard deviation), in the logits of start and phases by 0.5. Noise: 10 % of the value and 1 % of the bright voxels in
 * the brightest image, about what a SPECT of 20 minutes shows in a uniform organ. With `estimated` they are where the estimate starts.
 */
export const DEFAULT_VOXEL_FIT: VoxelFitOptions & { readonly spread: Required<VoxelSpread> } = {
  regularisation: 'estimated',
  spread: {
    slowRate: Math.log(1.25),
    fastRate: Math.log(1.5),
    thirdRate: Math.log(1.5),
    startShare: 0.5,
    phaseShare: 0.5,
  },
  noise: { fraction: 0.1, absoluteShare: 0.01, byCounts: true },
  negligibleShare: 0.02,
}

/** Ends as in the fit of structures, but for the tail: two noisy values alone make a bad rate. */
export const DEFAULT_VOXEL_TRAPEZOID: VoxelTrapezoid = {
  rule: 'linear-log',
  beforeFirst: 'physical-decay-back',
  afterLast: 'structure',
}

/** Estimated spreads stay between these: below, voxels differ by less than anybody could see; above, the prior says nothing. */
export const SPREAD_RANGE = [0.01, 2] as const
export const NOISE_SCALE_RANGE = [0.01, 10] as const
/** Voxels of a structure that its spread is estimated from: at least, at most. */
export const SAMPLE_RANGE = [30, 400] as const
