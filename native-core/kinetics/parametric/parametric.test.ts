import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import {
  checkAdministration,
  EXPONENTIAL_FORMS,
  exponentialResponse,
  naturalParameters,
  parametricCurve,
  responseIntegral,
  workingParameters,
} from './index.ts'
import type { Administration, ParametricCurve } from './index.ts'
import { pairResponse } from './response.ts'

/** In h and MBq: the functions know no unit of their own. */
const context = { physicalRatePerS: 0.0043, circulationRatePerS: 41, administeredBq: 7000 }
const INFUSION: Administration = [
  { startS: 0, durationS: 0.5, share: 0.7 },
  { startS: 6, durationS: 0, share: 0.3 },
]

/** Natural values with rates that ascend and differ. */
const natural = (curve: ParametricCurve) =>
  fc.tuple(...curve.parameters.map(() => fc.double({ min: 0.05, max: 0.95, noNaN: true }))).map((u) =>
    curve.parameters.map((p, j) => {
      const v = u[j] as number
      if (p.unit === '1/s') return 0.004 * 15 ** (Number(p.name.replace(/\D/g, '')) - 1 + v)
      return p.unit === '1' ? v : 100 + 5000 * v
    }),
  )
const close = (found: number, expected: number, tolerance: number): void =>
  expect(Math.abs(found - expected)).toBeLessThan(tolerance)
const time = fc.double({ min: 0, max: 100, noNaN: true })
const moved = (phi: readonly number[], j: number, h: number): number[] => phi.map((v, i) => (i === j ? v + h : v))

describe.each(EXPONENTIAL_FORMS.map((form) => [form.id] as const))('%s', (id) => {
  for (const administration of [undefined, INFUSION]) {
    const curve = parametricCurve(id, { ...context, ...(administration ? { administration } : {}) })
    const words = administration ? 'after an infusion and a second bolus' : 'after a bolus'

    it(`${words}: gradients of value, integral and terms agree with central differences`, () => {
      fc.assert(
        fc.property(natural(curve), time, (p, t) => {
          const phi = workingParameters(curve, p)
          const n = phi.length
          const [value, integral] = [new Float64Array(n), new Float64Array(n)]
          curve.value(phi, t, value)
          const whole = curve.integral(phi, integral)
          const rows = curve.termGradient?.(phi) ?? []
          const flat = (at: readonly number[]): number[] => {
            const terms = curve.terms(at) ?? []
            return [...terms.map((x) => x.amplitudeBq), ...terms.map((x) => x.effectiveRatePerS)]
          }
          for (let j = 0; j < n; j++) {
            const h = curve.parameters[j]?.scale === 'linear' ? 1e-2 : 1e-5
            const [up, down] = [moved(phi, j, h), moved(phi, j, -h)]
            close(value[j] as number, (curve.value(up, t) - curve.value(down, t)) / (2 * h), 1e-4)
            close(integral[j] as number, (curve.integral(up) - curve.integral(down)) / (2 * h), 1e-7 * whole + 1e-3)
            const [a, b] = [flat(up), flat(down)]
            rows.forEach((row, k) => {
              const slope = ((a[k] as number) - (b[k] as number)) / (2 * h)
              close(row[j] as number, slope, 1e-5 * (1 + Math.abs(slope)))
            })
          }
        }),
        { numRuns: 20 },
      )
    })
  }
  const curve = parametricCurve(id, context)

  it('is Σ A·exp(−λt) of its terms, its integral Σ A/λ, no rate below the physical one, slowest first', () => {
    fc.assert(
      fc.property(natural(curve), time, (p, t) => {
        const phi = workingParameters(curve, p)
        const terms = curve.terms(phi) ?? []
        const size = terms.reduce((s, x) => s + Math.abs(x.amplitudeBq), 0)
        const sum = terms.reduce((s, x) => s + x.amplitudeBq * Math.exp(-x.effectiveRatePerS * t), 0)
        close(curve.value(phi, t) / size, sum / size, 1e-13)
        const parts = terms.map((x) => x.amplitudeBq / x.effectiveRatePerS)
        const whole = parts.reduce((s, v) => s + Math.abs(v), 0)
        close(curve.integral(phi) / whole, parts.reduce((s, v) => s + v, 0) / whole, 1e-12)
        const rates = terms.map((x) => x.effectiveRatePerS)
        expect(rates).toEqual([...rates].sort((a, b) => a - b))
        expect(Math.min(...rates)).toBeGreaterThanOrEqual(context.physicalRatePerS)
        naturalParameters(curve, phi).forEach((v, j) => close(v / (p[j] as number), 1, 1e-12))
      }),
      { numRuns: 40 },
    )
  })
})

describe('interchangeable phases', () => {
  it.each(EXPONENTIAL_FORMS.filter((form) => form.exchanges).map((form) => [form.id] as const))(
    '%s: in order, slowest first, the curve is the same',
    (id) => {
      const curve = parametricCurve(id, context)
      fc.assert(
        fc.property(natural(curve), time, (p, t) => {
          // Rates turned round: the natural ones ascend.
          const rates = curve.parameters.flatMap((q, j) => (q.unit === '1/s' ? [j] : []))
          const turned = p.map((v, j) => {
            const place = rates.indexOf(j)
            return place < 0 || id === 'uptake-two-phase-washout'
              ? v
              : (p[rates[rates.length - 1 - place] as number] as number)
          })
          const phi = workingParameters(curve, turned)
          const ordered = curve.ordered?.(phi) ?? []
          const found = naturalParameters(curve, ordered)
          if (id !== 'uptake-two-phase-washout') {
            const sorted = rates.map((j) => found[j] as number)
            expect(sorted).toEqual([...sorted].sort((a, b) => a - b))
          }
          const [before, after] = [curve.value(phi, t), curve.value(ordered, t)]
          close(after, before, 1e-9 * (1 + Math.abs(before)))
        }),
        { numRuns: 20 },
      )
    },
  )
})

describe('forms in which a parameter is the TIA', () => {
  it.each(EXPONENTIAL_FORMS.filter((form) => form.scale?.as === 'integral').map((form) => [form.id] as const))(
    '%s: the integral is the parameter, whatever the others are',
    (id) => {
      const curve = parametricCurve(id, context)
      const index = curve.parameters.findIndex((p) => p.name === 'TIA')
      fc.assert(
        fc.property(natural(curve), (p) => {
          close(curve.integral(workingParameters(curve, p)), p[index] as number, 1e-9)
        }),
        { numRuns: 20 },
      )
    },
  )

  it('f4d of Hardiansyah 2023 is the printed formula', () => {
    const curve = parametricCurve('hardiansyah-2023-f4d', context)
    const [tia, a, l1, l2, t] = [9000, 0.2, 0.009, 0.3, 24]
    const [lp, lbc] = [context.physicalRatePerS, context.circulationRatePerS]
    const printed =
      ((tia / ((1 - a) / (l1 + lp) - a / (l2 + lp) - (1 - 2 * a) / (lbc + lp))) *
        ((1 - a) * Math.exp(-l1 * t) - a * Math.exp(-l2 * t) - (1 - 2 * a) * Math.exp(-lbc * t))) /
      Math.exp(lp * t)
    close(curve.value(workingParameters(curve, [tia, a, l1, l2]), t) / printed, 1, 1e-13)
  })
})

describe('response to an administration', () => {
  /** Midpoint rule over the convolution: independent of the closed form. */
  const numerically = (curve: (t: number) => number, t: number, administration: Administration): number =>
    administration.reduce((sum, { startS, durationS, share }) => {
      if (durationS === 0) return sum + (t >= startS ? share * curve(t - startS) : 0)
      const n = 4000
      const end = Math.min(durationS, Math.max(0, t - startS))
      let part = 0
      for (let i = 0; i < n; i++) part += curve(t - startS - (end * (i + 0.5)) / n)
      return sum + (share * part * end) / n / durationS
    }, 0)

  it('agrees with the convolution by quadrature, for an exponential and for a pair, also where the rates meet', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 5, noNaN: true }),
        fc.constantFrom(0, 1e-9, 1e-4, 0.05, 3),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (rate, difference, t) => {
          const value = exponentialResponse(rate, t, INFUSION).value
          close(
            value,
            numerically((u) => Math.exp(-rate * u), t, INFUSION),
            1e-7,
          )
          const pair = (u: number): number =>
            Math.exp(-rate * u) * (difference * u < 1e-8 ? u : -Math.expm1(-difference * u) / difference)
          close(pairResponse(rate, difference, t, INFUSION).value, numerically(pair, t, INFUSION), 1e-6)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('has derivatives that agree with central differences', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.double({ min: 1e-3, max: 2, noNaN: true }),
        fc.double({ min: 0.1, max: 30, noNaN: true }),
        (rate, difference, t) => {
          const h = 1e-5
          const single = (l: number): number => exponentialResponse(l, t, INFUSION).value
          close(exponentialResponse(rate, t, INFUSION).slope, (single(rate + h) - single(rate - h)) / (2 * h), 1e-5)
          const pair = (l: number, d: number): number => pairResponse(l, d, t, INFUSION).value
          const found = pairResponse(rate, difference, t, INFUSION)
          const scale = 1 + t * t
          close(found.byRate / scale, (pair(rate + h, difference) - pair(rate - h, difference)) / (2 * h) / scale, 1e-6)
          const d = Math.min(h, difference / 10)
          close(
            found.byDifference / scale,
            (pair(rate, difference + d) - pair(rate, difference - d)) / (2 * d) / scale,
            1e-6,
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  it('integrates to 1/λ from zero to infinity, and the parts of the time sum up', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 30, noNaN: true }),
        (rate, t) => {
          const before = responseIntegral(rate, 0, t, INFUSION)
          const after = responseIntegral(rate, t, Infinity, INFUSION)
          close((before.value + after.value) * rate, 1, 1e-12)
          close((before.slope + after.slope) * rate * rate, -1, 1e-9)
        },
      ),
    )
    // By the midpoint rule over the time of the infusion.
    const n = 2000
    let sum = 0
    for (let i = 0; i < n; i++) sum += (exponentialResponse(0.3, (2 * (i + 0.5)) / n, INFUSION).value * 2) / n
    close(responseIntegral(0.3, 0, 2, INFUSION).value, sum, 1e-6)
  })

  it.each([
    ['shares that do not sum to 1', [{ startS: 0, durationS: 0, share: 0.5 }], /sum to 0.5/],
    ['a part before time zero', [{ startS: -5, durationS: 0, share: 1 }], /part 1 .* -5 s/],
    ['nothing at time zero', [{ startS: 60, durationS: 0, share: 1 }], /time zero/],
    ['no part', [], /sum to 0/],
    ['a negative duration', [{ startS: 0, durationS: -1, share: 1 }], /part 1 .* lasts -1/],
    ['a share of zero', [{ startS: 0, durationS: 1, share: 0 }], /share 0/],
  ] as const)('refuses %s', (_, administration, message) => {
    expect(() => checkAdministration('Kidney', administration)).toThrow(message)
    expect(() => checkAdministration('Kidney', administration)).toThrow(InputError)
  })
})

describe('bad input', () => {
  it('names what a function needs, and the range of a parameter', () => {
    expect(() => parametricCurve('hardiansyah-2021-f2a', { physicalRatePerS: 1 })).toThrow(/administered activity/)
    expect(() => parametricCurve('quadratic', context)).toThrow(/no time–activity function "quadratic"/)
    const curve = parametricCurve('hardiansyah-2021-shares', context)
    expect(() => workingParameters(curve, [1, 1.5, 1])).toThrow(/beta .* between 0 and 1/)
    expect(() => workingParameters(curve, [-1, 0.5, 1])).toThrow(/A1 .* positive/)
  })
})
