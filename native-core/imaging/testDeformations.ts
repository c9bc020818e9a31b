/** Smooth deformations whose values are known everywhere, for tests and benchmarks. */
import { centresOf, indexOf } from './deformation.ts'
import { gridCentreMm, voxelCount } from './grid.ts'
import { IDENTITY_MAT4 } from './transform.ts'
import type { Deformation, ImageGrid, Mat4, Vec3 } from './types.ts'

/** A hump of displacement: amplitude · exp(−|x − centre|² / 2σ²), mm. */
export interface Hump {
  readonly centreMm: Vec3
  readonly sigmaMm: number
  readonly amplitudeMm: Vec3
}

export function humpsAt(humps: readonly Hump[], x: Vec3): Vec3 {
  const out: [number, number, number] = [0, 0, 0]
  for (const { centreMm: c, sigmaMm, amplitudeMm } of humps) {
    const distance2 = (x[0] - c[0]) ** 2 + (x[1] - c[1]) ** 2 + (x[2] - c[2]) ** 2
    const height = Math.exp(-distance2 / (2 * sigmaMm * sigmaMm))
    amplitudeMm.forEach((a, axis) => (out[axis]! += a * height))
  }
  return out
}

export function humpDeformation(
  grid: ImageGrid,
  humps: readonly Hump[],
  fixedToMoving: Mat4 = IDENTITY_MAT4,
): Deformation {
  const centre = centresOf(grid)
  const displacementMm = new Float32Array(3 * voxelCount(grid))
  for (let voxel = 0; 3 * voxel < displacementMm.length; voxel++)
    displacementMm.set(humpsAt(humps, centre(...indexOf(grid, voxel))), 3 * voxel)
  return { grid, displacementMm, fixedToMoving }
}

/** A cube of voxels around the origin. */
export function cube(voxels: number, spacingMm: number): ImageGrid {
  const half = (-(voxels - 1) / 2) * spacingMm
  return {
    dimensions: [voxels, voxels, voxels],
    spacingMm: [spacingMm, spacingMm, spacingMm],
    originMm: [half, half, half],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
}

/** Turned about the patient's z axis by the angle (rad), its centre kept. */
export function turned(grid: ImageGrid, angle: number): ImageGrid {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const d = grid.direction
  const rotate = (x: number, y: number): readonly [number, number] => [c * x - s * y, s * x + c * y]
  const columns = [0, 1, 2].map((n) => [...rotate(d[n]!, d[3 + n]!), d[6 + n]!])
  const direction = [0, 1, 2].flatMap((row) =>
    columns.map((column) => column[row]!),
  ) as unknown as ImageGrid['direction']
  const after = { ...grid, direction }
  const [from, to] = [gridCentreMm(grid), gridCentreMm(after)]
  const originMm = after.originMm.map((o, axis) => o + from[axis]! - to[axis]!) as unknown as Vec3
  return { ...after, originMm }
}
