import { voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'

/** Σ value · voxel volume in mL. */
export function totalOf(values: Float32Array, grid: ImageGrid): number {
  let sum = 0
  for (const value of values) sum += value
  return sum * voxelVolumeMl(grid)
}
