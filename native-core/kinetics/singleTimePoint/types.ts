/**
 * Time-integrated activity (TIA) from one or two scans, with what is known of other patients or of the patient's other cycles. Times in
 * s after the start of administration, activities in Bq (not decay-corrected), plain data.
 */
import type { ParametricCurve } from '../parametric/types.ts'
import type { GaussianPrior } from '../population/types.ts'
import type { ExponentialTerm, FitWarning } from '../types.ts'

export type FewScansMethod = 'hanscheid' | 'madsen' | 'population-half-life' | 'prior-cycles' | 'population-map'

/** Curves of a population: working parameters φ of `curve` are normal. */
export interface CurvePopulation {
  readonly id: string
  readonly title: string
  readonly curve: ParametricCurve
  readonly prior: GaussianPrior
  /** Index of the working parameter that is the logarithm of the curve's size; null where no parameter is only that. */
  readonly sizeIndex: number | null
  /** False: of the size nothing is known beforehand, its mean and variance in `prior` say nothing. */
  readonly sizeKnown: boolean
}

export interface FewScansRequest {
  /** Whose curve it is, for messages: "Kidney left". */
  readonly label: string
  readonly method: FewScansMethod
  /** One time, or more with `prior-cycles` and `population-map`. */
  readonly timesS: readonly number[]
  readonly activityBq: readonly number[]
  /** Absolute standard uncertainty of each point, Bq. */
  readonly sigmaBq: readonly number[]
  readonly physicalHalfLifeS: number
  /** Needed by all methods but `hanscheid`, which takes from it how far off it may be. For `prior-cycles`: see `priorCyclePopulation`. */
  readonly population?: CurvePopulation
}

/** A part of the relative standard uncertainty; the parts add in squares. */
export interface UncertaintyPart {
  readonly name: 'measurement' | 'population' | 'method-bias'
  readonly title: string
  readonly relative: number
}

/**
 * The TIA over the population's curves, given the measured activity, Bq·s. Mean and standard deviation are over 99.994 % of the
 * population (standard scores within ±4): beyond, e^{kt} of a log-normal rate has no mean. Of the most probable curve
 * with one scan over its posterior; null with more.
 */
export interface TiaDistribution {
  readonly medianBqS: number
  readonly meanBqS: number
  readonly standardDeviationBqS: number
  readonly percentile2p5BqS: number
  readonly percentile16BqS: number
  readonly percentile84BqS: number
  readonly percentile97p5BqS: number
}

/** How far a method's TIA is off over a population: relative error (estimate − true)/true, with the noise of the measurement. */
export interface ExpectedError {
  readonly bias: number
  readonly rms: number
  /** Share of patients with an error of more than 10 % and 20 % in size. */
  readonly shareOver10: number
  readonly shareOver20: number
}

export interface FewScansEstimate {
  readonly algorithm: { readonly name: 'theratwin.few-scans'; readonly version: string }
  readonly label: string
  readonly method: FewScansMethod
  readonly title: string
  readonly formula: string
  readonly source: string
  /** A curve with exactly this TIA: through the point of a single scan, slowest phase first. */
  readonly terms: readonly ExponentialTerm[]
  readonly tiaBqS: number
  readonly tiaUncertaintyBqS: number
  readonly parts: readonly UncertaintyPart[]
  readonly distribution: TiaDistribution | null
  /** Of the slowest phase of `terms`. */
  readonly effectiveHalfLifeS: number
  readonly effectiveHalfLifeUncertaintyS: number
  /** Of this method at these times over `population`; null where there is none. */
  readonly expectedError: ExpectedError | null
  readonly populationId: string | null
  /** What was assumed, in sentences for the report. */
  readonly assumptions: readonly string[]
  readonly warnings: readonly FitWarning[]
}
