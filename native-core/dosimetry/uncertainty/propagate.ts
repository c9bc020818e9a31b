/** The law of propagation of uncertainty for any model. */
import { InputError } from '../../errors/index.ts'
import { correlationOf, propagateCovariance } from '../../statistics/index.ts'

export interface Propagated {
  readonly values: readonly number[]
  readonly standardUncertainties: readonly number[]
  readonly covariance: readonly (readonly number[])[]
  readonly correlation: readonly (readonly number[])[]
  /** ∂output/∂input, a row for each output. */
  readonly jacobian: readonly (readonly number[])[]
}

/** Step of the differences in standard uncertainties: small against any curvature, large against rounding. */
const STEP = 1e-3

/**
 * Outputs of a model with their covariance J·V·Jᵀ (JCGM 100:2008, 5.2; JCGM 102:2011, 6.2), J by central differences. Exact for a linear model but for
 * rounding; inputs without uncertainty are left as they are.
 *
 * @param covariance of the inputs, in their units
 * @throws InputError `uncertainty.propagate` for values or a covariance that are not finite or do not fit
 */
export function propagate(
  model: (inputs: readonly number[]) => readonly number[],
  inputs: readonly number[],
  covariance: readonly (readonly number[])[],
): Propagated {
  const refuse = (message: string): InputError =>
    new InputError(
      'uncertainty.propagate',
      message,
      'Give finite inputs and one row and column of covariance for each.',
    )
  if (covariance.length !== inputs.length || covariance.some((row) => row.length !== inputs.length))
    throw refuse(`There are ${inputs.length} inputs, and a covariance of ${covariance.length} rows.`)
  const sd = covariance.map((row, i) => Math.sqrt(row[i] ?? Number.NaN))
  const lost = sd.findIndex((u, i) => !Number.isFinite(u) || !Number.isFinite(inputs[i]))
  if (lost >= 0) throw refuse(`Input ${lost + 1} is ${inputs[lost]} with a standard uncertainty of ${sd[lost]}.`)
  const values = model(inputs)
  const moved = (index: number, by: number): readonly number[] =>
    model(inputs.map((x, i) => (i === index ? x + by : x)))
  const columns = sd.map((u, i) => {
    if (u === 0) return values.map(() => 0)
    const [up, down] = [moved(i, STEP * u), moved(i, -STEP * u)]
    return values.map((_, k) => ((up[k] ?? Number.NaN) - (down[k] ?? Number.NaN)) / (2 * STEP * u))
  })
  const jacobian = values.map((_, k) => columns.map((column) => column[k] ?? 0))
  if (values.some((v) => !Number.isFinite(v)) || jacobian.some((row) => row.some((v) => !Number.isFinite(v))))
    throw refuse('The model has no finite value or slope there.')
  const result = propagateCovariance(jacobian, covariance)
  return {
    values,
    standardUncertainties: result.map((row, k) => Math.sqrt(Math.max(0, row[k] ?? 0))),
    covariance: result,
    correlation: correlationOf(result),
    jacobian,
  }
}
