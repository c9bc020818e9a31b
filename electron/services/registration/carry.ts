/** Images carried from the moving to the fixed space, for the eye and for values at points. Activity is carried by volumes: `kernels`. */
import {
  applyMat4,
  indexToPatientMatrix,
  patientToIndexMatrix,
  pointMapper,
  voxelCount,
} from '../../../native-core/imaging/index.ts'
import type { Deformation, ImageGrid, Mat4, Vec3 } from '../../../native-core/imaging/index.ts'

/** A map of fixed to moving coordinates, linear or deformable. */
export type FixedToMoving = Mat4 | Deformation

export function mapperOf(map: FixedToMoving): (pointMm: Vec3) => Vec3 {
  return 'displacementMm' in map ? pointMapper(map) : (point) => applyMat4(map, point)
}

/**
 * Values of the moving image at the voxel centres of a grid in the fixed space, trilinear; `fill` outside. CT numbers, doses and dose rates,
 * which belong to points, are carried so.
 *
 * @param isCancelled Asked once a slice.
 */
export function carriedImage(
  moving: { readonly grid: ImageGrid; readonly values: Float32Array },
  fixedGrid: ImageGrid,
  map: FixedToMoving,
  fill: number,
  isCancelled: () => boolean = () => false,
): Float32Array {
  const mapped = mapperOf(map)
  const toIndex = patientToIndexMatrix(moving.grid)
  const toPatient = indexToPatientMatrix(fixedGrid)
  const [nx, ny, nz] = moving.grid.dimensions
  const [mx, my, mz] = fixedGrid.dimensions
  const out = new Float32Array(voxelCount(fixedGrid)).fill(fill)
  const { values } = moving
  for (let k = 0, voxel = 0; k < mz; k++) {
    if (isCancelled()) return out
    for (let j = 0; j < my; j++)
      for (let i = 0; i < mx; i++, voxel++) {
        const [x, y, z] = applyMat4(toIndex, mapped(applyMat4(toPatient, [i, j, k])))
        if (!(x >= -0.5 && y >= -0.5 && z >= -0.5 && x <= nx - 0.5 && y <= ny - 0.5 && z <= nz - 0.5)) continue
        const [a, ta, da] = between(x, nx)
        const [b, tb, db] = between(y, ny)
        const [c, tc, dc] = between(z, nz)
        const at = a + nx * (b + ny * c)
        const [sx, sy, sz] = [da, db * nx, dc * nx * ny]
        const line = (from: number): number => values[from]! + ta * (values[from + sx]! - values[from]!)
        const plane = (from: number): number => line(from) + tb * (line(from + sy) - line(from))
        out[voxel] = plane(at) + tc * (plane(at + sz) - plane(at))
      }
  }
  return out
}

/** The lower of two neighbours, the part of the way to the upper one, and the step to it; held to the outermost centres. */
function between(position: number, count: number): [number, number, number] {
  const clamped = Math.min(Math.max(position, 0), count - 1)
  const low = Math.min(Math.floor(clamped), Math.max(count - 2, 0))
  return [low, clamped - low, count > 1 ? 1 : 0]
}

/** Landmarks of the fixed and of the moving image that show the same place, LPS in mm. */
export interface LandmarkPair {
  readonly name: string
  readonly fixedMm: Vec3
  readonly movingMm: Vec3
}

export interface LandmarkErrors {
  readonly count: number
  readonly meanMm: number
  readonly maximumMm: number
  readonly byName: Readonly<Record<string, number>>
}

/** How far each landmark of the fixed image, mapped, ends from its twin in the moving one. */
export function landmarkErrors(pairs: readonly LandmarkPair[], map: FixedToMoving): LandmarkErrors | null {
  if (pairs.length === 0) return null
  const mapped = mapperOf(map)
  const byName: Record<string, number> = {}
  const errors = pairs.map(({ name, fixedMm, movingMm }) => {
    const p = mapped(fixedMm)
    return (byName[name] = Math.hypot(p[0] - movingMm[0], p[1] - movingMm[1], p[2] - movingMm[2]))
  })
  return {
    count: errors.length,
    meanMm: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    maximumMm: Math.max(...errors),
    byName,
  }
}
