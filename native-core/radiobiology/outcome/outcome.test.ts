import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { doseRateAt, integrateCourse } from '../doseRate/index.ts'
import type { DoseRateCourse } from '../doseRate/index.ts'
import { distributionOf, eubed, geud, mapDoses, meanOf, uniform } from '../volume/index.ts'
import {
  bedForTcp,
  lkbNtcp,
  logitNtcp,
  parallelNtcp,
  poissonTcp,
  relativeSerialityNtcp,
  utcp,
  zaiderMinerboTcp,
} from './index.ts'

const HOUR_S = 3600
const DAY_S = 86400
const distribution = fc
  .array(fc.tuple(fc.double({ min: 0.01, max: 120, noNaN: true }), fc.double({ min: 0.01, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((bins) =>
    distributionOf(
      bins.map(([dose]) => dose),
      bins.map(([, volume]) => volume),
      'sum',
    ),
  )

describe('equivalent doses', () => {
  it('gEUD lies between minimum and maximum, rises with a, is the mean at 1 and the dose where it is even', () => {
    fc.assert(
      fc.property(distribution, fc.double({ min: -30, max: 60, noNaN: true }), (dose, a) => {
        const doses = Array.from(dose.doseGy)
        const value = geud(dose, a)
        expect(value).toBeGreaterThanOrEqual(Math.min(...doses) * (1 - 1e-9))
        expect(value).toBeLessThanOrEqual(Math.max(...doses) * (1 + 1e-9))
        expect(geud(dose, a + 1)).toBeGreaterThanOrEqual(value * (1 - 1e-9))
        expect(Math.abs(geud(dose, 1) / meanOf(dose) - 1)).toBeLessThan(1e-12)
        expect(geud(uniform(37), a)).toBeCloseTo(37, 10)
      }),
    )
    const uneven = distributionOf([10, 20], [0.5, 0.5])
    expect(geud(uneven, 2)).toBeCloseTo(Math.sqrt(250), 12)
    expect(geud(uneven, 0)).toBeCloseTo(Math.sqrt(200), 10)
    expect(geud(uneven, 5000)).toBeCloseTo(20, 2)
    expect(geud(distributionOf([0, 20], [0.5, 0.5]), -1)).toBe(0)
  })

  it('EUBED is at most the mean and the BED itself where that is even', () => {
    fc.assert(
      fc.property(distribution, fc.double({ min: 0.01, max: 2, noNaN: true }), (bed, alpha) => {
        expect(eubed(bed, alpha)).toBeLessThanOrEqual(meanOf(bed) * (1 + 1e-12))
        expect(eubed(uniform(90), alpha)).toBeCloseTo(90, 10)
      }),
    )
    expect(eubed(distributionOf([0, 5000], [0.25, 0.75]), 0.3)).toBeCloseTo(-Math.log(0.25) / 0.3, 12)
  })

  it('refuses histograms that are none', () => {
    expect(() => distributionOf([], [])).toThrow(/0 doses/)
    expect(() => distributionOf([1, 2], [0.4, 0.4])).toThrow(/add to 0.8, not to 1/)
    expect(() => distributionOf([1, -2], [0.5, 0.5])).toThrow(/Bin 2 .* dose -2/)
    expect(() => distributionOf([1, 2], [60, 40], 100)).not.toThrow()
  })
})

describe('NTCP', () => {
  const kidney = { td50Gy: 28, m: 0.1, n: 0.7 }

  it('is 1/2 at TD50 in every model', () => {
    expect(lkbNtcp(uniform(28), kidney)).toBeCloseTo(0.5, 13)
    expect(logitNtcp(uniform(28), { td50Gy: 28, gamma50: 3, a: 1.4 })).toBeCloseTo(0.5, 12)
    expect(relativeSerialityNtcp(uniform(28), { d50Gy: 28, gamma: 3, s: 0.3 })).toBeCloseTo(0.5, 14)
    expect(parallelNtcp(uniform(30), { d50Gy: 30, k: 3, v50: 0.5, sigma: 0.1 })).toBeCloseTo(0.5, 13)
  })

  it('of relative seriality is serial at s = 1: 1 − Π(1 − P)^v, and loses no digits near 1 and 0', () => {
    const p = (dose: number): number => 2 ** -Math.exp(Math.E * 2 * (1 - dose / 40))
    const dose = distributionOf([20, 45], [0.3, 0.7])
    expect(relativeSerialityNtcp(dose, { d50Gy: 40, gamma: 2, s: 1 })).toBeCloseTo(
      1 - (1 - p(20)) ** 0.3 * (1 - p(45)) ** 0.7,
      14,
    )
    // 1 − NTCP of a high uniform dose is 1 − P: ln 2·exp(eγ(1 − D/D50)) to first order, here 1e-8.
    const high = 1 - relativeSerialityNtcp(uniform(180), { d50Gy: 40, gamma: 2, s: 0.5 })
    expect(high / (Math.LN2 * Math.exp(Math.E * 2 * (1 - 180 / 40)))).toBeCloseTo(1, 7)
    expect(relativeSerialityNtcp(uniform(1), { d50Gy: 40, gamma: 2, s: 1e-3 })).toBeGreaterThan(0)
  })

  it('rises with dose and lies between 0 and 1', () => {
    fc.assert(
      fc.property(distribution, fc.double({ min: 1.01, max: 2, noNaN: true }), (dose, more) => {
        const higher = mapDoses(dose, (d) => d * more)
        const models = [
          (d: typeof dose) => lkbNtcp(d, kidney),
          (d: typeof dose) => logitNtcp(d, { td50Gy: 40, gamma50: 2, a: 3 }),
          (d: typeof dose) => relativeSerialityNtcp(d, { d50Gy: 40, gamma: 2, s: 0.2 }),
          (d: typeof dose) => parallelNtcp(d, { d50Gy: 30, k: 3, v50: 0.5, sigma: 0.1 }),
        ]
        for (const model of models) {
          expect(model(dose)).toBeGreaterThanOrEqual(0)
          expect(model(higher)).toBeLessThanOrEqual(1)
          expect(model(higher)).toBeGreaterThanOrEqual(model(dose))
        }
      }),
    )
  })
})

describe('TCP', () => {
  it('of one α is exp(−N·e^(−αB)), with its inverse, to 1e-12', () => {
    const p = { clonogens: 1e7, alphaPerGy: 0.3 }
    for (const bed of [20, 50, 55, 80]) {
      const tcp = poissonTcp(uniform(bed), p)
      expect(Math.abs(tcp - Math.exp(-1e7 * Math.exp(-0.3 * bed)))).toBeLessThan(1e-12)
      if (tcp > 1e-6 && tcp < 1 - 1e-6) expect(bedForTcp(tcp, p)).toBeCloseTo(bed, 8)
    }
  })

  it('with a spread of α is its mean over the cut normal, to 1e-8 of a fine midpoint sum; no spread is the limit', () => {
    const p = { clonogens: 1e6, alphaPerGy: 0.15, alphaSdPerGy: 0.08 }
    const bed = distributionOf([60, 130], [0.2, 0.8])
    const steps = 400000
    let sum = 0
    let total = 0
    for (let k = 0; k < steps; k++) {
      const alpha = (k + 0.5) * (1 / steps)
      const density = Math.exp(-(((alpha - 0.15) / 0.08) ** 2) / 2)
      total += density
      sum += density * Math.exp(-1e6 * (0.2 * Math.exp(-60 * alpha) + 0.8 * Math.exp(-130 * alpha)))
    }
    expect(Math.abs(poissonTcp(bed, p) - sum / total)).toBeLessThan(1e-8)
    expect(poissonTcp(bed, { ...p, alphaSdPerGy: 1e-7 })).toBeCloseTo(poissonTcp(bed, { ...p, alphaSdPerGy: 0 }), 6)
  })

  it('falls with clonogens and rises with dose', () => {
    fc.assert(
      fc.property(distribution, (bed) => {
        const p = { clonogens: 1e5, alphaPerGy: 0.2, alphaSdPerGy: 0.05 }
        const value = poissonTcp(bed, p)
        expect(poissonTcp(bed, { ...p, clonogens: 1e8 })).toBeLessThanOrEqual(value + 1e-12)
        expect(
          poissonTcp(
            mapDoses(bed, (b) => b + 5),
            p,
          ),
        ).toBeGreaterThanOrEqual(value - 1e-12)
      }),
      { numRuns: 30 },
    )
    expect(utcp(0.8, [0.1, 0.05])).toBeCloseTo(0.8 * 0.9 * 0.95, 15)
  })
})

describe('TCP of Zaider and Minerbo', () => {
  const p = { clonogens: 1e4, alphaPerGy: 0.3, alphaBetaGy: 10, doublingTimeS: 5 * DAY_S, cellLossFactor: 0.4 }
  const repair = { kind: 'exponential', components: [{ halfTimeS: 2 * HOUR_S, fraction: 1 }] } as const

  it('after an acute dose is (1 − S·e^(gt)/(1 + b(e^(gt) − 1)/g·…))ⁿ in closed form, to 1e-6', () => {
    // 20 Gy within 0.1 s, so that nothing is repaired meanwhile.
    const acute: DoseRateCourse = [{ kind: 'sampled', timesS: [0, 0.1], rateGyPerS: [200, 200], tailDecayPerS: null }]
    const birth = Math.LN2 / p.doublingTimeS
    const growth = 0.6 * birth
    for (const days of [1, 10, 60]) {
      const t = days * DAY_S
      const s = Math.exp(-0.3 * 20 * (1 + 20 / 10))
      const grown = Math.exp(growth * t)
      const u = (s * grown) / (1 + (birth * (grown - 1)) / growth)
      expect(zaiderMinerboTcp(acute, repair, t, p)).toBeCloseTo((1 - u) ** 1e4, 5)
    }
  })

  it('of a decaying dose rate agrees with its differential equation X′ = 1 + X·(ln L)′ (Runge–Kutta) to 1e-6', () => {
    const lambda = Math.LN2 / (51 * HOUR_S)
    const course: DoseRateCourse = [
      { kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 16 * lambda, decayPerS: lambda }] },
      { kind: 'exponentials', startS: 20 * DAY_S, terms: [{ rateGyPerS: 16 * lambda, decayPerS: lambda }] },
    ]
    const end = 50 * DAY_S
    const mu = Math.LN2 / (2 * HOUR_S)
    const birth = Math.LN2 / p.doublingTimeS
    const growth = 0.6 * birth
    const steps = 40000
    const h = end / steps
    let x = 0
    let s = 0
    const slopeX = (value: number, waiting: number, t: number): number =>
      1 + value * (growth - 0.3 * doseRateAt(course, t) * (1 + (2 * waiting) / 10))
    for (let k = 0; k < steps; k++) {
      const t = k * h
      const [r0, r1, r2] = [doseRateAt(course, t), doseRateAt(course, t + h / 2), doseRateAt(course, t + h - 1e-6)]
      const s1 = s + (h / 2) * (r0 - mu * s)
      const s2 = s + (h / 2) * (r1 - mu * s1)
      const s3 = s + h * (r1 - mu * s2)
      const x1 = slopeX(x, s, t)
      const x2 = slopeX(x + (h / 2) * x1, s1, t + h / 2)
      const x3 = slopeX(x + (h / 2) * x2, s2, t + h / 2)
      const x4 = slopeX(x + h * x3, s3, t + h - 1e-6)
      x += (h / 6) * (x1 + 2 * x2 + 2 * x3 + x4)
      s += (h / 6) * (r0 - mu * s + 2 * (r1 - mu * s1) + 2 * (r1 - mu * s2) + (r2 - mu * s3))
    }
    const { doseGy, pairGy2 } = integrateCourse(course, mu, end)
    const log = -0.3 * (doseGy + pairGy2 / 10) + growth * end
    const expected = (1 - Math.exp(log) / (1 + birth * x)) ** 1e4
    expect(expected).toBeGreaterThan(0.05)
    expect(expected).toBeLessThan(0.99)
    expect(Math.abs(zaiderMinerboTcp(course, repair, end, p) - expected)).toBeLessThan(1e-5)
  })

  it('refuses a cell loss of 1', () => {
    expect(() =>
      zaiderMinerboTcp(
        [{ kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 1e-4, decayPerS: 1e-5 }] }],
        repair,
        1e6,
        { ...p, cellLossFactor: 1 },
      ),
    ).toThrow(/cell loss 1/)
  })
})
