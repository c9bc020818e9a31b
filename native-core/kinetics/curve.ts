import { NORMAL_975, quadraticForm } from '../statistics/index.ts'
import type { ExponentialTerm, FittedCurve, TacFit } from './types.ts'

/** Activity in Bq of Σ amplitude·exp(−rate·t) at `timeS`. */
export function activityAt(terms: readonly ExponentialTerm[], timeS: number): number {
  return terms.reduce((s, x) => s + x.amplitudeBq * Math.exp(-x.effectiveRatePerS * timeS), 0)
}

/** Time-integrated activity in Bq·s of Σ amplitude·exp(−rate·t) from `fromS` (default 0) to `toS` (default infinity). */
export function integrateTerms(terms: readonly ExponentialTerm[], fromS = 0, toS = Infinity): number {
  return terms.reduce((s, x) => {
    const span = toS === Infinity ? 1 : -Math.expm1(-x.effectiveRatePerS * (toS - fromS))
    return s + (x.amplitudeBq * Math.exp(-x.effectiveRatePerS * fromS) * span) / x.effectiveRatePerS
  }, 0)
}

/**
 * The fitted curve at given times with its pointwise 95 % confidence band, by the delta method on the covariance of (A…, λ…):
 * y ± 1.96·√(gᵀCg). The band of a physical quantity is cut at zero.
 */
export function fittedCurve(
  fit: Pick<TacFit, 'terms' | 'parameters' | 'covariance'>,
  timesS: readonly number[],
): FittedCurve {
  const activityBq: number[] = []
  const lowerBq: number[] = []
  const upperBq: number[] = []
  for (const timeS of timesS) {
    const g = fit.parameters.map((p) => parameterSlope(fit, p.name, timeS))
    const value = activityAt(fit.terms, timeS)
    const half = NORMAL_975 * Math.sqrt(Math.max(0, quadraticForm(fit.covariance, g)))
    activityBq.push(value)
    lowerBq.push(Math.max(0, value - half))
    upperBq.push(value + half)
  }
  return { timesS: [...timesS], activityBq, lowerBq, upperBq }
}

function parameterSlope(fit: Pick<TacFit, 'terms' | 'parameters'>, name: string, timeS: number): number {
  const index = Number(name.replace(/\D/g, '')) - 1
  const term = fit.terms[index] as ExponentialTerm
  const decay = Math.exp(-term.effectiveRatePerS * timeS)
  if (name.startsWith('lambda')) return -term.amplitudeBq * timeS * decay
  const second = fit.terms[1]
  const tied = second !== undefined && !fit.parameters.some((p) => p.name === 'A2')
  return tied ? decay - Math.exp(-second.effectiveRatePerS * timeS) : decay
}

/** `count` times for drawing, s: dense at the start (quadratic spacing), from 0 to `lastS`. */
export function drawingTimes(lastS: number, count = 161): number[] {
  return Array.from({ length: count }, (_, i) => lastS * (i / (count - 1)) ** 2)
}
