/**
 * Populations of time–activity curves: nonlinear mixed effects y_ij = f(t_ij, φ_i) + ε_ij, φ_i = X_i β + η_i, η_i ~ N(0, Ω), with f a
 * `ParametricCurve` of unconstrained working parameters φ. Activities in Bq or in any other unit of amount, such as the share of the
 * administered activity: additive errors have that unit, a TIA that unit times s. Times in s after the start of administration.
 */
import type { Matrix } from '../../statistics/index.ts'
import type { CurveParameter, ParametricCurve } from '../parametric/types.ts'

/** Standard deviation of one measurement around the curve value f: additive + proportional·|f|. Either part may be 0, not both. */
export interface ResidualModel {
  /** In the unit of the values. */
  readonly additive: number
  /** 1. */
  readonly proportional: number
}

/** Which parts of the residual model are fitted. */
export type ResidualForm = 'additive' | 'proportional' | 'combined'

/** A normal distribution of working parameters: what is believed before the points of one patient or one cycle. */
export interface GaussianPrior {
  readonly mean: readonly number[]
  /** Positive semidefinite; a variance of 0 fixes the parameter. */
  readonly covariance: Matrix
}

/** The points of one curve. */
export interface CurvePoints {
  /** Whose curve it is, for messages. */
  readonly label: string
  readonly timesS: readonly number[]
  /** Not decay-corrected. */
  readonly values: readonly number[]
}

export interface IndividualRequest extends CurvePoints {
  readonly curve: ParametricCurve
  readonly prior: GaussianPrior
  readonly residual: ResidualModel
  /** Absolute standard uncertainty of each point, instead of the residual model. */
  readonly sigma?: readonly number[]
}

export interface IndividualParameter {
  readonly name: string
  readonly title: string
  readonly unit: CurveParameter['unit']
  /** Natural value at the mode, and its standard uncertainty to first order. */
  readonly value: number
  readonly standardUncertainty: number
  /** Posterior over prior variance of φ: 0 where the points settle the parameter, 1 where they say nothing of it. */
  readonly shrinkage: number
}

/** The most probable curve of one patient (MAP) with the normal (Laplace) approximation of its posterior. */
export interface IndividualEstimate {
  readonly algorithm: { readonly name: 'theratwin.individual-estimate'; readonly version: string }
  readonly label: string
  readonly curveId: string
  readonly prior: GaussianPrior
  readonly residual: ResidualModel
  readonly phi: readonly number[]
  /** Of φ. */
  readonly covariance: Matrix
  readonly parameters: readonly IndividualParameter[]
  /** From zero to infinity at the mode; uncertainty √(gᵀCg). */
  readonly tiaBqS: number
  readonly tiaUncertaintyBqS: number
  readonly points: readonly IndividualPoint[]
  /** Σ (y − f)²/s² + ln s² at the mode. */
  readonly dataCost: number
  /** Squared Mahalanobis distance of φ from the prior's mean. */
  readonly priorCost: number
  readonly converged: boolean
}

export interface IndividualPoint {
  readonly timeS: number
  readonly value: number
  readonly sigma: number
  readonly fitted: number
  readonly standardisedResidual: number
}

/** A curve with its pointwise 95 % band of the posterior. */
export interface IndividualCurve {
  readonly timesS: readonly number[]
  readonly value: readonly number[]
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

export interface PopulationSubject extends CurvePoints {
  /** The population's curve as it is for this patient, where his administration differs: same parameters, other value. */
  readonly curve?: ParametricCurve
  /** Values by name, for the covariates that the request names. */
  readonly covariates?: Readonly<Record<string, number>>
}

/** φ of `parameter` changes linearly by its coefficient for each unit of (covariate − reference). */
export interface CovariateEffect {
  /** Index of the working parameter. */
  readonly parameter: number
  readonly covariate: string
  readonly reference: number
}

/** Which covariances of Ω are free; blocks are lists of indices of parameters, those in none have no random effect. */
export type OmegaStructure = 'full' | 'diagonal' | { readonly blocks: readonly (readonly number[])[] }

export type PopulationAlgorithm = 'foce-interaction' | 'lindstrom-bates'

export interface PopulationRequest {
  readonly curve: ParametricCurve
  readonly subjects: readonly PopulationSubject[]
  readonly residual: ResidualForm
  /** Default: diagonal. */
  readonly omega?: OmegaStructure
  readonly covariates?: readonly CovariateEffect[]
  /** Default: foce-interaction. lindstrom-bates takes an additive residual only. */
  readonly algorithm?: PopulationAlgorithm
  /** Working parameters to start from; left out: found from the pooled points. */
  readonly start?: readonly number[]
  /** How many starts are followed to the end, 1 to 10. Default 2. */
  readonly starts?: number
  readonly seed?: number
  readonly progress?: (fraction: number) => void
  /** Asked between iterations; true ends the fit with CancelledError. */
  readonly cancelled?: () => boolean
}

/** An estimate with its standard error; null where it could not be had (a parameter at a bound, a singular Hessian). */
export interface Estimated {
  readonly value: number
  readonly standardError: number | null
}

export interface PopulationSubjectEstimate {
  readonly label: string
  /** Empirical Bayes estimate: the conditional mode, with its conditional covariance. */
  readonly phi: readonly number[]
  readonly covariance: Matrix
  /** φ less its population mean. */
  readonly eta: readonly number[]
  readonly tiaBqS: number
  readonly tiaUncertaintyBqS: number
}

export interface PopulationFit {
  readonly algorithm: {
    readonly name: 'theratwin.population-fit'
    readonly version: string
    readonly method: PopulationAlgorithm
  }
  /** What was minimised, in words. */
  readonly objective: string
  readonly curveId: string
  /** Mean of each working parameter (at the references of the covariates). */
  readonly mu: readonly Estimated[]
  readonly covariateEffects: readonly (CovariateEffect & Estimated)[]
  /** Covariance between patients, with standard errors of the entries. */
  readonly omega: Matrix
  readonly omegaStandardErrors: readonly (readonly (number | null)[])[]
  readonly residual: { readonly additive: Estimated; readonly proportional: Estimated }
  readonly minusTwoLogLikelihood: number
  readonly parameterCount: number
  readonly aic: number
  /** n is the number of points; null where n − K − 1 ≤ 0. */
  readonly aicc: number | null
  /** With ln of the number of points. */
  readonly bic: number
  readonly subjects: readonly PopulationSubjectEstimate[]
  /** 1 − sd(η̂)/ω of each parameter; null without a random effect. */
  readonly shrinkage: readonly (number | null)[]
  /** Of the correlation matrix of the estimates; null where standard errors could not be had. */
  readonly conditionNumber: number | null
  readonly patientCount: number
  readonly pointCount: number
  readonly converged: boolean
  readonly iterations: number
  /** −2logL that each start ended at, best first. */
  readonly startsMinusTwoLogLikelihood: readonly number[]
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
}
