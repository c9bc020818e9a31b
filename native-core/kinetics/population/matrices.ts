/** Products of small matrices, as arrays of rows. */
import type { Matrix } from '../../statistics/index.ts'

/** A x. */
export const timesVector = (a: Matrix, x: readonly number[]): number[] =>
  a.map((row) => row.reduce((s, v, j) => s + v * (x[j] ?? 0), 0))

/** Aᵀ x, for A with `columns` columns. */
export const transposedTimes = (a: Matrix, x: readonly number[], columns = a[0]?.length ?? 0): number[] =>
  Array.from({ length: columns }, (_, j) => a.reduce((s, row, i) => s + (row[j] ?? 0) * (x[i] ?? 0), 0))

/** A B. */
export const product = (a: Matrix, b: Matrix): number[][] => a.map((row) => transposedTimes(b, row))

export const transposed = (a: Matrix): number[][] =>
  Array.from({ length: a[0]?.length ?? 0 }, (_, j) => a.map((row) => row[j] ?? 0))

export const plus = (a: Matrix, b: Matrix, factor = 1): number[][] =>
  a.map((row, i) => row.map((v, j) => v + factor * (b[i]?.[j] ?? 0)))

export const identityMatrix = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)))

export const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * (b[i] ?? 0), 0)
