/** Vectors of patient space (LPS, mm). */
import type { Mat3, Vec3 } from '../../../native-core/imaging/types.ts'

export function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor]
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function length(a: Vec3): number {
  return Math.hypot(a[0], a[1], a[2])
}

/** The matrix whose columns are the three vectors, row-major. */
export function columnsToMat3(x: Vec3, y: Vec3, z: Vec3): Mat3 {
  return [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]]
}

/** Column `axis` of a row-major matrix. */
export function column(matrix: Mat3, axis: 0 | 1 | 2): Vec3 {
  return [matrix[axis], matrix[(axis + 3) as 3 | 4 | 5], matrix[(axis + 6) as 6 | 7 | 8]]
}

/** Three components as a vector; null unless there are exactly three. */
export function toVec3(numbers: readonly number[] | null): Vec3 | null {
  return numbers?.length === 3 ? [numbers[0]!, numbers[1]!, numbers[2]!] : null
}
