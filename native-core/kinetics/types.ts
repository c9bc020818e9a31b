/**
 * Time–activity curves and their fits. Everything here is plain data (JSON-safe: no NaN, no Infinity), in Bq and s, with time
 * zero at the start of the administration.
 */

import type { Administration } from './parametric/response.ts'
import type { Loss } from './parametric/loss.ts'
import type { ParameterPrior } from './parametric/prior.ts'
import type { ParametricCurve } from './parametric/types.ts'

/**
 * What can be fitted: the ids of `models/` (blocks over ordered rates), those of `parametric/library.ts`, `trapezoid`, `formula` (a curve that
 * the caller gives) and, as a result only, `average`.
 */
export type TacModelId = string

/**
 * Activity from time zero to the first point. `model`: the fitted curve; `constant`: as at the first point; `linear-from-zero`: in a straight
 * line from nothing; `physical-decay-back`: the first value decay-corrected to each earlier time, that is, nothing moves.
 */
export type BeforeFirstPoint = 'model' | 'constant' | 'linear-from-zero' | 'physical-decay-back'

/**
 * Activity after the last point. `fitted`: the fitted curve; `physical-decay`: nothing leaves any more; `lastPoints`: a single exponential whose
 * rate is the weighted straight line through the logarithms of so many last points, not below the physical decay constant.
 */
export type AfterLastPoint = 'fitted' | 'physical-decay' | { readonly lastPoints: number }

/** Between points: straight lines, or straight lines where the activity rises and exponentials where it falls (Purves 1992). */
export type TrapezoidRule = 'linear' | 'linear-log'

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
   * Prior of the fast phase of a bi-exponential of blocks. Left out: DEFAULT_EARLY_PHASE_PRIOR for the automatic choice among its own
   * candidates, none for a forced model (which is then plain weighted least squares) or chosen candidates. null: none.
   */
  readonly earlyPhasePrior?: EarlyPhasePrior | null
  /** How the activity was given. Default: all at time zero. */
  readonly administration?: Administration
  /** Default: `model`; of the trapezoid `physical-decay-back`. */
  readonly beforeFirstPoint?: BeforeFirstPoint
  /** Default: `fitted`; of the trapezoid the last two points. */
  readonly afterLastPoint?: AfterLastPoint
  /** Default: `linear-log`. */
  readonly trapezoidRule?: TrapezoidRule
  /** Default: squares. */
  readonly loss?: Loss
  /** Prior of the parameters of `model` (maximum a posteriori); not with an automatic choice. */
  readonly prior?: ParameterPrior
  /** Natural values of parameters of `model` that are not fitted, by name. */
  readonly fixed?: Readonly<Record<string, number>>
  /** Natural values to start from, beside the starts of the program, by name; given, even empty, the fit is the general one. */
  readonly start?: Readonly<Record<string, number>>
  /** For the functions whose amplitude is the administered activity. */
  readonly administeredBq?: number
  /** For the functions with a fixed rate of the circulation. */
  readonly circulationRatePerS?: number
  /** Candidates of the automatic choice and of the average. Default: the four of `models/`. */
  readonly candidates?: readonly TacModelId[]
  /** Weights of the average by model, in any sum: those of a population instead of Akaike's. */
  readonly modelWeights?: Readonly<Record<string, number>>
  /** The curve of the model `formula`, after a bolus. */
  readonly curve?: ParametricCurve
}

/** How a fitted curve is evaluated; plain data but for `function`, for which the caller has the `ParametricCurve`. */
export type CurveShape =
  | {
      readonly kind: 'exponentials'
      /** Of the curve after a bolus. */
      readonly terms: readonly ExponentialTerm[]
      /** ∂(amplitudes…, rates…)/∂(parameters), a row each. */
      readonly termGradient: readonly (readonly number[])[]
      readonly administration: Administration
    }
  | { readonly kind: 'trapezoid'; readonly rule: TrapezoidRule; readonly timesS: readonly number[] }
  | {
      readonly kind: 'function'
      readonly parameterIndices: readonly number[]
      readonly natural: readonly number[]
      /** The function is the curve after a bolus, and the fit the response to this; left out: a bolus. */
      readonly administration?: Administration
    }
  | { readonly kind: 'average'; readonly members: readonly AverageMember[] }

export interface AverageMember {
  readonly model: TacModelId
  readonly weight: number
  readonly fit: FittedShape
}

/** What stands for the curve before the first and after the last point. */
export interface CurveEnds {
  readonly firstS: number
  readonly lastS: number
  readonly before: BeforeFirstPoint
  /** null: the fitted curve. `parameter`: index of the rate among the parameters; null where it is the physical one. */
  readonly after: { readonly ratePerS: number; readonly parameter: number | null } | null
  readonly physicalRatePerS: number
}

/** Enough to evaluate a curve with its uncertainty. */
export interface FittedShape {
  readonly shape: CurveShape
  readonly ends: CurveEnds
  readonly parameters: readonly FittedParameter[]
  readonly covariance: readonly (readonly number[])[]
}

/** One term of the fitted curve A(t) = Σ amplitudeBq · exp(−effectiveRatePerS · t). Uptake terms have a negative amplitude. */
export interface ExponentialTerm {
  readonly amplitudeBq: number
  readonly effectiveRatePerS: number
}

export interface FittedParameter {
  /** Short name: A1, lambda1 … (index 1 is the slowest phase); lambda is an effective, lambdaBiol a biological rate. */
  readonly name: string
  readonly title: string
  readonly value: number
  readonly unit: 'Bq' | 'Bq·s' | 'Bq/s' | '1/s' | 's' | '1'
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
  /** By a robust loss; 1 without. */
  readonly weight: number
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
  /** Empty where the curve is no sum of exponentials. */
  readonly terms: readonly ExponentialTerm[]
  readonly fit: FittedShape
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
  readonly chosenBy: 'user' | 'automatic' | 'average'
  /** Why this model, in a sentence. */
  readonly reason: string
  readonly physicalHalfLifeS: number
  /** The sigmas used, in words. */
  readonly errorModel: string
  readonly covarianceScaling: CovarianceScaling
  readonly shape: CurveShape
  readonly ends: CurveEnds
  /** Standard deviation of one more point: sigma² = (fraction·A)² + absoluteBq², for the prediction band. */
  readonly pointScatter: ErrorModel
  /** The curve after a bolus, slowest phase first; empty where it is no sum of exponentials. See `shape` for all others. */
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

/** With the 95 % prediction band: where one more measurement would lie. */
export interface CurveBands extends FittedCurve {
  readonly lowerPredictionBq: readonly number[]
  readonly upperPredictionBq: readonly number[]
}
