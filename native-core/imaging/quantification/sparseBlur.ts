/** Blur of what fills only a part of a grid. */
import type { ImageGrid, Vec3 } from '../types.ts'
import { continued, cropped } from './edges.ts'
import type { Margins } from './edges.ts'
import { gaussianBlur, kernelReach } from './gaussianBlur.ts'

export interface SparseValues {
  /** Positions in the grid. */
  readonly voxels: Int32Array
  readonly values: Float64Array
}

/** What a structure is beyond the edge of the image: it goes on as it is cut there, or it ends. */
export type StructureBeyondEdge = 'goes-on' | 'ends'

/**
 * `gaussianBlur` of an image that is zero but for some voxels, computed on their box and the kernel's reach around it. What is blurred over
 * the grid's edges leaves it; what touches them goes on beyond with the cross-section it has there, or ends.
 */
export function blurSparse(
  { voxels, weights }: { readonly voxels: Int32Array; readonly weights: Float64Array },
  { dimensions, spacingMm }: ImageGrid,
  fwhmMm: Vec3,
  beyond: StructureBeyondEdge = 'goes-on',
): SparseValues {
  const [columns, rows] = dimensions
  const reach = kernelReach({ fwhmMm }, spacingMm)
  const low = [Infinity, Infinity, Infinity]
  const high = [-1, -1, -1]
  const indexOf = (voxel: number): Vec3 => [
    voxel % columns,
    Math.floor(voxel / columns) % rows,
    Math.floor(voxel / (columns * rows)),
  ]
  for (const voxel of voxels)
    indexOf(voxel).forEach((index, axis) => {
      low[axis] = Math.min(low[axis]!, index)
      high[axis] = Math.max(high[axis]!, index)
    })
  const start = low.map((index, axis) => Math.max(0, index - reach[axis]!))
  const size = high.map((index, axis) => Math.min(dimensions[axis]!, index + reach[axis]! + 1) - start[axis]!)
  const box = new Float64Array(size[0]! * size[1]! * size[2]!)
  voxels.forEach((voxel, n) => {
    const [i, j, k] = indexOf(voxel)
    box[((k - start[2]!) * size[1]! + j - start[1]!) * size[0]! + i - start[0]!] = weights[n]!
  })
  const touched = (at: boolean[]): Vec3 => {
    const planes = at.map((touches, axis) => (touches && beyond === 'goes-on' ? reach[axis]! : 0))
    return [planes[0]!, planes[1]!, planes[2]!]
  }
  const margins: Margins = {
    before: touched(low.map((index) => index === 0)),
    after: touched(high.map((index, axis) => index === dimensions[axis]! - 1)),
  }
  const larger = continued(box, [size[0]!, size[1]!, size[2]!], margins)
  const wide = gaussianBlur(larger.values, larger.dimensions, spacingMm, fwhmMm, 'nothing')
  const blurred = cropped({ ...larger, values: wide }, margins)
  const positions = new Int32Array(blurred.length)
  for (let k = 0, n = 0; k < size[2]!; k++)
    for (let j = 0; j < size[1]!; j++)
      for (let i = 0; i < size[0]!; i++, n++)
        positions[n] = ((k + start[2]!) * rows + j + start[1]!) * columns + i + start[0]!
  return { voxels: positions, values: blurred }
}
