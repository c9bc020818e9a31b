/**
 * The highest mean concentration in a ball of 1 mL, as in the SUVpeak of PERCIST (Wahl et al., J. Nucl. Med. 50, 2009,
 * Suppl. 1).
 */
import { InputError } from '../../../errors/index.ts'
import type { ImageGrid, Vec3, VoxelBox } from '../../types.ts'
import { capsule } from '../manual/solids.ts'
import { cover } from '../manual/cover.ts'
import { boxLength } from '../manual/boxes.ts'
import type { SegmentationImage } from './types.ts'

/** Radius of a ball of 1 mL. */
export const PEAK_RADIUS_MM = Math.cbrt((3 * 1000) / (4 * Math.PI))

export interface Peak {
  readonly value: number
  /** Index of the voxel at the ball's centre. */
  readonly at: Vec3
}

/**
 * The largest mean, in the image's unit, over a ball of 1 mL about the centre of a voxel of the box; `isCandidate` (by
 * place in the box) leaves voxels out. Only balls that lie wholly in the image count; voxels that the ball cuts count
 * by their part. Throws InputError `segmentation.peak` where there is no such ball.
 */
export function peakIn(image: SegmentationImage, box: VoxelBox, isCandidate?: (n: number) => boolean): Peak {
  const ball = ballOfVoxels(image.grid)
  const bounds = largestAround(image, box, ball.half)
  const order = Array.from({ length: boxLength(box) }, (_, n) => n).filter(
    (n) => Number.isFinite(bounds[n]!) && (isCandidate?.(n) ?? true),
  )
  let best: Peak | null = null
  const start = order.reduce((top, n) => (top < 0 || bounds[n]! > bounds[top]! ? n : top), -1)
  for (const n of start < 0 ? [] : [start, ...order]) {
    // No mean exceeds the largest value of its voxels.
    if (best !== null && !(bounds[n]! > best.value)) continue
    const at: Vec3 = [
      box.start[0] + (n % box.size[0]),
      box.start[1] + (Math.floor(n / box.size[0]) % box.size[1]),
      box.start[2] + Math.floor(n / (box.size[0] * box.size[1])),
    ]
    const mean = meanInBall(image, ball, at)
    if (Number.isFinite(mean) && (best === null || mean > best.value)) best = { value: mean, at }
  }
  if (best !== null) return best
  throw new InputError(
    'segmentation.peak',
    'No ball of 1 mL fits into the image here.',
    'Take the maximum instead of the peak, or a place further from the edge of the image.',
  )
}

/**
 * The voxels of a ball of 1 mL about a voxel's centre: how far it reaches in voxels, and their weights (in sum 1) and
 * places.
 */
export interface VoxelBall {
  readonly half: Vec3
  readonly weights: readonly number[]
  /** In the voxel array. */
  readonly offsets: readonly number[]
  /** Along the grid's axes. */
  readonly offsetsMm: readonly Vec3[]
}

/** The image's mean in the ball about a voxel; NaN where the ball reaches beyond the image. */
export function meanInBall({ grid, values }: SegmentationImage, ball: VoxelBall, at: Vec3): number {
  if (at.some((index, axis) => index < ball.half[axis]! || index >= grid.dimensions[axis]! - ball.half[axis]!))
    return NaN
  const voxel = at[0] + grid.dimensions[0] * (at[1] + grid.dimensions[1] * at[2])
  let mean = 0
  for (let k = 0; k < ball.offsets.length; k++) mean += ball.weights[k]! * values[voxel + ball.offsets[k]!]!
  return mean
}

export function ballOfVoxels({ spacingMm, dimensions }: ImageGrid): VoxelBall {
  const half = spacingMm.map((mm) => Math.ceil(PEAK_RADIUS_MM / mm - 0.5)) as unknown as Vec3
  const grid = {
    dimensions: half.map((n) => 2 * n + 1) as unknown as Vec3,
    spacingMm,
    originMm: half.map((n, axis) => -n * spacingMm[axis]!) as unknown as Vec3,
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] as const,
  }
  const { box, coverage } = cover(grid, capsule(grid, [0, 0, 0], [0, 0, 0], PEAK_RADIUS_MM))
  const sum = coverage.reduce((total, part) => total + part, 0)
  const weights: number[] = []
  const offsets: number[] = []
  const offsetsMm: Vec3[] = []
  coverage.forEach((part, n) => {
    if (part === 0) return
    const [x, y, z] = [
      box.start[0] + (n % box.size[0]) - half[0],
      box.start[1] + (Math.floor(n / box.size[0]) % box.size[1]) - half[1],
      box.start[2] + Math.floor(n / (box.size[0] * box.size[1])) - half[2],
    ]
    weights.push(part / sum)
    offsets.push(x + dimensions[0] * (y + dimensions[1] * z))
    offsetsMm.push([x * spacingMm[0], y * spacingMm[1], z * spacingMm[2]])
  })
  return { half, weights, offsets, offsetsMm }
}

/**
 * For each voxel of the box the largest value within `half` voxels along each axis; NaN where that reaches beyond the
 * image.
 */
function largestAround({ grid, values }: SegmentationImage, box: VoxelBox, half: Vec3): Float32Array {
  const n = grid.dimensions
  const low = box.start.map((first, axis) => Math.max(0, first - half[axis]!)) as unknown as Vec3
  const size = box.start.map(
    (first, axis) => Math.min(n[axis]!, first + box.size[axis]! + half[axis]!) - low[axis]!,
  ) as unknown as Vec3
  let from = new Float32Array(size[0] * size[1] * size[2])
  let at = 0
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++)
      for (let x = 0; x < size[0]; x++) from[at++] = values[low[0] + x + n[0] * (low[1] + y + n[1] * (low[2] + z))]!
  const strides = [1, size[0], size[0] * size[1]]
  for (const axis of [0, 1, 2] as const) {
    const to = new Float32Array(from.length).fill(NaN)
    const stride = strides[axis]!
    for (let v = 0; v < from.length; v++) {
      const place = Math.floor(v / stride) % size[axis]
      if (place < half[axis] || place >= size[axis] - half[axis]) continue
      let most = -Infinity
      for (let k = -half[axis]; k <= half[axis]; k++) if (from[v + k * stride]! > most) most = from[v + k * stride]!
      to[v] = most
    }
    from = to
  }
  const out = new Float32Array(boxLength(box))
  at = 0
  for (let z = 0; z < box.size[2]; z++)
    for (let y = 0; y < box.size[1]; y++)
      for (let x = 0; x < box.size[0]; x++)
        out[at++] =
          from[
            box.start[0] - low[0] + x + size[0] * (box.start[1] - low[1] + y + size[1] * (box.start[2] - low[2] + z))
          ]!
  return out
}
