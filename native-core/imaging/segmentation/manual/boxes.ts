/** Boxes of voxels: clipping, widening, cropping to what is covered, and pasting one into another. */
import type { FractionalMask, ImageGrid, Vec3, VoxelBox } from '../../types.ts'
import { FULL, type CoverageBox } from './types.ts'

export const EMPTY_BOX: VoxelBox = { start: [0, 0, 0], size: [0, 0, 0] }

/** Nothing at all. */
export const emptyCoverage = (): CoverageBox => ({ box: EMPTY_BOX, coverage: new Uint8Array(0) })

export const boxLength = ({ size }: VoxelBox): number => size[0] * size[1] * size[2]

/** The box from `low` to `high` (first and last index, both inclusive, fractions rounded outwards), inside the grid. */
export function boxBetween(grid: ImageGrid, low: Vec3, high: Vec3): VoxelBox {
  const start = low.map((value) => Math.max(0, Math.floor(value)))
  const size = high.map((value, axis) => Math.min(grid.dimensions[axis]! - 1, Math.ceil(value)) - start[axis]! + 1)
  if (size.some((count) => !(count > 0))) return EMPTY_BOX
  return { start: [start[0]!, start[1]!, start[2]!], size: [size[0]!, size[1]!, size[2]!] }
}

/** The box with so many voxels more on each side, inside the grid. */
export function widenedBox(grid: ImageGrid, box: VoxelBox, by: Vec3): VoxelBox {
  if (boxLength(box) === 0) return EMPTY_BOX
  return boxBetween(
    grid,
    [box.start[0] - by[0], box.start[1] - by[1], box.start[2] - by[2]],
    [
      box.start[0] + box.size[0] - 1 + by[0],
      box.start[1] + box.size[1] - 1 + by[1],
      box.start[2] + box.size[2] - 1 + by[2],
    ],
  )
}

/** The smallest box around both. */
export function boxAround(a: VoxelBox, b: VoxelBox): VoxelBox {
  if (boxLength(a) === 0) return b
  if (boxLength(b) === 0) return a
  const axes = [0, 1, 2] as const
  const start = axes.map((axis) => Math.min(a.start[axis], b.start[axis]))
  const end = axes.map((axis) => Math.max(a.start[axis] + a.size[axis], b.start[axis] + b.size[axis]))
  return {
    start: [start[0]!, start[1]!, start[2]!],
    size: [end[0]! - start[0]!, end[1]! - start[1]!, end[2]! - start[2]!],
  }
}

/** True where a box reaches a face of the one that holds it which is not a face of the grid. */
export function reachesFace(grid: ImageGrid, outer: VoxelBox, inner: VoxelBox): boolean {
  if (boxLength(inner) === 0) return false
  return ([0, 1, 2] as const).some((axis) => {
    const end = outer.start[axis] + outer.size[axis]
    const atLow = inner.start[axis] === outer.start[axis] && outer.start[axis] > 0
    return atLow || (inner.start[axis] + inner.size[axis] === end && end < grid.dimensions[axis])
  })
}

/** The place of a voxel of the grid among those of a box. */
export const placeIn = ({ start, size }: VoxelBox, index: readonly number[]): number =>
  index[0]! - start[0] + size[0] * (index[1]! - start[1] + size[1] * (index[2]! - start[2]))

/** The coverage of another box: what lies in both is kept, the rest of `box` is 0. */
export function inBox(source: CoverageBox, box: VoxelBox): Uint8Array {
  const out = new Uint8Array(boxLength(box))
  const { start, size } = source.box
  const lowX = Math.max(start[0], box.start[0])
  const highX = Math.min(start[0] + size[0], box.start[0] + box.size[0])
  if (highX <= lowX) return out
  for (let z = Math.max(start[2], box.start[2]); z < Math.min(start[2] + size[2], box.start[2] + box.size[2]); z++) {
    for (let y = Math.max(start[1], box.start[1]); y < Math.min(start[1] + size[1], box.start[1] + box.size[1]); y++) {
      const from = lowX - start[0] + size[0] * (y - start[1] + size[1] * (z - start[2]))
      const to = lowX - box.start[0] + box.size[0] * (y - box.start[1] + box.size[1] * (z - box.start[2]))
      out.set(source.coverage.subarray(from, from + highX - lowX), to)
    }
  }
  return out
}

/** The same coverage in the smallest box that holds it. */
export function cropped(source: CoverageBox): CoverageBox {
  const { start, size } = source.box
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const high: [number, number, number] = [-1, -1, -1]
  let at = 0
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, at++) {
        if (source.coverage[at] === 0) continue
        if (x < low[0]) low[0] = x
        if (y < low[1]) low[1] = y
        if (z < low[2]) low[2] = z
        if (x > high[0]) high[0] = x
        if (y > high[1]) high[1] = y
        if (z > high[2]) high[2] = z
      }
    }
  }
  if (high[0] < 0) return emptyCoverage()
  const box: VoxelBox = {
    start: [start[0] + low[0], start[1] + low[1], start[2] + low[2]],
    size: [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1],
  }
  return { box, coverage: inBox(source, box) }
}

/** Σ coverage · voxel volume, in mL. */
export function coverageVolumeMl(grid: ImageGrid, { coverage }: CoverageBox): number {
  let sum = 0
  for (let n = 0; n < coverage.length; n++) sum += coverage[n]!
  return (sum / FULL) * ((grid.spacingMm[0] * grid.spacingMm[1] * grid.spacingMm[2]) / 1000)
}

/** Fractions in steps of 1/255. `volumeOutsideMl` of the mask is not a part of it. */
export function coverageOfMask({ box, fractions }: FractionalMask): CoverageBox {
  const coverage = new Uint8Array(fractions.length)
  for (let n = 0; n < fractions.length; n++) {
    coverage[n] = Math.round(FULL * Math.min(1, Math.max(0, fractions[n]!)))
  }
  return { box, coverage }
}

/** A drawn structure lies wholly inside its grid: `volumeOutsideMl` is 0. */
export function maskOfCoverage(grid: ImageGrid, { box, coverage }: CoverageBox): FractionalMask {
  return { grid, box, fractions: Float32Array.from(coverage, (value) => value / FULL), volumeOutsideMl: 0 }
}
