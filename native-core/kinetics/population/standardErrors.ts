/** Covariance of the estimates of a population, from the curvature of −2 log likelihood. */
import {
  choleskyFactor,
  conditionNumber,
  correlationOf,
  inversePositiveDefinite,
  quadraticForm,
} from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'
import { replaced } from './dataCost.ts'
import { unpack } from './layout.ts'
import type { Layout } from './layout.ts'

export interface EstimateCovariance {
  /** Of θ; rows and columns of what is at a bound are null. null where the curvature is not positive definite. */
  readonly covariance: readonly (readonly number[] | null)[] | null
  readonly free: readonly number[]
  /** Of the correlation matrix over the free unknowns. */
  readonly conditionNumber: number | null
}

/** Step of θ for central differences of the gradient. */
const STEP = 1e-4

/**
 * 2·H⁻¹, H the second derivative of −2 log likelihood by central differences of its gradient (observed information; Davidian & Giltinan
 * 1995, section 6.3), over the unknowns that are not at a bound.
 */
export function estimateCovariance(
  gradientAt: (theta: readonly number[]) => readonly number[],
  theta: readonly number[],
  atBound: readonly number[],
): EstimateCovariance {
  const free = theta.map((_, k) => k).filter((k) => !atBound.includes(k))
  const rows = free.map((k) => {
    const h = STEP * Math.max(1, Math.abs(theta[k] ?? 0))
    const up = gradientAt(replaced(theta, k, (theta[k] ?? 0) + h))
    const down = gradientAt(replaced(theta, k, (theta[k] ?? 0) - h))
    return free.map((l) => ((up[l] ?? 0) - (down[l] ?? 0)) / (2 * h))
  })
  const hessian = rows.map((row, i) => row.map((v, j) => (v + (rows[j]?.[i] ?? 0)) / 4))
  const inverse =
    hessian.flat().every(Number.isFinite) && choleskyFactor(hessian) ? inversePositiveDefinite(hessian) : null
  if (!inverse) return { covariance: null, free, conditionNumber: null }
  const full = theta.map((_, k) => {
    const i = free.indexOf(k)
    return i < 0 ? null : theta.map((__, l) => inverse[i]?.[free.indexOf(l)] ?? 0)
  })
  const condition = conditionNumber(correlationOf(inverse))
  return { covariance: full, free, conditionNumber: Number.isFinite(condition) ? condition : null }
}

/** Standard error of θ_k; null at a bound. */
export const standardErrorOf = ({ covariance }: EstimateCovariance, k: number): number | null => {
  const variance = covariance?.[k]?.[k]
  return variance === undefined ? null : Math.sqrt(variance)
}

/** Standard errors of the entries of Ω = C Cᵀ to first order; null for those that are no unknowns or at a bound. */
export function omegaErrors(
  layout: Layout,
  theta: readonly number[],
  estimates: EstimateCovariance,
): (number | null)[][] {
  const { factor } = unpack(layout, theta)
  const { covariance } = estimates
  return factor.map((row, i) =>
    factor.map((other, j) => {
      const slope = theta.map(() => 0)
      layout.entries.forEach(({ row: k, column, isDiagonal }, e) => {
        const inner = isDiagonal ? (factor[k]?.[column] ?? 0) : 1
        slope[layout.fixedCount + e] =
          inner * ((k === i ? (other[column] ?? 0) : 0) + (k === j ? (row[column] ?? 0) : 0))
      })
      const touched = slope.flatMap((v, k) => (v === 0 ? [] : [k]))
      if (!covariance || touched.length === 0 || touched.some((k) => !covariance[k])) return null
      const own: Matrix = touched.map((k) => touched.map((l) => covariance[k]?.[l] ?? 0))
      return Math.sqrt(
        Math.max(
          0,
          quadraticForm(
            own,
            touched.map((k) => slope[k] ?? 0),
          ),
        ),
      )
    }),
  )
}
