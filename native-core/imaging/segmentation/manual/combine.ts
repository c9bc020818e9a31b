/**
 * Boolean operations on coverages of one grid, by the rules of `maskAlgebra`: the parts of a voxel are taken as nested, so that
 * |A ∪ B| = |A| + |B| − |A ∩ B| and |A ∖ B| = |A| − |A ∩ B|.
 */
import type { VoxelBox } from '../../types.ts'
import { boxAround, cropped, inBox } from './boxes.ts'
import type { CoverageBox } from './types.ts'

export type BooleanOperation = 'union' | 'intersection' | 'difference' | 'symmetric-difference'

const rules: Readonly<Record<BooleanOperation, (a: number, b: number) => number>> = {
  union: Math.max,
  intersection: Math.min,
  difference: (a, b) => Math.max(0, a - b),
  'symmetric-difference': (a, b) => Math.abs(a - b),
}

/** `a` and `b` combined, in the smallest box that holds the result. */
export function combineCoverage(a: CoverageBox, b: CoverageBox, operation: BooleanOperation): CoverageBox {
  const box: VoxelBox = boxAround(a.box, b.box)
  const coverage = inBox(a, box)
  const other = inBox(b, box)
  const rule = rules[operation]
  for (let n = 0; n < coverage.length; n++) coverage[n] = rule(coverage[n]!, other[n]!)
  return cropped({ box, coverage })
}
