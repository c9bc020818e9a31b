/** The linear mixed model y_i = Z_i (X_i β + C b_i) + ε_i, whose likelihood has a closed form. */
import { choleskyFactor, choleskyInverse, choleskyLogDet } from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'
import { subjectMean, toEntries, toFixedEffects, unpack } from './layout.ts'
import type { Layout } from './layout.ts'
import { dot, plus, product, timesVector, transposed, transposedTimes } from './matrices.ts'

export interface LinearSubject {
  readonly response: readonly number[]
  /** One row a point, one column a working parameter. */
  readonly design: Matrix
  readonly shifts: readonly number[]
}

/**
 * −2 log likelihood Σ [n ln 2π + ln det V + rᵀV⁻¹r], V = s²I + Z C Cᵀ Zᵀ, r = y − Z X β (Laird & Ware 1982), with its gradient with respect
 * to θ of `layout`, whose residual form must be additive.
 */
export function linearMixedObjective(
  layout: Layout,
  subjects: readonly LinearSubject[],
  theta: readonly number[],
): { value: number; gradient: number[]; fixedInformation: number[][] } {
  const { beta, factor, residual } = unpack(layout, theta)
  const variance = residual.additive ** 2
  const gradient = new Array<number>(layout.size).fill(0)
  let fixedInformation = Array.from({ length: layout.fixedCount }, () => new Array<number>(layout.fixedCount).fill(0))
  let value = 0
  for (const { response, design, shifts } of subjects) {
    const fitted = timesVector(design, subjectMean(layout, beta, shifts))
    const r = response.map((y, j) => y - (fitted[j] ?? 0))
    const spread = product(design, factor)
    const v = product(spread, transposed(spread)).map((row, i) => row.map((x, j) => (i === j ? x + variance : x)))
    const root = choleskyFactor(v)
    if (!root?.every((row, i) => (row[i] ?? 0) > 0)) return { value: Infinity, gradient, fixedInformation }
    const inverse = choleskyInverse(root)
    const weighted = timesVector(inverse, r)
    value += response.length * Math.log(2 * Math.PI) + choleskyLogDet(root) + dot(r, weighted)
    // ∂/∂V = V⁻¹ − V⁻¹ r rᵀ V⁻¹
    const slope = inverse.map((row, i) => row.map((x, j) => x - (weighted[i] ?? 0) * (weighted[j] ?? 0)))
    const designT = transposed(design)
    const ofFactor = product(product(designT, slope), spread).map((row) => row.map((x) => 2 * x))
    const trace = slope.reduce((s, row, i) => s + (row[i] ?? 0), 0)
    const parts = [
      ...toFixedEffects(layout, transposedTimes(design, weighted, layout.parameterCount), shifts).map((x) => -2 * x),
      ...toEntries(layout, ofFactor, factor),
      2 * variance * trace,
    ]
    parts.forEach((x, k) => (gradient[k] = (gradient[k] ?? 0) + x))
    const rows = design.map((row) => toFixedEffects(layout, row, shifts))
    fixedInformation = plus(fixedInformation, product(product(transposed(rows), inverse), rows))
  }
  return { value, gradient, fixedInformation }
}
