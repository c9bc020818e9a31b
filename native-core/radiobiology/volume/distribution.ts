/** How much of a structure has which dose: what every volume effect starts from. */
import { InputError } from '../../errors/index.ts'

/** Doses (or BED, EQD2: one quantity) and the fraction of the structure's volume that has each. The fractions add to one. */
export interface DoseDistribution {
  readonly doseGy: ArrayLike<number>
  readonly fraction: ArrayLike<number>
}

/** Largest distance of the sum of given fractions from one that counts as rounding of a printed histogram. */
const LARGEST_ROUNDING = 1e-3

/**
 * Bins of a differential histogram as a distribution. `total` is what the volumes must add to: 1 for fractions, 100 for percent, the structure's
 * volume in mL; they are scaled to it exactly.
 *
 * @throws InputError `biology.histogram` for no bins, unequal lists, negative or missing values, and volumes that do not add to the total.
 */
export function distributionOf(
  doseGy: ArrayLike<number>,
  volume: ArrayLike<number>,
  total: number | 'sum' = 1,
): DoseDistribution {
  const bins = doseGy.length
  if (bins === 0 || volume.length !== bins)
    throw new InputError(
      'biology.histogram',
      `The histogram has ${bins} doses and ${volume.length} volumes.`,
      'Give one volume for each dose, and at least one of each.',
    )
  let sum = 0
  for (let bin = 0; bin < bins; bin++) {
    const dose = doseGy[bin] as number
    const part = volume[bin] as number
    if (!(dose >= 0) || !Number.isFinite(dose) || !(part >= 0) || !Number.isFinite(part))
      throw new InputError(
        'biology.histogram',
        `Bin ${bin + 1} of the histogram has dose ${dose} Gy and volume ${part}.`,
        'Both are finite numbers, never negative. A cumulative histogram has to be made differential first.',
      )
    sum += part
  }
  if (!(sum > 0))
    throw new InputError(
      'biology.histogram',
      'The histogram has no volume: all its bins are empty.',
      'Give the volume of each bin; check that the structure lies in the dose grid.',
    )
  const expected = total === 'sum' ? sum : total
  if (Math.abs(sum / expected - 1) > LARGEST_ROUNDING) {
    const cumulative = looksCumulative(doseGy, volume, expected)
    throw new InputError(
      'biology.histogram',
      `The volumes of the histogram add to ${sum}, not to ${expected}${cumulative ? '; it looks like a cumulative one' : ''}.`,
      cumulative
        ? 'Give a differential histogram: the volume of each bin, not the volume that has at least its dose.'
        : 'Give the whole structure: parts outside the dose grid or left-out bins change every volume effect.',
    )
  }
  return { doseGy, fraction: Float64Array.from(volume, (part) => part / sum) }
}

/** Volumes that start with the whole and only fall as the dose rises. */
function looksCumulative(doseGy: ArrayLike<number>, volume: ArrayLike<number>, total: number): boolean {
  if (doseGy.length < 2 || !(total > 0) || Math.abs((volume[0] as number) / total - 1) > LARGEST_ROUNDING) return false
  for (let bin = 1; bin < doseGy.length; bin++)
    if ((doseGy[bin] as number) < (doseGy[bin - 1] as number) || (volume[bin] as number) > (volume[bin - 1] as number))
      return false
  return true
}

/** One dose everywhere. */
export const uniform = (doseGy: number): DoseDistribution => distributionOf([doseGy], [1])

/** The same volumes with each dose changed, for instance to its BED. */
export const mapDoses = (
  { doseGy, fraction }: DoseDistribution,
  change: (doseGy: number) => number,
): DoseDistribution => ({
  doseGy: Float64Array.from(doseGy, change),
  fraction,
})

/** Volume-weighted mean, Gy. */
export function meanOf({ doseGy, fraction }: DoseDistribution): number {
  let sum = 0
  for (let bin = 0; bin < doseGy.length; bin++) sum += (fraction[bin] as number) * (doseGy[bin] as number)
  return sum
}
