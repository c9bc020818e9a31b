/** Outlines on a grid, with the policy on lesions. */
import { InputError } from '../../../native-core/errors/index.ts'
import { rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid } from '../../../native-core/imaging/index.ts'
import { lesionsToLeaveOut, withoutLesions } from '../analysis/index.ts'
import type { ActivityMapTask, MeasureStructure } from '../ports/compute.ts'

/** Each structure on the grid, without its lesions where the policy says so; null where it has no body. */
export function structureMasks(
  grid: ImageGrid,
  task: Pick<ActivityMapTask, 'shapeToReference' | 'lesionsInOrgans' | 'sliceThicknessMm'> & {
    readonly structures: readonly Pick<MeasureStructure, 'kind' | 'shape'>[]
  },
  step: (share: number) => void,
): readonly (FractionalMask | null)[] {
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
  const leftOut = lesionsToLeaveOut(structures, whole, task.lesionsInOrgans)
  return structures.map((_, position) => {
    const mask = withoutLesions(whole, position, leftOut[position] ?? [])
    return mask.fractions.some((fraction) => fraction > 0) ? mask : null
  })
}
