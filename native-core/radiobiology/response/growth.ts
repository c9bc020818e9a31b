/** Growth of a tumour that is left alone. */
import { InputError } from '../../errors/index.ts'

/**
 * - `exponential`: P′ = (ln 2/T_d)·P
 * - `gompertz`: P′ = a·ln(K/V)·P
 * - `logistic`: P′ = r·(1 − V/K)·P
 * V is all tissue, living and dying; rates in 1/s, the capacity K in the unit of V.
 */
export type GrowthLaw =
  | { readonly kind: 'exponential'; readonly doublingTimeS: number }
  | { readonly kind: 'gompertz'; readonly ratePerS: number; readonly capacity: number }
  | { readonly kind: 'logistic'; readonly ratePerS: number; readonly capacity: number }

/** Growth of each living cell, 1/s, in a tumour of size `volume`. Not negative: above its capacity it stands still. */
export function growthPerS(law: GrowthLaw, volume: number): number {
  if (law.kind === 'exponential') return Math.LN2 / law.doublingTimeS
  if (volume >= law.capacity) return 0
  return law.kind === 'gompertz'
    ? law.ratePerS * Math.log(law.capacity / volume)
    : law.ratePerS * (1 - volume / law.capacity)
}

/** @throws InputError `biology.growth` */
export function checkGrowth(law: GrowthLaw): void {
  const values = law.kind === 'exponential' ? [law.doublingTimeS] : [law.ratePerS, law.capacity]
  if (values.some((value) => !(value > 0) || !Number.isFinite(value)))
    throw new InputError(
      'biology.growth',
      `The ${law.kind} growth has ${values.join(' and ')}.`,
      'Doubling time, rate and capacity are positive numbers.',
    )
}
