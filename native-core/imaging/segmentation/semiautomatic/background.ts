/** What lies around a structure: the median of a shell at a distance from its boundary. */
import { InputError } from '../../../errors/index.ts'
import type { VoxelBox } from '../../types.ts'
import { inBox } from '../manual/boxes.ts'
import { signedDistance } from '../manual/signedDistance.ts'
import type { CoverageBox } from '../manual/types.ts'
import { quantity } from './place.ts'
import type { Background, SegmentationImage } from './types.ts'

/** Fewer voxels give no median to rely on (its standard error is then more than a quarter of the noise). Designed. */
const FEWEST_VOXELS = 30

/**
 * The background in the image's unit. For a shell: the median of the voxels of `values` (those of the box) whose
 * distance from the boundary of `piece` is from `fromMm` to `toMm`; the median, since a neighbour that reaches into the
 * shell moves it little. Distances are to the nearest voxel of the boundary. Throws InputError
 * `segmentation.background`.
 */
export function backgroundOf(
  { grid, unit }: SegmentationImage,
  box: VoxelBox,
  values: ArrayLike<number>,
  piece: CoverageBox,
  background: Background,
): { readonly value: number; readonly words: string } {
  if (background.kind === 'given') {
    if (!Number.isFinite(background.value)) throw refused('The background is not a number')
    return { value: background.value, words: `a given background of ${quantity(background.value, unit)}` }
  }
  const { fromMm, toMm } = background
  if (!(fromMm >= 0 && toMm > fromMm)) throw refused(`A shell from ${fromMm} to ${toMm} mm is none`)
  const coverage = inBox(piece, box)
  const distances = signedDistance({ coverage, size: box.size, spacingMm: grid.spacingMm }, { ofMm: 0, withinMm: 0 })
  const found: number[] = []
  distances?.distanceMm.forEach((mm, n) => {
    if (coverage[n] === 0 && -mm >= fromMm && -mm <= toMm) found.push(values[n]!)
  })
  if (found.length < FEWEST_VOXELS)
    throw refused(`Only ${found.length} voxels of the box lie in the shell ${fromMm} to ${toMm} mm around it`)
  found.sort((a, b) => a - b)
  const middle = found.length >> 1
  const value = found.length % 2 === 1 ? found[middle]! : (found[middle - 1]! + found[middle]!) / 2
  const words = `a background of ${quantity(value, unit)} (median of ${found.length} voxels ${quantity(fromMm, '')} to ${quantity(toMm, 'mm')} outside)`
  return { value, words }
}

const refused = (why: string): InputError =>
  new InputError(
    'segmentation.background',
    `${why}: the background cannot be measured.`,
    'Make the box larger, or give the background as a number.',
  )
