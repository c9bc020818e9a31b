/**
 * A curve as a smooth function of unconstrained working parameters φ: what general least squares, priors and mixed effects
 * need. Activity in Bq (or any unit of amount), time in s after the start of administration.
 */
import type { ExponentialTerm } from '../types.ts'

/** How a natural parameter p follows from its working parameter φ. log: p = exp(φ); logit: p = 1/(1 + exp(−φ)); linear: p = φ. */
export type ParameterScale = 'log' | 'logit' | 'linear'

export interface CurveParameter {
  /** Short name: A1, lambda1, alpha, TIA. */
  readonly name: string
  readonly title: string
  readonly unit: 'Bq' | 'Bq·s' | 'Bq/s' | '1/s' | 's' | '1'
  readonly scale: ParameterScale
}

export interface ParametricCurve {
  readonly id: string
  readonly title: string
  /** The formula in words of the field, for the report. */
  readonly formula: string
  readonly parameters: readonly CurveParameter[]
  /** Value at `timeS`; where `gradient` is given, ∂value/∂φ is written to it. */
  readonly value: (phi: ArrayLike<number>, timeS: number, gradient?: Float64Array) => number
  /** Integral from zero to infinity, with ∂/∂φ as above. */
  readonly integral: (phi: ArrayLike<number>, gradient?: Float64Array) => number
  /** The curve as a sum of exponentials, slowest first; null where it is none. */
  readonly terms: (phi: ArrayLike<number>) => readonly ExponentialTerm[] | null
  /** ∂(amplitudes…, rates…)/∂φ of `terms`, a row each; left out where the curve is no sum of exponentials. */
  readonly termGradient?: (phi: ArrayLike<number>) => readonly (readonly number[])[]
  /** Integral from `fromS` to `toS` with ∂/∂φ; left out: by the terms. */
  readonly partialIntegral?: (phi: ArrayLike<number>, fromS: number, toS: number, gradient?: Float64Array) => number
  /** The same curve with its interchangeable phases in order, slowest first; left out where no phases are interchangeable. */
  readonly ordered?: (phi: readonly number[]) => readonly number[]
  /** Starting points of a fit, best first, from points and their sigmas; `fixed` has a φ where a parameter is held. */
  readonly starts?: (points: StartPoints, fixed: readonly (number | null)[]) => readonly (readonly number[])[]
}

export interface StartPoints {
  readonly timesS: readonly number[]
  readonly activityBq: readonly number[]
  readonly sigmaBq: readonly number[]
}
