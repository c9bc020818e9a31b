/** Outlines on a grid, with the rules on structures that claim the same voxels. */
import { InputError } from '../../../native-core/errors/index.ts'
import { rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'
import { hollowMasks, policyMasks } from '../analysis/policyMasks.ts'
import type { ActivityMapTask, MeasureStructure, StructureRules } from '../ports/compute.ts'

export interface StructureMask {
  /** What the structure's activity is in. */
  readonly source: FractionalMask
  /** What its dose is of: the wall of a hollow organ, else the same. */
  readonly target: FractionalMask
}

/** Each structure on the grid, after the rules; null where it has no body. */
export function structureMasks(
  grid: ImageGrid,
  task: Pick<ActivityMapTask, 'shapeToReference' | 'sliceThicknessMm'> &
    StructureRules & {
      readonly structures: readonly Pick<MeasureStructure, 'name' | 'kind' | 'shape'>[]
    },
  step: (share: number) => void,
): readonly (StructureMask | null)[] {
  const { structures } = task
  const empty: FractionalMask = {
    grid,
    box: { start: [0, 0, 0], size: [0, 0, 0] },
    fractions: new Float32Array(),
    volumeOutsideMl: 0,
  }
  const whole = structures.map(({ shape }, position) => {
    step(position / structures.length)
    try {
      return rasteriseShape(shape, grid, {
        sliceThicknessMm: task.sliceThicknessMm,
        ...(task.shapeToReference ? { transform: task.shapeToReference } : {}),
      })
    } catch (error) {
      // The analysis has named it in its list of problems; here it has no voxels.
      if (error instanceof InputError) return empty
      throw error
    }
  })
  const { masks } = policyMasks(structures, whole, task)
  return structures.map((_, position) => {
    const source = masks[position] as FractionalMask
    if (!source.fractions.some((fraction) => fraction > 0)) return null
    return { source, target: wallOf(position, structures, whole, masks, task) ?? source }
  })
}

/** null where the structure is solid, also because the analysis could not tell its wall from its content and said so. */
function wallOf(
  position: number,
  structures: readonly Pick<MeasureStructure, 'name' | 'kind'>[],
  whole: readonly FractionalMask[],
  after: readonly FractionalMask[],
  rules: StructureRules,
): FractionalMask | null {
  try {
    return hollowMasks(structures, position, whole, after, rules)?.wall ?? null
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}
