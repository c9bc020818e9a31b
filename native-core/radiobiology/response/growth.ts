/** Growth of a tumour that is left alone. */
import { InputError } from '../../errors/index.ts'

/**
 * - `exponential`: P′ = (ln 2/T_d)·P
 * - `gompertz`: P′ = a·ln(K/V)·P
 * - `logistic`: P′ = r·(1 − V/K)·P
 * - `own`: P′ = r(V)·P with a function of one's own, 1/s; it may be negative. Its parameters, if it names any, come to it in their order and can be fitted
 * V is all tissue, living and dying; rates in 1/s, the capacity K in the unit of V.
 */
export type GrowthLaw =
  | { readonly kind: 'exponential'; readonly doublingTimeS: number }
  | { readonly kind: 'gompertz'; readonly ratePerS: number; readonly capacity: number }
  | { readonly kind: 'logistic'; readonly ratePerS: number; readonly capacity: number }
  | OwnGrowth

export interface OwnGrowth {
  readonly kind: 'own'
  readonly title: string
  readonly perS: (volume: number, values: readonly number[]) => number
  readonly names?: readonly string[]
  readonly values?: readonly number[]
}

const NO_VALUES: readonly number[] = []

/**
 * Growth of each living cell, 1/s, in a tumour of size `volume`; `logVolume` is its logarithm, which is still a number where the size is none. Above its
 * capacity it stands still.
 *
 * @throws InputError `biology.growth`
 */
export function growthPerS(law: GrowthLaw, volume: number, logVolume = Math.log(volume)): number {
  if (law.kind === 'exponential') return Math.LN2 / law.doublingTimeS
  if (law.kind === 'own') {
    const perS = law.perS(volume, law.values ?? NO_VALUES)
    if (Number.isFinite(perS)) return perS
    throw new InputError(
      'biology.growth',
      `The growth "${law.title}" is ${perS} 1/s at a volume of ${volume}.`,
      'Correct the function so that it is finite for every volume that the tumour may have.',
    )
  }
  if (volume >= law.capacity) return 0
  return law.kind === 'gompertz'
    ? law.ratePerS * (Math.log(law.capacity) - logVolume)
    : law.ratePerS * (1 - volume / law.capacity)
}

/** @throws InputError `biology.growth` */
export function checkGrowth(law: GrowthLaw): void {
  if (law.kind === 'own') return checkOwn(law)
  const values = law.kind === 'exponential' ? [law.doublingTimeS] : [law.ratePerS, law.capacity]
  if (values.some((value) => !(value > 0) || !Number.isFinite(value)))
    throw new InputError(
      'biology.growth',
      `The ${law.kind} growth has ${values.join(' and ')}.`,
      'Doubling time, rate and capacity are positive numbers.',
    )
}

function checkOwn({ title, names = [], values = [] }: OwnGrowth): void {
  if (names.length === values.length && values.every(Number.isFinite)) return
  throw new InputError(
    'biology.growth',
    `The growth "${title}" names the parameters ${names.join(', ') || 'none'} and has the values ${values.join(', ') || 'none'}.`,
    'Give each parameter one finite value.',
  )
}
