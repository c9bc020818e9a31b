import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decayed, frameMeanToStart, meanActivityTimeS } from './decay.ts'

const halfLife = fc.double({ min: 100, max: 1e7, noNaN: true })

describe('decay factors', () => {
  it('frameMeanToStart inverts the mean of an exponential, integrated numerically', () => {
    fc.assert(
      fc.property(halfLife, fc.double({ min: 1, max: 7200, noNaN: true }), (t, duration) => {
        const n = 2000
        let sum = 0
        for (let i = 0; i < n; i++) sum += decayed(t, ((i + 0.5) * duration) / n)
        expect(frameMeanToStart(t, duration) * (sum / n)).toBeCloseTo(1, 4)
      }),
    )
  })

  it('is 1 for an instant, and 1 + λT/2 to first order', () => {
    expect(frameMeanToStart(6586.2, 0)).toBe(1)
    // F-18, 120 s: λT = 0.0126293; 1 + x/2 + x²/12
    const x = (Math.LN2 / 6586.2) * 120
    expect(frameMeanToStart(6586.2, 120)).toBeCloseTo(1 + x / 2 + (x * x) / 12, 9)
  })

  it('halves in one half-life, and the mean time is when the activity is the mean', () => {
    fc.assert(
      fc.property(halfLife, fc.double({ min: 1, max: 7200, noNaN: true }), (t, duration) => {
        expect(decayed(t, t)).toBeCloseTo(0.5, 12)
        const mean = meanActivityTimeS(t, duration)
        expect(mean).toBeGreaterThan(0)
        expect(mean).toBeLessThan(duration)
        expect(decayed(t, mean) * frameMeanToStart(t, duration)).toBeCloseTo(1, 9)
      }),
    )
  })
})
