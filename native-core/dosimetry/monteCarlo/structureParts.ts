import type { FractionalMask, ImageGrid } from '../../imaging/index.ts'
import { voxelCount } from '../../imaging/index.ts'

/** For each voxel the structures that hold a part of it: entries `first[v]` up to `first[v + 1]` of `structure` and `fraction`. */
export interface StructureParts {
  readonly count: number
  readonly first: Uint32Array
  readonly structure: Uint32Array
  readonly fraction: Float32Array
}

function eachPart(mask: FractionalMask, visit: (voxel: number, fraction: number) => void): void {
  const { grid, box, fractions } = mask
  let n = 0
  for (let k = box.start[2]; k < box.start[2] + box.size[2]; k++)
    for (let j = box.start[1]; j < box.start[1] + box.size[1]; j++) {
      let voxel = box.start[0] + grid.dimensions[0] * (j + grid.dimensions[1] * k)
      for (let i = 0; i < box.size[0]; i++, n++, voxel++) {
        const fraction = fractions[n] as number
        if (fraction > 0) visit(voxel, fraction)
      }
    }
}

/** Masks of one grid turned about: from voxels in structures to structures in voxels. */
export function structureParts(grid: ImageGrid, masks: readonly FractionalMask[]): StructureParts {
  const first = new Uint32Array(masks.length > 0 ? voxelCount(grid) + 1 : 0)
  for (const mask of masks) eachPart(mask, (voxel) => first[voxel + 1]!++)
  for (let v = 1; v < first.length; v++) first[v]! += first[v - 1]!
  const total = first.at(-1) ?? 0
  const structure = new Uint32Array(total)
  const fraction = new Float32Array(total)
  const next = first.slice(0, -1)
  masks.forEach((mask, index) =>
    eachPart(mask, (voxel, share) => {
      const at = next[voxel]!++
      structure[at] = index
      fraction[at] = share
    }),
  )
  return { count: masks.length, first, structure, fraction }
}

/** Σ fraction · density · voxel volume, kg. */
export function maskMassKg(mask: FractionalMask, densityGPerMl: Float32Array, voxelMl: number): number {
  let sum = 0
  eachPart(mask, (voxel, fraction) => (sum += fraction * (densityGPerMl[voxel] as number)))
  return sum * voxelMl * 1e-3
}
