import { describe, expect, it } from 'vitest'
import { sdOfLog } from './responseFit.ts'

describe('the spread of a logarithm', () => {
  it('gives a log-normal the coefficient of variation that was stated: cv² = exp(σ²) − 1', () => {
    for (const cv of [0, 0.05, 0.3, 1]) expect(Math.sqrt(Math.expm1(sdOfLog(cv) ** 2))).toBeCloseTo(cv, 12)
  })
})
