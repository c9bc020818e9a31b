/** The shapes of `shape.ts` where the activity was given over a time or in several parts: e^(−λt) is replaced by its response. */
import { exponentialResponse, pairResponse, responseIntegral } from '../parametric/response.ts'
import type { Administration } from '../parametric/response.ts'
import { shareOf } from './shape.ts'

/**
 * As `evaluateShape` after an administration, in the unit of `times`: s = (1 − g)·(R(λ1) − R(λ2)) + g·R(λ2), R the response of e^(−λt)
 * (`exponentialResponse`). The integral to infinity is that after a bolus, as ∫R(λ)dt = 1/λ.
 */
export function evaluateInfusedShape(
  parameters: 1 | 2 | 3,
  psi: Float64Array,
  times: Float64Array,
  administration: Administration,
  value: Float64Array,
  slope: Float64Array,
): void {
  const n = times.length
  const rate = Math.exp(psi[0] as number)
  if (parameters === 1) {
    for (let i = 0; i < n; i++) {
      const response = exponentialResponse(rate, times[i] as number, administration)
      value[i] = response.value
      slope[i] = rate * response.slope
    }
    return
  }
  const difference = Math.exp(psi[1] as number)
  const share = shareOf(parameters, psi)
  for (let i = 0; i < n; i++) {
    const t = times[i] as number
    const pair = pairResponse(rate, difference, t, administration)
    const risen = difference * pair.value
    const fast = share > 0 ? exponentialResponse(rate + difference, t, administration) : { value: 0, slope: 0 }
    value[i] = (1 - share) * risen + share * fast.value
    slope[i] = rate * ((1 - share) * difference * pair.byRate + share * fast.slope)
    slope[n + i] = difference * ((1 - share) * (pair.value + difference * pair.byDifference) + share * fast.slope)
    if (parameters === 3) slope[2 * n + i] = share * (1 - share) * (fast.value - risen)
  }
}

/** As `integrateShapeTo` after an administration. */
export function integrateInfusedShapeTo(
  parameters: 1 | 2 | 3,
  psi: Float64Array,
  time: number,
  administration: Administration,
): number {
  const rate = Math.exp(psi[0] as number)
  const slow = responseIntegral(rate, 0, time, administration).value
  if (parameters === 1) return slow
  const fast = responseIntegral(rate + Math.exp(psi[1] as number), 0, time, administration).value
  const share = shareOf(parameters, psi)
  return (1 - share) * slow + (2 * share - 1) * fast
}
