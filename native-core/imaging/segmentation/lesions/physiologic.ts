import { rasteriseShape } from '../../structure.ts'
import type { FractionalMask, ImageGrid, Mat4 } from '../../types.ts'
import { coverageOfMask, emptyCoverage, inBox } from '../manual/boxes.ts'
import { combineCoverage } from '../manual/combine.ts'
import { grow } from '../manual/grow.ts'
import { FULL, type CoverageBox } from '../manual/types.ts'
import type { NamedRegion } from './types.ts'

/** A structure on the image's grid, as it is. Errors as for `rasteriseShape`. */
export function onGrid({ shape }: NamedRegion, grid: ImageGrid, transform: Mat4 | undefined): FractionalMask {
  return rasteriseShape(shape, grid, {
    sliceThicknessMm: grid.spacingMm[2],
    ...(transform === undefined ? {} : { transform }),
  })
}

export interface Physiologic {
  readonly all: CoverageBox
  readonly single: readonly { readonly name: string; readonly widened: CoverageBox }[]
}

/** Structures widened by a margin, together and each. @throws InputError `segmentation.distance` for a margin beyond 200 mm. */
export function widenedStructures(
  grid: ImageGrid,
  masks: readonly { readonly name: string; readonly mask: FractionalMask }[],
  marginMm: number,
): Physiologic {
  const single = masks.map(({ name, mask }) => ({ name, widened: grow(grid, coverageOfMask(mask), marginMm) }))
  const all = single.reduce((sum, { widened }) => combineCoverage(sum, widened, 'union'), emptyCoverage())
  return { all, single }
}

/** The part of a mask's volume that lies in a coverage of the same grid, 0 to 1; of a voxel they share the smaller part. */
export function shareIn({ box, fractions }: FractionalMask, other: CoverageBox): number {
  const inside = inBox(other, box)
  let shared = 0
  let whole = 0
  for (let n = 0; n < fractions.length; n++) {
    shared += Math.min(fractions[n]!, inside[n]! / FULL)
    whole += fractions[n]!
  }
  return whole > 0 ? shared / whole : 0
}
