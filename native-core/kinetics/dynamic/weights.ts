/** How much each frame counts. */
import { InputError } from '../../errors/index.ts'
import { decayWeightedTimeS } from '../../imaging/pet/index.ts'
import type { FrameCurve, FrameSchedule, FrameWeighting } from './types.ts'

/** A frame's mean counts in the variance as at least this share of the largest one. Designed: empty first frames would else have all the weight. */
export const SMALLEST_COUNT_SHARE = 0.05

/**
 * One over the standard deviation of each frame; `isAbsolute` where they are the given ones, else up to a common factor. Counts: the variance
 * of a decay-corrected mean is σ² ∝ C·e^(λt)/Δ (Mazoyer et al., J. Comput. Assist. Tomogr. 10 (1986) 523): a frame has C·e^(−λt)·Δ events.
 *
 * @throws InputError `dynamic.sigma` for standard deviations that are not positive, or of another number.
 */
export function frameWeights(
  { label, schedule, concentrationBqPerMl: c }: FrameCurve,
  weighting: FrameWeighting,
): { readonly inverseSigma: readonly number[]; readonly isAbsolute: boolean } {
  if (weighting.kind === 'sigma') {
    const { sigmaBqPerMl } = weighting
    if (sigmaBqPerMl.length !== c.length || !sigmaBqPerMl.every((s) => s > 0 && Number.isFinite(s)))
      throw new InputError(
        'dynamic.sigma',
        `${label} has ${c.length} frames and ${sigmaBqPerMl.length} standard deviations, or one that is not positive.`,
        'Give each frame a positive standard deviation, or weight by counts.',
      )
    return { inverseSigma: sigmaBqPerMl.map((s) => 1 / s), isAbsolute: true }
  }
  if (weighting.kind === 'uniform') return { inverseSigma: c.map(() => 1), isAbsolute: false }
  const floor = SMALLEST_COUNT_SHARE * Math.max(...c)
  const raw = frameCountWeights(schedule).map((w, i) => Math.sqrt(w / Math.max(c[i] ?? 0, floor)))
  const mean = raw.reduce((s, w) => s + w, 0) / raw.length
  return { inverseSigma: raw.map((w) => (mean > 0 && Number.isFinite(mean) ? w / mean : 1)), isAbsolute: false }
}

/** Δ·e^(−λt) of each frame: its events for each unit of decay-corrected concentration. */
export const frameCountWeights = ({ frames, halfLifeS }: FrameSchedule): number[] =>
  frames.map((frame) =>
    Number.isFinite(halfLifeS)
      ? frame.durationS * Math.exp((-Math.LN2 / halfLifeS) * decayWeightedTimeS(frame, halfLifeS))
      : frame.durationS,
  )
