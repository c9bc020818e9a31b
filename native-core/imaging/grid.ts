/** Geometry of regular image grids: index ↔ patient coordinates, validity, extent, volume. */
import { InputError } from '../errors/index.ts'
import { applyMat4, invertAffine, isRigidBasis } from './transform.ts'
import type { ImageGrid, Mat4, Vec3, VoxelBox } from './types.ts'

/** Number of voxels of a grid. */
export function voxelCount(grid: ImageGrid): number {
  return grid.dimensions[0] * grid.dimensions[1] * grid.dimensions[2]
}

/** Volume of one voxel in mL. */
export function voxelVolumeMl(grid: ImageGrid): number {
  return (grid.spacingMm[0] * grid.spacingMm[1] * grid.spacingMm[2]) / 1000
}

/** The grid's whole index range as a box. */
export function wholeBox(grid: ImageGrid): VoxelBox {
  return { start: [0, 0, 0], size: grid.dimensions }
}

/** Matrix that maps continuous index coordinates (voxel centres at whole numbers) to patient coordinates in mm. */
export function indexToPatientMatrix(grid: ImageGrid): Mat4 {
  const d = grid.direction
  const s = grid.spacingMm
  const o = grid.originMm
  return [
    d[0] * s[0],
    d[1] * s[1],
    d[2] * s[2],
    o[0],
    d[3] * s[0],
    d[4] * s[1],
    d[5] * s[2],
    o[1],
    d[6] * s[0],
    d[7] * s[1],
    d[8] * s[2],
    o[2],
    0,
    0,
    0,
    1,
  ]
}

/** Matrix that maps patient coordinates in mm to continuous index coordinates. */
export function patientToIndexMatrix(grid: ImageGrid): Mat4 {
  return invertAffine(indexToPatientMatrix(grid))
}

/** Patient position (mm) of a continuous index. */
export function indexToPatient(grid: ImageGrid, index: Vec3): Vec3 {
  return applyMat4(indexToPatientMatrix(grid), index)
}

/** Continuous index of a patient position (mm). For many points, build `patientToIndexMatrix` once instead. */
export function patientToIndex(grid: ImageGrid, pointMm: Vec3): Vec3 {
  return applyMat4(patientToIndexMatrix(grid), pointMm)
}

/** Index in the voxel array of whole index (i, j, k): x fastest. */
export function voxelOffset(grid: ImageGrid, i: number, j: number, k: number): number {
  return i + grid.dimensions[0] * (j + grid.dimensions[1] * k)
}

/**
 * Throws InputError `geometry.invalid-grid` unless the grid has positive whole dimensions, positive finite spacing, a finite
 * origin and an orthonormal direction (either handedness).
 */
export function assertValidGrid(grid: ImageGrid, what = 'The image grid'): void {
  const fail = (why: string): never => {
    throw new InputError('geometry.invalid-grid', `${what} is not valid: ${why}.`, 'Check the geometry of the series.')
  }
  if (grid.dimensions.length !== 3 || grid.dimensions.some((n) => !Number.isInteger(n) || n < 1)) {
    fail(`dimensions ${grid.dimensions.join(' × ')} are not positive whole numbers`)
  }
  if (grid.spacingMm.length !== 3 || grid.spacingMm.some((s) => !Number.isFinite(s) || s <= 0)) {
    fail(`spacing ${grid.spacingMm.join(' × ')} mm is not positive`)
  }
  if (grid.originMm.length !== 3 || grid.originMm.some((o) => !Number.isFinite(o))) fail('the origin is not finite')
  if (!isRigidBasis(grid.direction)) fail('its axes are not perpendicular unit vectors')
}

/**
 * True if both grids have the same voxels: same dimensions, and corner voxel centres nowhere further apart than
 * `toleranceMm`.
 */
export function isSameGrid(a: ImageGrid, b: ImageGrid, toleranceMm = 0.01): boolean {
  if (a === b) return true
  if (a.dimensions.some((n, axis) => n !== b.dimensions[axis])) return false
  const cornersA = cornerCentres(a)
  return cornerCentres(b).every((p, n) => {
    const q = cornersA[n]!
    return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) <= toleranceMm
  })
}

function cornerCentres(grid: ImageGrid): Vec3[] {
  return boxCorners([0, 0, 0], [grid.dimensions[0] - 1, grid.dimensions[1] - 1, grid.dimensions[2] - 1]).map((index) =>
    indexToPatient(grid, index),
  )
}

/** The eight corners of an axis-aligned box. */
export function boxCorners(low: Vec3, high: Vec3): Vec3[] {
  const corners: Vec3[] = []
  for (const z of [low[2], high[2]]) {
    for (const y of [low[1], high[1]]) for (const x of [low[0], high[0]]) corners.push([x, y, z])
  }
  return corners
}

/** Smallest axis-aligned box (LPS, mm) around the whole grid, outer voxel faces included. */
export function gridExtentMm(grid: ImageGrid): { readonly low: Vec3; readonly high: Vec3 } {
  const n = grid.dimensions
  const corners = boxCorners([-0.5, -0.5, -0.5], [n[0] - 0.5, n[1] - 0.5, n[2] - 0.5]).map((c) =>
    indexToPatient(grid, c),
  )
  const along = (axis: 0 | 1 | 2): number[] => corners.map((c) => c[axis])
  return {
    low: [Math.min(...along(0)), Math.min(...along(1)), Math.min(...along(2))],
    high: [Math.max(...along(0)), Math.max(...along(1)), Math.max(...along(2))],
  }
}

/** Patient position (mm) of the grid's centre. */
export function gridCentreMm(grid: ImageGrid): Vec3 {
  const n = grid.dimensions
  return indexToPatient(grid, [(n[0] - 1) / 2, (n[1] - 1) / 2, (n[2] - 1) / 2])
}
