/**
 * Time–activity curves and their fits. Everything here is plain data (JSON-safe: no NaN, no Infinity), in Bq and s, with time
 * zero at the start of the administration.
 */

/** The curve shapes that can be fitted. See `models/` for their formulas. */
export type TacModelId = 'mono-exponential' | 'uptake-washout' | 'bi-exponential' | 'tri-exponential'

/**
 * Standard uncertainty (one sigma, absolute) of each point when it is not given point by point:
 * sigma_i² = (fraction · activity_i)² + absoluteBq².
 */
export interface ErrorModel {
  readonly fraction: number
  readonly absoluteBq: number
}

/**
 * How the covariance is scaled. `none`: sigmas are absolute and C = (JᵀWJ)⁻¹. `reduced-chi-square`: C·χ²/dof (sigmas are only
 * relative weights). `larger`: C·max(1, χ²/dof), so that a poor fit is never more certain than its residuals.
 */
export type CovarianceScaling = 'none' | 'reduced-chi-square' | 'larger'

/**
 * What is believed about a first wash-out (or uptake) phase that the points are too late to resolve: its biological half-life is
 * log-normal with this median and geometric standard deviation.
 */
export interface EarlyPhasePrior {
  readonly biologicalHalfLifeS: number
  readonly geometricStandardDeviation: number
}

export interface FitRequest {
  /** Whose curve it is, for messages: "Kidney left". */
  readonly label: string
  /** Time of each point after the start of administration, s; any order, no duplicates. */
  readonly timesS: readonly number[]
  /** Activity at that time (not decay-corrected), Bq. */
  readonly activityBq: readonly number[]
  /** Absolute standard uncertainty of each point, Bq, or a rule for it. Default: DEFAULT_ERROR_MODEL. */
  readonly sigmaBq?: readonly number[] | ErrorModel
  readonly physicalHalfLifeS: number
  /** A model to use whatever the data say, or `auto` (default). */
  readonly model?: TacModelId | 'auto'
  /** Default: `none` with given sigmas, `larger` with a rule. */
  readonly covarianceScaling?: CovarianceScaling
  /**
   * Prior of the fast phase of a bi-exponential. Left out: DEFAULT_EARLY_PHASE_PRIOR for the automatic choice, none for a forced
   * model (which is then plain weighted least squares). null: none.
   */
  readonly earlyPhasePrior?: EarlyPhasePrior | null
}

/** One term of the fitted curve A(t) = Σ amplitudeBq · exp(−effectiveRatePerS · t). Uptake terms have a negative amplitude. */
export interface ExponentialTerm {
  readonly amplitudeBq: number
  readonly effectiveRatePerS: number
}

export interface FittedParameter {
  /** Short name: A1, lambda1 … (index 1 is the slowest phase). */
  readonly name: string
  readonly title: string
  readonly value: number
  readonly unit: 'Bq' | '1/s'
  readonly standardError: number
  /** standardError / |value|; null where the value is zero. */
  readonly cv: number | null
  /** The value sits on a bound (for a rate: the physical decay constant). */
  readonly atBound: boolean
}

export interface FittedPhase {
  readonly amplitudeBq: number
  readonly effectiveHalfLifeS: number
  readonly effectiveHalfLifeUncertaintyS: number
  /** null: no biological elimination (the phase falls with the physical half-life). */
  readonly biologicalHalfLifeS: number | null
}

export interface FittedPoint {
  readonly timeS: number
  readonly activityBq: number
  readonly sigmaBq: number
  readonly fittedBq: number
  /** Measured minus fitted. */
  readonly residualBq: number
  readonly standardisedResidual: number
}

/** Goodness marks, shown and never hidden (NUKFIT practice; EJNMMI Phys 2021, s40658-021-00427-x). */
export interface FitGates {
  /** Every parameter's coefficient of variation is below 50 %. */
  readonly cvBelowHalf: boolean
  /** Every correlation of two parameters is below 0.8 in size. */
  readonly correlationBelow08: boolean
  /** No parameter sits on a bound. */
  readonly insideBounds: boolean
  readonly largestCv: number | null
  readonly largestCorrelation: number | null
}

/** One model as a candidate: enough to compare it and to draw its curve. */
export interface FitCandidate {
  readonly model: TacModelId
  readonly title: string
  /** The prior that took part in the fit, if any. The same model can be a candidate with and without it. */
  readonly earlyPhasePrior: EarlyPhasePrior | null
  /** Fitted parameters; sigma is known and not counted. */
  readonly parameterCount: number
  /** parameterCount less what a prior supplies: trace of the data's share of the information. */
  readonly effectiveParameterCount: number
  readonly chiSquare: number
  /** χ² with the prior's penalty. Equal to chiSquare without a prior. */
  readonly penalisedChiSquare: number
  /** penalised χ² + 2·effectiveParameterCount. */
  readonly aic: number
  /** aic + 2K(K+1)/(n−K−1), K = parameterCount (sigma not counted); null where n−K−1 ≤ 0. */
  readonly aicc: number | null
  /** Akaike weight among the candidates, from `aic`. */
  readonly weight: number
  readonly tiaBqS: number
  readonly tiaUncertaintyBqS: number
  readonly terms: readonly ExponentialTerm[]
  readonly converged: boolean
  readonly gates: FitGates
  /** Why the automatic choice may not take it; null if it may. */
  readonly refusal: string | null
}

export interface FitWarning {
  readonly code: string
  readonly message: string
}

export interface TacFit {
  readonly algorithm: { readonly name: 'theratwin.fit-time-activity'; readonly version: string }
  readonly label: string
  readonly model: TacModelId
  readonly modelTitle: string
  readonly formula: string
  readonly earlyPhasePrior: EarlyPhasePrior | null
  readonly chosenBy: 'user' | 'automatic'
  /** Why this model, in a sentence. */
  readonly reason: string
  readonly physicalHalfLifeS: number
  /** The sigmas used, in words. */
  readonly errorModel: string
  readonly covarianceScaling: CovarianceScaling
  /** The curve, slowest phase first. */
  readonly terms: readonly ExponentialTerm[]
  readonly phases: readonly FittedPhase[]
  readonly parameters: readonly FittedParameter[]
  /** Covariance of `parameters` in their order and units, scaled as `covarianceScaling` says. */
  readonly covariance: readonly (readonly number[])[]
  readonly correlation: readonly (readonly number[])[]
  /** Condition number of the correlation matrix: large means the data cannot tell parameters apart. */
  readonly conditionNumber: number
  /** Time-integrated activity from 0 to infinity, Bq·s, and its standard uncertainty from fit and sigmas. */
  readonly tiaBqS: number
  readonly tiaUncertaintyBqS: number
  /** Share of the TIA before the first and after the last point: extrapolated, not measured. */
  readonly tiaShareBeforeFirstPoint: number
  readonly tiaShareAfterLastPoint: number
  readonly points: readonly FittedPoint[]
  readonly chiSquare: number
  readonly degreesOfFreedom: number
  readonly aic: number
  readonly aicc: number | null
  readonly converged: boolean
  readonly gates: FitGates
  /** All models that were tried, best first; the chosen one is among them. One entry if the user forced a model. */
  readonly candidates: readonly FitCandidate[]
  /** Akaike-weighted mean over the candidates, with the spread between them in its uncertainty. */
  readonly averaged: { readonly tiaBqS: number; readonly tiaUncertaintyBqS: number }
  /** What was assumed, in sentences for the report. */
  readonly assumptions: readonly string[]
  readonly warnings: readonly FitWarning[]
}

/** A curve with its pointwise 95 % confidence band, for drawing. */
export interface FittedCurve {
  readonly timesS: readonly number[]
  readonly activityBq: readonly number[]
  readonly lowerBq: readonly number[]
  readonly upperBq: readonly number[]
}
