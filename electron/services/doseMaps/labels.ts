/** Which structure a voxel belongs to, where each can have one only. */
import { voxelCount } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'

/** A structure has to hold at least so much of a voxel. */
const SMALLEST_PART = 0.5
const MOST_OF_8_BITS = 255

/**
 * The structure that holds most of each voxel, at least half of it, counted from 1; 0: none. Of equal parts the first in the list has it.
 * On shared memory.
 */
export function labelsOf(masks: readonly (FractionalMask | null)[], grid: ImageGrid): Uint8Array | Uint16Array {
  const voxels = voxelCount(grid)
  const labels =
    masks.length <= MOST_OF_8_BITS
      ? new Uint8Array(new SharedArrayBuffer(voxels))
      : new Uint16Array(new SharedArrayBuffer(2 * voxels))
  const most = new Float32Array(voxels)
  const [columns, rows] = grid.dimensions
  for (const [at, mask] of masks.entries()) {
    if (!mask) continue
    const { start, size } = mask.box
    for (let k = 0, position = 0; k < size[2]; k++)
      for (let j = 0; j < size[1]; j++) {
        const row = ((start[2] + k) * rows + start[1] + j) * columns + start[0]
        for (let i = 0; i < size[0]; i++, position++) {
          const part = mask.fractions[position] as number
          if (part < SMALLEST_PART || part <= (most[row + i] as number)) continue
          most[row + i] = part
          labels[row + i] = at + 1
        }
      }
  }
  return labels
}
