/** Small dense linear algebra for fits of a few parameters. Matrices are arrays of rows. */

export type Matrix = readonly (readonly number[])[]

/** Result of a Householder QR: R (upper triangle, n×n) and Qᵀb (first n entries); `rank` counts usable columns, `usable` says which. */
export interface QrSolution {
  readonly x: number[]
  readonly rank: number
  readonly usable: readonly boolean[]
  /** R⁻¹R⁻ᵀ = (AᵀA)⁻¹, or null where A has not full column rank. */
  readonly inverseNormal: number[][] | null
}

const at = (row: readonly number[], i: number): number => row[i] as number

/**
 * Least-squares solution of A x ≈ b by Householder QR (Golub & Van Loan, Matrix Computations, alg. 5.2.1), with columns scaled to
 * unit length first. Columns of which less than `smallest` (a share of their length) is independent of earlier ones get x = 0 and lower
 * the rank.
 */
export function solveLeastSquares(a: Matrix, b: readonly number[], withInverse = false, smallest = 1e-13): QrSolution {
  const m = a.length
  const n = a[0]?.length ?? 0
  const scale = new Array<number>(n).fill(0)
  for (let j = 0; j < n; j++) {
    let norm = 0
    for (let i = 0; i < m; i++) norm = Math.hypot(norm, at(a[i] as readonly number[], j))
    scale[j] = norm > 0 ? norm : 1
  }
  const q = a.map((row) => row.map((v, j) => v / at(scale, j)))
  const y = [...b]
  const diagonal = new Array<number>(n).fill(0)
  const usable = new Array<boolean>(n).fill(true)
  let rank = 0
  const pivotRow: number[] = []
  for (let j = 0; j < n; j++) {
    const r = rank
    let norm = 0
    for (let i = r; i < m; i++) norm = Math.hypot(norm, at(q[i] as number[], j))
    if (r >= m || norm < smallest) {
      usable[j] = false
      continue
    }
    const top = at(q[r] as number[], j)
    const alpha = top > 0 ? -norm : norm
    const v: number[] = []
    for (let i = r; i < m; i++) v.push(at(q[i] as number[], j))
    v[0] = top - alpha
    const vv = v.reduce((s, x) => s + x * x, 0)
    if (vv > 0) {
      for (let k = j; k < n; k++) {
        let dot = 0
        for (let i = r; i < m; i++) dot += at(v, i - r) * at(q[i] as number[], k)
        const f = (2 * dot) / vv
        for (let i = r; i < m; i++) (q[i] as number[])[k] = at(q[i] as number[], k) - f * at(v, i - r)
      }
      let dot = 0
      for (let i = r; i < m; i++) dot += at(v, i - r) * at(y, i)
      const f = (2 * dot) / vv
      for (let i = r; i < m; i++) y[i] = at(y, i) - f * at(v, i - r)
    }
    diagonal[j] = alpha
    pivotRow[j] = r
    rank++
  }
  const x = new Array<number>(n).fill(0)
  for (let j = n - 1; j >= 0; j--) {
    if (!usable[j]) continue
    const r = at(pivotRow, j)
    let s = at(y, r)
    for (let k = j + 1; k < n; k++) if (usable[k]) s -= at(q[r] as number[], k) * at(x, k)
    x[j] = s / at(diagonal, j)
  }
  const inverseNormal = withInverse && rank === n ? invertNormal(q, diagonal, scale) : null
  return { x: x.map((v, j) => v / at(scale, j)), rank, usable, inverseNormal }
}

function invertNormal(q: number[][], diagonal: number[], scale: number[]): number[][] {
  const n = diagonal.length
  const inverse: number[][] = []
  for (let c = 0; c < n; c++) {
    const column = new Array<number>(n).fill(0)
    for (let i = c; i >= 0; i--) {
      let s = i === c ? 1 : 0
      for (let k = i + 1; k <= c; k++) s -= at(q[i] as number[], k) * at(column, k)
      column[i] = s / at(diagonal, i)
    }
    inverse.push(column)
  }
  const result: number[][] = []
  for (let i = 0; i < n; i++) {
    const row: number[] = []
    for (let j = 0; j < n; j++) {
      let s = 0
      for (let k = Math.max(i, j); k < n; k++) s += at(inverse[k] as number[], i) * at(inverse[k] as number[], j)
      row.push(s / (at(scale, i) * at(scale, j)))
    }
    result.push(row)
  }
  return result
}

/** gᵀ C g. */
export function quadraticForm(c: Matrix, g: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < g.length; i++) {
    for (let j = 0; j < g.length; j++) sum += at(g, i) * at(c[i] as readonly number[], j) * at(g, j)
  }
  return sum
}

/** J C Jᵀ: the covariance of f(x) from that of x, J being the Jacobian of f (rows: components of f). */
export function propagateCovariance(jacobian: Matrix, c: Matrix): number[][] {
  const jc = jacobian.map((row) =>
    c.map((_, k) => row.reduce((s, v, i) => s + v * at(c[i] as readonly number[], k), 0)),
  )
  return jc.map((left) => jacobian.map((right) => left.reduce((s, v, k) => s + v * at(right, k), 0)))
}

/** Correlation matrix of a covariance; rows and columns of zero variance become zero off the diagonal. */
export function correlationOf(c: Matrix): number[][] {
  const sd = c.map((row, i) => Math.sqrt(Math.max(0, at(row, i))))
  return c.map((row, i) =>
    row.map((v, j) => {
      if (i === j) return 1
      const product = at(sd, i) * at(sd, j)
      return product > 0 ? Math.max(-1, Math.min(1, v / product)) : 0
    }),
  )
}

/** Eigenvalues of a symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan, section 8.5), ascending. */
export function symmetricEigenvalues(matrix: Matrix): number[] {
  const a = matrix.map((row) => [...row])
  const n = a.length
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) off += at(a[i] as number[], j) ** 2
    if (off < 1e-30) break
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, p, q)
    }
  }
  return a.map((row, i) => at(row, i)).sort((x, y) => x - y)
}

function rotate(a: number[][], p: number, q: number): void {
  const rowP = a[p] as number[]
  const rowQ = a[q] as number[]
  const apq = at(rowP, q)
  if (apq === 0) return
  const theta = (at(rowQ, q) - at(rowP, p)) / (2 * apq)
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (const row of a) {
    const x = at(row, p)
    const y = at(row, q)
    row[p] = c * x - s * y
    row[q] = s * x + c * y
  }
  for (let k = 0; k < a.length; k++) {
    const x = at(rowP, k)
    const y = at(rowQ, k)
    rowP[k] = c * x - s * y
    rowQ[k] = s * x + c * y
  }
}

/** Ratio of the largest to the smallest eigenvalue of a symmetric positive matrix; Infinity where the smallest is not positive. */
export function conditionNumber(matrix: Matrix): number {
  const values = symmetricEigenvalues(matrix)
  const smallest = values[0] ?? 1
  const largest = values[values.length - 1] ?? 1
  return smallest > 0 ? largest / smallest : Infinity
}
