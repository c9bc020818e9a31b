import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import {
  NEMA_SPHERES,
  evaluateRecovery,
  fitRecovery,
  formStandardUncertainty,
  recoveryAt,
  sphereVolumeOfDiameterMl,
  spillInCorrected,
} from './index.ts'
import type { RecoveryForm } from './index.ts'

const PARAMETERS: Readonly<Record<RecoveryForm, readonly number[]>> = {
  gear: [4.2, 0.8],
  hyperbolic: [6],
  'gaussian-sphere': [13],
}
const forms = Object.keys(PARAMETERS) as RecoveryForm[]
const volumes = NEMA_SPHERES.diametersMm.map(sphereVolumeOfDiameterMl)
const spheresOf = (form: RecoveryForm, shift: (n: number) => number = () => 0) =>
  volumes.map((volumeMl, n) => ({
    volumeMl,
    coefficient: evaluateRecovery(form, PARAMETERS[form], volumeMl).coefficient + shift(n),
    standardUncertainty: 0.02,
  }))

describe.each(forms)('recovery curve %s', (form) => {
  it('rises with the volume from 0 to 1 with slopes as differences say', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (v) => {
        const at = (ml: number, parameters = PARAMETERS[form]) => evaluateRecovery(form, parameters, ml)
        const { coefficient, gradient, perMl } = at(v)
        expect(coefficient).toBeGreaterThan(0)
        expect(coefficient).toBeLessThan(1)
        expect(at(v * 1.1).coefficient).toBeGreaterThan(coefficient)
        const h = 1e-5
        expect(perMl * v).toBeCloseTo((at(v * (1 + h)).coefficient - at(v * (1 - h)).coefficient) / (2 * h), 6)
        PARAMETERS[form].forEach((p, n) => {
          const moved = (by: number) => PARAMETERS[form].map((q, m) => (m === n ? q * (1 + by) : q))
          const slope = (at(v, moved(h)).coefficient - at(v, moved(-h)).coefficient) / (2 * h * p)
          expect(gradient[n]).toBeCloseTo(slope, 6)
        })
      }),
    )
    expect(evaluateRecovery(form, PARAMETERS[form], 1e9).coefficient).toBeCloseTo(1, 2)
  })

  it('is found again from the six NEMA spheres', () => {
    const fit = fitRecovery(spheresOf(form), form)
    fit.parameters.forEach((p, n) => expect(p / PARAMETERS[form][n]!).toBeCloseTo(1, 6))
    expect(fit.chiSquare).toBeLessThan(1e-9)
    expect(fit.degreesOfFreedom).toBe(6 - PARAMETERS[form].length)
  })
})

describe('fit of a recovery curve', () => {
  it('enlarges the uncertainty where the spheres scatter more than theirs', () => {
    const calm = fitRecovery(spheresOf('gear'), 'gear')
    const wild = fitRecovery(
      spheresOf('gear', (n) => (n % 2 ? 0.05 : -0.05)),
      'gear',
    )
    expect(wild.reducedChiSquare).toBeGreaterThan(5)
    expect(wild.covariance[0]![0]!).toBeGreaterThan(5 * calm.covariance[0]![0]!)
    expect(wild.remarks.join()).toMatch(/scatter more/)
  })

  it('has the covariance that repeated noise gives', () => {
    // Gaussian noise by a fixed series of twelve uniform numbers each (Irwin–Hall).
    let state = 12345
    const uniform = (): number => (state = (state * 16807) % 2147483647) / 2147483647
    const normal = (): number => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b, -6)
    const runs = Array.from({ length: 400 }, () => {
      const fit = fitRecovery(
        spheresOf('hyperbolic', () => 0.01 * normal()).map((s) => ({ ...s, standardUncertainty: 0.01 })),
        'hyperbolic',
      )
      return fit.parameters[0]!
    })
    const mean = runs.reduce((a, b) => a + b) / runs.length
    const sd = Math.sqrt(runs.reduce((a, b) => a + (b - mean) ** 2, 0) / (runs.length - 1))
    const stated = fitRecovery(
      spheresOf('hyperbolic').map((s) => ({ ...s, standardUncertainty: 0.01 })),
      'hyperbolic',
    )
    expect(sd / Math.sqrt(stated.covariance[0]![0]!)).toBeCloseTo(1, 1)
  })

  it('refuses too few spheres, no weights and no recovery', () => {
    expect(() => fitRecovery(spheresOf('gear').slice(0, 1), 'gear')).toThrow(/cannot determine 2 parameters/)
    expect(() => fitRecovery([{ volumeMl: 1, coefficient: 0.5, standardUncertainty: 0 }], 'hyperbolic')).toThrow(
      /uncertainty/,
    )
    expect(() => fitRecovery([{ volumeMl: 1, coefficient: -0.1, standardUncertainty: 0.1 }], 'hyperbolic')).toThrow(
      /recovery of -0.1/,
    )
  })
})

describe('recovery of a volume', () => {
  const curve = {
    form: 'gear',
    parameters: [4, 1],
    covariance: [
      [0.04, 0],
      [0, 0.01],
    ],
    volumeRangeMl: [0.5, 26.5],
  } as const

  it('carries the uncertainty of curve and volume', () => {
    // R = v/(v+4) at v = 4: R = 1/2, ∂R/∂β = −1/16, ∂R/∂γ = ln 1/4 = 0, ∂R/∂v = 1/16.
    const { coefficient, standardUncertainty, curveStandardUncertainty, outside, remark } = recoveryAt(curve, 4, 0.3)
    expect([coefficient, outside, remark]).toEqual([0.5, null, ''])
    expect(curveStandardUncertainty).toBeCloseTo(0.2 / 16, 12)
    expect(standardUncertainty).toBeCloseTo(Math.hypot(0.2, 0.3) / 16, 12)
  })

  it('"gear" continued is wrong by less than two standard uncertainties: exact blurred spheres, 50 mL to 1.5 L and 0.1 mL', () => {
    for (const fwhmMm of [6, 9, 13, 18]) {
      const truth = (volumeMl: number) => evaluateRecovery('gaussian-sphere', [fwhmMm], volumeMl).coefficient
      const exact = volumes.map((volumeMl) => ({ volumeMl, coefficient: truth(volumeMl), standardUncertainty: 0.02 }))
      const fitted = fitRecovery(exact, 'gear')
      for (const volumeMl of [0.1, 50, 150, 500, 1500]) {
        const { coefficient, curveStandardUncertainty } = recoveryAt(fitted, volumeMl)
        expect(Math.abs(coefficient - truth(volumeMl))).toBeLessThan(2 * curveStandardUncertainty)
      }
      const sphere = fitRecovery(exact, 'gaussian-sphere')
      expect(formStandardUncertainty(sphere, 500)).toBe(0)
    }
  })

  it('says where it is extrapolated', () => {
    expect(recoveryAt(curve, 0.2)).toMatchObject({
      outside: 'below',
      remark: expect.stringMatching(/extrapolated/) as string,
    })
    expect(recoveryAt(curve, 200).outside).toBe('above')
    expect(() => recoveryAt(curve, 0)).toThrow(/no recovery/)
  })

  it('takes out what spills in, and brings it back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        (r, t, b) => {
          const seen = r * t + (1 - r) * b
          const none = (value: number) => ({ value, standardUncertainty: 0 })
          const { value } = spillInCorrected({ measured: none(seen), background: none(b), recovery: none(r) })
          expect(value).toBeCloseTo(t, 8)
        },
      ),
    )
    // T = (10 − 2·0.5)/0.5 = 18; u: 1/0.5, 0.4·0.5/0.5, 0.05·8/0.25.
    expect(
      spillInCorrected({
        measured: { value: 10, standardUncertainty: 1 },
        background: { value: 2, standardUncertainty: 0.4 },
        recovery: { value: 0.5, standardUncertainty: 0.05 },
      }),
    ).toEqual({ value: 18, standardUncertainty: Math.hypot(2, 0.4, 1.6) })
  })
})
