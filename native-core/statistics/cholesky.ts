/** Cholesky factors of small symmetric matrices. Matrices are arrays of rows. */
import type { Matrix } from './linear.ts'

const at = (row: readonly number[] | undefined, i: number): number => row?.[i] ?? 0

/**
 * Lower triangular L with A = L Lᵀ of a positive semidefinite A (Golub & Van Loan, alg. 4.2.1); a pivot that rounding cannot tell from
 * zero gives a column of zeros. null where A is not positive semidefinite.
 */
export function choleskyFactor(a: Matrix): number[][] | null {
  const n = a.length
  const l = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  for (let j = 0; j < n; j++) {
    const own = at(a[j], j)
    const pivot = l[j]?.reduce((s, v, k) => (k < j ? s - v * v : s), own) ?? own
    const floor = 1e-13 * Math.max(Math.abs(own), Number.MIN_VALUE)
    if (!Number.isFinite(pivot) || pivot < -floor) return null
    const isNull = pivot <= floor
    const root = isNull ? 0 : Math.sqrt(pivot)
    for (let i = j; i < n; i++) {
      let s = at(a[i], j)
      for (let k = 0; k < j; k++) s -= at(l[i], k) * at(l[j], k)
      if (!isNull) (l[i] as number[])[j] = i === j ? root : s / root
      else if (Math.abs(s) > 1e-6 * Math.sqrt(Math.abs(own * at(a[i], i)))) return null
    }
  }
  return l
}

/** x of L Lᵀ x = b for a lower triangular L without a zero on its diagonal. */
export function choleskySolve(l: Matrix, b: readonly number[]): number[] {
  const n = l.length
  const x = [...b]
  for (let i = 0; i < n; i++) {
    let s = at(x, i)
    for (let k = 0; k < i; k++) s -= at(l[i], k) * at(x, k)
    x[i] = s / at(l[i], i)
  }
  for (let i = n - 1; i >= 0; i--) {
    let s = at(x, i)
    for (let k = i + 1; k < n; k++) s -= at(l[k], i) * at(x, k)
    x[i] = s / at(l[i], i)
  }
  return x
}

/** (L Lᵀ)⁻¹. */
export function choleskyInverse(l: Matrix): number[][] {
  const columns = l.map((_, j) =>
    choleskySolve(
      l,
      l.map((__, i) => (i === j ? 1 : 0)),
    ),
  )
  return columns.map((column, i) => column.map((v, j) => (v + at(columns[j], i)) / 2))
}

/** ln det(L Lᵀ). */
export const choleskyLogDet = (l: Matrix): number => l.reduce((s, row, i) => s + 2 * Math.log(at(row, i)), 0)

/** A⁻¹ of a positive definite matrix; null where it is none. */
export function inversePositiveDefinite(a: Matrix): number[][] | null {
  const l = choleskyFactor(a)
  return l?.every((row, i) => at(row, i) > 0) ? choleskyInverse(l) : null
}
