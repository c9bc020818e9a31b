/** Fitted curves as functions of time: value, integral, and bands by the delta method on the covariance of the parameters. */
import { NORMAL_975, quadraticForm } from '../statistics/index.ts'
import { exponentialFunctions, functionFunctions } from './shape/smooth.ts'
import { trapezoidFunctions } from './shape/trapezoid.ts'
import type { CurveFunctions } from './shape/types.ts'
import { withEnds } from './shape/ends.ts'
import type { ParametricCurve } from './parametric/types.ts'
import type { CurveBands, ErrorModel, ExponentialTerm, FittedShape } from './types.ts'

/**
 * A fitted curve as functions of time with gradients with respect to its parameters. `formula` is the curve of the model `formula`. An
 * average has no parameters of its own: its gradient stays zero, see `varianceAt`.
 */
export function curveFunctions(fit: FittedShape, formula?: ParametricCurve): CurveFunctions {
  const { shape, ends } = fit
  if (shape.kind === 'exponentials') return withEnds(exponentialFunctions(shape), ends)
  if (shape.kind === 'trapezoid') return withEnds(trapezoidFunctions(shape, fit.parameters), ends)
  if (shape.kind === 'function') {
    if (!formula) throw new Error('a curve of the model formula is evaluated with its ParametricCurve')
    return withEnds(functionFunctions(shape, formula), ends)
  }
  const members = shape.members.map((member) => ({ weight: member.weight, of: curveFunctions(member.fit, formula) }))
  return {
    value: (timeS) => members.reduce((s, { weight, of }) => s + weight * of.value(timeS), 0),
    integral: (fromS, toS) => members.reduce((s, { weight, of }) => s + weight * of.integral(fromS, toS), 0),
  }
}

/** Activity in Bq at `timeS`: of a fit, or of Σ amplitude·exp(−rate·t). */
export function activityAt(
  of: FittedShape | readonly ExponentialTerm[],
  timeS: number,
  formula?: ParametricCurve,
): number {
  if ('shape' in of) return curveFunctions(of, formula).value(timeS)
  return of.reduce((s, x) => s + x.amplitudeBq * Math.exp(-x.effectiveRatePerS * timeS), 0)
}

/** Time-integrated activity in Bq·s of a fit from `fromS` (default 0) to `toS` (default infinity). */
export function integrateCurve(fit: FittedShape, fromS = 0, toS = Infinity, formula?: ParametricCurve): number {
  return curveFunctions(fit, formula).integral(fromS, toS)
}

/** Time-integrated activity in Bq·s of Σ amplitude·exp(−rate·t) from `fromS` (default 0) to `toS` (default infinity). */
export function integrateTerms(terms: readonly ExponentialTerm[], fromS = 0, toS = Infinity): number {
  return terms.reduce((s, x) => {
    const span = toS === Infinity ? 1 : -Math.expm1(-x.effectiveRatePerS * (toS - fromS))
    return s + (x.amplitudeBq * Math.exp(-x.effectiveRatePerS * fromS) * span) / x.effectiveRatePerS
  }, 0)
}

/** Value and variance of the curve at each time; of an average with the spread between its members. */
function valuesAt(
  fit: FittedShape,
  timesS: readonly number[],
  formula?: ParametricCurve,
): { value: number; variance: number }[] {
  if (fit.shape.kind === 'average') {
    const members = fit.shape.members.map(({ weight, fit: member }) => ({
      weight,
      at: valuesAt(member, timesS, formula),
    }))
    return timesS.map((_, i) => {
      const here = members.flatMap(({ weight, at }) => (at[i] ? [{ weight, ...at[i] }] : []))
      const value = here.reduce((s, one) => s + one.weight * one.value, 0)
      return { value, variance: here.reduce((s, one) => s + one.weight * (one.variance + (one.value - value) ** 2), 0) }
    })
  }
  const functions = curveFunctions(fit, formula)
  return timesS.map((timeS) => {
    const gradient = new Array<number>(fit.parameters.length).fill(0)
    const value = functions.value(timeS, gradient)
    return { value, variance: Math.max(0, quadraticForm(fit.covariance, gradient)) }
  })
}

/**
 * The fitted curve at given times with its pointwise 95 % confidence band, by the delta method: y ± 1.96·√(gᵀCg), and the prediction
 * band, where one more measurement with the scatter of the points would lie: y ± 1.96·√(gᵀCg + σ²). Both are cut at zero, below which
 * there is no activity. `formula` is the curve of the model `formula`.
 */
export function fittedCurve(
  fit: FittedShape & { readonly pointScatter: ErrorModel },
  timesS: readonly number[],
  formula?: ParametricCurve,
): CurveBands {
  const { fraction, absoluteBq } = fit.pointScatter
  const at = valuesAt(fit, timesS, formula).map(({ value, variance }) => ({
    value,
    confidence: NORMAL_975 * Math.sqrt(variance),
    prediction: NORMAL_975 * Math.sqrt(variance + (fraction * value) ** 2 + absoluteBq ** 2),
  }))
  return {
    timesS: [...timesS],
    activityBq: at.map(({ value }) => value),
    lowerBq: at.map(({ value, confidence }) => Math.max(0, value - confidence)),
    upperBq: at.map(({ value, confidence }) => value + confidence),
    lowerPredictionBq: at.map(({ value, prediction }) => Math.max(0, value - prediction)),
    upperPredictionBq: at.map(({ value, prediction }) => value + prediction),
  }
}
