/** Dynamic PET: frames in time to time–activity curves of structures, and frames put together. */
import { InputError } from '../../errors/index.ts'
import type { Measured } from '../../statistics/index.ts'

/** When a frame was acquired, s after the start of the administration (negative before it). */
export interface FrameTime {
  readonly startS: number
  readonly durationS: number
}

/**
 * The moment that a frame's values stand for: `average` of the frame as it decayed, corrected to the frame's `frame-start`, or to another time
 * (`time`, s after the start of the administration), as the start of the series or the administration (0).
 */
export type DecayReference =
  { readonly kind: 'average' } | { readonly kind: 'frame-start' } | { readonly kind: 'time'; readonly timeS: number }

/**
 * Average activity over a frame of duration Δ over that at its start, by decay alone: (1 − e^(−λΔ))/(λΔ) (Cherry, Sorenson, Phelps, Physics in
 * Nuclear Medicine, 4th ed. 2012, eq. 4-12).
 */
export function frameAverageFactor(durationS: number, halfLifeS: number): number {
  const x = (Math.LN2 / halfLifeS) * durationS
  return x < 1e-8 ? 1 - x / 2 : -Math.expm1(-x) / x
}

/**
 * The time at which a decaying activity has its average over the frame: t = start − ln[(1 − e^(−λΔ))/(λΔ)]/λ, before the middle of the
 * frame by λΔ²/24 to first order.
 *
 * @param effectiveHalfLifeS half-life of the activity in the structure, the physical one where none is better
 */
export function decayWeightedTimeS({ startS, durationS }: FrameTime, effectiveHalfLifeS: number): number {
  const lambda = Math.LN2 / effectiveHalfLifeS
  // The closed form cancels for a short frame; the next term of the series is (λΔ)³/2880 of the frame.
  if (lambda * durationS < 1e-4) return startS + durationS / 2 - (lambda * durationS ** 2) / 24
  return startS - Math.log(frameAverageFactor(durationS, effectiveHalfLifeS)) / lambda
}

export const midFrameTimeS = ({ startS, durationS }: FrameTime): number => startS + durationS / 2

/**
 * The factor that brings a frame's values from one reference of decay correction to another.
 *
 * @throws InputError `pet.frame` for a duration that is not positive.
 */
export function decayFactor(frame: FrameTime, from: DecayReference, to: DecayReference, halfLifeS: number): number {
  checkFrame(frame)
  // Activity at the reference over that at the start of the frame.
  const level = (reference: DecayReference): number =>
    reference.kind === 'average'
      ? frameAverageFactor(frame.durationS, halfLifeS)
      : reference.kind === 'frame-start'
        ? 1
        : Math.exp((-Math.LN2 / halfLifeS) * (reference.timeS - frame.startS))
  return level(to) / level(from)
}

/** A frame's mean in a structure. */
export interface FrameValue extends FrameTime {
  readonly value: Measured
}

export interface DynamicCurve {
  readonly midTimesS: readonly number[]
  /** The time at which decay alone has the frame's average. */
  readonly decayWeightedTimesS: readonly number[]
  /** Average activity of each frame as it was, not decay-corrected. */
  readonly average: readonly Measured[]
  /** Decay-corrected to the start of the administration. */
  readonly decayCorrected: readonly Measured[]
  readonly remarks: readonly string[]
}

/**
 * A structure's curve from its means in the frames: frame averages (which belong to `decayWeightedTimesS` within the second order of what
 * changes in the frame), and decay-corrected to the administration for kinetic models.
 *
 * @throws InputError `pet.frame` for no frames or durations that are not positive, `pet.frames-overlap`.
 */
export function dynamicCurve(
  frames: readonly FrameValue[],
  reference: DecayReference,
  halfLifeS: number,
): DynamicCurve {
  const sorted = framesInTime(frames)
  const scaled = (to: DecayReference) =>
    sorted.map((frame) => {
      const factor = decayFactor(frame, reference, to, halfLifeS)
      return {
        value: frame.value.value * factor,
        standardUncertainty: frame.value.standardUncertainty * factor,
      }
    })
  return {
    midTimesS: sorted.map(midFrameTimeS),
    decayWeightedTimesS: sorted.map((frame) => decayWeightedTimeS(frame, halfLifeS)),
    average: scaled({ kind: 'average' }),
    decayCorrected: scaled({ kind: 'time', timeS: 0 }),
    remarks: gapRemarks(sorted),
  }
}

/** Weights and time of a sum of frames. */
export interface FrameSum extends FrameTime {
  /** Factor of each frame's values, in the order given; the sum of the products is in the reference asked for. */
  readonly weights: readonly number[]
  readonly remarks: readonly string[]
}

/**
 * One frame of several: the average activity of the summed frames is the mean of theirs weighted with the durations; it is then brought to the
 * reference `to` of the whole. Gaps between frames are not counted, and said.
 *
 * @param reference of the frames' values
 * @throws InputError `pet.frame`, `pet.frames-overlap`.
 */
export function sumOfFrames(
  frames: readonly FrameTime[],
  reference: DecayReference,
  to: DecayReference,
  halfLifeS: number,
): FrameSum {
  const sorted = framesInTime(frames)
  const first = sorted[0] as FrameTime
  const last = sorted[sorted.length - 1] as FrameTime
  const counted = frames.reduce((sum, { durationS }) => sum + durationS, 0)
  const whole = { startS: first.startS, durationS: last.startS + last.durationS - first.startS }
  // Decay over the parts that were measured, so that a gap does not shift the average.
  const level = (timeS: number): number => Math.exp((-Math.LN2 / halfLifeS) * (timeS - whole.startS))
  const averageLevel =
    frames.reduce(
      (sum, frame) => sum + frame.durationS * level(frame.startS) * frameAverageFactor(frame.durationS, halfLifeS),
      0,
    ) / counted
  const target = to.kind === 'average' ? averageLevel : to.kind === 'frame-start' ? 1 : level(to.timeS)
  return {
    ...whole,
    weights: frames.map(
      (frame) =>
        (decayFactor(frame, reference, { kind: 'average' }, halfLifeS) * frame.durationS * target) /
        counted /
        averageLevel,
    ),
    remarks: gapRemarks(sorted),
  }
}

function framesInTime<F extends FrameTime>(frames: readonly F[]): readonly F[] {
  if (frames.length === 0) throw new InputError('pet.frame', 'There are no frames.', 'Give the frames of the scan.')
  frames.forEach(checkFrame)
  const sorted = [...frames].sort((a, b) => a.startS - b.startS)
  sorted.forEach((frame, i) => {
    const before = sorted[i - 1]
    if (before && before.startS + before.durationS > frame.startS + TOUCHING_S)
      throw new InputError(
        'pet.frames-overlap',
        `The frames that start at ${before.startS} s and ${frame.startS} s overlap.`,
        'Give each frame once; frames of several reconstructions or bed positions do not make one curve.',
      )
  })
  return sorted
}

/** Clocks of frames are rounded: a gap or overlap below this is none. */
const TOUCHING_S = 1

function gapRemarks(sorted: readonly FrameTime[]): string[] {
  const gaps = sorted.filter((frame, i) => {
    const before = sorted[i - 1]
    return before !== undefined && frame.startS - before.startS - before.durationS > TOUCHING_S
  })
  return gaps.length === 0
    ? []
    : [
        `There ${gaps.length === 1 ? 'is a gap' : `are ${gaps.length} gaps`} between the frames, the first before ${gaps[0]?.startS} s.`,
      ]
}

function checkFrame({ startS, durationS }: FrameTime): void {
  if (Number.isFinite(startS) && Number.isFinite(durationS) && durationS > 0) return
  throw new InputError(
    'pet.frame',
    `A frame starts at ${startS} s and lasts ${durationS} s.`,
    'Give start and duration of each frame (Acquisition Time, Actual Frame Duration (0018,1242)).',
  )
}
