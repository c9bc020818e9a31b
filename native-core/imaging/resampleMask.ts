/** Voxel structures (SEG, drawn) brought onto another grid by volume overlap. */
import { boxCorners, indexToPatientMatrix, isSameGrid, patientToIndexMatrix, voxelVolumeMl } from './grid.ts'
import { IDENTITY_MAT4, applyMat4, invertAffine, multiplyMat4, volumeScale } from './transform.ts'
import { cellsForObliqueOverlap, parallelAxes, visitShares } from './volumeOverlap.ts'
import type { FractionalMask, ImageGrid, Mat4, Vec3 } from './types.ts'

/** Source voxels across a target voxel from which on the lattice of cells is fine enough as it is. */
const FINE_SOURCE = 4

/**
 * The structure of `mask` on `targetGrid`: each target voxel's fraction is the part of its volume that source voxels with
 * their fractions fill. `transform` maps patient coordinates of the mask to those of the target. The volume (inside plus
 * outside the target grid) is kept: exactly for parallel axes, to two tenths of a per cent or so for oblique grids.
 */
export function resampleMask(
  mask: FractionalMask,
  targetGrid: ImageGrid,
  transform: Mat4 = IDENTITY_MAT4,
): FractionalMask {
  const isIdentity = transform.every((value, n) => value === IDENTITY_MAT4[n])
  if (isIdentity && isSameGrid(mask.grid, targetGrid)) return { ...mask, grid: targetGrid }
  const toTarget = multiplyMat4(
    patientToIndexMatrix(targetGrid),
    multiplyMat4(transform, indexToPatientMatrix(mask.grid)),
  )
  const across = sourceVoxelsAcross(toTarget)
  const isOblique = parallelAxes(toTarget, mask.grid.dimensions) === null
  const isNormalised = isOblique && across < FINE_SOURCE
  // Empty voxels around the box, so that every target voxel that gets a share is covered by the lattice all over.
  const { values, start, size } = padded(mask, isNormalised ? Math.ceil(across) + 1 : 0)
  const boxToTarget = multiplyMat4(toTarget, [1, 0, 0, start[0], 0, 1, 0, start[1], 0, 0, 1, start[2], 0, 0, 0, 1])
  const region = targetRegion(boxToTarget, size)
  const deposited = new Float64Array(region.size[0] * region.size[1] * region.size[2])
  const filled = isNormalised ? new Float64Array(deposited.length) : null
  const near = isNormalised ? dilated(values, size, Math.ceil(across) + 1) : null
  const wanted = (n: number): boolean => (near === null ? values[n]! > 0 : near[n] === 1)
  const cells = cellsForObliqueOverlap(boxToTarget, isNormalised ? 0.4 : 0.15)
  visitShares(boxToTarget, size, cells, wanted, (source, i, j, k, share) => {
    const a = i - region.start[0]
    const b = j - region.start[1]
    const c = k - region.start[2]
    if (a < 0 || b < 0 || c < 0 || a >= region.size[0] || b >= region.size[1] || c >= region.size[2]) return
    const at = a + region.size[0] * (b + region.size[1] * c)
    deposited[at]! += share * values[source]!
    if (filled !== null) filled[at]! += share
  })
  return crop(mask, targetGrid, transform, region, deposited, filled)
}

/** How many source voxels a target voxel spans at most along a source axis. */
function sourceVoxelsAcross(sourceToTarget: Mat4): number {
  const inverse = invertAffine(sourceToTarget)
  const along = [0, 4, 8].map(
    (row) => Math.abs(inverse[row]!) + Math.abs(inverse[row + 1]!) + Math.abs(inverse[row + 2]!),
  )
  return Math.max(...along)
}

/** The mask's box with so many empty voxels around it; `start` in indices of the mask's grid. */
function padded(mask: FractionalMask, rim: number): { values: Float32Array; start: Vec3; size: Vec3 } {
  const { box, fractions } = mask
  if (rim === 0) return { values: fractions, start: box.start, size: box.size }
  const size: Vec3 = [box.size[0] + 2 * rim, box.size[1] + 2 * rim, box.size[2] + 2 * rim]
  const values = new Float32Array(size[0] * size[1] * size[2])
  for (let k = 0; k < box.size[2]; k++) {
    for (let j = 0; j < box.size[1]; j++) {
      const from = box.size[0] * (j + box.size[1] * k)
      values.set(fractions.subarray(from, from + box.size[0]), rim + size[0] * (j + rim + size[1] * (k + rim)))
    }
  }
  return { values, start: [box.start[0] - rim, box.start[1] - rim, box.start[2] - rim], size }
}

/** 1 for every voxel within `reach` voxels (along each axis) of one that holds structure. */
function dilated(values: Float32Array, size: Vec3, reach: number): Uint8Array {
  let near = Uint8Array.from(values, (value) => (value > 0 ? 1 : 0))
  for (const [count, stride] of [
    [size[0], 1],
    [size[1], size[0]],
    [size[2], size[0] * size[1]],
  ] as const) {
    const next = new Uint8Array(near.length)
    for (let n = 0; n < near.length; n++) {
      if (near[n] === 0) continue
      const position = Math.floor(n / stride) % count
      const low = Math.max(-reach, -position)
      const high = Math.min(reach, count - 1 - position)
      for (let step = low; step <= high; step++) next[n + step * stride] = 1
    }
    near = next
  }
  return near
}

interface Region {
  readonly start: Vec3
  readonly size: Vec3
}

function targetRegion(boxToTarget: Mat4, size: Vec3): Region {
  const corners = boxCorners([-0.5, -0.5, -0.5], [size[0] - 0.5, size[1] - 0.5, size[2] - 0.5]).map((c) =>
    applyMat4(boxToTarget, c),
  )
  const low = ([0, 1, 2] as const).map((axis) => Math.floor(Math.min(...corners.map((c) => c[axis])) - 0.5))
  const high = ([0, 1, 2] as const).map((axis) => Math.ceil(Math.max(...corners.map((c) => c[axis])) + 0.5))
  return {
    start: [low[0]!, low[1]!, low[2]!],
    size: [high[0]! - low[0]! + 1, high[1]! - low[1]! + 1, high[2]! - low[2]! + 1],
  }
}

function crop(
  mask: FractionalMask,
  grid: ImageGrid,
  transform: Mat4,
  region: Region,
  deposited: Float64Array,
  filled: Float64Array | null,
): FractionalMask {
  const voxelRatio = (voxelVolumeMl(mask.grid) * volumeScale(transform)) / voxelVolumeMl(grid)
  const start = region.start.map((s) => Math.max(0, s))
  const end = region.start.map((s, a) => Math.min(grid.dimensions[a]!, s + region.size[a]!))
  const isEmpty = start.some((s, a) => s >= end[a]!)
  const boxStart: Vec3 = isEmpty ? [0, 0, 0] : [start[0]!, start[1]!, start[2]!]
  const boxSize: Vec3 = isEmpty ? [0, 0, 0] : [end[0]! - start[0]!, end[1]! - start[1]!, end[2]! - start[2]!]
  const fractions = new Float32Array(boxSize[0] * boxSize[1] * boxSize[2])
  let outside = 0
  let n = 0
  for (let k = 0; k < region.size[2]; k++) {
    for (let j = 0; j < region.size[1]; j++) {
      for (let i = 0; i < region.size[0]; i++, n++) {
        if (deposited[n] === 0) continue
        // Coarse oblique lattices of cells are denser here and sparser there by some per cent: divide by their own density.
        const fraction = Math.min(1, filled === null ? deposited[n]! * voxelRatio : deposited[n]! / filled[n]!)
        const a = region.start[0] + i - boxStart[0]
        const b = region.start[1] + j - boxStart[1]
        const c = region.start[2] + k - boxStart[2]
        if (a >= 0 && b >= 0 && c >= 0 && a < boxSize[0] && b < boxSize[1] && c < boxSize[2]) {
          fractions[a + boxSize[0] * (b + boxSize[1] * c)] = fraction
        } else {
          outside += fraction
        }
      }
    }
  }
  return {
    grid,
    box: { start: boxStart, size: boxSize },
    fractions,
    volumeOutsideMl: outside * voxelVolumeMl(grid) + mask.volumeOutsideMl * volumeScale(transform),
  }
}
