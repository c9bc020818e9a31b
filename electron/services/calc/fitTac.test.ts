import { describe, expect, it } from 'vitest'
import { InputError } from '../../../native-core/errors/index.ts'
import { parametricCurve, workingParameters } from '../../../native-core/kinetics/index.ts'
import { fitTac } from './kinetics.ts'
import type { FitTacOutput } from './fitTacOutput.ts'
import type { Resources } from '../ports/resources.ts'

/** No nuclide is looked up: the half-life is given. */
const resources = {} as Resources
const HALF_LIFE_H = 159.528
const HOURS = [1, 4, 24, 48, 96, 168]
const mono = (h: number): number => 100 * 2 ** (-h / 60)
const ask = (more: object, curve: (h: number) => number = mono): FitTacOutput => {
  const points = HOURS.map((timeH) => ({ timeH, activityMbq: curve(timeH), sigmaMbq: 0.03 * curve(timeH) }))
  const input = fitTac.input.parse({ physicalHalfLifeH: HALF_LIFE_H, points, ...more })
  return fitTac.output.parse(fitTac.run(input, resources)) as FitTacOutput
}
const close = (found: number | undefined, expected: number, tolerance = 1e-8): void =>
  expect(Math.abs((found ?? NaN) / expected - 1)).toBeLessThan(tolerance)

const FORMULA = {
  expression: 'A*exp(-k*t)',
  parameters: [
    { name: 'A', unit: 'MBq', start: 50 },
    { name: 'k', unit: '1/h', start: 0.01 },
  ],
  physicalDecay: 'multiplied',
}

describe('fit-tac', () => {
  it('by the TIA itself: the parameter and its standard error are the TIA and its uncertainty, in MBq·h', () => {
    const fit = ask({ model: 'mono-exponential-area', curveTimesH: [30] })
    const tia = fit.parameters.find((p) => p.name === 'TIA')
    expect(tia?.unit).toBe('MBq·h')
    close(tia?.value, (100 * 60) / Math.LN2)
    close(tia?.standardError, fit.tiaUncertaintyMbqH, 1e-9)
    expect(fit.curve.upperPredictionMbq[0]).toBeGreaterThan(fit.curve.upperMbq[0] as number)
  })

  it('holds a value in the unit that it prints, and starts from one', () => {
    const k = Math.LN2 / 60 - Math.LN2 / HALF_LIFE_H
    const fit = ask({ model: 'mono-exponential', fixed: { lambdaBiol1: k }, start: { A1: 5 } })
    close(fit.parameters[0]?.value, 100)
    close(fit.tiaMbqH, (100 * 60) / Math.LN2)
    expect(fit.parameters).toHaveLength(1)
    const prior = { parameters: { lambdaBiol1: { geometricMean: k, geometricStandardDeviation: 1.2 } } }
    close(ask({ model: 'mono-exponential', prior }).tiaMbqH, (100 * 60) / Math.LN2)
  })

  it('an infusion in h is the response to it', () => {
    const administration = [{ startS: 0, durationS: 3, share: 1 }]
    const curve = parametricCurve('mono-exponential', { physicalRatePerS: Math.LN2 / HALF_LIFE_H, administration })
    const phi = workingParameters(curve, [100, Math.LN2 / 60 - Math.LN2 / HALF_LIFE_H])
    const fit = ask({ model: 'mono-exponential', administration: [{ startH: 0, durationH: 3, share: 1 }] }, (h) =>
      curve.value(phi, h),
    )
    close(fit.tiaMbqH, (100 * 60) / Math.LN2)
  })

  it('a formula of the user is fitted: the same numbers as the built-in one', () => {
    const formula = {
      expression: 'A*exp(-k*t)',
      parameters: [
        { name: 'A', unit: 'GBq', start: 0.05 },
        { name: 'k', unit: '1/d', start: 0.5 },
      ],
      physicalDecay: 'multiplied',
    }
    const [own, built] = [ask({ model: 'formula', formula, curveTimesH: [0] }), ask({ model: 'mono-exponential' })]
    close(own.tiaMbqH, (100 * 60) / Math.LN2)
    close(own.tiaUncertaintyMbqH, built.tiaUncertaintyMbqH, 1e-6)
    close(own.parameters[0]?.value, 100)
    close(own.curve.activityMbq[0], 100)
  })

  it('the trapezoid, the average and chosen candidates', () => {
    close(ask({ model: 'trapezoid', beforeFirstPoint: 'constant' }).tiaMbqH, mono(1) + (mono(1) * 60) / Math.LN2)
    const average = ask({ model: 'average', modelWeights: { 'mono-exponential': 1, trapezoid: 1 } })
    close(average.tiaMbqH, (ask({ model: 'mono-exponential' }).tiaMbqH + ask({ model: 'trapezoid' }).tiaMbqH) / 2)
    expect(average.chosenBy).toBe('average')
    const chosen = ask({ candidates: ['mono-exponential', 'hardiansyah-2021-shares'] })
    expect(chosen.model).toBe('mono-exponential')
    expect(chosen.candidates.map((c) => c.model).sort()).toEqual(['hardiansyah-2021-shares', 'mono-exponential'])
  })

  it('refuses with a place: an unknown name in a formula, a value for a parameter that is none', () => {
    const formula = {
      expression: 'A*exp(-q*t)',
      parameters: [{ name: 'A', unit: 'MBq', start: 1 }],
      physicalDecay: 'included',
    }
    expect(() => ask({ model: 'formula', formula })).toThrow(/"q" .*at character 8/)
    expect(() => ask({ model: 'mono-exponential', fixed: { lambda1: 1 } })).toThrow(InputError)
  })

  it.each([
    [{ formula: FORMULA }, 'formula'],
    [{ model: 'mono-exponential', candidates: ['bi-exponential'] }, 'candidates'],
    [{ modelWeights: { 'mono-exponential': 1 } }, 'modelWeights'],
    [{ model: 'mono-exponential', trapezoidRule: 'linear' }, 'trapezoidRule'],
    [{ model: 'trapezoid', administration: [{ startH: 0, durationH: 3, share: 1 }] }, 'administration'],
    [{ model: 'trapezoid', earlyPhasePrior: { biologicalHalfLifeH: 2, geometricStandardDeviation: 2 } }, 'earlyPhase'],
    [{ model: 'mono-exponential', circulationRatePerH: 3 }, 'circulationRatePerH'],
    [{ model: 'mono-exponential', loss: { kind: 'squares', limit: 2 } }, 'loss.limit'],
  ])('refuses an option that counts for nothing: %j', (more, option) => {
    expect(() => ask(more)).toThrow(expect.objectContaining({ code: 'calc.option' }))
    expect(() => ask(more)).toThrow(option)
  })

  it('says that nothing is fitted where all is held, and that points are too late to be any number', () => {
    const held = ask({ model: 'mono-exponential', fixed: { A1: 100, lambdaBiol1: 0.007 } })
    expect(held.warnings.map(({ code }) => code)).toContain('kinetics.nothing-fitted')
    const points = [1e9, 2e9].map((timeH) => ({ timeH, activityMbq: 1e9 / timeH }))
    expect(() => ask({ points })).toThrow(/unit|more than any number can say/)
    expect(() => ask({ points })).toThrow(expect.objectContaining({ code: 'kinetics.points-in-tail' }))
  })
})
