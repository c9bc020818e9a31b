/** Places in the box that is looked at: the seed, the largest voxel, and what is said about values there. */
import { InputError } from '../../../errors/index.ts'
import { patientToIndex } from '../../grid.ts'
import type { ImageGrid, Vec3, VoxelBox } from '../../types.ts'
import { boxBetween, boxLength, placeIn } from '../manual/boxes.ts'
import type { SegmentationImage } from './types.ts'

/**
 * The voxels of a grid whose centres lie between two corners (LPS, mm), as the smallest box of the grid around that
 * region. Throws InputError `segmentation.empty-box`.
 */
export function boxOfCorners(grid: ImageGrid, aMm: Vec3, bMm: Vec3): VoxelBox {
  const low: [number, number, number] = [Infinity, Infinity, Infinity]
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let corner = 0; corner < 8; corner++) {
    const point = [0, 1, 2].map((axis) => ((corner >> axis) & 1 ? aMm : bMm)[axis]!) as unknown as Vec3
    const index = patientToIndex(grid, point)
    for (const axis of [0, 1, 2] as const) {
      low[axis] = Math.min(low[axis], index[axis])
      high[axis] = Math.max(high[axis], index[axis])
    }
  }
  const slack = 1e-6
  const box = boxBetween(
    grid,
    low.map((value) => Math.ceil(value - slack)) as unknown as Vec3,
    high.map((value) => Math.floor(value + slack)) as unknown as Vec3,
  )
  if (boxLength(box) > 0) return box
  throw new InputError(
    'segmentation.empty-box',
    'There is no voxel of the image in the box.',
    'Give a box inside the image, in its patient coordinates (LPS, mm).',
  )
}

/**
 * The box with half a side of `halfSideMm` along the grid's axes around a point. Throws InputError
 * `segmentation.seed-outside`.
 */
export function boxAroundPoint(grid: ImageGrid, pointMm: Vec3, halfSideMm: number): VoxelBox {
  const at = nearestVoxel(grid, pointMm)
  const reach = grid.spacingMm.map((mm) => Math.max(1, Math.round(halfSideMm / mm)))
  return boxBetween(
    grid,
    at.map((place, axis) => place - reach[axis]!) as unknown as Vec3,
    at.map((place, axis) => place + reach[axis]!) as unknown as Vec3,
  )
}

/** The voxel that holds a point. Throws InputError `segmentation.seed-outside` where that is none of the image. */
export function nearestVoxel(grid: ImageGrid, pointMm: Vec3): Vec3 {
  const at = patientToIndex(grid, pointMm).map(Math.round) as unknown as Vec3
  if (at.every((place, axis) => place >= 0 && place < grid.dimensions[axis]!)) return at
  throw new InputError(
    'segmentation.seed-outside',
    `The point ${pointMm.map((mm) => mm.toFixed(1)).join(', ')} mm lies outside the image.`,
    'Give a point inside the image, in its patient coordinates (LPS, mm).',
  )
}

/** The place among the box' voxels of the one that holds the seed. Throws InputError `segmentation.seed-outside`. */
export function seedIn({ grid }: SegmentationImage, box: VoxelBox, seedMm: Vec3): number {
  const at = nearestVoxel(grid, seedMm)
  if (at.every((place, axis) => place >= box.start[axis]! && place < box.start[axis]! + box.size[axis]!))
    return placeIn(box, at)
  throw new InputError(
    'segmentation.seed-outside',
    `The point ${seedMm.map((mm) => mm.toFixed(1)).join(', ')} mm lies outside the box.`,
    'Move the box, or the point into it.',
  )
}

/** The values of a box alone, x fastest. */
export function valuesIn(
  { grid, values }: Pick<SegmentationImage, 'grid' | 'values'>,
  { start, size }: VoxelBox,
): Float32Array {
  const out = new Float32Array(size[0] * size[1] * size[2])
  const [nx, ny] = grid.dimensions
  let to = 0
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++) {
      const from = start[0] + nx * (start[1] + y + ny * (start[2] + z))
      for (let x = 0; x < size[0]; x++) out[to++] = values[from + x]!
    }
  return out
}

export function indexOfLargest(values: ArrayLike<number>): number {
  let best = 0
  for (let n = 1; n < values.length; n++) if (values[n]! > values[best]!) best = n
  return best
}

/** A number with its unit, four digits. */
export function quantity(value: number, unit: string): string {
  const digits = Math.abs(value) >= 1000 ? Math.round(value).toString() : Number(value.toPrecision(4)).toString()
  return unit === '' ? digits : `${digits} ${unit}`
}

export const percent = (part: number): string => `${Number((100 * part).toPrecision(3))} %`
