/** What a person should know of a found volume where the body is small against the resolution or the voxels. */
import { coverageVolumeMl } from '../manual/boxes.ts'
import type { CoverageBox } from '../manual/types.ts'
import { percent, quantity } from './place.ts'
import { resolutionEffect } from './resolution.ts'
import type { ResolutionEffect, SegmentationImage } from './types.ts'

/**
 * Below this radius in voxels (largest spacing) a volume depends on where the voxels lie, and the ball that looks like
 * it is not found to a few per cent. Measured on blurred balls on shifted grids (`resolution.test.ts`).
 */
const FEWEST_VOXELS = 2
/** A volume that is expected to be off by less is not spoken of. Designed. */
const SPOKEN_OF = 0.05
/** Below this radius in FWHM noise moves the volume by much even where the boundary is right. Designed. */
const SURE_RADIUS_FWHM = 1
/** Where nothing can be computed it is said below this radius: an uncorrected edge is off by a quarter there. Computed. */
const SMALL_RADIUS_FWHM = 1.5

export interface ResolutionFindings {
  readonly effect: ResolutionEffect | null
  readonly remarks: readonly string[]
}

/**
 * The effect of the resolution on a found piece and what is said about it. `fwhmMm`: full width at half maximum of the
 * image; null where it is not known but counts; undefined where it does not count.
 */
export function resolutionFindings(
  image: SegmentationImage,
  piece: CoverageBox,
  fwhmMm: number | null | undefined,
): ResolutionFindings {
  if (fwhmMm === undefined) return { effect: null, remarks: [] }
  const radiusMm = Math.cbrt((3000 * coverageVolumeMl(image.grid, piece)) / (4 * Math.PI))
  const largestMm = Math.max(...image.grid.spacingMm)
  const isCoarse = radiusMm < FEWEST_VOXELS * largestMm
  const coarse = isCoarse
    ? [
        `The voxels are coarse for it: a ball of its volume has a radius of ${length(radiusMm)}, ${(radiusMm / largestMm).toFixed(1)} voxels of ${length(largestMm)}. Its volume depends on where the voxels lie.`,
      ]
    : []
  if (fwhmMm === null) return { effect: null, remarks: [...coarse, UNKNOWN] }
  const effect = isCoarse ? null : resolutionEffect(image, piece, fwhmMm)
  const remarks = effect ? said(effect) : radiusMm < SMALL_RADIUS_FWHM * fwhmMm ? [unsaid(radiusMm, fwhmMm)] : []
  return { effect, remarks: [...coarse, ...remarks] }
}

const UNKNOWN =
  'The resolution of the image (FWHM) is not known: how much too large or too small a small body comes out is not said.'

function said({ fwhmMm, foundRadiusMm, likeRadiusMm, volumeRatio }: ResolutionEffect): string[] {
  const seen = `seen with ${length(fwhmMm)} FWHM`
  if (likeRadiusMm === null || volumeRatio === null)
    return [`It looks like a point ${seen}: its volume cannot be told from the image.`]
  const ball = `A uniform ball that looks like this, ${seen}, has a radius of ${length(likeRadiusMm)} (${(likeRadiusMm / fwhmMm).toFixed(1)} FWHM)`
  if (Math.abs(volumeRatio - 1) >= SPOKEN_OF)
    return [
      `${ball}: the volume is expected to be about ${percent(Math.abs(volumeRatio - 1))} too ${volumeRatio > 1 ? 'large' : 'small'} (the radius is ${length(foundRadiusMm)}).`,
    ]
  return likeRadiusMm < SURE_RADIUS_FWHM * fwhmMm
    ? [`${ball}, smaller than the resolution: noise moves its volume by much.`]
    : []
}

const unsaid = (radiusMm: number, fwhmMm: number): string =>
  `It is small against the resolution (a ball of its volume has a radius of ${length(radiusMm)}, ${(radiusMm / fwhmMm).toFixed(1)} FWHM), and how much its volume is off cannot be computed here.`

const length = (mm: number): string => quantity(Number(mm.toPrecision(3)), 'mm')
