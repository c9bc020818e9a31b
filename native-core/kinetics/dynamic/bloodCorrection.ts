/** The blood in a structure, taken off its curve before a linear analysis. */
import { InputError } from '../../errors/index.ts'
import { frameCurve } from './convolution.ts'
import type { FrameCurve, FrameSchedule, TimeCurve } from './types.ts'
import type { VoxelFrames } from './voxels.ts'

/**
 * The curve of the tissue alone, Bq/mL of tissue: C_T = (C − V_b·C_blood)/(1 − V_b) in each frame, for a measured C = (1 − V_b)·C_T + V_b·C_blood.
 * Plots and multilinear models describe C_T; the blood in C adds V_b to a Patlak intercept and, before the end of the bolus, bends a Logan plot.
 * Early frames can come out negative.
 *
 * @param wholeBlood as it arrives in the structure, decay-corrected as the curve is
 * @param fraction V_b, 0 to below 1
 * @throws InputError `dynamic.blood-fraction`, `dynamic.input-ends`
 */
export function withoutBlood(curve: FrameCurve, wholeBlood: TimeCurve, fraction: number): FrameCurve {
  const blood = bloodOnFrames(wholeBlood, curve.schedule, fraction)
  return {
    ...curve,
    concentrationBqPerMl: curve.concentrationBqPerMl.map((c, i) => (c - fraction * (blood[i] ?? NaN)) / (1 - fraction)),
  }
}

/** The same for each voxel. @throws InputError as `withoutBlood`. */
export function voxelsWithoutBlood(scan: VoxelFrames, wholeBlood: TimeCurve, fraction: number): VoxelFrames {
  const blood = bloodOnFrames(wholeBlood, scan.schedule, fraction)
  return {
    ...scan,
    factors: scan.factors.map((factor) => factor / (1 - fraction)),
    offsets: scan.factors.map((_, i) => ((scan.offsets?.[i] ?? 0) + fraction * (blood[i] ?? NaN)) / (1 - fraction)),
  }
}

function bloodOnFrames(wholeBlood: TimeCurve, schedule: FrameSchedule, fraction: number): ArrayLike<number> {
  if (fraction >= 0 && fraction < 1) return frameCurve(wholeBlood, schedule).average
  throw new InputError(
    'dynamic.blood-fraction',
    `A blood fraction of ${fraction} cannot be subtracted.`,
    'Give a share from 0 to below 1.',
  )
}
