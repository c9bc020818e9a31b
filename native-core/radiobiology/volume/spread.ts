/** An uneven dose that grows as a whole: the histogram of a structure over its mean, and the BED that follows from mean dose and mean pair term. */
import { InputError } from '../../errors/index.ts'
import { meanOf } from './distribution.ts'
import type { DoseDistribution } from './distribution.ts'

/** Doses over their mean: 1 everywhere for an even dose. @throws InputError `biology.histogram` for a mean of zero. */
export function relativeSpread(dose: DoseDistribution): DoseDistribution {
  const mean = meanOf(dose)
  if (!(mean > 0))
    throw new InputError(
      'biology.histogram',
      `The mean dose of the histogram is ${mean} Gy.`,
      'It must be positive to be scaled.',
    )
  return { doseGy: Float64Array.from(dose.doseGy, (one) => one / mean), fraction: dose.fraction }
}

/**
 * BED of each part of a structure whose mean dose is `doseGy` and whose mean dose has the pair term `pairGy2` = G·D²: r·D + r²·Q/(α/β) with r the
 * part's dose over the mean. All parts have the same course in time (one G).
 */
export const bedOfSpread = (
  spread: DoseDistribution,
  doseGy: number,
  pairGy2: number,
  alphaBetaGy: number,
  moreBedGy = 0,
): DoseDistribution => ({
  doseGy: Float64Array.from(spread.doseGy, (r) => r * doseGy + (r * r * pairGy2) / alphaBetaGy + moreBedGy),
  fraction: spread.fraction,
})
