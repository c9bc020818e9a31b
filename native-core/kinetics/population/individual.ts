/** The curve of one patient from few points and what is known of the population. */
import { InputError } from '../../errors/index.ts'
import { NORMAL_975, quadraticForm } from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'
import type { CurveParameter, ParametricCurve } from '../parametric/types.ts'
import { checkCurvePoints, checkPrior, checkResidual } from './checkCurve.ts'
import { bestMode, conditionalCovariance } from './conditionalMode.ts'
import { residualSd } from './dataCost.ts'
import { INDIVIDUAL_VERSION } from './defaults.ts'
import { dot } from './matrices.ts'
import type { IndividualCurve, IndividualEstimate, IndividualParameter, IndividualRequest } from './types.ts'

/**
 * Maximum a posteriori estimate: minimises Σ [(y − f)²/s² + ln s²] + (φ − μ)ᵀΩ⁻¹(φ − μ) over the working parameters φ of the curve, with
 * s = additive + proportional·|f| or the given sigmas. Covariance of φ by Laplace's approximation with the expected information
 * (Ω⁻¹ + Σ (1 + 2s′²)/s²·∇f∇fᵀ)⁻¹; uncertainty of the TIA √(gᵀCg) (Sheiner & Beal 1982; Lindstrom & Bates 1990, eq. 3.2; Wang 2007).
 * One point is enough; where it leaves the TIA's slope near zero, the first order shows too little: see `posteriorTia`.
 *
 * @throws InputError `population.points`, `population.prior`, `population.residual`, `population.sigma`, `population.no-mode`
 */
export function estimateIndividual(request: IndividualRequest): IndividualEstimate {
  const { label, curve, prior, residual, timesS, values, sigma } = request
  checkCurvePoints(request)
  const factor = checkPrior(prior, curve)
  if (sigma === undefined) checkResidual(residual)
  else checkSigma(sigma, request)
  const mode = bestMode({ curve, timesS, values, residual, sigma }, prior.mean, factor)
  if (!Number.isFinite(mode.cost))
    throw new InputError(
      'population.no-mode',
      `${label}: the curve "${curve.title}" has no usable value at one of the times for any likely parameters.`,
      'A curve that starts at zero needs an additive part of the residual error for a point at time zero.',
    )
  const covariance = conditionalCovariance(mode, factor)
  const gradient = new Float64Array(mode.phi.length)
  const tiaBqS = curve.integral(mode.phi, gradient)
  return {
    algorithm: { name: 'theratwin.individual-estimate', version: INDIVIDUAL_VERSION },
    label,
    curveId: curve.id,
    prior,
    residual,
    phi: mode.phi,
    covariance,
    parameters: describeParameters(curve, mode.phi, covariance, prior.covariance),
    tiaBqS,
    tiaUncertaintyBqS: Math.sqrt(Math.max(0, quadraticForm(covariance, [...gradient]))),
    points: timesS.map((timeS, j) => {
      const fitted = curve.value(mode.phi, timeS)
      const s = sigma?.[j] ?? residualSd(residual, fitted)
      const value = values[j] ?? 0
      return { timeS, value, sigma: s, fitted, standardisedResidual: (value - fitted) / s }
    }),
    dataCost: mode.data.cost,
    priorCost: dot(mode.b, mode.b),
    converged: mode.converged,
  }
}

function checkSigma(sigma: readonly number[], { label, timesS }: IndividualRequest): void {
  const wrong = sigma.findIndex((s) => !(s > 0 && Number.isFinite(s)))
  if (sigma.length === timesS.length && wrong < 0) return
  throw new InputError(
    'population.sigma',
    wrong < 0
      ? `${label}: there are ${sigma.length} uncertainties for ${timesS.length} points.`
      : `${label}: the uncertainty of point ${wrong + 1} is ${sigma[wrong]}.`,
    'Give one positive standard uncertainty for each point, or none.',
  )
}

/** Natural value of a working parameter, and its slope ∂p/∂φ. */
export function naturalValue(parameter: CurveParameter, phi: number): { value: number; slope: number } {
  switch (parameter.scale) {
    case 'linear':
      return { value: phi, slope: 1 }
    case 'log':
      return { value: Math.exp(phi), slope: Math.exp(phi) }
    case 'logit': {
      const value = 1 / (1 + Math.exp(-phi))
      return { value, slope: value * (1 - value) }
    }
  }
}

function describeParameters(
  curve: ParametricCurve,
  phi: readonly number[],
  covariance: Matrix,
  prior: Matrix,
): IndividualParameter[] {
  return curve.parameters.map((parameter, k) => {
    const { value, slope } = naturalValue(parameter, phi[k] ?? 0)
    const variance = covariance[k]?.[k] ?? 0
    const before = prior[k]?.[k] ?? 0
    const { name, title, unit } = parameter
    return {
      name,
      title,
      unit,
      value,
      standardUncertainty: slope * Math.sqrt(variance),
      shrinkage: before > 0 ? variance / before : 1,
    }
  })
}

/**
 * The estimated curve with its pointwise 95 % band: log-normal, f·exp(±1.96·√(gᵀCg)/f), so that it stays positive; normal where f is not
 * positive. The band is that of the curve; the spread of a measurement around it is the residual model's.
 */
export function individualCurve(
  curve: ParametricCurve,
  estimate: Pick<IndividualEstimate, 'phi' | 'covariance'>,
  timesS: readonly number[],
): IndividualCurve {
  const gradient = new Float64Array(estimate.phi.length)
  const points = timesS.map((timeS) => {
    const value = curve.value(estimate.phi, timeS, gradient)
    const half = NORMAL_975 * Math.sqrt(Math.max(0, quadraticForm(estimate.covariance, [...gradient])))
    const spread = value > 0 ? Math.exp(half / value) : 1
    return value > 0
      ? { value, lower: value / spread, upper: value * spread }
      : { value, lower: value - half, upper: value + half }
  })
  return {
    timesS: [...timesS],
    value: points.map((p) => p.value),
    lower: points.map((p) => p.lower),
    upper: points.map((p) => p.upper),
  }
}
