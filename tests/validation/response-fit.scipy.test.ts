/**
 * The fit of a tumour's response against an independent implementation: the same equations written for scipy.integrate.solve_ivp (LSODA, rtol 1e-11) and
 * fitted with scipy.optimize.least_squares from two starts (3-point differences, xtol 1e-14), SciPy 1.17.1; its numbers stand below.
 */
import { describe, expect, it } from 'vitest'
import { fitTumourResponse, predictResponse } from '../../native-core/radiobiology/index.ts'
import type { DoseRateCourse } from '../../native-core/radiobiology/index.ts'

const DAY_S = 86400
const lambda = Math.LN2 / (51 * 3600)
const course: DoseRateCourse = [
  { kind: 'exponentials', startS: 0, terms: [{ rateGyPerS: 14 * lambda, decayPerS: lambda }] },
  { kind: 'exponentials', startS: 56 * DAY_S, terms: [{ rateGyPerS: 9 * lambda, decayPerS: lambda }] },
]
const volumes = [
  [0, 31.2, 0.1],
  [10, 27.9, 0.1],
  [25, 19.6, 0.08],
  [50, 16.4, 0.1],
  [70, 11.8, 0.12],
  [90, 10.9, 0.1],
  [130, 13.1, 0.1],
] as const

describe('Gompertz growth, LQ kill, clearance: seven noisy volumes over two cycles, a prior on the clearance', () => {
  const fit = fitTumourResponse(
    {
      model: {
        growth: { kind: 'gompertz', ratePerS: 0.01 / DAY_S, capacity: 400 },
        alphaPerGy: 0.15,
        alphaBetaGy: 10,
        repair: { kind: 'exponential', components: [{ halfTimeS: 2 * 3600, fraction: 1 }] },
        clearanceHalfTimeS: 8 * DAY_S,
      },
      initialVolume: 31.2,
      startS: 0,
      free: [
        { name: 'alphaPerGy' },
        { name: 'growthRatePerS' },
        { name: 'clearanceHalfTimeS', prior: { median: 12 * DAY_S, sdOfLog: 0.3 } },
        { name: 'initialVolume' },
      ],
      volumes: volumes.map(([day, volume, relativeUncertainty]) => ({
        ...{ timeS: day * DAY_S, volume, relativeUncertainty },
      })),
    },
    course,
  )

  it.each([
    ['α, 1/Gy', 0, 8.2770727e-2, 0.26428238],
    ['a, 1/s', 1, 2.39351656e-3 / DAY_S, 0.5386214],
    ['clearance half-time, s', 2, 13.5534809 * DAY_S, 0.25852036],
    ['initial volume', 3, 33.3310738, 0.07800774],
  ])('%s: value to 1e-4, coefficient of variation to 1e-3 (SciPy)', (_, at, value, cv) => {
    const found = fit.parameters[at]
    expect(Math.abs((found?.value ?? NaN) / value - 1)).toBeLessThan(1e-4)
    expect(Math.abs((found?.cv ?? NaN) / cv - 1)).toBeLessThan(1e-3)
  })

  it('χ² 1.38134, prior 0.16466, AICc 22.8793, correlation of α and growth 0.97740, to 1e-4 (SciPy)', () => {
    expect(fit.chiSquare).toBeCloseTo(1.3813363, 4)
    expect(fit.priorChiSquare).toBeCloseTo(0.1646649, 4)
    expect(fit.aicc).toBeCloseTo(22.8793345, 4)
    expect(fit.correlation[0]?.[1]).toBeCloseTo(0.977405, 4)
    expect(fit.converged).toBe(true)
    expect(fit.remarks.join(' ')).toMatch(/The growth rate is known to 54 % only/)
  })

  it('predicts 21.5362 at 200 days to 1e-4, with an SD of ln V of 0.31065 to 1e-3 (SciPy)', () => {
    const [next] = predictResponse(fit, course, [200 * DAY_S], 0)
    expect(Math.abs((next?.volume ?? NaN) / 21.5362192 - 1)).toBeLessThan(1e-4)
    const sd = Math.log((next?.high ?? NaN) / (next?.volume ?? NaN)) / 1.959963984540054
    expect(Math.abs(sd / 0.31065161 - 1)).toBeLessThan(1e-3)
  })
})
