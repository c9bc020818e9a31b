/** Tumour control probability (TCP) from cell survival. */
import { InputError } from '../../errors/index.ts'
import { normalCdf } from '../../statistics/index.ts'
import { gaussLegendrePart } from '../doseRate/exponentials.ts'
import type { DoseDistribution } from '../volume/distribution.ts'
import { logSum } from '../volume/equivalentDose.ts'

export interface PoissonParameters {
  readonly clonogens: number
  readonly alphaPerGy: number
  /**
   * Spread of α between patients, 1/Gy: normal, cut at zero and rescaled. α/β is the same for all, so that the BED is too. 0: all alike.
   */
  readonly alphaSdPerGy?: number
}

/**
 * Poisson TCP = exp(−N·Σ v·e^(−α·BED)) of a distribution of BED (Munro & Gilbert 1961; Webb & Nahum, Phys Med Biol 38 (1993) 653), averaged over α where it is
 * spread.
 *
 * @throws InputError `biology.tcp`
 */
export function poissonTcp(
  bed: DoseDistribution,
  { clonogens, alphaPerGy, alphaSdPerGy = 0 }: PoissonParameters,
): number {
  if (!(clonogens > 0) || !(alphaPerGy > 0) || !(alphaSdPerGy >= 0))
    throw new InputError(
      'biology.tcp',
      `TCP has ${clonogens} clonogens, α ${alphaPerGy} 1/Gy and a spread of α of ${alphaSdPerGy} 1/Gy.`,
      'Clonogens and α are positive, the spread is not negative.',
    )
  const logCells = (alpha: number): number =>
    Math.log(clonogens) + logSum(bed.doseGy, bed.fraction, (dose) => -alpha * dose)
  if (alphaSdPerGy === 0) return Math.exp(-Math.exp(logCells(alphaPerGy)))
  const high = alphaPerGy + 9 * alphaSdPerGy
  let mean = 0
  for (let alpha = firstControl(logCells, Math.max(0, alphaPerGy - 9 * alphaSdPerGy), high); alpha < high;) {
    // ln of the surviving cells is convex in α: over this step it falls by one at most. Where none survive, only the spread counts.
    const step = logCells(alpha) < -40 ? Infinity : 1 / slopeOf(bed, alpha)
    const width = Math.min(high - alpha, alphaSdPerGy, step)
    mean += gaussLegendrePart(alpha, width, (x) => {
      const z = (x - alphaPerGy) / alphaSdPerGy
      return Math.exp((-z * z) / 2 - Math.exp(logCells(x)))
    })
    alpha = high - alpha <= width ? high : alpha + width
  }
  return Math.min(1, mean / (alphaSdPerGy * Math.sqrt(2 * Math.PI) * normalCdf(alphaPerGy / alphaSdPerGy)))
}

/** The lowest α from `low` to `high` at which fewer than e^6.5 cells survive: below it the TCP is zero in double precision. */
function firstControl(logCells: (alpha: number) => number, low: number, high: number): number {
  const most = 6.5
  if (logCells(low) <= most) return low
  if (logCells(high) > most) return high
  let [above, below] = [low, high]
  for (let round = 0; round < 100 && below - above > 1e-12 * below; round++) {
    const middle = (above + below) / 2
    if (logCells(middle) > most) above = middle
    else below = middle
  }
  return above
}

/** −d ln(Σ v·e^(−α·BED))/dα, Gy: the mean BED of the cells that survive. */
function slopeOf({ doseGy, fraction }: DoseDistribution, alpha: number): number {
  const all = logSum(doseGy, fraction, (dose) => -alpha * dose)
  let mean = 0
  for (let bin = 0; bin < doseGy.length; bin++)
    mean += (fraction[bin] as number) * (doseGy[bin] as number) * Math.exp(-alpha * (doseGy[bin] as number) - all)
  return mean
}

/** The uniform BED in Gy with a given Poisson TCP and one α: ln(N/−ln p)/α. */
export function bedForTcp(tcp: number, { clonogens, alphaPerGy }: PoissonParameters): number {
  if (!(tcp > 0 && tcp < 1))
    throw new InputError('biology.tcp', `The TCP asked for is ${tcp}.`, 'Give a probability between 0 and 1.')
  return Math.max(0, Math.log(clonogens / -Math.log(tcp)) / alphaPerGy)
}

/** Uncomplicated control: TCP·Π(1 − NTCP), for effects that are independent of each other. */
export const utcp = (tcp: number, ntcp: readonly number[]): number => ntcp.reduce((left, one) => left * (1 - one), tcp)
