/** Tumour control probability (TCP) from cell survival. */
import { InputError } from '../../errors/index.ts'
import { normalCdf } from '../../statistics/index.ts'
import { gaussLegendre } from '../doseRate/exponentials.ts'
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
  const at = (alpha: number): number =>
    Math.exp(-Math.exp(Math.log(clonogens) + logSum(bed.doseGy, bed.fraction, (dose) => -alpha * dose)))
  if (alphaSdPerGy === 0) return at(alphaPerGy)
  const low = Math.max(0, alphaPerGy - 9 * alphaSdPerGy)
  const high = alphaPerGy + 9 * alphaSdPerGy
  const steepest = Array.from(bed.doseGy).reduce((most, dose) => Math.max(most, dose), 0)
  const mean = gaussLegendre(high - low, steepest + 1 / alphaSdPerGy, (x) => {
    const z = (low + x - alphaPerGy) / alphaSdPerGy
    return Math.exp((-z * z) / 2) * at(low + x)
  })
  return mean / (alphaSdPerGy * Math.sqrt(2 * Math.PI) * normalCdf(alphaPerGy / alphaSdPerGy))
}

/** The uniform BED in Gy with a given Poisson TCP and one α: ln(N/−ln p)/α. */
export function bedForTcp(tcp: number, { clonogens, alphaPerGy }: PoissonParameters): number {
  if (!(tcp > 0 && tcp < 1))
    throw new InputError('biology.tcp', `The TCP asked for is ${tcp}.`, 'Give a probability between 0 and 1.')
  return Math.max(0, Math.log(clonogens / -Math.log(tcp)) / alphaPerGy)
}

/** Uncomplicated control: TCP·Π(1 − NTCP), for effects that are independent of each other. */
export const utcp = (tcp: number, ntcp: readonly number[]): number => ntcp.reduce((left, one) => left * (1 - one), tcp)
