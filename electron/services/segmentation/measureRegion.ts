/** What an image holds in a segmented region. */
import { InputError } from '../../../native-core/errors/index.ts'
import { densityInMask, maskStatistics, rasteriseShape } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, HuDensityTable, ImageGrid } from '../../../native-core/imaging/index.ts'
import { peakIn } from '../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { SegmentationImage } from '../../../native-core/imaging/segmentation/semiautomatic/index.ts'

/** Values are in the image's unit. */
export interface RegionStatistics {
  readonly volumeMl: number
  readonly mean: number
  /** Of the voxel values. */
  readonly sd: number
  readonly minimum: number
  readonly maximum: number
  /**
   * Highest mean in a ball of 1 mL about a voxel at least half of which lies in the region; null where no ball fits
   * into the image.
   */
  readonly peak: number | null
  /** Mean · volume, for images in Bq/mL. */
  readonly totalActivityBq: number | null
}

export interface RegionMass {
  readonly massKg: number
  readonly densityGPerMl: number
  /** Part of the region in the CT. */
  readonly fractionInsideCt: number
  /** Part of that with CT numbers beyond the table of densities, taken at its end. */
  readonly clampedFraction: number
}

const BQ_PER_ML = 'Bq/mL'

/** Statistics of an image in a region of its grid. @throws InputError as `maskStatistics`. */
export function measureRegion(image: SegmentationImage, mask: FractionalMask): RegionStatistics {
  const { volumeMl, mean, sd, minimum, maximum, integral } = maskStatistics(mask, image.values)
  const totalActivityBq = image.unit === BQ_PER_ML ? integral : null
  return { volumeMl, mean, sd, minimum, maximum, peak: peakOf(image, mask), totalActivityBq }
}

function peakOf(image: SegmentationImage, { box, fractions }: FractionalMask): number | null {
  const isCore = (n: number): boolean => fractions[n]! >= 0.5
  try {
    return peakIn(image, box, fractions.some((_, n) => isCore(n)) ? isCore : undefined).value
  } catch (error) {
    if (error instanceof InputError && error.code === 'segmentation.peak') return null
    throw error
  }
}

/**
 * Mass of a region by a CT in the same patient coordinates; null where less than half of it lies in the CT. @throws
 * InputError `image.not-finite`.
 */
export function massOfRegion(
  mask: FractionalMask,
  ct: { readonly grid: ImageGrid; readonly values: Float32Array },
  table: HuDensityTable,
): RegionMass | null {
  const onCt = rasteriseShape({ kind: 'voxels', mask }, ct.grid)
  const { meanGPerMl, clampedFraction } = densityInMask(onCt, ct.values, table)
  const { volumeMl, totalVolumeMl } = maskStatistics(onCt, ct.values)
  const fractionInsideCt = totalVolumeMl > 0 ? volumeMl / totalVolumeMl : 0
  if (!(fractionInsideCt >= 0.5)) return null
  return { massKg: (meanGPerMl * totalVolumeMl) / 1000, densityGPerMl: meanGPerMl, fractionInsideCt, clampedFraction }
}
