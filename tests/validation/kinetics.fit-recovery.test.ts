/** Noise-free points of every function of the library give the function back: closed forms, no other program. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EXPONENTIAL_FORMS,
  fitTimeActivity,
  parametricCurve,
  workingParameters,
} from '../../native-core/kinetics/index.ts'
import type { Administration, ExponentialForm, FitRequest } from '../../native-core/kinetics/index.ts'

const HOUR = 3600
const HALF_LIFE_S = 574300.8
const PHYSICAL = Math.LN2 / HALF_LIFE_S
const ADMINISTERED = 7e9
const TIMES = [0.25, 0.5, 1, 2, 4, 8, 16, 24, 36, 48, 72, 96, 120, 168, 240].map((h) => h * HOUR)
const INFUSION: Administration = [
  { startS: 0, durationS: 1.5 * HOUR, share: 0.6 },
  { startS: 20 * HOUR, durationS: 0, share: 0.4 },
]

/** Biological half-lives, slowest first, well apart; shares and amplitudes away from their ends. */
function truth(form: ExponentialForm, u: readonly number[]): number[] {
  const rates = form.parameters.filter((p) => p.unit === '1/s').length
  const spans =
    rates === 3
      ? [
          [60, 120],
          [9, 16],
          [0.8, 1.6],
        ]
      : [
          [40, 150],
          [2, 8],
        ]
  return form.parameters.map((p, j) => {
    const v = u[j] as number
    if (p.unit === 'Bq') return p.name === 'A1' ? 1e8 * (0.5 + 20 * v) : 1e8 * (0.5 + 10 * v)
    if (p.unit === 'Bq·s') return 1e13 * (0.5 + 20 * v)
    if (p.unit === '1') return 0.1 + 0.3 * v
    const alone = form.id === 'hardiansyah-2021-f2d' ? [3, 12] : null
    const [low, high] = (alone ?? spans[Number(p.name.replace(/\D/g, '')) - 1]) as [number, number]
    return Math.LN2 / ((low + (high - low) * v) * HOUR)
  })
}

describe.each(EXPONENTIAL_FORMS.map((form) => [form.id, form] as const))('%s', (id, form) => {
  it.each([
    ['after a bolus', undefined],
    ['after an infusion of 1.5 h and a second bolus', INFUSION],
  ] as const)(
    'is recovered %s: TIA to 1e-8, parameters to 1e-6, from starts of the program and from poor ones',
    (_, administration) => {
      const curve = parametricCurve(id, {
        physicalRatePerS: PHYSICAL,
        administeredBq: ADMINISTERED,
        ...(administration ? { administration } : {}),
      })
      const numbers = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
      const away = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
      fc.assert(
        fc.property(numbers, away, (u, far) => {
          const natural = truth(form, u)
          const phi = workingParameters(curve, natural)
          const request: FitRequest = {
            label: id,
            timesS: TIMES,
            activityBq: TIMES.map((t) => curve.value(phi, t)),
            physicalHalfLifeS: HALF_LIFE_S,
            administeredBq: ADMINISTERED,
            model: id,
            // A start that is off by up to a factor of 7; shares anywhere.
            start: Object.fromEntries(
              form.parameters.map((p, j) => {
                const v = far[j] as number
                return [p.name, p.unit === '1' ? 0.5 + 0.45 * v : (natural[j] as number) * Math.exp(2 * v)]
              }),
            ),
            ...(administration ? { administration } : {}),
          }
          const fit = fitTimeActivity(request)
          expect(fit.converged).toBe(true)
          expect(Math.abs(fit.tiaBqS / curve.integral(phi) - 1)).toBeLessThan(1e-8)
          // Two wash-out phases may come back with their names changed over: then the terms tell.
          const terms = curve.terms(phi) ?? []
          fit.terms.forEach((term, k) => {
            const expected = terms[k]
            expect(Math.abs(term.effectiveRatePerS / (expected?.effectiveRatePerS ?? NaN) - 1)).toBeLessThan(1e-6)
            expect(Math.abs(term.amplitudeBq / (expected?.amplitudeBq ?? NaN) - 1)).toBeLessThan(1e-5)
          })
        }),
        { numRuns: form.parameters.length > 3 ? 2 : 4 },
      )
    },
  )
})
