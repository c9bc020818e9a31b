import { describe, expect, it } from 'vitest'
import { comparedFit } from './compared.ts'
import { fitTimeActivity } from './fit.ts'
import type { FitRequest } from './types.ts'

const HOUR = 3600
const rates = [Math.LN2 / (60 * HOUR), Math.LN2 / (4 * HOUR)] as const
const timesS = [1, 4, 24, 48, 96, 168].map((hours) => hours * HOUR)
const wobble = [1.01, 0.99, 1.015, 0.985, 1.01, 0.995]
const activityBq = timesS.map(
  (t, i) => (60e6 * Math.exp(-rates[0] * t) + 40e6 * Math.exp(-rates[1] * t)) * (wobble[i] ?? 1),
)
const request: FitRequest = {
  label: 'Kidney',
  timesS,
  activityBq,
  sigmaBq: activityBq.map((a) => 0.03 * a),
  physicalHalfLifeS: 6.647 * 86_400,
}
const compared = (model: string, more: Partial<FitRequest> = {}) => {
  const asked = { ...request, ...more, model }
  return comparedFit(asked, fitTimeActivity(asked))
}

describe('comparedFit', () => {
  it('shows the candidates of the automatic choice beside a chosen model, which stays as it is', () => {
    const alone = fitTimeActivity({ ...request, model: 'mono-exponential' })
    const fit = compared('mono-exponential')
    const { candidates: _, averaged: __, ...rest } = fit
    const { candidates: ___, averaged: ____, ...before } = alone
    expect(rest).toEqual(before)
    const automatic = fitTimeActivity({ ...request, model: 'auto' })
    expect(fit.candidates.map(({ model }) => model).sort()).toEqual(
      [...new Set([...automatic.candidates.map(({ model }) => model), 'mono-exponential'])].sort(),
    )
  })

  it('weights by AIC: weights add up to one, and a better one by 2 counts e times as much', () => {
    const { candidates } = compared('mono-exponential')
    expect(candidates.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12)
    const [first, second] = candidates.filter(({ weight, refusal }) => weight > 0 && refusal === null)
    expect(Math.log((first?.weight ?? 0) / (second?.weight ?? 1))).toBeCloseTo(
      ((second?.aic ?? 0) - (first?.aic ?? 0)) / 2,
      9,
    )
  })

  it('averages as the sum of weights says, with the spread between models in the variance', () => {
    const { candidates, averaged } = compared('mono-exponential')
    const mean = candidates.reduce((sum, one) => sum + one.weight * one.tiaBqS, 0)
    const variance = candidates.reduce(
      (sum, one) => sum + one.weight * (one.tiaUncertaintyBqS ** 2 + (one.tiaBqS - mean) ** 2),
      0,
    )
    expect(averaged.tiaBqS / mean).toBeCloseTo(1, 12)
    expect(averaged.tiaUncertaintyBqS / Math.sqrt(variance)).toBeCloseTo(1, 12)
  })

  it('gives the trapezoidal rule no weight: it has no likelihood', () => {
    const fit = compared('trapezoid')
    expect(fit.model).toBe('trapezoid')
    expect(fit.candidates.some(({ model }) => model === 'trapezoid')).toBe(false)
    expect(fit.candidates.length).toBeGreaterThan(1)
  })

  it('changes nothing where nobody chose, and where no other model can be fitted', () => {
    const automatic = fitTimeActivity({ ...request, model: 'auto' })
    expect(comparedFit({ ...request, model: 'auto' }, automatic)).toBe(automatic)
    // One point with both parameters held: no candidate of the automatic choice has enough points.
    const single = { timesS: [24 * HOUR], activityBq: [30e6], sigmaBq: [1e6], fixed: { lambdaBiol1: 1e-6 } }
    const asked = { ...request, ...single, model: 'mono-exponential' }
    const fit = fitTimeActivity(asked)
    expect(comparedFit(asked, fit)).toBe(fit)
  })
})
