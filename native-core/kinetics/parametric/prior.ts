/** Prior beliefs about parameters, as a Gaussian on their working parameters φ. */
import { InputError } from '../../errors/index.ts'
import { workingOf } from './scale.ts'
import type { CurveParameter, ParametricCurve } from './types.ts'

/** What is believed of one parameter. */
export type ParameterBelief =
  /** Log-normal: geometric mean (the median) and geometric standard deviation, a factor above 1. For parameters on a log scale. */
  | { readonly geometricMean: number; readonly geometricStandardDeviation: number }
  /** Gaussian of the working parameter: ln p, logit p or p itself. */
  | { readonly mean: number; readonly standardDeviation: number }

export interface CorrelationBelief {
  readonly between: readonly [string, string]
  readonly correlation: number
}

/** Beliefs by parameter, with correlations of their working parameters; or mean and covariance of all φ at once. */
export type ParameterPrior =
  | {
      readonly parameters: Readonly<Record<string, ParameterBelief>>
      readonly correlations?: readonly CorrelationBelief[]
    }
  | { readonly mean: readonly number[]; readonly covariance: readonly (readonly number[])[] }

/** (φ − mean)ᵀΩ⁻¹(φ − mean) = |rows·(φ − mean)|²: a row for each belief, zero where nothing is believed. */
export interface WhitenedPrior {
  readonly mean: readonly number[]
  readonly rows: readonly (readonly number[])[]
}

const fail = (message: string, hint: string): never => {
  throw new InputError('kinetics.prior', message, hint)
}

function beliefOf(parameter: CurveParameter, belief: ParameterBelief): { mean: number; sd: number } {
  if ('geometricMean' in belief) {
    const { geometricMean, geometricStandardDeviation } = belief
    if (parameter.scale !== 'log')
      fail(
        `The prior of ${parameter.name} is log-normal, but the parameter is not on a log scale.`,
        'Give mean and standard deviation of its working parameter.',
      )
    if (!(geometricStandardDeviation > 1) || !Number.isFinite(geometricStandardDeviation))
      fail(
        `The geometric standard deviation of ${parameter.name} is ${geometricStandardDeviation}.`,
        'Give a factor above 1, for instance 1.5.',
      )
    return { mean: workingOf(parameter, geometricMean), sd: Math.log(geometricStandardDeviation) }
  }
  if (!(belief.standardDeviation > 0) || !Number.isFinite(belief.standardDeviation) || !Number.isFinite(belief.mean))
    fail(
      `The prior of ${parameter.name} has mean ${belief.mean} and standard deviation ${belief.standardDeviation}.`,
      'Give a finite mean and a positive standard deviation.',
    )
  return { mean: belief.mean, sd: belief.standardDeviation }
}

/** L⁻¹ of the Cholesky factor of a covariance; null where it is not positive definite. */
function inverseCholesky(covariance: readonly (readonly number[])[]): number[][] | null {
  const n = covariance.length
  const at = (m: readonly (readonly number[])[], i: number, j: number): number => m[i]?.[j] as number
  const l = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = at(covariance, i, j)
      for (let k = 0; k < j; k++) s -= at(l, i, k) * at(l, j, k)
      if (i === j && !(s > 1e-12 * at(covariance, i, i))) return null
      ;(l[i] as number[])[j] = i === j ? Math.sqrt(s) : s / at(l, j, j)
    }
  }
  const inverse = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  for (let c = 0; c < n; c++) {
    for (let i = c; i < n; i++) {
      let s = i === c ? 1 : 0
      for (let k = c; k < i; k++) s -= at(l, i, k) * at(inverse, k, c)
      ;(inverse[i] as number[])[c] = s / at(l, i, i)
    }
  }
  return inverse
}

/**
 * A prior in the form that least squares takes: rows L⁻¹ with Ω = LLᵀ.
 *
 * @throws InputError `kinetics.prior` for names that the curve has not, spreads that are not positive, correlations that do not fit together.
 */
export function whitenedPrior(curve: ParametricCurve, prior: ParameterPrior): WhitenedPrior {
  const count = curve.parameters.length
  const names = curve.parameters.map((p) => p.name)
  const indexOf = (name: string): number => {
    const index = names.indexOf(name)
    return index >= 0
      ? index
      : fail(
          `The prior names ${name}, which is no parameter of "${curve.title}".`,
          `Its parameters are ${names.join(', ')}.`,
        )
  }
  const spread = (indices: readonly number[], covariance: readonly (readonly number[])[]): number[][] => {
    const rows =
      inverseCholesky(covariance) ??
      fail(
        'The covariance of the prior is not positive definite.',
        'Check the correlations; each lies between −1 and 1.',
      )
    return rows.map((row) => {
      const whole = new Array<number>(count).fill(0)
      indices.forEach((index, i) => (whole[index] = row[i] as number))
      return whole
    })
  }
  if ('covariance' in prior) {
    const { mean, covariance } = prior
    if (mean.length !== count || covariance.length !== count || covariance.some((row) => row.length !== count))
      fail(
        `The prior has ${mean.length} means and a covariance of ${covariance.length} rows; "${curve.title}" has ${count} parameters.`,
        `Give them in the order ${names.join(', ')}.`,
      )
    if ([...mean, ...covariance.flat()].some((v) => !Number.isFinite(v)))
      fail('The prior holds a value that is no finite number.', 'Correct its mean and covariance.')
    return { mean, rows: spread([...names.keys()], covariance) }
  }
  const indices = Object.keys(prior.parameters).map(indexOf)
  const beliefs = indices.map((index) => {
    const parameter = curve.parameters[index] as CurveParameter
    return beliefOf(parameter, prior.parameters[parameter.name] as ParameterBelief)
  })
  const covariance = beliefs.map((a, i) => beliefs.map((_, j) => (i === j ? a.sd ** 2 : 0)))
  for (const { between, correlation } of prior.correlations ?? []) {
    const [i, j] = between.map((name) => indices.indexOf(indexOf(name))) as [number, number]
    if (i < 0 || j < 0 || i === j || !(Math.abs(correlation) < 1))
      fail(
        `The correlation ${correlation} of ${between.join(' and ')} cannot be used.`,
        'Correlate two different parameters that have a prior each, by a number between −1 and 1.',
      )
    const value = correlation * (beliefs[i]?.sd as number) * (beliefs[j]?.sd as number)
    ;(covariance[i] as number[])[j] = value
    ;(covariance[j] as number[])[i] = value
  }
  const mean = new Array<number>(count).fill(0)
  indices.forEach((index, i) => (mean[index] = beliefs[i]?.mean as number))
  return { mean, rows: spread(indices, covariance) }
}
