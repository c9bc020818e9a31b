/**
 * Starting points of a fit of a sum of exponentials: a grid of the parameters in which the curve is not linear, with the best values of
 * those in which it is (variable projection: Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413); the local minima, best first.
 */
import { solveLeastSquares } from '../../statistics/index.ts'
import { compileForm } from './exponentials.ts'
import type { CurveContext, ExponentialForm } from './exponentials.ts'
import { BOLUS, exponentialResponse } from './response.ts'
import { naturalOf, workingOf } from './scale.ts'
import type { StartPoints } from './types.ts'

const MOST = 6
/** Of a share between 0 and 1. */
const SHARES = [0.1, 0.3, 0.5, 0.7, 0.9]
/** Grid points of each rate, by the number of rates. */
const RATE_COUNTS = [0, 24, 12, 8]

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** Biological rates from a tenth of the physical one (or 1/(30·last)) to 4 within the first time after zero. */
function rateAxis(timesS: readonly number[], physicalRatePerS: number, count: number): number[] {
  const last = Math.max(...timesS, 1e-9 / physicalRatePerS)
  const first = Math.min(...timesS.filter((t) => t > 0), last)
  const low = Math.log(Math.min(0.1 * physicalRatePerS, 1 / (30 * last)))
  const high = Math.log(Math.max(4 / first, 10 * physicalRatePerS))
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))
}

export function exponentialStarts(
  form: ExponentialForm,
  context: CurveContext,
  points: StartPoints,
  fixed: readonly (number | null)[],
): number[][] {
  const { timesS, activityBq, sigmaBq } = points
  const free = form.parameters.map((_, j) => fixed[j] === null || fixed[j] === undefined)
  const isLinear = form.parameters.map((p) => p.unit === 'Bq' || p.unit === 'Bq·s')
  const rates = form.parameters.filter((p, j) => p.unit === '1/s' && free[j]).length
  const axes = form.parameters.map((p, j): number[] => {
    if (!free[j]) return [fixed[j] as number]
    if (isLinear[j]) return [0]
    if (p.unit === '1/s') return rateAxis(timesS, context.physicalRatePerS, RATE_COUNTS[rates] ?? 6)
    return SHARES.map((share) => workingOf(p, share))
  })
  const linear = form.parameters.flatMap((_, j) => (isLinear[j] && free[j] ? [j] : []))
  const largest = Math.max(...activityBq)
  const administration = context.administration ?? BOLUS
  const strides: number[] = []
  let total = 1
  for (const axis of axes) {
    strides.push(total)
    total *= axis.length
  }
  const compiled = compileForm(form, context)
  const valueOf = (natural: readonly number[]): number[] => {
    const { amplitudes, rates: effective } = compiled.terms(natural)
    return timesS.map((t) =>
      effective.reduce((s, rate, k) => s + at(amplitudes, k) * exponentialResponse(rate, t, administration).value, 0),
    )
  }
  const costs = new Float64Array(total)
  const phis: number[][] = []
  for (let index = 0; index < total; index++) {
    const phi = axes.map((axis, j) => at(axis, Math.floor(index / at(strides, j)) % axis.length))
    const natural = form.parameters.map((p, j) => (isLinear[j] && free[j] ? 0 : naturalOf(p.scale, at(phi, j))))
    // The curve is affine in the linear parameters: value at zero, and a column for each.
    const base = valueOf(natural)
    const columns = linear.map((j) => {
      const one = valueOf(natural.map((v, i) => (i === j ? largest : v)))
      return one.map((v, i) => v - at(base, i))
    })
    const solution = solveLeastSquares(
      timesS.map((_, i) => columns.map((column) => at(column, i) / at(sigmaBq, i))),
      timesS.map((_, i) => (at(activityBq, i) - at(base, i)) / at(sigmaBq, i)),
    ).x
    const coefficients = linear.map((j, c) => {
      const best = at(solution, c)
      // A positive parameter that would be negative starts as a small one.
      return form.parameters[j]?.scale === 'log' && !(best > 1e-6) ? 1e-2 : best
    })
    linear.forEach((j, c) => {
      const natural = at(coefficients, c) * largest
      phi[j] = form.parameters[j]?.scale === 'log' ? Math.log(natural) : natural
    })
    const cost = timesS.reduce((s, _, i) => {
      const value = at(base, i) + columns.reduce((v, column, c) => v + at(coefficients, c) * at(column, i), 0)
      return s + ((at(activityBq, i) - value) / at(sigmaBq, i)) ** 2
    }, 0)
    // Equal rates cancel in some forms and are no curve; what lies beside them may still be the best.
    costs[index] = Number.isFinite(cost) ? cost : Infinity
    phis.push(phi)
  }
  const minima = phis.flatMap((_, index) => {
    const isMinimum = axes.every((axis, j) => {
      const stride = at(strides, j)
      const position = Math.floor(index / stride) % axis.length
      return (
        (position === 0 || at(costs, index - stride) >= at(costs, index)) &&
        (position === axis.length - 1 || at(costs, index + stride) >= at(costs, index))
      )
    })
    return isMinimum && Number.isFinite(at(costs, index)) ? [index] : []
  })
  return minima
    .sort((a, b) => at(costs, a) - at(costs, b))
    .slice(0, MOST)
    .map((index) => phis[index] as number[])
}
