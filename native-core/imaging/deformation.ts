/**
 * Deformations (`types.ts`) in plain TypeScript: single points, the Jacobian determinant, folding. What the native kernels compute for
 * whole images, spelled out; their test oracle.
 */
import { InputError } from '../errors/index.ts'
import { assertValidGrid, patientToIndexMatrix, voxelCount } from './grid.ts'
import { applyMat4, assertAffine, determinant3, linearPart } from './transform.ts'
import type { Deformation, ImageGrid, Mat3, Mat4, Vec3 } from './types.ts'

/** Grace beyond the outer voxel faces for rounding, in voxels; as in the kernels. */
const EDGE_GRACE = 1e-6

/**
 * Throws InputError `geometry.invalid-grid` or `transform.invalid` for its grid or matrix, `deformation.size` where the displacements are
 * not three for each voxel, `deformation.not-finite` where one is not a finite number.
 */
export function assertValidDeformation(deformation: Deformation, what = 'The deformation'): void {
  assertValidGrid(deformation.grid, `The grid of ${lowerCase(what)}`)
  assertAffine(deformation.fixedToMoving, `The matrix of ${lowerCase(what)}`)
  const expected = 3 * voxelCount(deformation.grid)
  if (deformation.displacementMm.length !== expected)
    throw new InputError(
      'deformation.size',
      `${what} has ${deformation.displacementMm.length} numbers; its grid of ${deformation.grid.dimensions.join(' × ')} voxels needs ${expected}.`,
      'Load the registration again, or compute it again.',
    )
  if (!deformation.displacementMm.every(Number.isFinite))
    throw new InputError(
      'deformation.not-finite',
      `${what} has a displacement that is not a finite number.`,
      'Compute the registration again.',
    )
}

const lowerCase = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** A linear map as a deformation: without displacements, on a grid of one voxel. @throws InputError `transform.invalid`. */
export function deformationOfAffine(fixedToMoving: Mat4): Deformation {
  assertAffine(fixedToMoving)
  const grid: ImageGrid = {
    dimensions: [1, 1, 1],
    spacingMm: [1, 1, 1],
    originMm: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  return { grid, displacementMm: new Float32Array(3), fixedToMoving }
}

/** u at a point, and its derivatives. */
export interface FieldSample {
  /** mm. */
  readonly displacementMm: Vec3
  /** Row-major ∂u_row/∂x_column. */
  readonly gradient: Mat3
}

/** The displacements of a deformation, ready to be looked at in many points. */
export interface DisplacementField {
  /** u at a point of the fixed space (mm), 0 beyond the grid. */
  at(pointMm: Vec3): Vec3
  /** Whether the point lies within the outer faces of the grid. */
  covers(pointMm: Vec3): boolean
  /**
   * u and its derivatives; beyond the outermost voxel centres both go on as at the nearest of them, so that the field has no step at
   * the edge of its grid.
   */
  continued(pointMm: Vec3): FieldSample
}

/** @throws as `assertValidDeformation`. */
export function displacementField(deformation: Deformation): DisplacementField {
  assertValidDeformation(deformation)
  const { grid, displacementMm: u } = deformation
  const toIndex = patientToIndexMatrix(grid)
  const linear = linearPart(toIndex)
  const n = grid.dimensions
  const covers = (point: Vec3): boolean =>
    applyMat4(toIndex, point).every((x, axis) => x >= -0.5 - EDGE_GRACE && x <= n[axis]! - 0.5 + EDGE_GRACE)
  const continued = (point: Vec3): FieldSample => {
    const index = applyMat4(toIndex, point)
    const value: [number, number, number] = [0, 0, 0]
    const byIndex = new Float64Array(9)
    const low = [0, 0, 0]
    const part = [0, 0, 0]
    const step = [1, n[0], n[0] * n[1]]
    for (let axis = 0; axis < 3; axis++) {
      const clamped = Math.min(Math.max(index[axis]!, 0), n[axis]! - 1)
      low[axis] = Math.min(Math.floor(clamped), Math.max(n[axis]! - 2, 0))
      part[axis] = clamped - low[axis]!
    }
    for (let corner = 0; corner < 8; corner++) {
      let voxel = 0
      const weights = [0, 1, 2].map((axis) => {
        const isUpper = ((corner >> axis) & 1) === 1
        voxel += step[axis]! * Math.min(low[axis]! + (isUpper ? 1 : 0), n[axis]! - 1)
        return isUpper ? part[axis]! : 1 - part[axis]!
      })
      const weight = weights[0]! * weights[1]! * weights[2]!
      for (let row = 0; row < 3; row++) {
        const component = u[3 * voxel + row]!
        value[row]! += weight * component
        for (let axis = 0; axis < 3; axis++) {
          // Where the index was brought back to the outermost centres the field is constant along the axis.
          if (index[axis]! < 0 || index[axis]! > n[axis]! - 1) continue
          const others = weights[(axis + 1) % 3]! * weights[(axis + 2) % 3]!
          byIndex[3 * row + axis]! += (((corner >> axis) & 1) === 1 ? others : -others) * component
        }
      }
    }
    return { displacementMm: value, gradient: product3(byIndex, linear) }
  }
  return {
    covers,
    continued,
    at: (point) => (covers(point) ? continued(point).displacementMm : [0, 0, 0]),
  }
}

/** Where a point of the fixed space (mm) lies in the moving one. For many points use `pointMapper`. */
export function mapPoint(deformation: Deformation, pointMm: Vec3): Vec3 {
  return pointMapper(deformation)(pointMm)
}

/** The map of a deformation from fixed to moving points, mm. @throws as `assertValidDeformation`. */
export function pointMapper(deformation: Deformation): (pointMm: Vec3) => Vec3 {
  const field = displacementField(deformation)
  return (point) => applyMat4(deformation.fixedToMoving, sum(point, field.at(point)))
}

export const sum = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]

function product3(a: Float64Array, b: Mat3): Mat3 {
  const out = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++)
      for (let k = 0; k < 3; k++) out[3 * row + column]! += a[3 * row + k]! * b[3 * k + column]!
  return out as unknown as Mat3
}

/** Determinant of the identity plus `gradient`: by what the map x + u(x) changes volumes there. */
export function determinantOfGradient(g: Mat3): number {
  return determinant3([g[0] + 1, g[1], g[2], g[3], g[4] + 1, g[5], g[6], g[7], g[8] + 1])
}

/**
 * Determinant of the Jacobian of the whole map fixed → moving at the voxel centres of `lattice` (default: the deformation's own grid), x
 * fastest: volume in the moving space over volume in the fixed one, 1 where nothing is stretched, 0 or less where the map folds.
 *
 * Derivatives are differences of u over one voxel of its grid around the point (at the voxel centres inside that is (u(i+1) − u(i−1)) / 2h,
 * at the outermost ones one-sided). Beyond the grid it is the determinant of the matrix.
 *
 * @throws as `assertValidDeformation`, and for an invalid lattice.
 */
export function jacobianDeterminants(deformation: Deformation, lattice: ImageGrid = deformation.grid): Float32Array {
  assertValidGrid(lattice, 'The lattice')
  const field = displacementField(deformation)
  const { grid } = deformation
  const toIndex = patientToIndexMatrix(grid)
  const factor = determinant3(linearPart(deformation.fixedToMoving))
  const out = new Float32Array(voxelCount(lattice))
  const latticeCentre = centresOf(lattice)
  const fieldPoint = centresOf(grid)
  for (let voxel = 0; voxel < out.length; voxel++) {
    const [i, j, k] = indexOf(lattice, voxel)
    const point = latticeCentre(i, j, k)
    if (!field.covers(point)) {
      out[voxel] = factor
      continue
    }
    const index = applyMat4(toIndex, point)
    // Columns: derivatives along the index axes of the grid.
    const columns = ([0, 1, 2] as const).map((axis) => {
      const last = grid.dimensions[axis] - 1
      const from = Math.min(Math.max(index[axis] - 0.5, 0), last)
      const to = Math.min(Math.max(index[axis] + 0.5, 0), last)
      if (!(to > from)) return [0, 0, 0]
      const place = (at: number): Vec3 => {
        const moved: [number, number, number] = [index[0], index[1], index[2]]
        moved[axis] = at
        return fieldPoint(moved[0], moved[1], moved[2])
      }
      const [low, high] = [field.continued(place(from)).displacementMm, field.continued(place(to)).displacementMm]
      return low.map((value, row) => (high[row]! - value) / (to - from))
    })
    const byIndex = Float64Array.from({ length: 9 }, (_, n) => columns[n % 3]![Math.floor(n / 3)]!)
    out[voxel] = factor * determinantOfGradient(product3(byIndex, linearPart(toIndex)))
  }
  return out
}

/**
 * Where the map folds between its voxel centres: in each cell of eight of them the determinant of the trilinear map is looked at in the
 * eight corners, with the differences along the cell's own edges (Karaçali and Davatzikos 2004), which central differences may miss.
 *
 * The smallest determinant of x ↦ x + u(x), and the share of cells with one of 0 or less. A grid one voxel thick has no cell across.
 */
export function foldingOf(deformation: Deformation): { readonly smallest: number; readonly foldedShare: number } {
  assertValidDeformation(deformation)
  const { grid, displacementMm: u } = deformation
  const n = grid.dimensions
  const step = [1, n[0], n[0] * n[1]]
  const linear = linearPart(patientToIndexMatrix(grid))
  let smallest = 1
  let folded = 0
  let cells = 0
  const byIndex = new Float64Array(9)
  for (let k = 0; k < Math.max(1, n[2] - 1); k++)
    for (let j = 0; j < Math.max(1, n[1] - 1); j++)
      for (let i = 0; i < Math.max(1, n[0] - 1); i++) {
        let least = Infinity
        for (let corner = 0; corner < 8; corner++) {
          const upper = [corner & 1, (corner >> 1) & 1, corner >> 2].map((bit, axis) => (n[axis]! > 1 ? bit : 0))
          const at = i + upper[0]! + step[1]! * (j + upper[1]!) + step[2]! * (k + upper[2]!)
          for (let axis = 0; axis < 3; axis++) {
            const other = n[axis]! > 1 ? at + (upper[axis] === 1 ? -1 : 1) * step[axis]! : at
            const sign = upper[axis] === 1 ? -1 : 1
            for (let row = 0; row < 3; row++) byIndex[3 * row + axis] = sign * (u[3 * other + row]! - u[3 * at + row]!)
          }
          least = Math.min(least, determinantOfGradient(product3(byIndex, linear)))
        }
        cells++
        if (least <= 0) folded++
        smallest = Math.min(smallest, least)
      }
  return { smallest, foldedShare: folded / cells }
}

/** Throws InputError `deformation.folded` where the map folds (`foldingOf`). */
export function assertNotFolded(deformation: Deformation, what = 'The deformation'): void {
  refuseFolding(foldingOf(deformation), what)
}

/** @throws InputError `deformation.folded`. */
export function refuseFolding({ smallest, foldedShare }: ReturnType<typeof foldingOf>, what: string): void {
  if (smallest > 0) return
  throw new InputError(
    'deformation.folded',
    `${what} folds: its Jacobian determinant falls to ${smallest.toPrecision(3)} (${(100 * foldedShare).toPrecision(2)} % of its cells), so that some tissue would be in two places.`,
    'Register again with a stronger regularisation or a wider distance of the control points.',
  )
}

/** Centre (mm) of index (i, j, k), which need not be whole. */
export function centresOf(grid: ImageGrid): (i: number, j: number, k: number) => Vec3 {
  const { direction: d, spacingMm: s, originMm: o } = grid
  return (i, j, k) => {
    const [x, y, z] = [i * s[0], j * s[1], k * s[2]]
    return [
      o[0] + d[0] * x + d[1] * y + d[2] * z,
      o[1] + d[3] * x + d[4] * y + d[5] * z,
      o[2] + d[6] * x + d[7] * y + d[8] * z,
    ]
  }
}

/** Index (i, j, k) of a voxel's place in its array. */
export function indexOf(grid: ImageGrid, voxel: number): Vec3 {
  const [nx, ny] = grid.dimensions
  return [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))]
}
