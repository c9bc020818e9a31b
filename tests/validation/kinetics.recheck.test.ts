/**
 * Curves and linear methods against numbers of an implementation that shares no code with the program: SciPy 1.17.1 (least_squares with MINPACK's
 * tolerances at 1e-15, quad, sums over fine grids), written from the equations. Times in h and activities in MBq there, in s and Bq here.
 */
import { describe, expect, it } from 'vitest'
import { formulaCurve } from '../../electron/services/formulas/index.ts'
import { fitTimeActivity } from '../../native-core/kinetics/index.ts'
import type { FitRequest } from '../../native-core/kinetics/index.ts'
import {
  exponentialCurve,
  loganPlot,
  multilinearAnalysis,
  patlakPlot,
  withoutBlood,
} from '../../native-core/kinetics/dynamic/index.ts'
import { hoursToSeconds, mbqToBq } from '../../native-core/units/index.ts'
import { LU177_H, MBQ_H, off } from './recheck.ts'

const request = (timesH: readonly number[], activityMbq: readonly number[]): FitRequest => ({
  label: 'Curve',
  timesS: timesH.map(hoursToSeconds),
  activityBq: activityMbq.map(mbqToBq),
  physicalHalfLifeS: hoursToSeconds(LU177_H),
})

describe('phases that fall together', () => {
  const points = request([1, 2, 4, 8, 24, 48, 72, 120, 168], [80, 115, 140, 138, 101, 68, 45, 21, 9.5])
  // Of the mono-exponential u = 658.8008303359 MBq·h with χ²/dof of 7 degrees of freedom.
  const expected = 658.8008303359138

  it.each(['bi-exponential-washout', 'bi-exponential-area'] as const)(
    '%s: TIA and uncertainty of the mono-exponential they are (SciPy, 1e-6), and the fit is refused',
    (model) => {
      const fit = fitTimeActivity({ ...points, model })
      expect(off(fit.tiaBqS, 8101.210312034607 * MBQ_H)).toBeLessThan(1e-6)
      expect(off(fit.tiaUncertaintyBqS, expected * Math.sqrt(7 / 5) * MBQ_H)).toBeLessThan(1e-6)
      expect(fit.warnings.find(({ code }) => code === 'kinetics.refused')?.message).toMatch(/do not tell lambdaBiol/)
    },
  )
})

it('a formula that is given as an infusion of 4 h and a bolus at 12 h: least_squares over quad (SciPy, 1e-6)', () => {
  const times = [1, 3, 6, 11, 14, 24, 48, 96, 168]
  const points = request(times, [1.9, 7.3, 14.6, 21.2, 20.1, 24.0, 21.5, 10.4, 2.6])
  const formula = {
    expression: 'A*(t/T)^0.7*exp(-t/T)',
    parameters: [
      { name: 'A', unit: 'MBq', start: 60 },
      { name: 'T', unit: 'h', start: 30 },
    ],
    physicalDecay: 'multiplied',
  } as const
  const fit = fitTimeActivity({
    ...points,
    model: 'formula',
    curve: formulaCurve(formula, Math.LN2 / hoursToSeconds(LU177_H)),
    sigmaBq: { fraction: 0.05, absoluteBq: 0 },
    administration: [
      { startS: 0, durationS: hoursToSeconds(4), share: 0.7 },
      { startS: hoursToSeconds(12), durationS: 0, share: 0.3 },
    ],
  })
  expect(off(fit.parameters[0]?.value, 92.6611123318012e6)).toBeLessThan(1e-6)
  expect(off(fit.parameters[1]?.value, hoursToSeconds(39.4955854017785))).toBeLessThan(1e-6)
  expect(off(fit.chiSquare, 341.86937176278167)).toBeLessThan(1e-9)
  // Closed form of the integral: A·T^−0.7·Γ(1.7)/(1/T + λ_phys)^1.7.
  expect(off(fit.tiaBqS, 2540.431329358093 * MBQ_H)).toBeLessThan(1e-6)
  expect(off(fit.tiaUncertaintyBqS, 333.9903123361323 * MBQ_H)).toBeLessThan(1e-5)
})

describe('linear methods with the blood taken off, V_b = 0.05 (NumPy lstsq on the corrected averages)', () => {
  const durations = [...Array<number>(12).fill(10), ...Array<number>(8).fill(60), ...Array<number>(10).fill(300)]
  const frames = durations.map((durationS, i) => ({
    startS: durations.slice(0, i).reduce((sum, d) => sum + d, 0),
    durationS,
  }))
  const schedule = { frames, halfLifeS: hoursToSeconds(1.1285) }
  const plasma = (factor: number) =>
    exponentialCurve(
      [
        { ratePerS: 2 / 60, coefficients: [90000 * factor] },
        { ratePerS: 0.02 / 60, coefficients: [10000 * factor] },
      ],
      0,
      'plasma',
    )
  const tissue = (concentrationBqPerMl: readonly number[]) =>
    withoutBlood({ label: 'Tissue', schedule, concentrationBqPerMl }, plasma(0.7), 0.05)
  // 95 % of two tissues (K1 0.2, k2 0.1, k3 0.05, k4 0; and 0.3, 0.2, 0.05, 0.02 per min) with 5 % blood, rounded.
  const trapped = [
    4457.0, 6029.22, 7198.44, 8078.28, 8750.15, 9272.41, 9686.89, 10023.57, 10303.94, 10543.42, 10753.06, 10940.81,
    11484.44, 12274.22, 12973.39, 13618.82, 14220.46, 14783.96, 15313.78, 15813.73, 17137.39, 19035.15, 20623.62,
    22000.14, 23216.96, 24304.41, 25281.97, 26163.48, 26959.67, 27679.42,
  ]
  const reversible = [
    5159.25, 7833.13, 9748.43, 11120.85, 12104.89, 12811.23, 13319.17, 13685.46, 13950.78, 14144.21, 14286.6, 14392.84,
    14597.65, 14795.18, 14962.17, 15144.49, 15341.23, 15546.86, 15756.48, 15966.3, 16560.51, 17414.32, 18038.22,
    18440.04, 18646.15, 18685.1, 18583.38, 18364.6, 18049.43, 17655.91,
  ]

  it('Patlak 1e-9, and nearer to K1·k3/(k2 + k3) than without', () => {
    const slope = (curve: ReturnType<typeof tissue>): number =>
      60 * patlakPlot(curve, plasma(1), { kind: 'given', tStarS: 1200 }).straight.slope
    expect(off(slope(tissue(trapped)), 0.06685873079866783)).toBeLessThan(1e-9)
    const uncorrected = slope({ label: 'Tissue', schedule, concentrationBqPerMl: trapped })
    expect(off(uncorrected, 0.06351579425873448)).toBeLessThan(1e-9)
    expect(off(slope(tissue(trapped)), 0.2 / 3)).toBeLessThan(off(uncorrected, 0.2 / 3))
  })

  it('Logan and MA1 1e-9', () => {
    const logan = loganPlot(tissue(reversible), plasma(1), { kind: 'given', tStarS: 1200 })
    expect(off(logan.straight.slope, 4.142555629836563)).toBeLessThan(1e-9)
    const ma1 = multilinearAnalysis(tissue(reversible), plasma(1), { tStarS: 600, weighting: { kind: 'uniform' } })
    expect(off(ma1.results[0]?.value, 3.9329097781432547)).toBeLessThan(1e-9)
  })
})
