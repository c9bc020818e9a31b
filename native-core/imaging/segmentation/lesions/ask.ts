import { InputError } from '../../../errors/index.ts'
import { maskStatistics } from '../../maskStatistics.ts'
import { voxelCount } from '../../grid.ts'
import type { ImageGrid } from '../../types.ts'
import { coverageOfMask, maskOfCoverage } from '../manual/boxes.ts'
import { grow } from '../manual/grow.ts'
import { onGrid } from './physiologic.ts'
import type { LesionAsk, LesionsFound } from './types.ts'

/** @throws InputError `lesions.ask` naming the number that makes no sense. */
export function assertAsk(ask: LesionAsk): void {
  const bounded = (what: string, value: number, low: number, high: number): void => {
    if (value >= low && value <= high) return
    throw new InputError(
      'lesions.ask',
      `${what} is ${value}.`,
      `Give a number from ${low} to ${high === Infinity ? 'any positive one' : high}.`,
    )
  }
  bounded('The margin of physiologic structures (mm)', ask.marginMm, 0, 200)
  bounded('The share from which a region counts as physiologic', ask.physiologicShare, 0, 1)
  bounded('The smallest volume (mL)', ask.minimumVolumeMl, 0, Infinity)
  bounded('The depth of a saddle that parts lesions', ask.splitDepth, 0, 1)
  if (ask.localPart !== null && !(ask.localPart > 0 && ask.localPart < 1))
    throw new InputError(
      'lesions.ask',
      `Each region is to be outlined at ${ask.localPart} of its maximum.`,
      'Give a part between 0 and 1, for example 0.41, or none.',
    )
}

/** @throws InputError `geometry.size-mismatch`, `image.not-finite`. */
export function assertImage(grid: ImageGrid, values: Float32Array): void {
  if (values.length !== voxelCount(grid))
    throw new InputError(
      'geometry.size-mismatch',
      `The image has ${values.length} voxels, its grid ${voxelCount(grid)}.`,
      'Read the image again.',
    )
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw new InputError(
      'image.not-finite',
      `Voxel ${bad} of the image is ${values[bad]}, not a finite number.`,
      'Lesions are looked for in images whose values are all known: export the image again.',
    )
}

/**
 * The value that a voxel must reach.
 *
 * @throws InputError `lesions.reference-empty` where the reference region has no part in the image, `lesions.threshold` where the threshold
 * is not above 0, and the errors of `rasteriseShape`.
 */
export function thresholdOf(
  grid: ImageGrid,
  values: Float32Array,
  { threshold, structuresToImage }: LesionAsk,
): Pick<LesionsFound, 'threshold' | 'reference'> {
  if (threshold.kind === 'fixed') return { threshold: positive(threshold.value), reference: null }
  const { region, meanFactor, sdFactor, shrinkMm } = threshold
  const mask = onGrid(region, grid, structuresToImage)
  const shrunk = shrinkMm > 0 ? maskOfCoverage(grid, grow(grid, coverageOfMask(mask), -shrinkMm)) : mask
  const { mean, sd, volumeMl } = maskStatistics(shrunk, values)
  if (!(volumeMl > 0))
    throw new InputError(
      'lesions.reference-empty',
      `Nothing of the reference region "${region.name}" lies in the image${shrinkMm > 0 ? ` after it was shrunk by ${shrinkMm} mm` : ''}.`,
      'Choose another reference region, or shrink it less.',
    )
  return {
    threshold: positive(meanFactor * mean + sdFactor * sd),
    reference: { name: region.name, mean, sd, volumeMl },
  }
}

function positive(value: number): number {
  if (value > 0 && Number.isFinite(value)) return value
  throw new InputError(
    'lesions.threshold',
    `The threshold is ${value}: everything in the image would reach it.`,
    'Give a threshold above 0, in the unit of the image, or other factors for the reference region.',
  )
}
