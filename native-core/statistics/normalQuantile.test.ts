import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalCdf, normalQuantile } from './index.ts'

describe('quantile of the standard normal', () => {
  it.each([
    [0.975, 1.959963984540054],
    [0.84134474606854293, 1],
    [0.001, -3.090232306167813],
    [1e-9, -5.997807015007687],
  ])('Φ⁻¹(%f) as in the tables (NIST handbook 1.3.6.7.1, SciPy norm.ppf)', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 12)
  })

  it('undoes Φ, and is odd about one half', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 5, noNaN: true }), (x) => {
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 9)
      }),
    )
    expect(normalQuantile(0.25)).toBe(-normalQuantile(0.75))
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([-Infinity, 0, Infinity])
    expect(normalQuantile(1.5)).toBeNaN()
  })
})
