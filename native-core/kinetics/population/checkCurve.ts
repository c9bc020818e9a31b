/** Refuses points, priors and residual models that no fit can use. */
import { InputError } from '../../errors/index.ts'
import { choleskyFactor } from '../../statistics/index.ts'
import type { ParametricCurve } from '../parametric/types.ts'
import type { CurvePoints, GaussianPrior, ResidualModel } from './types.ts'

/** @throws InputError `population.points` naming the curve and the point. */
export function checkCurvePoints({ label, timesS, values }: CurvePoints): void {
  const refuse = (what: string, hint: string): never => {
    throw new InputError('population.points', `${label}: ${what}.`, hint)
  }
  if (timesS.length === 0) refuse('there is no point', 'Give at least one point, or leave the curve out.')
  if (timesS.length !== values.length)
    refuse(`${timesS.length} times do not match ${values.length} values`, 'Give one value for each time.')
  timesS.forEach((time, j) => {
    if (!Number.isFinite(time) || time < 0)
      refuse(`point ${j + 1} is at ${time} s`, 'Times count from the start of administration and are not negative.')
    const value = values[j]
    if (value === undefined || !Number.isFinite(value) || value < 0)
      refuse(`the value of point ${j + 1} is ${value}`, 'Give a number of zero or more, or leave the point out.')
  })
  if (values.every((value) => value === 0))
    refuse('all values are zero', 'A curve without activity tells nothing: leave it out.')
}

/** @throws InputError `population.residual`. */
export function checkResidual({ additive, proportional }: ResidualModel): void {
  if (additive >= 0 && proportional >= 0 && Number.isFinite(additive + proportional) && additive + proportional > 0)
    return
  throw new InputError(
    'population.residual',
    `The residual error is ${additive} + ${proportional}·f: both parts must be zero or more, and one of them above zero.`,
    'Give for instance 0 and 0.05 for 5 % of each value.',
  )
}

/** The Cholesky factor of the prior's covariance. @throws InputError `population.prior`. */
export function checkPrior(prior: GaussianPrior, curve: ParametricCurve): number[][] {
  const n = curve.parameters.length
  const isSquare = prior.covariance.length === n && prior.covariance.every((row) => row.length === n)
  if (prior.mean.length !== n || !isSquare)
    throw new InputError(
      'population.prior',
      `The prior has ${prior.mean.length} parameters, the curve "${curve.title}" has ${n}.`,
      'Take a prior that was fitted with this curve.',
    )
  const isFinite = prior.mean.every(Number.isFinite) && prior.covariance.flat().every(Number.isFinite)
  const isSymmetric = prior.covariance.every((row, i) =>
    row.every((v, j) => Math.abs(v - (prior.covariance[j]?.[i] ?? 0)) <= 1e-9 * Math.max(1e-300, Math.abs(v))),
  )
  const factor = isFinite && isSymmetric ? choleskyFactor(prior.covariance) : null
  if (factor) return factor
  throw new InputError(
    'population.prior',
    'The covariance of the prior is not symmetric and positive semidefinite.',
    'Check that standard deviations and correlations were entered right.',
  )
}
