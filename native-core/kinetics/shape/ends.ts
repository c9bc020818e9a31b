/** What stands for a curve before its first and after its last point. */
import type { CurveEnds } from '../types.ts'
import type { CurveFunctions } from './types.ts'

/** Shape of the head for a first value of one: value at t, and integral from zero to t. */
function headOf({ before, firstS, physicalRatePerS }: CurveEnds): {
  value: (t: number) => number
  integral: (t: number) => number
} {
  if (before === 'constant') return { value: () => 1, integral: (t) => t }
  if (before === 'linear-from-zero') return { value: (t) => t / firstS, integral: (t) => (t * t) / (2 * firstS) }
  const atZero = Math.exp(physicalRatePerS * firstS)
  return {
    value: (t) => atZero * Math.exp(-physicalRatePerS * t),
    integral: (t) => (atZero * -Math.expm1(-physicalRatePerS * t)) / physicalRatePerS,
  }
}

/** The curve with the head and the tail that `ends` states; both start from the curve's own value at the first and the last point. */
export function withEnds(inner: CurveFunctions, ends: CurveEnds): CurveFunctions {
  const { firstS, lastS, before, after } = ends
  if (before === 'model' && after === null) return inner
  const head = before === 'model' ? null : headOf(ends)
  /** Adds factor·(inner value at a point) with its gradient. */
  const scaled = (timeS: number, factor: number, gradient?: number[]): number => {
    const local = gradient ? new Array<number>(gradient.length).fill(0) : undefined
    const value = inner.value(timeS, local)
    local?.forEach((v, j) => {
      if (gradient) gradient[j] = (gradient[j] as number) + factor * v
    })
    return factor * value
  }
  const tail = (
    factor: number,
    slope: number,
    { parameter }: { readonly parameter: number | null },
    gradient?: number[],
  ): number => {
    if (gradient && parameter !== null)
      gradient[parameter] = (gradient[parameter] as number) + slope * inner.value(lastS)
    return scaled(lastS, factor, gradient)
  }
  return {
    value: (timeS, gradient) => {
      if (head && timeS < firstS) return scaled(firstS, head.value(timeS), gradient)
      if (!after || timeS <= lastS) return inner.value(timeS, gradient)
      const decay = Math.exp(-after.ratePerS * (timeS - lastS))
      return tail(decay, -(timeS - lastS) * decay, after, gradient)
    },
    integral: (fromS, toS, gradient) => {
      let total = 0
      const innerFrom = head ? Math.max(fromS, firstS) : fromS
      const innerTo = after ? Math.min(toS, lastS) : toS
      if (head && fromS < firstS)
        total += scaled(firstS, head.integral(Math.min(toS, firstS)) - head.integral(fromS), gradient)
      if (innerTo > innerFrom) total += inner.integral(innerFrom, innerTo, gradient)
      if (after && toS > lastS) {
        const rate = after.ratePerS
        const from = Math.max(fromS, lastS) - lastS
        const start = Math.exp(-rate * from)
        const [end, endSlope] = toS === Infinity ? [0, 0] : [Math.exp(-rate * (toS - lastS)), toS - lastS]
        const factor = (start - end) / rate
        total += tail(factor, (-from * start + endSlope * end - factor) / rate, after, gradient)
      }
      return total
    },
  }
}
