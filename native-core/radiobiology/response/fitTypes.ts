/** What a fit of the tumour response is given and gives. SI; volumes in one unit of the caller's throughout. */
import type { TumourModel } from './tumour.ts'

/** One measured volume: `relativeUncertainty` is its standard uncertainty over its value, taken as that of ln V. */
export interface MeasuredVolume {
  readonly timeS: number
  readonly volume: number
  readonly relativeUncertainty: number
}

/** Parameters that may be free; which of them a model has follows from its growth law and its hypoxia. */
export const FREE_PARAMETERS = [
  'alphaPerGy',
  'alphaBetaGy',
  'initialVolume',
  'doublingTimeS',
  'growthRatePerS',
  'capacity',
  'clearanceHalfTimeS',
  'hypoxicFraction',
] as const
export type ModelParameterName = (typeof FREE_PARAMETERS)[number]
/** A parameter of a growth law of one's own, by its name there: positive, as it is fitted as its logarithm. */
export type OwnParameterName = `own:${string}`
export type FreeParameterName = ModelParameterName | OwnParameterName

export interface FreeParameter {
  readonly name: FreeParameterName
  /** Log-normal prior: ln(parameter) is normal around ln(median). With it the estimate is the mode of the posterior of the working parameters. */
  readonly prior?: { readonly median: number; readonly sdOfLog: number }
}

export interface ResponseFitProblem {
  /** Values of what is held; of what is free, where the search starts. β is α over α/β: it follows α where α/β is held. */
  readonly model: TumourModel
  /** At `startS`; where it is free, where the search starts. */
  readonly initialVolume: number
  /** When the tumour has its initial volume, all of it living. No volume was measured before. */
  readonly startS: number
  readonly free: readonly FreeParameter[]
  readonly volumes: readonly MeasuredVolume[]
}

export interface FittedParameter {
  readonly name: FreeParameterName
  readonly unit: '1/Gy' | 'Gy' | 's' | '1/s' | '1' | 'volume' | 'own'
  readonly value: number
  /** By linear propagation from the working parameter (ln, of the hypoxic fraction logit); null where the parameter stands at the end of its range. */
  readonly standardUncertainty: number | null
  /** Standard uncertainty over value. */
  readonly cv: number | null
  /** 95 %, symmetric in the working parameter. */
  readonly interval: readonly [number, number] | null
  readonly atBound: boolean
}

export interface ResponseFit {
  readonly problem: ResponseFitProblem
  readonly parameters: readonly FittedParameter[]
  /** The fitted model, to compute with. */
  readonly model: TumourModel
  readonly initialVolume: number
  /** Of the working parameters, in the order of `parameters`; zero for those at a bound. */
  readonly covariance: readonly (readonly number[])[]
  readonly correlation: readonly (readonly number[])[]
  /** Σ((ln V − ln f)/σ)² of the informative volumes, and that of the priors. */
  readonly chiSquare: number
  readonly priorChiSquare: number
  /** Volumes that say something about the free parameters: one at `startS` says nothing where the initial volume is held. */
  readonly informative: number
  readonly degreesOfFreedom: number
  /** Null where there are not more data than parameters and one. Priors count as data. */
  readonly aicc: number | null
  /** (ln V − ln f)/σ of each volume. */
  readonly residuals: readonly number[]
  readonly converged: boolean
  /** Descents from different starts that ended at the same optimum, of all. */
  readonly agreeingStarts: number
  readonly starts: number
  /** For a person: what is doubtful about this fit. */
  readonly remarks: readonly string[]
}
