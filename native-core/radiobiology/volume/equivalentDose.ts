/** One dose that stands for an uneven one. */
import { InputError } from '../../errors/index.ts'
import type { DoseDistribution } from './distribution.ts'

/**
 * gEUD = (Σ v·D^a)^(1/a), Gy (Niemierko, Med Phys 26 (1999) 1100). a = 1 is the mean, large a goes to the maximum, negative a (tumours) to the minimum; a → 0
 * is the geometric mean. In logarithms, so that no a overflows.
 */
export function geud({ doseGy, fraction }: DoseDistribution, a: number): number {
  if (!Number.isFinite(a))
    throw new InputError(
      'biology.geud',
      `The parameter a is ${a}.`,
      'Give a finite number: 1 is the mean, large values go to the maximum.',
    )
  if (a === 0) return Math.exp(weighted(doseGy, fraction, (dose) => Math.log(dose)))
  const [lowest, highest] = extremes(doseGy, fraction)
  // The dose that leads the sum; the others are taken relative to it.
  const leading = a > 0 ? highest : lowest
  if (leading === 0) return 0
  const power = (dose: number): number => a * Math.log(dose / leading)
  const log =
    Math.abs(a) * Math.log(highest / lowest) < 0.5
      ? Math.log1p(weighted(doseGy, fraction, (dose) => Math.expm1(power(dose))))
      : Math.log(weighted(doseGy, fraction, (dose) => Math.exp(power(dose))))
  return leading * Math.exp(log / a)
}

/** Lowest and highest dose of the bins that are not empty. */
function extremes(values: ArrayLike<number>, fraction: ArrayLike<number>): [number, number] {
  let [lowest, highest] = [Infinity, 0]
  for (let bin = 0; bin < values.length; bin++)
    if ((fraction[bin] as number) > 0) {
      lowest = Math.min(lowest, values[bin] as number)
      highest = Math.max(highest, values[bin] as number)
    }
  return [lowest, highest]
}

/** EUBED = −(1/α)·ln Σ v·e^(−α·BED), Gy: the uniform BED with the same survival (O'Donoghue, J Nucl Med 40 (1999) 1337). */
export function eubed({ doseGy, fraction }: DoseDistribution, alphaPerGy: number): number {
  if (!(alphaPerGy > 0))
    throw new InputError('biology.alpha', `α is ${alphaPerGy} 1/Gy.`, 'Give a positive radiosensitivity.')
  return -logSum(doseGy, fraction, (bed) => -alphaPerGy * bed) / alphaPerGy
}

function weighted(values: ArrayLike<number>, fraction: ArrayLike<number>, f: (value: number) => number): number {
  let sum = 0
  for (let bin = 0; bin < values.length; bin++)
    if ((fraction[bin] as number) > 0) sum += (fraction[bin] as number) * f(values[bin] as number)
  return sum
}

/** ln Σ v·e^f(value). */
export function logSum(values: ArrayLike<number>, fraction: ArrayLike<number>, f: (value: number) => number): number {
  let largest = -Infinity
  for (let bin = 0; bin < values.length; bin++)
    if ((fraction[bin] as number) > 0) largest = Math.max(largest, f(values[bin] as number))
  if (!Number.isFinite(largest)) return largest
  return largest + Math.log(weighted(values, fraction, (value) => Math.exp(f(value) - largest)))
}
