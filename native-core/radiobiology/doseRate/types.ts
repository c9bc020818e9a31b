/** Absorbed dose rate in time, Gy/s over s. Plain data. */

/** rateGyPerS · exp(−decayPerS · (t − start)). A negative rate is an uptake term; the sum is what may not be negative. */
export interface DoseRateTerm {
  readonly rateGyPerS: number
  readonly decayPerS: number
}

/** A sum of exponentials from `startS` on, such as S value × fitted time–activity curve of one cycle. */
export interface ExponentialDoseRate {
  readonly kind: 'exponentials'
  readonly startS: number
  readonly terms: readonly DoseRateTerm[]
}

/**
 * Linear between the samples, nothing before the first; after the last one an exponential with `tailDecayPerS`, or nothing where that
 * is null.
 */
export interface SampledDoseRate {
  readonly kind: 'sampled'
  readonly timesS: readonly number[]
  readonly rateGyPerS: readonly number[]
  readonly tailDecayPerS: number | null
}

export type DoseRateCurve = ExponentialDoseRate | SampledDoseRate

/** What is given one after the other, or at once from several sources: the dose rates are added. All times on one clock. */
export type DoseRateCourse = readonly DoseRateCurve[]
