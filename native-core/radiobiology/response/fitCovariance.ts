/** How well a fit knows its parameters, and what follows for a curve. */
import { conditionNumber, quadraticForm, solveLeastSquares } from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'

/** Largest condition of the scaled information matrix: correlations of ±(1 − 2e-8), beyond what differences can tell. */
const LARGEST_CONDITION = 1e8
/** A residual that moves less with a parameter of order one does not depend on it. */
const SILENT = 1e-5
/** Step in a working parameter for the slope of a curve. */
const STEP = 1e-3

/**
 * (JᵀJ)⁻¹ of `count` parameters; null where the residuals determine only a combination of them. `silent` are the columns on which nothing depends;
 * then there is none either.
 */
export function covarianceOf(
  jacobian: Matrix,
  count: number,
): { readonly covariance: Matrix | null; readonly silent: readonly number[] } {
  const places = Array.from({ length: count }, (_, k) => k)
  const norms = places.map((k) => Math.hypot(...jacobian.map((row) => row[k] as number)))
  const silent = places.filter((k) => (norms[k] as number) < SILENT)
  if (silent.length > 0) return { covariance: null, silent }
  const scaled = jacobian.map((row) => row.map((value, k) => value / (norms[k] as number)))
  const normal = places.map((a) =>
    places.map((b) => scaled.reduce((sum, row) => sum + (row[a] as number) * (row[b] as number), 0)),
  )
  const { inverseNormal } = solveLeastSquares(
    jacobian,
    jacobian.map(() => 0),
    true,
  )
  return { covariance: conditionNumber(normal) > LARGEST_CONDITION ? null : inverseNormal, silent }
}

/**
 * A curve at the best working parameters, with its standard deviations by the covariance, which is carried to it by central differences. A parameter
 * without variance is not moved.
 */
export function curveWithSpread(
  curveAt: (working: readonly number[]) => readonly number[],
  best: readonly number[],
  covariance: Matrix,
): { readonly value: number; readonly sd: number }[] {
  const centre = curveAt(best)
  const slopes = best.map((_, j) => {
    if (covariance[j]?.[j] === 0) return centre.map(() => 0)
    const to = (sign: number): readonly number[] =>
      curveAt(best.map((value, i) => (i === j ? value + sign * STEP : value)))
    const [up, down] = [to(1), to(-1)]
    return up.map((value, i) => (value - (down[i] as number)) / (2 * STEP))
  })
  return centre.map((value, i) => {
    const gradient = slopes.map((column) => column[i] as number)
    return { value, sd: Math.sqrt(Math.max(0, quadraticForm(covariance, gradient))) }
  })
}
