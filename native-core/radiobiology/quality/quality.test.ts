import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { bedOf } from '../bed/index.ts'
import { hypoxicSensitivity, oer } from '../oxygen/index.ts'
import { lognormalEubed } from '../volume/index.ts'
import { mixedBed, mkmAlphaPerGy, mkmSurvival, poissonHitsSurvival, rbeAtDose, spectrumSurvival } from './index.ts'

const dose = fc.double({ min: 0, max: 60, noNaN: true })

describe('RBE', () => {
  it('of 1 is low-LET dose in both choices', () => {
    fc.assert(
      fc.property(dose, dose, fc.double({ min: 0, max: 1, noNaN: true }), (highLetGy, lowLetGy, g) => {
        const expected = bedOf(highLetGy + lowLetGy, g, 3)
        const a = mixedBed({ highLetGy, lowLetGy, g }, { kind: 'weighted-dose', rbe: 1 }, 3)
        const b = mixedBed({ highLetGy, lowLetGy, g }, { kind: 'rbe-max', rbeMax: 1, rbeMin: 1 }, 3)
        expect(a.bedGy).toBeCloseTo(expected, 9)
        expect(b.bedGy).toBeCloseTo(expected, 9)
      }),
    )
  })

  it('5 Gy of alphas and 2 Gy of electrons, α/β 10 Gy, G 0.05, by hand', () => {
    const mixed = { highLetGy: 5, lowLetGy: 2, g: 0.05 }
    expect(mixedBed(mixed, { kind: 'weighted-dose', rbe: 5 }, 10).bedGy).toBeCloseTo(27 + (0.05 * 27 ** 2) / 10, 12)
    const max = mixedBed(mixed, { kind: 'rbe-max', rbeMax: 5, rbeMin: 1 }, 10)
    expect(max.bedGy).toBeCloseTo(27 + (0.05 * 7 ** 2) / 10, 12)
    expect(max.words).toMatch(/RBE_max 5/)
  })

  it('falls with dose from α_H/α_L to √(β_H/β_L)', () => {
    const high = { alphaHighPerGy: 1, betaHighPerGy2: 0.04 }
    const low = { alphaPerGy: 0.2, betaPerGy2: 0.04 }
    expect(rbeAtDose(1e-6, high, low)).toBeCloseTo(5, 4)
    expect(rbeAtDose(1e5, high, low)).toBeCloseTo(1, 3)
    expect(rbeAtDose(2, high, low)).toBeGreaterThan(rbeAtDose(4, high, low))
  })

  it('refuses an RBE of 0', () => {
    expect(() => mixedBed({ highLetGy: 1, lowLetGy: 1, g: 1 }, { kind: 'weighted-dose', rbe: 0 }, 3)).toThrow(
      /RBE is 0/,
    )
  })
})

describe('the microdosimetric–kinetic model', () => {
  const model = { alpha0PerGy: 0.13, betaPerGy2: 0.05, domainDoseMeanGy: 6 }

  it('has α = α0 + β·z̄1D, less with few events, and the same where events are small', () => {
    expect(mkmAlphaPerGy(model)).toBeCloseTo(0.43, 15)
    expect(mkmAlphaPerGy({ ...model, nucleusDoseMeanGy: 0.5 })).toBeCloseTo((1 - Math.exp(-0.43 * 0.5)) / 0.5, 14)
    expect(mkmAlphaPerGy({ ...model, nucleusDoseMeanGy: 1e-9 })).toBeCloseTo(0.43, 8)
    expect(mkmSurvival(model, 2, 0.5)).toBeCloseTo(Math.exp(-0.86 - 0.5 * 0.05 * 4), 14)
  })
})

describe('survival over a spectrum', () => {
  it('of Poisson hits of one size is the closed form, and never below survival at the mean', () => {
    // Each hit gives 0.5 Gy; n hits on average.
    for (const n of [0.3, 2, 12]) {
      const probability: number[] = []
      let term = Math.exp(-n)
      for (let k = 0; k < 120; k++) {
        probability.push(term)
        term *= n / (k + 1)
      }
      const found = spectrumSurvival({ stepGy: 0.5, probability }, 1.2)
      expect(found).toBeCloseTo(poissonHitsSurvival(n, Math.exp(-0.6)), 12)
      expect(found).toBeGreaterThan(Math.exp(-1.2 * 0.5 * n))
    }
    expect(() => spectrumSurvival({ stepGy: 1, probability: [0.5] }, 1)).toThrow(/adds to 0.5/)
  })
})

describe('cells of uneven dose', () => {
  const sensitivity = { alphaPerGy: 0.3, alphaBetaGy: 10, g: 0.2 }

  it('have the mean survival of a fine sum over the log-normal, to 1e-8 of its logarithm', () => {
    for (const [mean, cv] of [
      [2, 0.3],
      [10, 0.8],
      [60, 1.5],
    ] as const) {
      const s2 = Math.log(1 + cv * cv)
      const mu = Math.log(mean) - s2 / 2
      const steps = 200000
      let sum = 0
      for (let k = 0; k < steps; k++) {
        const z = -12 + (24 * (k + 0.5)) / steps
        const d = Math.exp(mu + z * Math.sqrt(s2))
        sum += Math.exp((-z * z) / 2 - 0.3 * d * (1 + (0.2 * d) / 10))
      }
      const expected = -Math.log((sum * 24) / steps / Math.sqrt(2 * Math.PI)) / 0.3
      expect(Math.abs(lognormalEubed(mean, cv, sensitivity) / expected - 1)).toBeLessThan(1e-8)
    }
  })

  it('have at most the effect of the mean dose, and less the wider they are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (mean, cv) => {
          const even = bedOf(mean, 0.2, 10)
          const one = lognormalEubed(mean, cv, { ...sensitivity, alphaBetaGy: Infinity })
          expect(one).toBeLessThanOrEqual(mean * (1 + 1e-9))
          expect(lognormalEubed(mean, cv + 0.1, { ...sensitivity, alphaBetaGy: Infinity })).toBeLessThan(one + 1e-9)
          expect(lognormalEubed(mean, 0, sensitivity)).toBeCloseTo(even, 9)
        },
      ),
    )
  })
})

describe('oxygen', () => {
  it('enhances from 1 to its maximum, half way at its half-pressure', () => {
    expect(oer(0)).toBe(1)
    expect(oer(3)).toBe(2)
    expect(oer(1e9)).toBeCloseTo(3, 6)
    expect(hypoxicSensitivity(0.3, 0.03, 2.5)).toEqual({ alphaPerGy: 0.12, betaPerGy2: 0.03 / 6.25 })
    expect(() => oer(-1)).toThrow(/-1 mmHg/)
    expect(() => hypoxicSensitivity(0.3, 0.03, 0.5)).toThrow(/ratios are 0.5/)
  })
})
