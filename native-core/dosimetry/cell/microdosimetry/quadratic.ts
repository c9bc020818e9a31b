import { InputError } from '../../../errors/index.ts'
import type { SingleHitSpectrum } from './deposits.ts'
import { multiEventSpectrum } from './multiEvent.ts'

/**
 * ln of the mean of exp(−α·z − β·z²) over cells whose hits are Poisson with mean `meanHits`, each from the single-hit spectrum: linear–quadratic survival
 * averaged over f(z; D) (Roeske & Stinchcomb, Phys Med Biol 42 (1997) 1369), α in 1/Gy, β in 1/Gy².
 *
 * With hits weighted by e^(−θz) (again a compound Poisson law, of n̄·⟨e^(−θz)⟩₁ hits) the mean is exp(−n̄·⟨1 − e^(−θz)⟩₁ + βz*²)·⟨exp(−β(z − z*)²)⟩_θ, where
 * θ = α + 2βz* and z* is the weighted mean: an average over the cells that survive, so that no survival is too small for its digits.
 *
 * @throws InputError `dose.cell-hits`
 */
export function logMeanSurvival(
  { stepGy, probability }: Pick<SingleHitSpectrum, 'stepGy' | 'probability'>,
  meanHits: number,
  alphaPerGy: number,
  betaPerGy2 = 0,
): number {
  if (!(meanHits >= 0) || !(alphaPerGy >= 0) || !(betaPerGy2 >= 0))
    throw new InputError(
      'dose.cell-hits',
      `${meanHits} hits with α ${alphaPerGy} 1/Gy and β ${betaPerGy2} 1/Gy² make no survival.`,
      'Give zero or more of each.',
    )
  const sum = (of: (zGy: number) => number): number => probability.reduce((all, p, k) => all + p * of(k * stepGy), 0)
  const logLinear = (theta: number): number => meanHits * sum((z) => Math.expm1(-theta * z))
  if (betaPerGy2 === 0 || meanHits === 0) return logLinear(alphaPerGy)
  const weightedMeanGy = (theta: number): number => meanHits * sum((z) => z * Math.exp(-theta * z))
  let [low, high] = [alphaPerGy, alphaPerGy + 2 * betaPerGy2 * weightedMeanGy(alphaPerGy)]
  for (let round = 0; round < 60 && high - low > 1e-6 * high; round++) {
    const middle = (low + high) / 2
    if (alphaPerGy + 2 * betaPerGy2 * weightedMeanGy(middle) > middle) low = middle
    else high = middle
  }
  const theta = (low + high) / 2
  const centreGy = (theta - alphaPerGy) / (2 * betaPerGy2)
  const weights = probability.map((p, k) => p * Math.exp(-theta * k * stepGy))
  const share = weights.reduce((all, weight) => all + weight, 0)
  const hits = meanHits * share
  // So few hits that the cells which are not hit are all that survive.
  if (!(hits > 0)) return logLinear(theta)
  const { probability: cells } = multiEventSpectrum(
    { ...EMPTY, stepGy, probability: weights.map((weight) => weight / share) },
    hits,
  )
  const left = cells.reduce((all, p, k) => all + p * Math.exp(-betaPerGy2 * (k * stepGy - centreGy) ** 2), 0)
  return logLinear(theta) + betaPerGy2 * centreGy * centreGy + Math.log(left)
}

/** The weighted spectrum is of no decays: only its lattice counts. */
const EMPTY = { meanHits: 0, frequencyMeanGy: 0, doseMeanGy: 0, doseGy: 0 }
