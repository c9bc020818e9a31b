/**
 * Affine maps of space as twelve numbers, row-major 3×4: x' = a0·x + a1·y + a2·z + a3, and so on. Patient coordinates are
 * DICOM LPS in mm; index coordinates are voxels, 0 at the centre of the first.
 */
import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'

export type Affine = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

export const identity: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]

export function apply(m: Affine, [x, y, z]: Vec3): Vec3 {
  return [
    m[0] * x + m[1] * y + m[2] * z + m[3],
    m[4] * x + m[5] * y + m[6] * z + m[7],
    m[8] * x + m[9] * y + m[10] * z + m[11],
  ]
}

/** Maps a direction: the offset of the map is left out. */
export function applyLinear(m: Affine, [x, y, z]: Vec3): Vec3 {
  return [m[0] * x + m[1] * y + m[2] * z, m[4] * x + m[5] * y + m[6] * z, m[8] * x + m[9] * y + m[10] * z]
}

/** First `b`, then `a`. */
export function compose(a: Affine, b: Affine): Affine {
  const row = (r: 0 | 4 | 8): [number, number, number, number] => {
    const [p, q, s, t] = [a[r], a[r + 1] as number, a[r + 2] as number, a[r + 3] as number]
    return [
      p * b[0] + q * b[4] + s * b[8],
      p * b[1] + q * b[5] + s * b[9],
      p * b[2] + q * b[6] + s * b[10],
      p * b[3] + q * b[7] + s * b[11] + t,
    ]
  }
  return [...row(0), ...row(4), ...row(8)]
}

/** The inverse map. Throws RangeError where there is none. */
export function invert(m: Affine): Affine {
  const [a, b, c, tx, d, e, f, ty, g, h, i, tz] = m
  const A = e * i - f * h
  const B = f * g - d * i
  const C = d * h - e * g
  const determinant = a * A + b * B + c * C
  if (!(Math.abs(determinant) > 1e-12)) throw new RangeError('This map has no inverse: its determinant is 0')
  const s = 1 / determinant
  const linear = [
    A * s,
    (c * h - b * i) * s,
    (b * f - c * e) * s,
    B * s,
    (a * i - c * g) * s,
    (c * d - a * f) * s,
    C * s,
    (b * g - a * h) * s,
    (a * e - b * d) * s,
  ] as const
  const at = (r: 0 | 3 | 6) => -(linear[r] * tx + (linear[r + 1] as number) * ty + (linear[r + 2] as number) * tz)
  return [
    linear[0],
    linear[1],
    linear[2],
    at(0),
    linear[3],
    linear[4],
    linear[5],
    at(3),
    linear[6],
    linear[7],
    linear[8],
    at(6),
  ]
}

/** From a row-major 4×4 as the contracts carry it. Throws RangeError where the last row is not 0 0 0 1. */
export function fromMatrix4(matrix: readonly number[]): Affine {
  const [g, h, i, one] = matrix.slice(12)
  if (matrix.length !== 16 || g !== 0 || h !== 0 || i !== 0 || one !== 1)
    throw new RangeError('Not an affine 4×4 matrix')
  return matrix.slice(0, 12) as unknown as Affine
}

/** Voxel index to patient coordinates of a grid. */
export function indexToPatient(grid: ImageGrid): Affine {
  const [sx, sy, sz] = grid.spacingMm
  const [ox, oy, oz] = grid.originMm
  const d = grid.direction
  return [d[0] * sx, d[1] * sy, d[2] * sz, ox, d[3] * sx, d[4] * sy, d[5] * sz, oy, d[6] * sx, d[7] * sy, d[8] * sz, oz]
}

/** Patient coordinates to voxel index of a grid. */
export function patientToIndex(grid: ImageGrid): Affine {
  return invert(indexToPatient(grid))
}

/** The smallest LPS box that holds a grid (voxel edges, not centres), after `toWorld`. */
export function boundsOf(grid: ImageGrid, toWorld: Affine = identity): { min: Vec3; max: Vec3 } {
  const map = compose(toWorld, indexToPatient(grid))
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let corner = 0; corner < 8; corner++) {
    const index = [0, 1, 2].map((axis) => (corner & (1 << axis) ? (grid.dimensions[axis] as number) - 0.5 : -0.5))
    const point = apply(map, index as unknown as Vec3)
    for (const axis of [0, 1, 2] as const) {
      min[axis] = Math.min(min[axis], point[axis])
      max[axis] = Math.max(max[axis], point[axis])
    }
  }
  return { min, max }
}
