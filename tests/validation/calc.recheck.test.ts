/**
 * Calculations of the command line against numbers of an implementation that shares no code with the program: SciPy 1.17.1 (least_squares with MINPACK's
 * tolerances at 1e-15, quad, sums over fine grids), written from the equations. Times in h and activities in MBq there, in s and Bq here.
 */
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { CALC_EXAMPLES } from '../../electron/services/calc/examples.ts'
import { runCalc } from '../../electron/services/calc/index.ts'
import { hoursToSeconds } from '../../native-core/units/index.ts'
import { LU177_H, off } from './recheck.ts'

describe('calculations of the command line', () => {
  const run = <T>(name: string, input: unknown): T => runCalc(name, input, fileResources()) as T

  it('individual-fit: three points, combined error, correlated prior: mode and Laplace’s covariance (SciPy, 1e-6)', () => {
    const none = { value: 0, standardError: null }
    const answer = run<{
      tiaMbqH: number
      tiaUncertaintyMbqH: number
      distanceFromPrior: number
      parameters: { shrinkage: number }[]
    }>('individual-fit', {
      administeredMbq: 7400,
      samples: 0,
      points: [
        { timeH: 5, activityMbq: 150 },
        { timeH: 30, activityMbq: 70 },
        { timeH: 110, activityMbq: 12 },
      ],
      population: {
        ...(CALC_EXAMPLES['individual-fit'] as { population: object }).population,
        curve: { id: 'mono-exponential', physicalHalfLifeS: hoursToSeconds(LU177_H) },
        mu: [
          { value: -4.1, standardError: 0.06 },
          { value: -12.7, standardError: 0.05 },
        ],
        omega: [
          [0.09, -0.06],
          [-0.06, 0.16],
        ],
        residual: {
          form: 'combined',
          additive: { ...none, value: 0.0005 },
          proportional: { ...none, value: 0.1 },
        },
      },
    })
    expect(off(answer.tiaMbqH, 6878.112561138)).toBeLessThan(1e-6)
    expect(off(answer.tiaUncertaintyMbqH, 836.7504145917)).toBeLessThan(1e-6)
    expect(off(answer.distanceFromPrior, 2.37164600408)).toBeLessThan(1e-6)
    expect(off(answer.parameters[0]?.shrinkage, 0.1095818236622)).toBeLessThan(1e-6)
    expect(off(answer.parameters[1]?.shrinkage, 0.1734418367145)).toBeLessThan(1e-6)
  })

  it('individual-fit: a prior whose numbers are of other parameters, or whose error has a part that its form has not, is refused', () => {
    const example = CALC_EXAMPLES['individual-fit'] as {
      population: { parameters: readonly object[]; residual: object }
    }
    const refused = (change: object) => () =>
      run('individual-fit', { ...example, population: { ...example.population, ...change } })
    expect(refused({ parameters: [...example.population.parameters].reverse() })).toThrow(
      /has the parameters lambdaBiol1/,
    )
    expect(refused({ residual: { ...example.population.residual, form: 'additive' } })).toThrow(/part of 0\.05/)
  })

  it('fit-tac: trapezoid with the tail of the last three points (closed form and differences, 1e-9, u 1e-6)', () => {
    const points = [
      [2, 60, 0.05],
      [10, 90, 0.1],
      [30, 70, 0.05],
      [80, 30, 0.15],
      [150, 9, 0.1],
    ].map(([timeH = 0, activityMbq = 0, share = 0]) => ({ timeH, activityMbq, sigmaMbq: share * activityMbq }))
    const answer = run<{ tiaMbqH: number; tiaUncertaintyMbqH: number }>('fit-tac', {
      ...{ physicalHalfLifeH: LU177_H, model: 'trapezoid', points, afterLastPoint: { lastPoints: 3 } },
    })
    expect(off(answer.tiaMbqH, 6420.265390045)).toBeLessThan(1e-9)
    expect(off(answer.tiaUncertaintyMbqH, 331.03516625)).toBeLessThan(1e-6)
  })

  it('single-time-point says that the sigma is a default and that the administered activity counts for nothing', () => {
    const given = { nuclide: 'Lu-177', population: 'dotatate-kidney', administeredMbq: 7400 }
    const codes = (method: string, more: object): string[] =>
      run<{ warnings: { code: string }[] }>('single-time-point', {
        ...{ ...given, method, points: [{ timeH: 72, activityMbq: 30, ...more }] },
      })
        .warnings.map(({ code }) => code)
        .filter((code) => code.startsWith('calc.'))
    expect(codes('madsen', {})).toEqual(['calc.default-sigma', 'calc.administered-unused'])
    expect(codes('madsen', { sigmaMbq: 1 })).toEqual(['calc.administered-unused'])
  })
})
