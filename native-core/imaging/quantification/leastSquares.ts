/** Weighted least squares for a few positive parameters. */
import { InputError } from '../../errors/index.ts'
import { solveLeastSquares } from '../../statistics/index.ts'

export interface FittedParameters {
  readonly parameters: readonly number[]
  /** (JᵀWJ)⁻¹, times χ²/ν where that is above 1 (Birge): the data then scatter more than their uncertainties say. */
  readonly covariance: readonly (readonly number[])[]
  readonly chiSquare: number
  readonly degreesOfFreedom: number
}

export interface Observation {
  readonly value: number
  readonly standardUncertainty: number
}

/**
 * Levenberg–Marquardt (Marquardt, J SIAM 11 (1963) 431) on the logarithms of the parameters, so that they stay positive.
 *
 * @param model value of observation n and its gradient by the parameters
 * @throws InputError `fit.too-few`, `fit.uncertainty`, `fit.no-fit`
 */
export function fitPositive(
  observations: readonly Observation[],
  model: (parameters: readonly number[], n: number) => { readonly value: number; readonly gradient: readonly number[] },
  start: readonly number[],
): FittedParameters {
  const degreesOfFreedom = observations.length - start.length
  if (degreesOfFreedom < 0)
    throw new InputError(
      'fit.too-few',
      `${observations.length} values cannot determine ${start.length} parameters.`,
      'Measure more spheres, or fit a form with fewer parameters.',
    )
  const bad = observations.find((o) => !(o.standardUncertainty > 0) || !Number.isFinite(o.value))
  if (bad)
    throw new InputError(
      'fit.uncertainty',
      `The value ${bad.value} with a standard uncertainty of ${bad.standardUncertainty} cannot be fitted.`,
      'Give each value an uncertainty above 0: it is its weight.',
    )
  const system = (logs: readonly number[]) => {
    const parameters = logs.map(Math.exp)
    const rows = observations.map(({ value, standardUncertainty }, n) => {
      const at = model(parameters, n)
      return {
        residual: (value - at.value) / standardUncertainty,
        slopes: at.gradient.map((slope, p) => (slope * parameters[p]!) / standardUncertainty),
      }
    })
    return { rows, chiSquare: rows.reduce((sum, { residual }) => sum + residual ** 2, 0) }
  }
  let logs = start.map(Math.log)
  let now = system(logs)
  let damping = 1e-3
  for (let step = 0; step < 200 && damping < 1e12; step++) {
    const damped = logs.map((_, p) =>
      logs.map((_, q) => (p === q ? Math.sqrt(damping * columnSquare(now.rows, p)) : 0)),
    )
    const { x } = solveLeastSquares(
      [...now.rows.map(({ slopes }) => slopes), ...damped],
      [...now.rows.map(({ residual }) => residual), ...logs.map(() => 0)],
    )
    const bounded = x.map((change) => Math.max(-2, Math.min(2, change)))
    const tried = logs.map((log, p) => log + bounded[p]!)
    const next = system(tried)
    if (next.chiSquare <= now.chiSquare) {
      const gained = now.chiSquare - next.chiSquare
      logs = tried
      now = next
      damping /= 10
      if (gained <= 1e-14 * now.chiSquare + 1e-300 && Math.max(...bounded.map(Math.abs)) < 1e-9) break
    } else damping *= 10
  }
  const { inverseNormal } = solveLeastSquares(
    now.rows.map(({ slopes }) => slopes),
    now.rows.map(() => 0),
    true,
  )
  if (!inverseNormal || !Number.isFinite(now.chiSquare))
    throw new InputError(
      'fit.no-fit',
      'The values do not determine the curve.',
      'Use spheres of clearly different volumes whose recovery is not all near 0 or 1, or a form with fewer parameters.',
    )
  const parameters = logs.map(Math.exp)
  const birge = degreesOfFreedom > 0 ? Math.max(1, now.chiSquare / degreesOfFreedom) : 1
  return {
    parameters,
    covariance: inverseNormal.map((row, p) => row.map((v, q) => v * parameters[p]! * parameters[q]! * birge)),
    chiSquare: now.chiSquare,
    degreesOfFreedom,
  }
}

function columnSquare(rows: readonly { readonly slopes: readonly number[] }[], p: number): number {
  return Math.max(
    1e-12,
    rows.reduce((sum, { slopes }) => sum + slopes[p]! ** 2, 0),
  )
}
