import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { normalCdf, normalQuantile } from '../../statistics/index.ts'
import { integrateTerms } from '../index.ts'
import {
  curvePopulation,
  estimateFewScans,
  fewScansCurve,
  HANSCHEID_WINDOW,
  hanscheidQuotient,
  priorCyclePopulation,
  shareCutOff,
} from './index.ts'
import type { FewScansRequest, KineticPopulation } from './index.ts'
import { populationNodes } from './nodes.ts'
import { weightedPercentiles } from './weighted.ts'

const HOUR = 3600
const LU177_S = 159.528 * HOUR

const kidney: KineticPopulation = {
  id: 'test',
  title: 'test kidneys',
  shape: 'mono-exponential',
  physicalHalfLifeS: LU177_S,
  effectiveHalfLifeS: { median: 50 * HOUR, geometricStandardDeviation: 1.2 },
}
const twoPhases: KineticPopulation = {
  ...kidney,
  shape: 'bi-exponential',
  earlyHalfLifeS: { median: 3 * HOUR, geometricStandardDeviation: 1.5 },
  earlyShare: { median: 0.5, geometricStandardDeviation: 1.6 },
  uptake: { median: 0.015, geometricStandardDeviation: 1.35 },
}

const request = (method: FewScansRequest['method'], timeH: number, more: Partial<FewScansRequest> = {}) => ({
  label: 'Kidney',
  method,
  timesS: [timeH * HOUR],
  activityBq: [30e6],
  sigmaBq: [0.9e6],
  physicalHalfLifeS: LU177_S,
  population: curvePopulation(kidney, 1),
  ...more,
})

const refusal = (input: FewScansRequest): InputError => {
  try {
    estimateFewScans(input)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
  throw new Error('was taken')
}

describe('Hänscheid’s rule', () => {
  it('is 2t/ln 2, exact for effective half-lives of t and t/2, at most 6.1 % above and 11.7 % below in its window', () => {
    const estimate = estimateFewScans(request('hanscheid', 96))
    expect(estimate.tiaBqS).toBeCloseTo((30e6 * 2 * 96 * HOUR) / Math.LN2, 0)
    for (const halfLifeH of [96, 48])
      expect(estimate.tiaBqS / ((30e6 * 2 ** (96 / halfLifeH) * halfLifeH * HOUR) / Math.LN2)).toBeCloseTo(1, 12)
    expect(hanscheidQuotient(1 / Math.LN2)).toBeCloseTo(2 / Math.E / Math.LN2, 12)
    const quotients = Array.from({ length: 200 }, (_, i) =>
      hanscheidQuotient(HANSCHEID_WINDOW.from + (i / 199) * (HANSCHEID_WINDOW.to - HANSCHEID_WINDOW.from)),
    )
    expect(Math.max(...quotients)).toBeLessThan(1.0615)
    expect(Math.min(...quotients)).toBeGreaterThan(0.883)
  })

  it('says how much of the population is out of its window, and that it does not know without one', () => {
    expect(estimateFewScans(request('hanscheid', 96)).warnings.map((w) => w.code)).not.toContain(
      'kinetics.hanscheid-window',
    )
    const early = estimateFewScans(request('hanscheid', 20)).warnings.find(
      (w) => w.code === 'kinetics.hanscheid-window',
    )
    expect(early?.message).toContain('0.75 to 2.5')
    const alone = { ...request('hanscheid', 96), population: undefined } as unknown as FewScansRequest
    const unchecked = estimateFewScans(alone)
    expect(unchecked.warnings.map((w) => w.code)).toEqual(['kinetics.hanscheid-unchecked'])
    expect(unchecked.expectedError).toBeNull()
    // Rectangular between the extreme values of 2^(x−1)/x: e·ln 2/2 at x = 1/ln 2 and 2^1.5/2.5 at x = 2.5.
    const half = (2 ** 1.5 / 2.5 - (Math.E * Math.LN2) / 2) / Math.sqrt(12)
    expect(unchecked.tiaUncertaintyBqS / unchecked.tiaBqS).toBeCloseTo(Math.hypot(0.03, half), 10)
  })

  it('is refused later than two physical half-lives, where it is too low for every effective half-life', () => {
    expect(refusal(request('hanscheid', 2.01 * 159.528)).code).toBe('kinetics.few-scans-late')
  })
})

describe('Madsen’s rule and the median over a population', () => {
  it('Madsen: A·e^{kt}/k with the population’s median half-life', () => {
    const k = Math.LN2 / (50 * HOUR)
    const estimate = estimateFewScans(request('madsen', 72))
    expect(estimate.tiaBqS / ((30e6 * Math.exp(k * 72 * HOUR)) / k)).toBeCloseTo(1, 9)
    expect(estimate.effectiveHalfLifeS / HOUR).toBeCloseTo(50, 7)
  })

  it('without spread the median over the population is Madsen’s rule', () => {
    const exact = curvePopulation(
      { ...kidney, effectiveHalfLifeS: { median: 50 * HOUR, geometricStandardDeviation: 1 } },
      1,
    )
    const [a, b] = (['madsen', 'population-half-life'] as const).map((method) =>
      estimateFewScans(request(method, 60, { population: exact })),
    )
    expect((a?.tiaBqS ?? 0) / (b?.tiaBqS ?? 1)).toBeCloseTo(1, 12)
    expect(b?.parts.find((part) => part.name === 'population')?.relative).toBeCloseTo(0, 12)
  })

  it('median, mean and percentiles of the TIA agree with a hundred thousand half-lives at equal steps of their scores', () => {
    // An oracle of its own: log-normal half-lives below the physical one, weighted with their density, scores within ±4 of the cut one.
    const wide = { median: 80 * HOUR, geometricStandardDeviation: 1.6 }
    const population = { ...kidney, effectiveHalfLifeS: wide }
    const { distribution, tiaBqS } = estimateFewScans(
      request('population-half-life', 72, { population: curvePopulation(population, 1) }),
    )
    const s = Math.log(1.6)
    const below = normalCdf((Math.log(LU177_S) - Math.log(80 * HOUR)) / s)
    const ends = [-4, 4].map((z) => Math.log(80 * HOUR) + s * normalQuantile(below * normalCdf(z)))
    const step = ((ends[1] ?? 0) - (ends[0] ?? 0)) / 100_000
    const drawn = Array.from({ length: 100_000 }, (_, i) => {
      const lnT = (ends[0] ?? 0) + (i + 0.5) * step
      const halfLife = Math.exp(lnT)
      const weight = Math.exp(-((lnT - Math.log(80 * HOUR)) ** 2) / (2 * s * s))
      return { ratio: (30e6 * 2 ** ((72 * HOUR) / halfLife) * halfLife) / Math.LN2, weight }
    }).sort((a, b) => a.ratio - b.ratio)
    const total = drawn.reduce((sum, { weight }) => sum + weight, 0)
    const mean = drawn.reduce((sum, { ratio, weight }) => sum + ratio * weight, 0) / total
    const percentile = (share: number): number => {
      let sum = 0
      return drawn.find(({ weight }) => (sum += weight) >= share * total)?.ratio ?? NaN
    }
    expect((distribution?.meanBqS ?? 0) / mean).toBeCloseTo(1, 3)
    expect(tiaBqS / percentile(0.5)).toBeCloseTo(1, 3)
    expect((distribution?.percentile16BqS ?? 0) / percentile(0.16)).toBeCloseTo(1, 3)
    expect((distribution?.percentile97p5BqS ?? 0) / percentile(0.975)).toBeCloseTo(1, 2)
    expect(shareCutOff(population)).toBeCloseTo(0.070986, 6)
  })

  it('no curve of a population is slower than physical decay, and half of them are faster than its cut median', () => {
    const nodes = populationNodes(
      curvePopulation({ ...kidney, effectiveHalfLifeS: { median: 120 * HOUR, geometricStandardDeviation: 2 } }, 1),
    )
    const rates = nodes.map((node) => node.terms?.[0]?.effectiveRatePerS ?? 0)
    expect(Math.min(...rates)).toBeGreaterThanOrEqual((Math.LN2 / LU177_S) * (1 - 1e-12))
    const [median = 0] = weightedPercentiles({ values: rates, weights: nodes.map((n) => n.weight) }, [0.5])
    // Half of Φ(ln(159.528/120)/ln 2) is Φ(−0.440767) (Python's statistics.NormalDist).
    expect(Math.LN2 / median / HOUR).toBeCloseTo(120 * 2 ** -0.440767, 1)
  })

  it('the uncertainty is the root of the sum of its parts, and the curve has the TIA and meets the point', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('madsen', 'population-half-life', 'hanscheid', 'population-map', 'prior-cycles'),
        fc.double({ min: 4, max: 200, noNaN: true }),
        fc.boolean(),
        (method, timeH, early) => {
          const population =
            method === 'prior-cycles'
              ? priorCyclePopulation('cycle 1', [{ amplitudeBq: 5e7, effectiveRatePerS: 4e-6 }], LU177_S)
              : curvePopulation(early ? twoPhases : kidney, 7.4e9)
          const estimate = estimateFewScans(request(method, timeH, { population }))
          const relative = estimate.tiaUncertaintyBqS / estimate.tiaBqS
          expect(relative).toBeCloseTo(Math.hypot(...estimate.parts.map((part) => part.relative)), 10)
          expect(integrateTerms(estimate.terms) / estimate.tiaBqS).toBeCloseTo(1, 9)
          const band = fewScansCurve(request(method, timeH, { population }), estimate, [timeH * HOUR])
          if (method !== 'population-map') expect((band.activityBq[0] ?? 0) / 30e6).toBeCloseTo(1, 2)
          expect(band.lowerBq[0]).toBeLessThanOrEqual(band.activityBq[0] ?? 0)
          expect(band.upperBq[0]).toBeGreaterThanOrEqual(band.activityBq[0] ?? 0)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('the most probable curve', () => {
  it('from one scan of a curve of unknown size is the median shape through the point', () => {
    const estimate = estimateFewScans(request('population-map', 60))
    expect(estimate.effectiveHalfLifeS / HOUR).toBeCloseTo(50, 1)
    expect(estimate.tiaBqS / ((30e6 * 2 ** 1.2 * 50 * HOUR) / Math.LN2)).toBeCloseTo(1, 3)
  })

  it('two exact scans give the half-life whatever the population says', () => {
    const truth = (timeH: number): number => 50e6 * 2 ** (-timeH / 70)
    const estimate = estimateFewScans(
      request('population-map', 24, {
        timesS: [24 * HOUR, 168 * HOUR],
        activityBq: [truth(24), truth(168)],
        sigmaBq: [1, 1],
      }),
    )
    expect(estimate.effectiveHalfLifeS / HOUR).toBeCloseTo(70, 4)
    expect(estimate.tiaBqS / ((50e6 * 70 * HOUR) / Math.LN2)).toBeCloseTo(1, 5)
  })
})

describe('an earlier cycle', () => {
  const terms = [
    { amplitudeBq: 60e6, effectiveRatePerS: Math.LN2 / (55 * HOUR) },
    { amplitudeBq: 30e6, effectiveRatePerS: Math.LN2 / (4 * HOUR) },
  ]
  const at = (timeH: number, factor: number): number =>
    terms.reduce((s, t) => s + factor * t.amplitudeBq * Math.exp(-t.effectiveRatePerS * timeH * HOUR), 0)
  const population = priorCyclePopulation('cycle 1', terms, LU177_S, 1.1)

  it('with the same shape the TIA is scaled by the activity', () => {
    const estimate = estimateFewScans(
      request('prior-cycles', 24, { population, activityBq: [at(24, 0.8)], sigmaBq: [1] }),
    )
    expect(estimate.tiaBqS / (0.8 * integrateTerms(terms))).toBeCloseTo(1, 10)
    expect(estimate.terms.map((t) => t.amplitudeBq / 48e6)[0]).toBeCloseTo(1, 9)
  })

  it('the spread from cycle to cycle is that of two half-lives changed by it, to first order', () => {
    const estimate = estimateFewScans(
      request('prior-cycles', 168, { population, activityBq: [at(168, 1)], sigmaBq: [1] }),
    )
    const ratio = (w: number): number => {
      const phi = [0, w]
      return Math.log(population.curve.integral(phi) / population.curve.value(phi, 168 * HOUR))
    }
    const slope = (ratio(1e-4) - ratio(-1e-4)) / 2e-4
    const spread = estimate.parts.find((part) => part.name === 'population')?.relative ?? 0
    expect(spread / Math.abs(slope * Math.log(1.1))).toBeCloseTo(1, 1)
  })

  it('two scans of this cycle correct the half-life', () => {
    const slower = population.curve.value.bind(null, [Math.log(90e6), Math.log(1.2)])
    const estimate = estimateFewScans(
      request('prior-cycles', 24, {
        population,
        timesS: [24 * HOUR, 120 * HOUR],
        activityBq: [slower(24 * HOUR), slower(120 * HOUR)],
        sigmaBq: [1, 1],
      }),
    )
    expect(estimate.tiaBqS / population.curve.integral([Math.log(90e6), Math.log(1.2)])).toBeCloseTo(1, 5)
  })

  it('gradients of the curve agree with differences', () => {
    for (const curve of [population.curve, curvePopulation(twoPhases, 7.4e9).curve]) {
      const phi = curve.parameters.map((_, i) => [17, 0.4, 9.2, -0.5][i] ?? 0)
      const gradient = new Float64Array(phi.length)
      const check = (f: (p: number[], g?: Float64Array) => number): void => {
        f(phi, gradient)
        phi.forEach((_, k) => {
          const moved = (by: number): number => f(phi.map((v, i) => (i === k ? v + by : v)))
          const difference = (moved(1e-5) - moved(-1e-5)) / 2e-5
          expect(Math.abs((gradient[k] ?? 0) - difference)).toBeLessThan(
            1e-7 * Math.abs(f(phi)) + 1e-7 * Math.abs(difference),
          )
        })
      }
      check((p, g) => curve.value(p, 30 * HOUR, g))
      check((p, g) => curve.integral(p, g))
    }
  })
})

describe('what cannot be used', () => {
  it.each<[string, FewScansRequest]>([
    ['time', request('madsen', 0)],
    ['time', request('population-map', 4, { timesS: [4, 4], activityBq: [1, 1], sigmaBq: [1, 1] })],
    ['activity', request('madsen', 24, { activityBq: [0] })],
    ['sigma', request('madsen', 24, { sigmaBq: [0] })],
    ['points', request('madsen', 24, { activityBq: [] })],
    ['too-many', request('madsen', 24, { timesS: [1, 2], activityBq: [1, 1], sigmaBq: [1, 1] })],
    ['half-life', request('madsen', 24, { physicalHalfLifeS: 0 })],
  ])('%s is refused', (what, input) => {
    expect(refusal(input).code).toBe(`kinetics.few-scans-${what}`)
  })

  it('a method without its population names it', () => {
    const without = { ...request('madsen', 24), population: undefined } as unknown as FewScansRequest
    expect(refusal(without).hint).toContain('population')
  })

  it.each<[string, Partial<KineticPopulation>]>([
    ['not below the physical', { effectiveHalfLifeS: { median: LU177_S, geometricStandardDeviation: 1.2 } }],
    ['an early half-life', { shape: 'bi-exponential' }],
    ['no early phase', { earlyHalfLifeS: { median: 1, geometricStandardDeviation: 2 } }],
    ['standard deviation 0.5', { effectiveHalfLifeS: { median: 1, geometricStandardDeviation: 0.5 } }],
    [
      'no correlation matrix',
      {
        correlation: [
          [1, 0.5],
          [0.4, 1],
        ],
      },
    ],
  ])('a population with "%s" is refused', (what, wrong) => {
    expect(() => curvePopulation({ ...kidney, ...wrong }, 1)).toThrow(what)
  })
})
