/** Moments, percentiles and error shares of weighted numbers. Weights add to one. */
import { normalCdf } from '../../statistics/index.ts'
import type { ExpectedError } from './types.ts'

export interface Weighted {
  readonly values: readonly number[]
  readonly weights: readonly number[]
}

export function weightedMean({ values, weights }: Weighted): number {
  return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)
}

/** Square root of the mean squared distance from `about`. */
export function spreadAbout({ values, weights }: Weighted, about: number): number {
  return Math.sqrt(values.reduce((sum, value, i) => sum + (value - about) ** 2 * (weights[i] ?? 0), 0))
}

/** Percentiles: the sorted values at the middles of their steps of cumulated weight, straight lines between. */
export function weightedPercentiles({ values, weights }: Weighted, shares: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  let below = 0
  const steps = order.map((i) => {
    const weight = weights[i] ?? 0
    below += weight
    return { value: values[i] ?? 0, at: below - weight / 2 }
  })
  return shares.map((share) => {
    const above = steps.findIndex(({ at }) => at >= share)
    const upper = steps[above < 0 ? steps.length - 1 : above]
    const lower = steps[above < 0 ? steps.length - 1 : Math.max(0, above - 1)]
    if (!upper || !lower) throw new Error('percentiles of nothing')
    const part = upper.at > lower.at ? (share - lower.at) / (upper.at - lower.at) : 0
    return lower.value + part * (upper.value - lower.value)
  })
}

export const weightedMedian = (weighted: Weighted): number => weightedPercentiles(weighted, [0.5])[0] ?? NaN

/**
 * Expected error of an estimate that is `quotients` (estimate/true, without noise) over a population, times 1 + ε, ε normal with the
 * relative standard deviation `noise` of the measured activity.
 */
export function expectedError(quotients: Weighted, noise: number): ExpectedError {
  const { values, weights } = quotients
  const squares = values.reduce((sum, q, i) => sum + ((q - 1) ** 2 + (noise * q) ** 2) * (weights[i] ?? 0), 0)
  const shareOver = (limit: number): number =>
    values.reduce((sum, q, i) => sum + (weights[i] ?? 0) * chanceBeyond(q, limit, noise), 0)
  return {
    bias: weightedMean(quotients) - 1,
    rms: Math.sqrt(squares),
    shareOver10: shareOver(0.1),
    shareOver20: shareOver(0.2),
  }
}

/** Chance that |q(1 + ε) − 1| is above the limit. */
function chanceBeyond(q: number, limit: number, noise: number): number {
  if (noise === 0) return Math.abs(q - 1) > limit ? 1 : 0
  return 1 - chanceBelow(((1 + limit) / q - 1) / noise) + chanceBelow(((1 - limit) / q - 1) / noise)
}

/** Φ, which is 0 or 1 to 1e-15 from 8 on. */
const chanceBelow = (x: number): number => (x < -8 ? 0 : x > 8 ? 1 : normalCdf(x))
