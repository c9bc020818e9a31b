/**
 * Resampling between image grids, in plain TypeScript: what the native kernels of the same names compute, spelled out. Used as
 * their test oracle, and where a volume is small.
 */
import { InputError } from '../errors/index.ts'
import {
  assertValidGrid,
  indexToPatientMatrix,
  patientToIndexMatrix,
  voxelCount,
  voxelOffset,
  voxelVolumeMl,
} from './grid.ts'
import { IDENTITY_MAT4, invertAffine, multiplyMat4 } from './transform.ts'
import { cellsForObliqueOverlap, visitShares } from './volumeOverlap.ts'
import type { ImageGrid, Mat4, Vec3 } from './types.ts'

/** Grace beyond the outer voxel faces for rounding, in voxels. */
const EDGE_GRACE = 1e-6

/**
 * Values of a volume at the voxel centres of `targetGrid`: trilinear between voxel centres; in the outer half voxels that of
 * the nearest centre plane; outside the source image `fill`. `transform` maps patient coordinates of the source to those of
 * the target.
 */
export function resampleTrilinear(
  source: { readonly grid: ImageGrid; readonly values: Float32Array },
  targetGrid: ImageGrid,
  options: { readonly transform?: Mat4; readonly fill?: number } = {},
): Float32Array {
  check(source)
  assertValidGrid(targetGrid)
  const m = multiplyMat4(
    patientToIndexMatrix(source.grid),
    multiplyMat4(invertAffine(options.transform ?? IDENTITY_MAT4), indexToPatientMatrix(targetGrid)),
  )
  const n = source.grid.dimensions
  const out = new Float32Array(voxelCount(targetGrid))
  const fill = options.fill ?? 0
  let voxel = 0
  for (let k = 0; k < targetGrid.dimensions[2]; k++) {
    for (let j = 0; j < targetGrid.dimensions[1]; j++) {
      for (let i = 0; i < targetGrid.dimensions[0]; i++, voxel++) {
        const p: Vec3 = [
          m[0]! * i + m[1]! * j + m[2]! * k + m[3]!,
          m[4]! * i + m[5]! * j + m[6]! * k + m[7]!,
          m[8]! * i + m[9]! * j + m[10]! * k + m[11]!,
        ]
        const isInside = p.every((x, axis) => x >= -0.5 - EDGE_GRACE && x <= n[axis]! - 0.5 + EDGE_GRACE)
        out[voxel] = isInside ? interpolate(source.values, source.grid, p) : fill
      }
    }
  }
  return out
}

/** Trilinear value at a continuous index that is clamped to the outermost voxel centres. */
function interpolate(values: Float32Array, grid: ImageGrid, position: Vec3): number {
  const n = grid.dimensions
  const clamped = position.map((x, axis) => Math.min(Math.max(x, 0), n[axis]! - 1))
  const low = clamped.map((x, axis) => Math.min(Math.floor(x), Math.max(n[axis]! - 2, 0)))
  let sum = 0
  for (let corner = 0; corner < 8; corner++) {
    let weight = 1
    const index = low.map((start, axis) => {
      const isUpper = ((corner >> axis) & 1) === 1
      const t = clamped[axis]! - start
      weight *= isUpper ? t : 1 - t
      return Math.min(start + (isUpper ? 1 : 0), n[axis]! - 1)
    })
    if (weight > 0) sum += weight * values[voxelOffset(grid, index[0]!, index[1]!, index[2]!)]!
  }
  return sum
}

/**
 * A quantity per volume (activity concentration in Bq/mL) on `targetGrid` by volume overlap, such that Σ value · voxel volume
 * inside the target grid is kept. See `volumeOverlap.ts` for oblique grids.
 */
export function resampleActivity(
  source: { readonly grid: ImageGrid; readonly values: Float32Array },
  targetGrid: ImageGrid,
  options: { readonly transform?: Mat4 } = {},
): Float32Array {
  check(source)
  assertValidGrid(targetGrid)
  const sourceToTarget = multiplyMat4(
    patientToIndexMatrix(targetGrid),
    multiplyMat4(options.transform ?? IDENTITY_MAT4, indexToPatientMatrix(source.grid)),
  )
  const scale = voxelVolumeMl(source.grid) / voxelVolumeMl(targetGrid)
  const sums = new Float64Array(voxelCount(targetGrid))
  const [nx, ny, nz] = targetGrid.dimensions
  visitShares(
    sourceToTarget,
    source.grid.dimensions,
    cellsForObliqueOverlap(sourceToTarget),
    (voxel) => source.values[voxel] !== 0,
    (voxel, i, j, k, share) => {
      if (i < 0 || j < 0 || k < 0 || i >= nx || j >= ny || k >= nz) return
      sums[voxelOffset(targetGrid, i, j, k)]! += scale * share * source.values[voxel]!
    },
  )
  return Float32Array.from(sums)
}

function check(source: { readonly grid: ImageGrid; readonly values: Float32Array }): void {
  assertValidGrid(source.grid)
  if (source.values.length !== voxelCount(source.grid)) {
    throw new InputError(
      'geometry.size-mismatch',
      `The image has ${source.values.length} voxels, its grid ${voxelCount(source.grid)}.`,
      'Load the image again.',
    )
  }
}
