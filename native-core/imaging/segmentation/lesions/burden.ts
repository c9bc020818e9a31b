import { InputError } from '../../../errors/index.ts'

export interface BurdenLesion {
  /** 'rejected' and 'to-review' do not count. */
  readonly review: 'accepted' | 'rejected' | 'to-review'
  readonly volumeMl: number
  /** In the image's unit. */
  readonly mean: number
  /** Standard uncertainties (k = 1); null where they are not known. */
  readonly volumeStandardUncertaintyMl?: number | null
  readonly totalStandardUncertainty?: number | null
}

export interface TumourBurden {
  readonly count: number
  /** Lesions that nobody has judged yet: the burden is not complete before there is none. */
  readonly toReview: number
  readonly volumeMl: number
  /** Σ mean · volume, in the image's unit · mL. */
  readonly total: number
  readonly largestMl: number
  /** Of volume and total; null unless every lesion has its own. */
  readonly volumeStandardUncertaintyMl: number | null
  readonly totalStandardUncertainty: number | null
}

/**
 * Total tumour volume and total lesion uptake of the accepted lesions: what is called PSMA-TV and TL-PSMA, MTV and TLG, or simply the
 * activity in tumour for an image in Bq/mL.
 *
 * @param errors How errors of different lesions go together: 'independent' adds their squares; 'common', for outlines by one
 * threshold or one calibration that may be wrong for all of them in one direction, adds them plainly
 * @throws InputError `lesions.burden` for a negative or not finite number.
 */
export function tumourBurden(lesions: readonly BurdenLesion[], errors: 'independent' | 'common'): TumourBurden {
  const accepted = lesions.filter(({ review }) => review === 'accepted')
  for (const { volumeMl, mean, volumeStandardUncertaintyMl: u, totalStandardUncertainty: v } of accepted)
    if (![volumeMl, u ?? 0, v ?? 0].every((value) => Number.isFinite(value) && value >= 0) || !Number.isFinite(mean))
      throw new InputError(
        'lesions.burden',
        `A lesion of ${volumeMl} mL with a mean of ${mean} cannot be counted.`,
        'Measure the lesion again: volumes and uncertainties are finite and not negative.',
      )
  const together = (of: (lesion: BurdenLesion) => number | null | undefined): number | null => {
    const all = accepted.map(of)
    if (all.some((one) => one == null)) return null
    const known = all.map((one) => one ?? 0)
    return errors === 'common' ? known.reduce((sum, one) => sum + one, 0) : Math.hypot(...known)
  }
  return {
    count: accepted.length,
    toReview: lesions.filter(({ review }) => review === 'to-review').length,
    volumeMl: accepted.reduce((sum, { volumeMl }) => sum + volumeMl, 0),
    total: accepted.reduce((sum, { volumeMl, mean }) => sum + mean * volumeMl, 0),
    largestMl: accepted.reduce((largest, { volumeMl }) => Math.max(largest, volumeMl), 0),
    volumeStandardUncertaintyMl: together((lesion) => lesion.volumeStandardUncertaintyMl),
    totalStandardUncertainty: together((lesion) => lesion.totalStandardUncertainty),
  }
}
