import { applyMat4, boxCorners, gridExtentMm, invertAffine } from '../../../native-core/imaging/index.ts'
import type { ImageGrid, Vec3 } from '../../../native-core/imaging/index.ts'
import type { FixedToMoving } from '../registration/index.ts'

/** Voxels along each side of one of the first image: outlines that only touch in one of its voxels do not overlap. */
const FINER = 2

/**
 * A grid in the space of the first image that holds all images, half as coarse as that. `toCommon` leads from that space to the image's own; of a
 * deformable map its linear part counts.
 */
export function commonGrid(
  images: readonly { readonly grid: ImageGrid; readonly toCommon: FixedToMoving }[],
): ImageGrid {
  const corners = images.flatMap(({ grid, toCommon }) => {
    const back = invertAffine('displacementMm' in toCommon ? toCommon.fixedToMoving : toCommon)
    const { low, high } = gridExtentMm(grid)
    return boxCorners(low, high).map((corner) => applyMat4(back, corner))
  })
  const mm = Math.min(...(images[0]?.grid.spacingMm ?? [])) / FINER
  const axes = [0, 1, 2] as const
  const low = axes.map((axis) => Math.min(...corners.map((corner) => corner[axis])))
  const high = axes.map((axis) => Math.max(...corners.map((corner) => corner[axis])))
  return {
    dimensions: axes.map((axis) => Math.ceil((high[axis]! - low[axis]!) / mm) + 1) as unknown as Vec3,
    spacingMm: [mm, mm, mm],
    originMm: low as unknown as Vec3,
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
}
