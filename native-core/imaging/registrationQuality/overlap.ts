import { intersectMasks } from '../maskAlgebra.ts'
import { voxelVolumeMl } from '../grid.ts'
import type { FractionalMask } from '../types.ts'

export interface Overlap {
  /** 2 |A ∩ B| / (|A| + |B|), 0 to 1; null where both are empty. */
  readonly dice: number | null
  /** Inside the grid. */
  readonly volumeAMl: number
  readonly volumeBMl: number
  readonly sharedMl: number
}

/**
 * Dice coefficient (Dice 1945) of two fractional masks on one grid. Of a voxel they share the smaller part, so that a structure has a
 * Dice of 1 with itself also where its voxels are filled in part (Crum and others 2006). What lies outside the grid does not count.
 *
 * @throws InputError `geometry.grids-differ`.
 */
export function overlapOf(a: FractionalMask, b: FractionalMask): Overlap {
  const unit = voxelVolumeMl(a.grid)
  const [volumeAMl, volumeBMl, sharedMl] = [a, b, intersectMasks(a, b)].map(
    ({ fractions }) => unit * fractions.reduce((sum, fraction) => sum + fraction, 0),
  ) as [number, number, number]
  const both = volumeAMl + volumeBMl
  return { dice: both > 0 ? (2 * sharedMl) / both : null, volumeAMl, volumeBMl, sharedMl }
}
