/** Values between voxel centres. The rule is that of `resampleTrilinear`, for points one by one and without rounding to 32 bits. */
import { InputError } from '../../errors/index.ts'
import {
  assertValidGrid,
  isSameGrid,
  patientToIndexMatrix,
  indexToPatientMatrix,
  voxelCount,
} from '../../imaging/grid.ts'
import { multiplyMat4 } from '../../imaging/transform.ts'
import type { ImageGrid, Mat4 } from '../../imaging/types.ts'
import type { DoseImage } from './types.ts'

type Values = Float32Array | Float64Array

/** Grace beyond the outer voxel faces for rounding, in voxels. */
const EDGE_GRACE = 1e-6

/**
 * Value at a continuous index: trilinear between voxel centres, in the outer half voxels that of the nearest centre plane, NaN
 * outside the image and where a voxel that counts is NaN.
 */
export function valueAt(values: Values, grid: ImageGrid, x: number, y: number, z: number): number {
  const [nx, ny, nz] = grid.dimensions
  const grace = 0.5 + EDGE_GRACE
  const isInside =
    x >= -grace && y >= -grace && z >= -grace && x <= nx - 1 + grace && y <= ny - 1 + grace && z <= nz - 1 + grace
  if (!isInside) return NaN
  const cx = x < 0 ? 0 : x > nx - 1 ? nx - 1 : x
  const cy = y < 0 ? 0 : y > ny - 1 ? ny - 1 : y
  const cz = z < 0 ? 0 : z > nz - 1 ? nz - 1 : z
  const i = Math.floor(cx)
  const j = Math.floor(cy)
  const k = Math.floor(cz)
  const u = cx - i
  const v = cy - j
  const w = cz - k
  // A neighbour without weight is not read: it may not exist, or be NaN.
  const di = u > 0 ? 1 : 0
  const dj = v > 0 ? nx : 0
  const dk = w > 0 ? nx * ny : 0
  const n = i + nx * (j + ny * k)
  const a = values[n]! + u * (values[n + di]! - values[n]!)
  const b = values[n + dj]! + u * (values[n + dj + di]! - values[n + dj]!)
  const c = values[n + dk]! + u * (values[n + dk + di]! - values[n + dk]!)
  const d = values[n + dk + dj]! + u * (values[n + dk + dj + di]! - values[n + dk + dj]!)
  const low = a + v * (b - a)
  return low + w * (c + v * (d - c) - low)
}

/** Values of a volume at the voxel centres of `target`, by `valueAt`: NaN outside. A copy where both grids are the same. */
export function valuesOnGrid(values: Values, grid: ImageGrid, target: ImageGrid): Float64Array {
  if (isSameGrid(grid, target)) return Float64Array.from(values)
  const m = indexMap(target, grid)
  const out = new Float64Array(voxelCount(target))
  const [nx, ny, nz] = target.dimensions
  let n = 0
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const x = m[1]! * j + m[2]! * k + m[3]!
      const y = m[5]! * j + m[6]! * k + m[7]!
      const z = m[9]! * j + m[10]! * k + m[11]!
      for (let i = 0; i < nx; i++, n++) {
        out[n] = valueAt(values, grid, x + m[0]! * i, y + m[4]! * i, z + m[8]! * i)
      }
    }
  }
  return out
}

/** Maps indices of one grid to those of another. */
export function indexMap(from: ImageGrid, to: ImageGrid): Mat4 {
  return multiplyMat4(patientToIndexMatrix(to), indexToPatientMatrix(from))
}

/**
 * @throws InputError `geometry.invalid-grid`, or `geometry.size-mismatch` where dose or standard deviation do not have the grid's
 * length.
 */
export function assertDoseImage(dose: DoseImage, what = 'The dose'): void {
  assertValidGrid(dose.grid, `The grid of ${what.charAt(0).toLowerCase()}${what.slice(1)}`)
  const expected = voxelCount(dose.grid)
  for (const [values, of] of [
    [dose.doseGy, what],
    [dose.sdGy, `${what}'s standard deviation`],
  ] as const) {
    if (values !== undefined && values.length !== expected) {
      throw new InputError(
        'geometry.size-mismatch',
        `${of} has ${values.length} voxels, its grid ${expected}.`,
        'Give one number per voxel, x fastest.',
      )
    }
  }
}
