import type { FractionalMask } from '../types.ts'

/** The voxels of a grid in which a structure has a part, with the parts. */
export function maskVoxels({ grid, box, fractions }: FractionalMask): {
  readonly voxels: Int32Array
  readonly weights: Float64Array
} {
  const voxels: number[] = []
  const weights: number[] = []
  for (let k = 0, n = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++) {
      const row = ((box.start[2] + k) * grid.dimensions[1] + box.start[1] + j) * grid.dimensions[0] + box.start[0]
      for (let i = 0; i < box.size[0]; i++, n++) {
        const fraction = fractions[n]!
        if (fraction <= 0) continue
        voxels.push(row + i)
        weights.push(fraction)
      }
    }
  return { voxels: Int32Array.from(voxels), weights: Float64Array.from(weights) }
}
