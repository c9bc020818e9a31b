/** Measured numbers with their standard uncertainties. */
import { InputError } from '../errors/index.ts'

/** A number with its standard uncertainty (k = 1), both in the unit that the name of the field says. */
export interface Measured {
  readonly value: number
  readonly standardUncertainty: number
}

/** A number without uncertainty. */
export const exactly = (value: number): Measured => ({ value, standardUncertainty: 0 })

/** Standard uncertainty over the size of the value; 0 for an exact zero. */
export const relativeUncertainty = ({ value, standardUncertainty }: Measured): number =>
  standardUncertainty === 0 ? 0 : standardUncertainty / Math.abs(value)

/** The value times a factor that has no uncertainty. */
export const timesFactor = ({ value, standardUncertainty }: Measured, factor: number): Measured => ({
  value: value * factor,
  standardUncertainty: standardUncertainty * Math.abs(factor),
})

/** Counts with the standard deviation of Poisson's law. */
export const poissonCounts = (counts: number): Measured => ({ value: counts, standardUncertainty: Math.sqrt(counts) })

/**
 * Refuses what is no usable measurement: not finite, an uncertainty below zero, a value below zero (or zero, with `positive`).
 *
 * @throws InputError of the code given, naming `what`.
 */
export function assertMeasured(
  measured: Measured,
  what: string,
  code: string,
  sign: 'positive' | 'non-negative' | 'any',
): void {
  const { value, standardUncertainty } = measured
  const isOfSign = sign === 'any' || (sign === 'positive' ? value > 0 : value >= 0)
  if (Number.isFinite(value) && isOfSign && Number.isFinite(standardUncertainty) && standardUncertainty >= 0) return
  const wanted = sign === 'any' ? 'a number' : sign === 'positive' ? 'a positive number' : 'zero or more'
  throw new InputError(
    code,
    `${what} is ${value} ± ${standardUncertainty}: it must be ${wanted}, with a standard uncertainty of zero or more.`,
    'Correct the value, or leave the measurement out.',
  )
}
