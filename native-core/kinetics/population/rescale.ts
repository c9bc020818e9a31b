/** A prior in another unit of activity. */
import type { CurveParameter, ParametricCurve } from '../parametric/types.ts'
import type { GaussianPrior, ResidualModel } from './types.ts'

export interface PriorWithResidual {
  readonly prior: GaussianPrior
  readonly residual: ResidualModel
}

const isAmount = ({ unit }: CurveParameter): boolean => unit === 'Bq' || unit === 'Bq·s'

/**
 * The prior of curves that are `factor` times as large: of a share of the administered activity (factor: that activity in Bq), or back.
 * Logarithms of amounts are shifted by ln(factor), linear amounts and their covariances multiplied; rates and shares stay.
 */
export function rescaledPrior(
  curve: ParametricCurve,
  { prior, residual }: PriorWithResidual,
  factor: number,
): PriorWithResidual {
  const scales = curve.parameters.map((p) => (isAmount(p) && p.scale === 'linear' ? factor : 1))
  const shifts = curve.parameters.map((p) => (isAmount(p) && p.scale === 'log' ? Math.log(factor) : 0))
  return {
    prior: {
      mean: prior.mean.map((v, k) => v * (scales[k] ?? 1) + (shifts[k] ?? 0)),
      covariance: prior.covariance.map((row, k) => row.map((v, l) => v * (scales[k] ?? 1) * (scales[l] ?? 1))),
    },
    residual: { ...residual, additive: residual.additive * factor },
  }
}

/** Index of the one working parameter that is the logarithm of the curve's size; null where there is none, or several amounts. */
export function sizeParameter(curve: ParametricCurve): number | null {
  const amounts = curve.parameters.flatMap((p, k) => (isAmount(p) ? [k] : []))
  const only = amounts[0]
  return amounts.length === 1 && only !== undefined && curve.parameters[only]?.scale === 'log' ? only : null
}
