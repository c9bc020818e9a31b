/** Fixed thresholds: all that lies between two values of the image. */
import { InputError } from '../../../errors/index.ts'
import { coverageAbove } from './subVoxel.ts'
import type { VoxelBox } from '../../types.ts'
import { indexOfLargest, quantity, seedIn, valuesIn } from './place.ts'
import type { Found, SegmentationImage, ThresholdAsk } from './types.ts'

/** Of each voxel of the box the part with values from `from` on, up to `to` where there is such an end. */
export function coverageBetween(
  { grid, values }: SegmentationImage,
  box: VoxelBox,
  from: number,
  to: number | null = null,
): Uint8Array {
  const field = { values, size: grid.dimensions, spacingMm: grid.spacingMm }
  const coverage = coverageAbove(field, box, from)
  if (to === null) return coverage
  const above = coverageAbove(field, box, to)
  for (let n = 0; n < coverage.length; n++) coverage[n] = Math.max(0, coverage[n]! - above[n]!)
  return coverage
}

/**
 * The part of the box where the image lies between two values, in the image's own unit. The piece at the seed where
 * there is one, that at the largest value in the box where only `isConnected` is asked for, else all of it. Errors:
 * InputError `segmentation.threshold`, `segmentation.seed-outside`.
 */
export function threshold(image: SegmentationImage, ask: ThresholdAsk): Found {
  const { box, from, to, seedMm } = ask
  if (!Number.isFinite(from) || (to !== null && !(to > from)))
    throw new InputError(
      'segmentation.threshold',
      'The upper threshold must lie above the lower one.',
      'Give two values, the lower one first, or a lower one alone.',
    )
  return {
    coverage: coverageBetween(image, box, from, to),
    pieceAt: pieceOf(image, ask, seedMm),
    parameters: { from, ...(to === null ? {} : { to }) },
    description: `threshold: ${to === null ? `at least ${quantity(from, image.unit)}` : `${quantity(from, '')} to ${quantity(to, image.unit)}`}`,
    remarks: [],
  }
}

/** The voxel of the box whose piece is wanted: the seed's, or of the largest value; null for all. */
export function pieceOf(
  image: SegmentationImage,
  { box, isConnected }: { readonly box: VoxelBox; readonly isConnected: boolean },
  seedMm: ThresholdAsk['seedMm'],
): number | null {
  if (!isConnected) return null
  return seedMm === null ? indexOfLargest(valuesIn(image, box)) : seedIn(image, box, seedMm)
}
