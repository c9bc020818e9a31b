import { InputError } from '../../../errors/index.ts'
import type { SingleHitSpectrum } from './deposits.ts'
import { fft } from './fft.ts'

/** Distribution of the specific energy of many cells on the lattice z_k = k·`stepGy`. */
export interface MultiEventSpectrum {
  readonly stepGy: number
  /** Probability of each z_k; the first is that of cells without any deposit, e^−hits and more. Adds up to 1. */
  readonly probability: Float64Array
  readonly meanGy: number
  readonly sdGy: number
  /** Share of the cells that no alpha hits. */
  readonly missedFraction: number
}

/** −ln of the probability that may lie beyond the lattice (it comes back at its beginning), and the longest lattice that is made. */
const BEYOND = 37
const MAX_POINTS = 2 ** 20

/**
 * f(z; D): the number of hits is Poisson with mean `meanHits`, each from f1(z) (Kellerer & Chmelevsky, Radiat. Environ. Biophys. 12 (1975)
 * 61). Computed exactly on the lattice as the inverse transform of exp(n̄·(F1 − 1)).
 *
 * @throws InputError `dose.cell-hits` for a number of hits that is negative or too large for the lattice (take the normal distribution).
 */
export function multiEventSpectrum(single: SingleHitSpectrum, meanHits: number): MultiEventSpectrum {
  if (!(meanHits >= 0 && Number.isFinite(meanHits)))
    throw new InputError('dose.cell-hits', `The mean number of hits is ${meanHits}.`, 'Give zero or more.')
  const { stepGy, probability } = single
  // Moments of the lattice's own distribution, so that the result's are n̄ times them exactly.
  let first = 0
  let second = 0
  probability.forEach((p, k) => {
    first += p * k
    second += p * k * k
  })
  // Bernstein's inequality for a compound Poisson sum whose terms are below the length of the single spectrum.
  const third = (BEYOND * probability.length) / 3
  const wanted = meanHits * first + third + Math.sqrt(third * third + 2 * BEYOND * meanHits * second) + 1
  const points = 2 ** Math.ceil(Math.log2(wanted))
  if (points > MAX_POINTS)
    throw new InputError(
      'dose.cell-hits',
      `${meanHits} hits need ${points} steps of specific energy.`,
      'Take fewer steps of single hits; with so many hits the distribution is normal.',
    )
  const re = new Float64Array(points)
  const im = new Float64Array(points)
  re.set(probability)
  fft(re, im)
  for (let k = 0; k < points; k++) {
    const size = Math.exp(meanHits * (re[k]! - 1))
    const angle = meanHits * im[k]!
    re[k] = size * Math.cos(angle)
    im[k] = size * Math.sin(angle)
  }
  fft(re, im, true)
  return {
    stepGy,
    // The transform leaves noise of 1e-16 of either sign.
    probability: re.map((v) => Math.max(0, v / points)),
    meanGy: meanHits * first * stepGy,
    sdGy: Math.sqrt(meanHits * second) * stepGy,
    missedFraction: Math.exp(-meanHits),
  }
}

/**
 * Mean of exp(−α·z) over cells: exp(−n̄·(1 − T1(α))), T1 the mean over single hits. What a linear cell-level response gives, and the
 * hook for others, which average over `multiEventSpectrum` (Roeske & Stinchcomb 1997). α in 1/Gy.
 *
 * @throws InputError `dose.cell-hits`.
 */
export function meanSurvival(single: SingleHitSpectrum, meanHits: number, alphaPerGy: number): number {
  if (!(meanHits >= 0) || !(alphaPerGy >= 0))
    throw new InputError(
      'dose.cell-hits',
      `${meanHits} hits and a sensitivity of ${alphaPerGy} /Gy make no survival.`,
      'Give zero or more of both.',
    )
  const { stepGy, probability } = single
  let lost = 0
  probability.forEach((p, k) => (lost -= p * Math.expm1(-alphaPerGy * k * stepGy)))
  return Math.exp(-meanHits * lost)
}
