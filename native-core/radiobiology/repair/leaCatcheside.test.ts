import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { doseOfCourse, doseRateAt, integrateCourse } from '../doseRate/index.ts'
import type { DoseRateCourse, DoseRateTerm } from '../doseRate/index.ts'
import { monoExponentialG, protraction } from './leaCatcheside.ts'
import type { ExponentialRepair } from './types.ts'

const HOUR_S = 3600
const oneRepair = (hours: number): ExponentialRepair => ({
  kind: 'exponential',
  components: [{ halfTimeS: hours * HOUR_S, fraction: 1 }],
})
const falling = (rateGyPerH: number, halfLifeH: number, startH = 0): DoseRateCourse[number] => ({
  kind: 'exponentials',
  startS: startH * HOUR_S,
  terms: [{ rateGyPerS: rateGyPerH / HOUR_S, decayPerS: Math.LN2 / (halfLifeH * HOUR_S) }],
})

/** Positive dose rates: a wash-out and an uptake that flows into it. */
const terms = fc
  .tuple(
    fc.double({ min: 0.01, max: 5, noNaN: true }),
    fc.double({ min: 1, max: 200, noNaN: true }),
    fc.double({ min: 0.02, max: 0.9, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([rate, halfLifeH, share, uptake]): DoseRateTerm[] => {
    const decayPerS = Math.LN2 / (halfLifeH * HOUR_S)
    return [
      { rateGyPerS: rate / HOUR_S, decayPerS },
      { rateGyPerS: (-uptake * rate) / HOUR_S, decayPerS: decayPerS / share },
    ]
  })
const repairHours = fc.double({ min: 0.1, max: 100, noNaN: true })

/** ∫∫ by brute force: midpoints of the product of two densities of the course. */
function pairByMidpoints(course: DoseRateCourse, muPerS: number, untilS: number, steps: number): number {
  const h = untilS / steps
  const rates = Array.from({ length: steps }, (_, k) => doseRateAt(course, (k + 0.5) * h))
  let s = 0
  let sum = 0
  for (const rate of rates) {
    // Half of the step's own damage acts within the step.
    sum += rate * h * (s * Math.exp((-muPerS * h) / 2) + (rate * h) / 2)
    s = s * Math.exp(-muPerS * h) + rate * h * Math.exp((-muPerS * h) / 2)
  }
  return 2 * sum
}

describe('G in closed form', () => {
  it('is T_rep/(T_rep + T_eff) for one half-life, 1/2 where both are equal, to 1e-13', () => {
    for (const [repair, effective] of [
      [2.8, 51],
      [1.5, 66.7],
      [40, 40],
    ] as const) {
      const { g } = protraction([falling(1, effective)], oneRepair(repair))
      expect(g).toBeCloseTo(repair / (repair + effective), 13)
      expect(monoExponentialG(repair * HOUR_S, effective * HOUR_S)).toBeCloseTo(g, 13)
    }
    expect(monoExponentialG(7, 7)).toBe(0.5)
  })

  it('is 2(μT − 1 + e^(−μT))/(μT)² for a constant rate, to 1e-12, from acute to slow', () => {
    for (const hours of [1e-3, 0.3, 1, 10, 500]) {
      const course: DoseRateCourse = [
        { kind: 'sampled', timesS: [0, hours * HOUR_S], rateGyPerS: [1e-4, 1e-4], tailDecayPerS: null },
      ]
      const x = (Math.LN2 * hours) / 1.5
      const expected = x < 1e-2 ? 1 - x / 3 + (x * x) / 12 - x ** 3 / 60 : (2 * (x - 1 + Math.exp(-x))) / (x * x)
      expect(Math.abs(protraction(course, oneRepair(1.5)).g / expected - 1)).toBeLessThan(1e-12)
    }
  })

  it('of a sum of exponentials is 2·Σ R_i·R_j/((λ_i+λ_j)(λ_i+μ))/D², to 1e-12', () => {
    fc.assert(
      fc.property(terms, repairHours, (sum, hours) => {
        const mu = Math.LN2 / (hours * HOUR_S)
        const dose = sum.reduce((s, x) => s + x.rateGyPerS / x.decayPerS, 0)
        let pair = 0
        for (const i of sum)
          for (const j of sum)
            pair += (2 * i.rateGyPerS * j.rateGyPerS) / ((i.decayPerS + j.decayPerS) * (i.decayPerS + mu))
        const found = protraction([{ kind: 'exponentials', startS: 0, terms: sum }], oneRepair(hours))
        expect(Math.abs(found.g - pair / dose ** 2)).toBeLessThan(1e-12 * found.g + 1e-14)
      }),
    )
  })

  it('until a time is [φ(2λ) − φ(λ+μ)]/(μ−λ)·2R²/D², also where μ = λ, to 1e-11', () => {
    const lambda = 1e-5
    const untilS = 1.3e5
    const phi = (a: number): number => -Math.expm1(-a * untilS) / a
    const course: DoseRateCourse = [{ kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 1, decayPerS: lambda }] }]
    for (const mu of [3e-6, 9e-6, 2e-5, 1e-3]) {
      const found = integrateCourse(course, mu, untilS).pairGy2
      expect(Math.abs(found / ((2 * (phi(2 * lambda) - phi(lambda + mu))) / (mu - lambda)) - 1)).toBeLessThan(1e-11)
    }
    const a = 2 * lambda
    const limit = (2 * (1 - Math.exp(-a * untilS) * (1 + a * untilS))) / (a * a)
    expect(Math.abs(integrateCourse(course, lambda, untilS).pairGy2 / limit - 1)).toBeLessThan(1e-12)
    // Just beside it the value hardly moves: no digits are lost where the rates meet.
    expect(Math.abs(integrateCourse(course, lambda * (1 + 1e-9), untilS).pairGy2 / limit - 1)).toBeLessThan(1e-8)
  })

  it('of two cycles has the cross terms of incomplete repair, to 1e-12', () => {
    const mu = Math.LN2 / (2.8 * HOUR_S)
    const lambda = Math.LN2 / (51 * HOUR_S)
    const other = Math.LN2 / (60 * HOUR_S)
    for (const delayH of [1, 24, 1344]) {
      const delta = delayH * HOUR_S
      const [r1, r2] = [0.3 / HOUR_S, 0.25 / HOUR_S]
      const single = (r: number, l: number): number => (r * r) / (l * (l + mu))
      const cross =
        2 *
        r1 *
        r2 *
        ((Math.exp(-lambda * delta) / (lambda + other) - Math.exp(-mu * delta) / (other + mu)) / (mu - lambda) +
          Math.exp(-lambda * delta) / ((lambda + other) * (lambda + mu)))
      const found = protraction([falling(0.3, 51), falling(0.25, 60, delayH)], oneRepair(2.8))
      const expected = single(r1, lambda) + single(r2, other) + cross
      expect(Math.abs(found.pairGy2 / expected - 1)).toBeLessThan(1e-12)
    }
  })
})

describe('G of second-order repair', () => {
  it('of one half-life is 2R²/(2λ)·e^(λ/z)·E1(λ/z)/z over D², to 1e-11 (E1 by its series)', () => {
    const e1 = (x: number): number => {
      // Abramowitz & Stegun 5.1.11
      let sum = -0.5772156649015329 - Math.log(x)
      let term = -1
      for (let n = 1; n < 60; n++) {
        term *= -x / n
        sum += term / n
      }
      return sum
    }
    for (const [repairH, effectiveH] of [
      [1.5, 51],
      [10, 20],
    ] as const) {
      const z = 1 / repairH
      const lambda = Math.LN2 / effectiveH
      const expected = (lambda * Math.exp(lambda / z) * e1(lambda / z)) / z
      const { g } = protraction([falling(1, effectiveH)], { kind: 'reciprocal', halfTimeS: repairH * HOUR_S })
      expect(Math.abs(g / expected - 1)).toBeLessThan(1e-11)
    }
  })
})

describe('a course of dose rates', () => {
  it('has a G from 0 to 1 that falls as repair gets faster', () => {
    fc.assert(
      fc.property(terms, repairHours, fc.double({ min: 0, max: 400, noNaN: true }), (sum, hours, laterH) => {
        const course: DoseRateCourse = [
          { kind: 'exponentials', startS: 0, terms: sum },
          { kind: 'exponentials', startS: laterH * HOUR_S, terms: sum },
        ]
        const slow = protraction(course, oneRepair(hours)).g
        const fast = protraction(course, oneRepair(hours / 3)).g
        expect(slow).toBeGreaterThan(0)
        expect(slow).toBeLessThanOrEqual(1 + 1e-12)
        expect(fast).toBeLessThan(slow)
      }),
    )
  })

  it('is worth the same cut in two: the state at any time is the same with a sampled or an exponential curve', () => {
    fc.assert(
      fc.property(terms, repairHours, fc.double({ min: 1, max: 300, noNaN: true }), (sum, hours, untilH) => {
        const mu = Math.LN2 / (hours * HOUR_S)
        const one: DoseRateCourse = [{ kind: 'exponentials', startS: 0, terms: sum }]
        // A sampled curve of zero height cuts the pieces and adds nothing.
        const cut: DoseRateCourse = [
          ...one,
          { kind: 'sampled', timesS: [0, 0.37 * untilH * HOUR_S], rateGyPerS: [0, 0], tailDecayPerS: null },
        ]
        const whole = integrateCourse(one, mu, untilH * HOUR_S)
        const parts = integrateCourse(cut, mu, untilH * HOUR_S)
        // Uptake terms of opposite sign cancel early on: digits are counted against what is subtracted.
        const size = sum.reduce((s, x) => s + Math.abs(x.rateGyPerS), 0) * untilH * HOUR_S
        expect(Math.abs(parts.pairGy2 - whole.pairGy2)).toBeLessThan(1e-13 * size * size)
        expect(Math.abs(parts.doseGy - whole.doseGy)).toBeLessThan(1e-13 * size)
        expect(Math.abs(parts.unrepairedGy - whole.unrepairedGy)).toBeLessThan(1e-13 * size)
      }),
    )
  })

  it('agrees with the double sum over small steps to 0.1 %, sampled and exponential together', () => {
    const course: DoseRateCourse = [
      { kind: 'sampled', timesS: [0, 3600, 7200, 36000], rateGyPerS: [0, 2e-4, 1e-4, 3e-5], tailDecayPerS: 1e-5 },
      { kind: 'exponentials', startS: 18000, terms: [{ rateGyPerS: 1e-4, decayPerS: 2e-5 }] },
    ]
    const untilS = 3e5
    for (const mu of [1e-6, 1e-4, 2e-3]) {
      const found = integrateCourse(course, mu, untilS).pairGy2
      expect(Math.abs(found / pairByMidpoints(course, mu, untilS, 60000) - 1)).toBeLessThan(1e-3)
    }
  })

  it('of fine samples of an exponential is that exponential, with error of second order in the step', () => {
    const lambda = Math.LN2 / (51 * HOUR_S)
    const sampled = (steps: number): DoseRateCourse => {
      const timesS = Array.from({ length: steps + 1 }, (_, k) => (k * 200 * HOUR_S) / steps)
      return [
        { kind: 'sampled', timesS, rateGyPerS: timesS.map((t) => 1e-4 * Math.exp(-lambda * t)), tailDecayPerS: lambda },
      ]
    }
    const exact = protraction([falling(1e-4 * HOUR_S, 51)], oneRepair(2.8)).pairGy2
    const coarse = Math.abs(protraction(sampled(50), oneRepair(2.8)).pairGy2 - exact)
    const fine = Math.abs(protraction(sampled(100), oneRepair(2.8)).pairGy2 - exact)
    expect(coarse / fine).toBeGreaterThan(3.7)
    expect(coarse / fine).toBeLessThan(4.3)
  })

  it('keeps its digits where repair is almost absent: G is 1 to 1e-6', () => {
    const course: DoseRateCourse = [
      { kind: 'sampled', timesS: [0, 360, 7200], rateGyPerS: [1e-3, 2e-3, 0], tailDecayPerS: null },
    ]
    expect(Math.abs(protraction(course, oneRepair(1e7)).g - 1)).toBeLessThan(1e-6)
    expect(doseOfCourse(course)).toBeCloseTo(0.54 + 6.84, 12)
  })

  it('refuses what cannot be one, and says what', () => {
    const bad = (course: DoseRateCourse): (() => unknown) => {
      return () => protraction(course, oneRepair(2))
    }
    expect(bad([])).toThrow(/no dose rate/)
    expect(bad([falling(-1, 51)])).toThrow(/at its start/)
    expect(bad([falling(1, -51)])).toThrow(/positive rate/)
    expect(bad([falling(0, 51)])).toThrow(/dose is 0/)
    expect(bad([{ kind: 'sampled', timesS: [0, 0], rateGyPerS: [1, 1], tailDecayPerS: null }])).toThrow(/ascend/)
    expect(bad([{ kind: 'sampled', timesS: [0, 1], rateGyPerS: [1, -1], tailDecayPerS: null }])).toThrow(/-1 Gy\/s/)
    expect(() => protraction([falling(1, 51)], oneRepair(0))).toThrow(/half-time is 0/)
    expect(() =>
      protraction([falling(1, 51)], { kind: 'exponential', components: [{ halfTimeS: 10, fraction: 0.4 }] }),
    ).toThrow(/components are 0.4/)
    expect(() => protraction([falling(1, 51, 2)], oneRepair(2), 100)).toThrow(/until 100 s/)
  })
})
