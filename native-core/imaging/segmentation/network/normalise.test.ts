import { describe, expect, it } from 'vitest'
import { normalised } from './normalise.ts'

describe('intensities as a network was trained with them', () => {
  it('window: clipped, minus the mean, over the standard deviation', () => {
    const window = { kind: 'window', lowest: -100, highest: 300, mean: 50, standardDeviation: 25 } as const
    expect([...normalised(Float32Array.of(-1000, -100, 50, 100, 300, 3000), window)]).toEqual([-6, -6, 0, 2, 10, 10])
  })

  it('z-score: mean 0, standard deviation 1', () => {
    // Mean 5, population standard deviation 2 (Wikipedia's example).
    const found = normalised(Float32Array.of(2, 4, 4, 4, 5, 5, 7, 9), { kind: 'z-score' })
    expect([...found]).toEqual([-1.5, -0.5, -0.5, -0.5, 0, 0, 1, 2])
  })

  it('none: a copy', () => {
    const values = Float32Array.of(1, 2)
    const found = normalised(values, { kind: 'none' })
    expect([...found]).toEqual([1, 2])
    expect(found).not.toBe(values)
  })

  it('refuses what is not finite, and a uniform image where contrast is needed', () => {
    expect(() => normalised(Float32Array.of(1, NaN), { kind: 'none' })).toThrow(
      expect.objectContaining({ code: 'network.image-not-finite' }),
    )
    expect(() => normalised(Float32Array.of(4, 4, 4), { kind: 'z-score' })).toThrow(
      expect.objectContaining({ code: 'network.no-contrast' }),
    )
  })
})
