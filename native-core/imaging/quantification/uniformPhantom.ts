/** Calibration factor from a uniform cylinder. */
import type { FractionalMask, Vec3 } from '../types.ts'
import type { BudgetItem } from './budget.ts'
import { assertCounts, budgetOf, factorOf, meanOf } from './calibrationFactor.ts'
import type { CalibrationFactor, CountImage, KnownSource } from './calibrationFactor.ts'
import { centreOfCounts, countsIn, cylinderMask } from './regions.ts'

/** Parts of the region along its axis and around it whose means are compared. */
const BLOCKS = { along: 4, around: 4 } as const
/** A spread of the parts above this is told: the image is not uniform (attenuation, scatter, mixing). Designed. */
const SPREAD_TOLD = 0.05

export interface UniformPhantom extends KnownSource {
  /** In the whole phantom, at the assay. */
  readonly activityBq: number
  readonly volumeMl: number
  readonly volumeRelativeUncertainty: number
}

export interface UniformRegion {
  /** inside: the concentration well inside the phantom; whole: all counts of a phantom that lies wholly in the region. */
  readonly kind: 'inside' | 'whole'
  readonly radiusMm: number
  readonly lengthMm: number
  /** Left out: the centre of the counts. */
  readonly centreMm?: Vec3
}

/**
 * Factor K of a uniform phantom (Dewaraja et al., MIRD Pamphlet 23, J Nucl Med 53 (2012) 1310; Ljungberg et al., J Nucl Med 57 (2016)
 * 151; budget after Tran-Gia & Lassmann, J Nucl Med 60 (2019) 978). inside: K = (N/V_region)/(T·c̄) with the mean concentration c̄ over the
 * acquisition; no activity is lost over the edge of the region. whole: K = N/(T·Ā), where the volume of the phantom does not enter.
 *
 * Counting: a reconstructed image is not Poisson; inside, the spread of the means of 16 parts of the region over √16 is used where it is more
 * than 1/√N.
 *
 * @throws InputError `calibration.image`, `calibration.assay`, `calibration.region`, `calibration.region-outside`,
 *   `calibration.no-counts`, `calibration.uncertainty`
 */
export function uniformPhantomFactor(
  image: CountImage,
  phantom: UniformPhantom,
  region: UniformRegion,
): CalibrationFactor {
  assertCounts(image)
  const centreMm = region.centreMm ?? centreOfCounts(image.grid, image.values)
  const mask = cylinderMask(image.grid, centreMm, region.radiusMm, region.lengthMm)
  const { counts, volumeMl } = countsIn(mask, image.values)
  const isInside = region.kind === 'inside'
  const known = isInside ? phantom.activityBq / phantom.volumeMl : phantom.activityBq
  const meanActivity = meanOf(known, phantom, image.durationS)
  const seen = isInside ? counts / volumeMl : counts
  const poisson = counts > 0 ? 1 / Math.sqrt(counts) : 0
  const spread = isInside ? spreadOf(mask, image) : null
  const ofSpread = spread === null ? 0 : spread.relative / Math.sqrt(spread.parts)
  const particular: BudgetItem[] = [
    {
      name: 'counting statistics',
      relativeStandardUncertainty: Math.max(poisson, ofSpread),
      evaluation: 'A',
      note:
        ofSpread > poisson
          ? `spread of ${spread?.parts ?? 0} parts of the region`
          : `1/√N of ${counts.toFixed(0)} counts`,
    },
    {
      name: 'volume',
      relativeStandardUncertainty: isInside ? phantom.volumeRelativeUncertainty : 0,
      evaluation: 'B',
      note: isInside ? 'filling of the phantom' : 'does not enter with all counts of the phantom',
    },
  ]
  const remarks =
    spread !== null && spread.relative > SPREAD_TOLD
      ? [
          `The parts of the region differ by ${(100 * spread.relative).toFixed(1)} % (one standard deviation): look at attenuation and scatter correction and at the mixing.`,
        ]
      : []
  return factorOf(seen / (image.durationS * meanActivity.value), budgetOf(particular, phantom, meanActivity), {
    centreMm,
    counts,
    meanActivity,
    remarks,
  })
}

/** Standard deviation of the means of the parts over their mean. */
function spreadOf(
  { grid, box, fractions }: FractionalMask,
  { values }: CountImage,
): { readonly relative: number; readonly parts: number } | null {
  const sums = new Float64Array(BLOCKS.along * BLOCKS.around)
  const weights = new Float64Array(sums.length)
  for (let k = 0, n = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++) {
        const fraction = fractions[n]!
        if (fraction <= 0) continue
        const along = Math.min(BLOCKS.along - 1, Math.floor((BLOCKS.along * k) / box.size[2]))
        const part = along * BLOCKS.around + (2 * i >= box.size[0] ? 1 : 0) + (2 * j >= box.size[1] ? 2 : 0)
        const voxel =
          ((box.start[2] + k) * grid.dimensions[1] + box.start[1] + j) * grid.dimensions[0] + box.start[0] + i
        sums[part]! += fraction * values[voxel]!
        weights[part]! += fraction
      }
  const means = [...sums].flatMap((sum, part) => (weights[part]! > 0 ? [sum / weights[part]!] : []))
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length
  if (means.length < 2 || !(mean > 0)) return null
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1)
  return { relative: Math.sqrt(variance) / mean, parts: means.length }
}
