import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  curveGradient,
  evaluateCurve,
  integralWithGradient,
  parameterCount,
  plainParameters,
  TAC_MODELS,
} from './index.ts'
import type { TacModel } from './index.ts'

/** θ = (c…, ln λ1, ln δ2, …) with rates that differ enough for finite differences. */
const theta = (model: TacModel) =>
  fc
    .tuple(
      fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), {
        minLength: model.blocks.length,
        maxLength: model.blocks.length,
      }),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: model.rateCount, maxLength: model.rateCount }),
    )
    .map(([c, logRates]) => [...c, ...logRates])

const shifted = (values: readonly number[], index: number, step: number): number[] =>
  values.map((v, i) => (i === index ? v + step : v))

describe.each(TAC_MODELS.map((model) => [model.id, model] as const))('%s', (_, model) => {
  it('has a gradient that agrees with central differences, for the curve and for its integral', () => {
    fc.assert(
      fc.property(theta(model), fc.double({ min: 0, max: 5, noNaN: true }), (values, t) => {
        const gradient = curveGradient(model, values, t)
        const integral = integralWithGradient(model, values)
        const h = 1e-5
        for (let i = 0; i < parameterCount(model); i++) {
          const up = shifted(values, i, h)
          const down = shifted(values, i, -h)
          const slope = (evaluateCurve(model, up, t) - evaluateCurve(model, down, t)) / (2 * h)
          expect(Math.abs((gradient[i] as number) - slope)).toBeLessThan(1e-6 * (1 + Math.abs(slope)))
          const whole = (integralWithGradient(model, up).value - integralWithGradient(model, down).value) / (2 * h)
          expect(Math.abs((integral.gradient[i] as number) - whole)).toBeLessThan(1e-6 * (1 + Math.abs(whole)))
        }
      }),
    )
  })

  it('after an infusion and a second bolus has a gradient that agrees with central differences', () => {
    const administration = [
      { startS: 0, durationS: 0.7, share: 0.6 },
      { startS: 1.5, durationS: 0, share: 0.4 },
    ]
    fc.assert(
      fc.property(theta(model), fc.double({ min: 0, max: 5, noNaN: true }), (values, t) => {
        const gradient = curveGradient(model, values, t, administration)
        const h = 1e-5
        for (let i = 0; i < parameterCount(model); i++) {
          const up = evaluateCurve(model, shifted(values, i, h), t, administration)
          const down = evaluateCurve(model, shifted(values, i, -h), t, administration)
          const slope = (up - down) / (2 * h)
          expect(Math.abs((gradient[i] as number) - slope)).toBeLessThan(1e-6 * (1 + Math.abs(slope)))
        }
      }),
    )
  })

  it('is the plain sum Σ A·exp(−λt) with ascending rates, and its integral is Σ A/λ', () => {
    fc.assert(
      fc.property(theta(model), fc.double({ min: 0, max: 5, noNaN: true }), (values, t) => {
        const { amplitudes, rates } = plainParameters(model, values)
        const sum = amplitudes.reduce((s, a, j) => s + a * Math.exp(-(rates[j] as number) * t), 0)
        const size = amplitudes.reduce((s, a) => s + Math.abs(a), 0)
        expect(Math.abs(sum - evaluateCurve(model, values, t))).toBeLessThan(1e-12 * (1 + size))
        const integral = amplitudes.reduce((s, a, j) => s + a / (rates[j] as number), 0)
        const scale = amplitudes.reduce((s, a, j) => s + Math.abs(a / (rates[j] as number)), 0)
        expect(Math.abs(integral - integralWithGradient(model, values).value)).toBeLessThan(1e-12 * (1 + scale))
        expect([...rates].sort((a, b) => a - b)).toEqual(rates)
      }),
    )
  })

  it('has a Jacobian of (A…, λ…) that agrees with central differences', () => {
    fc.assert(
      fc.property(theta(model), (values) => {
        const plain = (v: readonly number[]): number[] => {
          const { amplitudes, rates } = plainParameters(model, v)
          return [...amplitudes, ...rates]
        }
        const { jacobian } = plainParameters(model, values)
        const h = 1e-6
        for (let i = 0; i < values.length; i++) {
          const up = plain(shifted(values, i, h))
          const down = plain(shifted(values, i, -h))
          jacobian.forEach((row, j) => {
            const slope = ((up[j] as number) - (down[j] as number)) / (2 * h)
            expect(Math.abs((row[i] as number) - slope)).toBeLessThan(1e-5 * (1 + Math.abs(slope)))
          })
        }
      }),
    )
  })

  it('is not negative anywhere while its coefficients are not', () => {
    fc.assert(
      fc.property(theta(model), fc.double({ min: 0, max: 50, noNaN: true }), (values, t) => {
        expect(evaluateCurve(model, values, t)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
