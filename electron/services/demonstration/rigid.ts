/** Rigid motions in patient coordinates (LPS, mm) as row-major 4×4 matrices. */
import type { Mat4 } from '../../../native-core/imaging/types.ts'

export const IDENTITY: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

/** Turn about the origin by small angles about x, then y, then z (degrees), then shift (mm). */
export function rigidMotion(
  turnDeg: readonly [number, number, number],
  shiftMm: readonly [number, number, number],
): Mat4 {
  const [ax, ay, az] = turnDeg.map((a) => (a * Math.PI) / 180) as [number, number, number]
  const [cx, sx, cy, sy, cz, sz] = [Math.cos(ax), Math.sin(ax), Math.cos(ay), Math.sin(ay), Math.cos(az), Math.sin(az)]
  return [
    cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx, shiftMm[0],
    sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx, shiftMm[1],
    -sy, cy * sx, cy * cx, shiftMm[2],
    0, 0, 0, 1,
  ] // prettier-ignore
}

/** The inverse of a rigid motion: transposed turn, and the shift turned back. */
export function invertRigid(m: Mat4): Mat4 {
  const e = (i: number): number => m[i]!
  const [tx, ty, tz] = [e(3), e(7), e(11)]
  return [
    e(0), e(4), e(8), -(e(0) * tx + e(4) * ty + e(8) * tz),
    e(1), e(5), e(9), -(e(1) * tx + e(5) * ty + e(9) * tz),
    e(2), e(6), e(10), -(e(2) * tx + e(6) * ty + e(10) * tz),
    0, 0, 0, 1,
  ] // prettier-ignore
}

/** The image of a point under a motion. */
export function movePoint(m: Mat4, [x, y, z]: readonly [number, number, number]): [number, number, number] {
  return [
    m[0]! * x + m[1]! * y + m[2]! * z + m[3]!,
    m[4]! * x + m[5]! * y + m[6]! * z + m[7]!,
    m[8]! * x + m[9]! * y + m[10]! * z + m[11]!,
  ]
}
