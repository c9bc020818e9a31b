/**
 * Dynamic PET: curves of structures through frames and the inputs that feed them. Concentrations are in Bq/mL and decay-corrected to the
 * start of the administration, times in s after it, rate constants in 1/s, K1 and K_i in mL blood per mL tissue and s.
 */
import type { FrameTime } from '../../imaging/pet/index.ts'

/** When the frames were, and what decay did within them. */
export interface FrameSchedule {
  readonly frames: readonly FrameTime[]
  /**
   * Of the nuclide. A decay-corrected frame value is the average of the decay-corrected curve weighted with e^(−λt), since late events of
   * a frame are fewer. Infinity: plain averages.
   */
  readonly halfLifeS: number
}

/** A structure's mean in each frame. */
export interface FrameCurve {
  readonly label: string
  readonly schedule: FrameSchedule
  /** Decay-corrected to the start of the administration. */
  readonly concentrationBqPerMl: readonly number[]
}

/** e^(−rate·u)·Σ coefficients[m]·u^m, u being the time since the start of the piece, s. */
export interface PieceTerm {
  readonly ratePerS: number
  readonly coefficients: readonly number[]
}

/** A curve from one moment to the start of the next piece. */
export interface CurvePiece {
  readonly startS: number
  readonly terms: readonly PieceTerm[]
}

/**
 * A concentration as a function of time, in pieces whose convolutions with exponentials are exact: straight lines and cubics of samples,
 * sums of exponentials. Zero before the first piece; nothing is known after `endS` (Infinity for formulas).
 */
export interface TimeCurve {
  readonly pieces: readonly CurvePiece[]
  readonly endS: number
  /** How the curve was made, for the report. */
  readonly description: string
  readonly remarks: readonly string[]
}

/** What tissue models take in: unchanged agent in plasma, and whole blood for the blood in the structure. */
export interface ArterialInput {
  readonly plasma: TimeCurve
  readonly wholeBlood: TimeCurve
}

/** How much a frame counts in a fit. */
export type FrameWeighting =
  | { readonly kind: 'uniform' }
  /** Variance as counts give it: σ² ∝ C·e^(λt)/Δ, up to a common factor that the residuals tell. */
  | { readonly kind: 'counts' }
  /** Standard deviations of the decay-corrected means, Bq/mL, taken as they are. */
  | { readonly kind: 'sigma'; readonly sigmaBqPerMl: readonly number[] }

/** A number of a fit with its standard error; null where it has none (it was given, or lies on a bound). */
export interface Estimate {
  readonly name: string
  readonly title: string
  readonly value: number
  readonly standardError: number | null
  readonly unit: '1' | '1/s' | 's' | 'mL/mL' | 'mL/(mL·s)'
  readonly atBound: boolean
}
