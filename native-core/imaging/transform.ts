/** Affine maps between patient coordinate systems (LPS, mm), as row-major 4×4 matrices. */
import { InputError } from '../errors/index.ts'
import type { Mat3, Mat4, Vec3 } from './types.ts'

export const IDENTITY_MAT4: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** Element `index` of a matrix that is known to have it; a missing one is a bug. */
function at(m: readonly number[], index: number): number {
  const value = m[index]
  if (value === undefined) throw new Error(`Matrix element ${index} is missing (${m.length} elements).`)
  return value
}

/** Point `p` (mm) mapped by `m`; the last row of `m` must be 0 0 0 1. */
export function applyMat4(m: Mat4, p: Vec3): Vec3 {
  return [
    at(m, 0) * p[0] + at(m, 1) * p[1] + at(m, 2) * p[2] + at(m, 3),
    at(m, 4) * p[0] + at(m, 5) * p[1] + at(m, 6) * p[2] + at(m, 7),
    at(m, 8) * p[0] + at(m, 9) * p[1] + at(m, 10) * p[2] + at(m, 11),
  ]
}

/** The map that does `b` first, then `a` (matrix product a·b). */
export function multiplyMat4(a: Mat4, b: Mat4): Mat4 {
  const out: number[] = []
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = 0
      for (let k = 0; k < 4; k++) sum += at(a, 4 * row + k) * at(b, 4 * k + column)
      out.push(sum)
    }
  }
  return out
}

/** Determinant of a row-major 3×3 matrix. */
export function determinant3(m: Mat3): number {
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6])
}

/** The linear part (rotation, scale, shear) of an affine map. */
export function linearPart(m: Mat4): Mat3 {
  return [at(m, 0), at(m, 1), at(m, 2), at(m, 4), at(m, 5), at(m, 6), at(m, 8), at(m, 9), at(m, 10)]
}

/** Factor by which an affine map changes volumes (1 for rigid maps); always positive. */
export function volumeScale(m: Mat4): number {
  return Math.abs(determinant3(linearPart(m)))
}

/**
 * Throws InputError `transform.invalid` unless `m` is a finite, invertible affine map (16 numbers, last row 0 0 0 1).
 */
export function assertAffine(m: Mat4, what = 'The transform'): void {
  if (m.length !== 16 || m.some((value) => !Number.isFinite(value))) {
    throw new InputError(
      'transform.invalid',
      `${what} is not a matrix of 16 finite numbers.`,
      'Check the registration.',
    )
  }
  const lastRow = [at(m, 12), at(m, 13), at(m, 14), at(m, 15) - 1]
  if (lastRow.some((value) => Math.abs(value) > 1e-6)) {
    throw new InputError(
      'transform.invalid',
      `${what} is not affine: its last row is not 0 0 0 1.`,
      'Check the registration.',
    )
  }
  if (!(volumeScale(m) > 1e-9)) {
    throw new InputError('transform.invalid', `${what} cannot be inverted (determinant 0).`, 'Check the registration.')
  }
}

/** Inverse of an affine map. Throws InputError `transform.invalid` where there is none. */
export function invertAffine(m: Mat4): Mat4 {
  assertAffine(m)
  const l = linearPart(m)
  const scale = 1 / determinant3(l)
  const inverse: Mat3 = [
    (l[4] * l[8] - l[5] * l[7]) * scale,
    (l[2] * l[7] - l[1] * l[8]) * scale,
    (l[1] * l[5] - l[2] * l[4]) * scale,
    (l[5] * l[6] - l[3] * l[8]) * scale,
    (l[0] * l[8] - l[2] * l[6]) * scale,
    (l[2] * l[3] - l[0] * l[5]) * scale,
    (l[3] * l[7] - l[4] * l[6]) * scale,
    (l[1] * l[6] - l[0] * l[7]) * scale,
    (l[0] * l[4] - l[1] * l[3]) * scale,
  ]
  const t: Vec3 = [at(m, 3), at(m, 7), at(m, 11)]
  const back = (row: 0 | 3 | 6): number => -(inverse[row] * t[0] + inverse[row + 1]! * t[1] + inverse[row + 2]! * t[2])
  return [
    inverse[0],
    inverse[1],
    inverse[2],
    back(0),
    inverse[3],
    inverse[4],
    inverse[5],
    back(3),
    inverse[6],
    inverse[7],
    inverse[8],
    back(6),
    0,
    0,
    0,
    1,
  ]
}

/** True if the columns of `m` are orthonormal within `tolerance` (either handedness): a direction matrix DICOM allows. */
export function isRigidBasis(m: Mat3, tolerance = 1e-4): boolean {
  if (m.length !== 9 || m.some((value) => !Number.isFinite(value))) return false
  for (let a = 0; a < 3; a++) {
    for (let b = a; b < 3; b++) {
      const dot = m[a]! * m[b]! + m[3 + a]! * m[3 + b]! + m[6 + a]! * m[6 + b]!
      if (Math.abs(dot - (a === b ? 1 : 0)) > tolerance) return false
    }
  }
  return true
}

/** True if `m` is a proper rigid map: rotation (determinant +1) and translation only. */
export function isRigidTransform(m: Mat4, tolerance = 1e-4): boolean {
  if (m.length !== 16) return false
  const l = linearPart(m)
  return isRigidBasis(l, tolerance) && determinant3(l) > 0
}
