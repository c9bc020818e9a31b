/** Integrals of curves that are known by frame averages only. */
import type { FrameTime } from '../../imaging/pet/index.ts'

/**
 * Averages over the frames of the integral from zero, from frame averages: all frames before, and half of the own one (exact for a constant;
 * a slope s within a frame of length Δ adds −sΔ²/12). A gap is taken as a straight line between the averages beside it, a first frame after time
 * zero as a rise in a straight line from nothing. Linear in the values, so noise does not shift it.
 */
export function frameIntegrals(frames: readonly FrameTime[], values: ArrayLike<number>): number[] {
  let sum = 0
  let end = 0
  let before = 0
  return frames.map(({ startS, durationS }, i) => {
    const value = values[i] as number
    const gap = Math.max(0, startS - end)
    sum += (gap * (before + value)) / 2
    const integral = sum + (durationS * value) / 2
    sum += durationS * value
    ;[end, before] = [startS + durationS, value]
    return integral
  })
}
