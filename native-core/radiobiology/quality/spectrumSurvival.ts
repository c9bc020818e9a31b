/** Survival averaged over how much each cell gets, not at the mean: what decides where hits are few. */
import { InputError } from '../../errors/index.ts'

export interface SpecificEnergySpectrum {
  /** Points at 0, stepGy, 2·stepGy, …, Gy. */
  readonly stepGy: number
  /** Probability of each point; adds to one. */
  readonly probability: ArrayLike<number>
}

/**
 * Mean of exp(−α·z − β·z²) over the spectrum. β = 0: exponential inactivation, as usual for alphas. Below some 1e-10 it is the rounding of the
 * spectrum; `logMeanSurvival` of the cell-scale engine keeps its digits.
 *
 * @throws InputError `biology.alpha`, `biology.spectrum`
 */
export function spectrumSurvival(
  { stepGy, probability }: SpecificEnergySpectrum,
  alphaPerGy: number,
  betaPerGy2 = 0,
): number {
  if (!(alphaPerGy >= 0) || !(betaPerGy2 >= 0))
    throw new InputError(
      'biology.alpha',
      `α is ${alphaPerGy} 1/Gy and β ${betaPerGy2} 1/Gy².`,
      'Neither may be negative.',
    )
  let survival = 0
  let total = 0
  for (let k = 0; k < probability.length; k++) {
    if (!((probability[k] as number) >= 0))
      throw new InputError(
        'biology.spectrum',
        `The spectrum is ${probability[k]} at ${k * stepGy} Gy.`,
        'A probability is never negative.',
      )
    const z = k * stepGy
    total += probability[k] as number
    survival += (probability[k] as number) * Math.exp(-alphaPerGy * z - betaPerGy2 * z * z)
  }
  if (!(Math.abs(total - 1) < 1e-3))
    throw new InputError(
      'biology.spectrum',
      `The spectrum adds to ${total}, not to 1.`,
      'Give the whole spectrum with the missed cells at 0.',
    )
  return survival / total
}

/**
 * Survival where hits are Poisson and each kills by its own specific energy: exp(−n·(1 − ⟨e^(−αz)⟩₁)), n the mean number of hits and the mean over the
 * single-hit spectrum (Roeske & Humm 1999): exact for compound Poisson, against which an average over the multi-event spectrum is tested.
 */
export const poissonHitsSurvival = (meanHits: number, singleHitSurvival: number): number =>
  Math.exp(-meanHits * (1 - singleHitSurvival))
