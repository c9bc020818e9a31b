/**
 * The unknowns of a population as one vector θ: fixed effects β, the free entries of the Cholesky factor C of Ω = C Cᵀ (logarithms on the
 * diagonal, so that Ω is positive definite whatever θ; Pinheiro & Bates 1996, "log-Cholesky"), and logarithms of the residual errors.
 */
import { InputError } from '../../errors/index.ts'
import type { CovariateEffect, OmegaStructure, ResidualForm, ResidualModel } from './types.ts'

interface FactorEntry {
  /** Index of the working parameter, and of the random effect. */
  readonly row: number
  readonly column: number
  readonly isDiagonal: boolean
}

export interface Layout {
  readonly parameterCount: number
  /** Working parameters that have a random effect, in the order of the columns of C. */
  readonly random: readonly number[]
  readonly entries: readonly FactorEntry[]
  readonly covariates: readonly CovariateEffect[]
  readonly form: ResidualForm
  readonly fixedCount: number
  readonly size: number
}

export interface Unpacked {
  readonly beta: number[]
  /** C: one row a working parameter, one column a random effect. */
  readonly factor: number[][]
  readonly residual: ResidualModel
}

/** @throws InputError `population.omega`, `population.covariate`. */
export function layoutOf(
  parameterCount: number,
  omega: OmegaStructure,
  form: ResidualForm,
  covariates: readonly CovariateEffect[],
): Layout {
  const all = Array.from({ length: parameterCount }, (_, k) => k)
  const blocks = omega === 'full' ? [all] : omega === 'diagonal' ? all.map((k) => [k]) : omega.blocks
  const random = blocks.flat()
  if (random.some((k) => !all.includes(k)) || new Set(random).size !== random.length || random.length === 0)
    throw new InputError(
      'population.omega',
      'The blocks of the covariance between patients name a parameter twice, none, or one that the curve does not have.',
      `Give blocks of different indices from 0 to ${parameterCount - 1}.`,
    )
  for (const { parameter, covariate } of covariates)
    if (!all.includes(parameter))
      throw new InputError(
        'population.covariate',
        `The covariate "${covariate}" is to change parameter ${parameter}, which the curve does not have.`,
        `Give an index from 0 to ${parameterCount - 1}.`,
      )
  let offset = 0
  const entries = blocks.flatMap((block) => {
    const own = block.flatMap((row, i) =>
      block.slice(0, i + 1).map((_, j) => ({ row, column: offset + j, isDiagonal: i === j })),
    )
    offset += block.length
    return own
  })
  const fixedCount = parameterCount + covariates.length
  const size = fixedCount + entries.length + (form === 'combined' ? 2 : 1)
  return { parameterCount, random, entries, covariates, form, fixedCount, size }
}

export function unpack(layout: Layout, theta: readonly number[]): Unpacked {
  const { parameterCount, random, entries, form, fixedCount } = layout
  const factor = Array.from({ length: parameterCount }, () => new Array<number>(random.length).fill(0))
  entries.forEach(({ row, column, isDiagonal }, e) => {
    const value = theta[fixedCount + e] ?? 0
    ;(factor[row] as number[])[column] = isDiagonal ? Math.exp(value) : value
  })
  const errors = theta.slice(fixedCount + entries.length).map(Math.exp)
  const additive = form === 'proportional' ? 0 : (errors[0] ?? 0)
  const proportional = form === 'additive' ? 0 : (errors[form === 'combined' ? 1 : 0] ?? 0)
  return { beta: theta.slice(0, fixedCount), factor, residual: { additive, proportional } }
}

/** θ of fixed effects, standard deviations of the random effects (no covariances) and residual errors. */
export function pack(
  layout: Layout,
  beta: readonly number[],
  sdOf: (parameter: number) => number,
  residual: ResidualModel,
): number[] {
  const { entries, form } = layout
  const errors =
    form === 'additive'
      ? [residual.additive]
      : form === 'proportional'
        ? [residual.proportional]
        : [residual.additive, residual.proportional]
  return [
    ...beta,
    ...entries.map(({ row, isDiagonal }) => (isDiagonal ? Math.log(sdOf(row)) : 0)),
    ...errors.map(Math.log),
  ]
}

/** μ_i = X_i β: the working parameters with the patient's covariates. */
export function subjectMean(layout: Layout, beta: readonly number[], shifts: readonly number[]): number[] {
  const mean = beta.slice(0, layout.parameterCount)
  layout.covariates.forEach(({ parameter }, c) => {
    mean[parameter] = (mean[parameter] ?? 0) + (beta[layout.parameterCount + c] ?? 0) * (shifts[c] ?? 0)
  })
  return mean
}

/** X_iᵀ g: a gradient with respect to μ_i as one with respect to β. */
export const toFixedEffects = (layout: Layout, gradient: readonly number[], shifts: readonly number[]): number[] => [
  ...gradient,
  ...layout.covariates.map(({ parameter }, c) => (gradient[parameter] ?? 0) * (shifts[c] ?? 0)),
]

/** A gradient with respect to C as one with respect to the entries of θ. */
export const toEntries = (
  layout: Layout,
  gradient: readonly (readonly number[])[],
  factor: readonly (readonly number[])[],
): number[] =>
  layout.entries.map(({ row, column, isDiagonal }) => {
    const slope = gradient[row]?.[column] ?? 0
    return isDiagonal ? slope * (factor[row]?.[column] ?? 0) : slope
  })
