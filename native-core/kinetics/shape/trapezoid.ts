/** The curve through the points themselves: straight lines, or exponentials where it falls. */
import type { CurveShape, FittedParameter } from '../types.ts'
import type { CurveFunctions } from './types.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** g(x) = (eˣ − 1)/x with its derivative; by series where the difference cancels. */
function growth(x: number): readonly [value: number, slope: number] {
  if (Math.abs(x) > 0.5) {
    const value = Math.expm1(x) / x
    return [value, (Math.exp(x) - value) / x]
  }
  let [value, slope] = [0, 0]
  let factor = 1
  for (let n = 0; n < 16; n++) {
    value += factor * x ** n
    if (n > 0) slope += factor * n * x ** (n - 1)
    factor /= n + 2
  }
  return [value, slope]
}

/** Logarithmic mean of two positive numbers, (a − b)/ln(a/b), with its derivatives. */
export function logarithmicMean(a: number, b: number): { mean: number; byA: number; byB: number } {
  const [g, slope] = growth(Math.log(a / b))
  return { mean: b * g, byA: (b * slope) / a, byB: g - slope }
}

/** The parameters of the fit begin with the activities at the points, in the order of `timesS`. Only from the first to the last point. */
export function trapezoidFunctions(
  shape: Extract<CurveShape, { kind: 'trapezoid' }>,
  parameters: readonly FittedParameter[],
): CurveFunctions {
  const { timesS, rule } = shape
  const activity = timesS.map((_, i) => parameters[i]?.value as number)
  const segmentOf = (timeS: number): number => {
    const after = timesS.findIndex((t) => t > timeS)
    return Math.max(0, (after < 0 ? timesS.length - 1 : after) - 1)
  }
  const falls = (i: number): boolean => rule === 'linear-log' && at(activity, i + 1) < at(activity, i)
  /** Value in segment i with its derivatives with respect to the activities at both ends. */
  const within = (i: number, timeS: number): readonly [value: number, byLeft: number, byRight: number] => {
    if (timesS.length === 1) return [at(activity, 0), 1, 0]
    const share = (timeS - at(timesS, i)) / (at(timesS, i + 1) - at(timesS, i))
    const [left, right] = [at(activity, i), at(activity, i + 1)]
    if (!falls(i)) return [left + share * (right - left), 1 - share, share]
    const value = left * (right / left) ** share
    return [value, ((1 - share) * value) / left, (share * value) / right]
  }
  const add = (gradient: number[] | undefined, i: number, factor: number): void => {
    if (gradient && i < timesS.length) gradient[i] = at(gradient, i) + factor
  }
  return {
    value: (timeS, gradient) => {
      const i = segmentOf(timeS)
      const [value, left, right] = within(i, timeS)
      add(gradient, i, left)
      add(gradient, i + 1, right)
      return value
    },
    integral: (fromS, toS, gradient) => {
      let total = 0
      for (let i = 0; i + 1 < timesS.length; i++) {
        const start = Math.max(fromS, at(timesS, i))
        const end = Math.min(toS, at(timesS, i + 1))
        if (!(end > start)) continue
        const [a, aLeft, aRight] = within(i, start)
        const [b, bLeft, bRight] = within(i, end)
        const { mean, byA, byB } = falls(i) ? logarithmicMean(a, b) : { mean: (a + b) / 2, byA: 0.5, byB: 0.5 }
        total += mean * (end - start)
        add(gradient, i, (end - start) * (byA * aLeft + byB * bLeft))
        add(gradient, i + 1, (end - start) * (byA * aRight + byB * bRight))
      }
      return total
    },
  }
}
