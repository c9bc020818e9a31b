import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import {
  fittedCurve,
  fitTimeActivity,
  integrateCurve,
  parametricCurve,
  workingParameters,
} from '../../../native-core/kinetics/index.ts'
import { formulaCurve } from './index.ts'
import type { Formula, FormulaParameter } from './index.ts'

const HOUR = 3600
const HALF_LIFE_S = 574300.8
const PHYSICAL = Math.LN2 / HALF_LIFE_S
const p = (name: string, unit: string, start: number, range?: FormulaParameter['range']): FormulaParameter => ({
  name,
  unit,
  start,
  ...(range ? { range } : {}),
})
const UPTAKE: Formula = {
  expression: 'A1*(exp(-k1*t) - exp(-k2*t))',
  parameters: [p('A1', 'MBq', 50), p('k1', '1/h', 0.05), p('k2', '1/h', 0.5)],
  physicalDecay: 'multiplied',
}
const close = (found: number, expected: number, tolerance: number): void =>
  expect(Math.abs(found / expected - 1)).toBeLessThan(tolerance)

describe('a formula as a curve', () => {
  const built = parametricCurve('uptake-washout', { physicalRatePerS: PHYSICAL })
  const written = formulaCurve(UPTAKE, PHYSICAL)

  it('is the built-in function of the same formula: value, gradient, integral and its gradient', () => {
    const unit = fc.double({ min: 0.1, max: 0.9, noNaN: true })
    fc.assert(
      fc.property(unit, unit, unit, fc.double({ min: 0, max: 300, noNaN: true }), (a, b, c, tH) => {
        const phi = workingParameters(written, [1e8 * a, (0.1 * b) / HOUR, (0.2 + c) / HOUR])
        const [g1, g2, i1, i2] = [1, 2, 3, 4].map(() => new Float64Array(3)) as [
          Float64Array,
          Float64Array,
          Float64Array,
          Float64Array,
        ]
        const size = 1e8 * a
        expect(Math.abs(written.value(phi, tH * HOUR, g1) - built.value(phi, tH * HOUR, g2)) / size).toBeLessThan(1e-12)
        const [w1, w2] = [written.integral(phi, i1), built.integral(phi, i2)]
        close(w1, w2, 1e-9)
        g1.forEach((v, j) => expect(Math.abs(v - (g2[j] as number)) / size).toBeLessThan(1e-11))
        i1.forEach((v, j) => expect(Math.abs(v - (i2[j] as number)) / w2).toBeLessThan(1e-9))
      }),
      { numRuns: 25 },
    )
  })

  it('is fitted as the built-in one: TIA, its uncertainty, bands, shares', () => {
    const timesS = [1, 4, 24, 48, 96, 168].map((h) => h * HOUR)
    const activityBq = [1.9e7, 6.2e7, 8.1e7, 5.9e7, 3.2e7, 1.2e7]
    const base = { label: 'x', timesS, activityBq, physicalHalfLifeS: HALF_LIFE_S }
    const [own, same] = [
      fitTimeActivity({ ...base, model: 'formula', curve: written }),
      fitTimeActivity({ ...base, model: 'uptake-washout', start: {} }),
    ]
    expect(own.converged).toBe(true)
    close(own.tiaBqS, same.tiaBqS, 1e-8)
    close(own.tiaUncertaintyBqS, same.tiaUncertaintyBqS, 1e-6)
    close(own.tiaShareAfterLastPoint, same.tiaShareAfterLastPoint, 1e-7)
    const [a, b] = [fittedCurve(own, [0, 5 * HOUR, 1e6], written), fittedCurve(same, [0, 5 * HOUR, 1e6])]
    close(a.upperBq[1] as number, b.upperBq[1] as number, 1e-7)
    close(a.upperPredictionBq[2] as number, b.upperPredictionBq[2] as number, 1e-7)
    close(integrateCurve(own, 0, 50 * HOUR, written), integrateCurve(same, 0, 50 * HOUR), 1e-8)
    // The terminal half-life of the slower phase, as the faster one is long gone.
    close(own.phases[0]?.effectiveHalfLifeS ?? 0, same.phases[0]?.effectiveHalfLifeS ?? 0, 1e-4)
  })

  it('A·k·t·exp(−(k + λ_phys)·t), which is no sum of exponentials, has the closed integral A·k/(k + λ_phys)²', () => {
    const power = formulaCurve(
      {
        expression: 'A * k*t * exp(-(k + lambda_phys)*t)',
        parameters: [p('A', 'MBq', 10), p('k', '1/h', 0.05)],
        physicalDecay: 'included',
      },
      PHYSICAL,
    )
    const k = 0.05 / HOUR
    close(power.integral(workingParameters(power, [1e7, k])), (1e7 * k) / (k + PHYSICAL) ** 2, 1e-9)
  })
})

describe('what is refused, with its place', () => {
  const change =
    (more: Partial<Formula>): (() => unknown) =>
    () =>
      formulaCurve({ ...UPTAKE, ...more }, PHYSICAL)
  it.each([
    ['formula.syntax', { expression: 'A1*(exp(-k1*t) - exp(-k2*t)' }, /Parenthesis .*char 28/],
    ['formula.unknown-name', { expression: 'A1*(exp(-k1*t) - exp(-k2*t)) + B2*exp(-k1*t)' }, /"B2" .*at character 32/],
    ['formula.unknown-name', { expression: 'A1*(k1/k2)' }, /does not depend on the time/],
    ['formula.dimension', { expression: 'A1*exp(-k1) + 0*A1*k2*t' }, /"exp\(-k1\)" the argument is 1\/time/],
    ['formula.dimension', { expression: 'A1*exp(-k1*t) + k2' }, /activity and 1\/time are added/],
    ['formula.dimension', { expression: 'A1*k2*exp(-k1*t)' }, /is activity\/time; it must be an activity/],
    ['formula.dimension', { expression: 'A1^(k1*t)*exp(-k2*t)' }, /raised to a power that is not a number/],
    ['formula.forbidden', { expression: 'A1 = 5' }, /not allowed/],
    ['formula.forbidden', { expression: 'f(x) = A1*exp(-k1*t)' }, /not allowed/],
    ['formula.forbidden', { expression: 'A1*import("fs")' }, /function "import".*at character 4/],
    ['formula.forbidden', { expression: 'A1*gamma(k1*t)*k2*t' }, /function "gamma"/],
    ['formula.forbidden', { expression: 'A1*exp(-k1*t) > k2' }, /operator ">"/],
    ['formula.forbidden', { expression: '[A1, k1, k2]' }, /not allowed/],
    ['formula.forbidden', { expression: 'A1.constructor' }, /not allowed/],
    ['formula.forbidden', { expression: 'exp(A1, k1*t, k2)' }, /3 arguments/],
    ['formula.length', { expression: `A1*exp(-k1*t)${'+ A1'.repeat(200)}` }, /813 characters/],
    ['formula.length', { expression: ' ' }, /no characters/],
    ['formula.unit', { parameters: [p('A1', 'furlong', 1), p('k1', '1/h', 1), p('k2', '1/h', 2)] }, /A1: "furlong"/],
    ['formula.unit', { parameters: [p('A1', 'MBq*MBq', 1), p('k1', '1/h', 1), p('k2', '1/h', 2)] }, /activity\^2/],
    ['formula.parameters', { parameters: [...UPTAKE.parameters, p('k3', '1/h', 1)] }, /k3 is not in/],
    ['formula.parameters', { parameters: [p('exp', 'MBq', 1), p('k1', '1/h', 1), p('k2', '1/h', 2)] }, /"exp" cannot/],
    [
      'kinetics.parameter-range',
      { parameters: [p('A1', 'MBq', -1), p('k1', '1/h', 1), p('k2', '1/h', 2)] },
      /A1 .* positive/,
    ],
  ] as const)('%s: %o', (code, more, message) => {
    try {
      change(more)()
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).code).toBe(code)
      expect((error as InputError).message).toMatch(message)
      expect((error as InputError).hint.length).toBeGreaterThan(10)
    }
  })

  it('a curve that does not fall has no TIA, and one that falls more slowly than the nuclide decays is refused', () => {
    const rising = formulaCurve(
      { expression: 'A*exp(0*k*t)', parameters: [p('A', 'MBq', 10), p('k', '1/h', 0.1)], physicalDecay: 'included' },
      PHYSICAL,
    )
    expect(() => rising.integral(workingParameters(rising, [1, 1]))).toThrow(/no time-integrated activity/)
    const slow = formulaCurve(
      { expression: 'A*exp(-k*t)', parameters: [p('A', 'MBq', 100), p('k', '1/h', 0.003)], physicalDecay: 'included' },
      PHYSICAL,
    )
    const fit = fitTimeActivity({
      label: 'x',
      timesS: [4, 24, 96].map((h) => h * HOUR),
      activityBq: [4, 24, 96].map((h) => 1e8 * Math.exp(-0.003 * h)),
      physicalHalfLifeS: HALF_LIFE_S,
      model: 'formula',
      curve: slow,
    })
    expect(fit.warnings.map((w) => w.message).join()).toMatch(/more slowly than by physical decay/)
  })
})
