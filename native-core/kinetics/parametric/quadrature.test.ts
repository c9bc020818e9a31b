import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { integrateFunctions, integrateToInfinity } from './quadrature.ts'

const close = (found: number | undefined, expected: number, tolerance: number): void =>
  expect(Math.abs((found ?? NaN) / expected - 1)).toBeLessThan(tolerance)

describe('adaptive quadrature', () => {
  it('integrates polynomials up to degree 22 to rounding: the nodes and weights are those of 15 points', () => {
    for (let degree = 0; degree <= 22; degree += 2) {
      close(integrateFunctions((x, out) => (out[0] = x ** degree), 1, -1, 1)[0], 2 / (degree + 1), 1e-13)
    }
  })

  it('integrates a narrow peak and a root beside each other', () => {
    const found = integrateFunctions(
      (x, out) => {
        out[0] = 1 / (1e-4 + (x - 0.3) ** 2)
        out[1] = Math.sqrt(x)
      },
      2,
      0,
      1,
    )
    close(found[0], 100 * (Math.atan(70) + Math.atan(30)), 1e-10)
    close(found[1], 2 / 3, 1e-9)
  })

  it('integrates Σ A·exp(−λt) and its derivatives to infinity as the closed form', () => {
    const rate = fc.double({ min: 1, max: 300, noNaN: true })
    fc.assert(
      fc.property(rate, rate, (a, b) => {
        const found = integrateToInfinity(
          (t, out) => {
            out[0] = Math.exp(-a * t) + 0.5 * Math.exp(-b * t)
            out[1] = -t * Math.exp(-a * t)
          },
          2,
          0,
          1,
        )
        close(found[0], 1 / a + 0.5 / b, 1e-9)
        close(found[1], -1 / a ** 2, 1e-9)
      }),
      { numRuns: 30 },
    )
  })

  it('refuses what has no integral', () => {
    expect(() => integrateToInfinity((_t, out) => (out[0] = 1), 1, 0, 1)).toThrow(InputError)
    expect(() => integrateFunctions((x, out) => (out[0] = 1 / (x - 0.5)), 1, 0, 1)).toThrow(InputError)
  })
})
