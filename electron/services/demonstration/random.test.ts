import { describe, expect, it } from 'vitest'
import { createRandom } from './random.ts'

/** Mean, variance and skewness of n draws. */
function moments(draw: () => number, n: number): { mean: number; variance: number; skewness: number } {
  const values = Array.from({ length: n }, draw)
  const mean = values.reduce((a, b) => a + b, 0) / n
  const central = (k: number): number => values.reduce((a, b) => a + (b - mean) ** k, 0) / n
  return { mean, variance: central(2), skewness: central(3) / central(2) ** 1.5 }
}

describe('seeded random numbers', () => {
  it('repeat with the same seed and name, and differ with either', () => {
    const draw = (seed: number, name: string): number[] => {
      const r = createRandom(seed, name)
      return Array.from({ length: 5 }, () => r.uniform())
    }
    expect(draw(7, 'a')).toEqual(draw(7, 'a'))
    expect(draw(7, 'a')).not.toEqual(draw(8, 'a'))
    expect(draw(7, 'a')).not.toEqual(draw(7, 'b'))
  })

  it('uniform has mean 1/2 and variance 1/12 within 4 standard errors', () => {
    const r = createRandom(1, 'uniform')
    const n = 40000
    const { mean, variance } = moments(() => r.uniform(), n)
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n))
  })

  it('normal has mean 0, variance 1 and no skewness within 4 standard errors', () => {
    const r = createRandom(1, 'normal')
    const n = 40000
    const { mean, variance, skewness } = moments(() => r.normal(), n)
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n))
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
    expect(Math.abs(skewness)).toBeLessThan(4 * Math.sqrt(6 / n))
  })

  it.each([0.3, 4, 29, 31, 120, 5000])(
    'Poisson of mean %s has that mean and variance and skewness 1/√mean',
    (lambda) => {
      const r = createRandom(3, `poisson ${lambda}`)
      const n = 40000
      const { mean, variance, skewness } = moments(() => r.poisson(lambda), n)
      expect(Math.abs(mean - lambda)).toBeLessThan(4 * Math.sqrt(lambda / n))
      // Variance of the sample variance: (μ4 − σ⁴)/n with μ4 = λ + 3λ².
      expect(Math.abs(variance - lambda)).toBeLessThan(4 * Math.sqrt((lambda + 2 * lambda * lambda) / n))
      expect(Math.abs(skewness - 1 / Math.sqrt(lambda))).toBeLessThan(0.08 * Math.max(1, 1 / Math.sqrt(lambda)))
    },
  )

  it('Poisson of mean zero is zero', () => {
    expect(createRandom(1, 'x').poisson(0)).toBe(0)
  })
})
