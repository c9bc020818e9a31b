/**
 * Numbers of an implementation that shares no code with the program: SciPy 1.17.1 (least_squares with MINPACK's tolerances at 1e-15, quad, sums over
 * fine grids), written from the equations. Times in h and activities in MBq there, in s and Bq here.
 */
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { CALC_EXAMPLES } from '../../electron/services/calc/examples.ts'
import { runCalc } from '../../electron/services/calc/index.ts'
import { formulaCurve } from '../../electron/services/formulas/index.ts'
import { monteCarloBudget } from '../../native-core/dosimetry/index.ts'
import { fitTimeActivity } from '../../native-core/kinetics/index.ts'
import type { FitRequest } from '../../native-core/kinetics/index.ts'
import {
  exponentialCurve,
  loganPlot,
  multilinearAnalysis,
  patlakPlot,
  withoutBlood,
} from '../../native-core/kinetics/dynamic/index.ts'
import { curvePopulation, estimateFewScans } from '../../native-core/kinetics/singleTimePoint/index.ts'
import { hoursToSeconds, mbqToBq } from '../../native-core/units/index.ts'

const LU177_H = 159.528
const MBQ_H = 3.6e9

const request = (timesH: readonly number[], activityMbq: readonly number[]): FitRequest => ({
  label: 'Curve',
  timesS: timesH.map(hoursToSeconds),
  activityBq: activityMbq.map(mbqToBq),
  physicalHalfLifeS: hoursToSeconds(LU177_H),
})
const off = (found: number | undefined, expected: number): number => Math.abs((found ?? NaN) / expected - 1)

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

describe('the most probable curve from one scan', () => {
  const estimate = (timeH: number, sigmaMbq: number, uptake: object) =>
    estimateFewScans({
      label: 'Kidney',
      method: 'population-map',
      timesS: [hoursToSeconds(timeH)],
      activityBq: [30e6],
      sigmaBq: [mbqToBq(sigmaMbq)],
      physicalHalfLifeS: hoursToSeconds(LU177_H),
      population: curvePopulation(
        {
          id: 'kidney',
          title: 'Kidney',
          shape: 'mono-exponential',
          physicalHalfLifeS: hoursToSeconds(LU177_H),
          effectiveHalfLifeS: { median: hoursToSeconds(52), geometricStandardDeviation: 1.25 },
          ...uptake,
        },
        7.4e9,
      ),
    })

  it('at 72 h: mode 1e-6, mean 1e-4, percentiles of the posterior 1e-3 (SciPy, sums over 4001 × 801 nodes)', () => {
    const { tiaBqS, distribution } = estimate(72, 1, { uptake: { median: 0.02, geometricStandardDeviation: 1.5 } })
    expect(off(tiaBqS, 5932.9696150959335 * MBQ_H)).toBeLessThan(1e-6)
    expect(off(distribution?.meanBqS, 6052.983426692972 * MBQ_H)).toBeLessThan(1e-4)
    expect(off(distribution?.percentile16BqS, 5780.37406061 * MBQ_H)).toBeLessThan(1e-3)
    expect(off(distribution?.medianBqS, 6012.22766029 * MBQ_H)).toBeLessThan(1e-3)
    expect(off(distribution?.percentile84BqS, 6305.54982524 * MBQ_H)).toBeLessThan(1e-3)
  })

  it('at 1/λ, nearly without noise, is not certain: half of 6124 to 6424 MBq·h and the bias of the mode (SciPy, 1 %)', () => {
    const { tiaBqS, tiaUncertaintyBqS } = estimate(52 / Math.LN2, 0.01, {})
    const mode = 6117.776673 * MBQ_H
    expect(off(tiaBqS, mode)).toBeLessThan(1e-6)
    const expected = Math.hypot((6424.38193842 - 6124.14893366) / 2, 6187.08421226 - 6117.776673)
    expect(off(tiaUncertaintyBqS, expected * MBQ_H)).toBeLessThan(0.01)
  })
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

describe('the median over a population of several directions (SciPy, 2^20 Sobol points, 3e-3)', () => {
  const LATE_EARLY = { late: [60, 1.7], early: [4, 1.6] } as const
  const THREE = { late: [45, 1.5], early: [3, 1.7], share: [1.5, 1.6] } as const
  const correlated = [
    [1, 0, 0, 0],
    [0, 1, 0.5, -0.3],
    [0, 0.5, 1, 0.2],
    [0, -0.3, 0.2, 1],
  ]
  it.each([
    [LATE_EARLY, 8, 119.18245],
    [LATE_EARLY, 36, 122.04299],
    [LATE_EARLY, 160, 521.01135],
    [THREE, 4, 47.363066],
    [THREE, 30, 115.25311],
    [THREE, 120, 462.19554],
  ])('%j at %d h', (given, timeH, expected) => {
    const logNormal = ([median, geometricStandardDeviation]: readonly [number, number]) => ({
      median: hoursToSeconds(median),
      geometricStandardDeviation,
    })
    const own =
      'share' in given
        ? {
            shape: 'bi-exponential' as const,
            earlyShare: { median: given.share[0], geometricStandardDeviation: given.share[1] },
            correlation: correlated,
          }
        : { shape: 'uptake-washout' as const }
    const { tiaBqS } = estimateFewScans({
      label: 'Kidney',
      method: 'population-half-life',
      timesS: [hoursToSeconds(timeH)],
      activityBq: [1e6],
      sigmaBq: [5e4],
      physicalHalfLifeS: hoursToSeconds(LU177_H),
      population: curvePopulation(
        {
          id: 'given',
          title: 'given',
          physicalHalfLifeS: hoursToSeconds(LU177_H),
          effectiveHalfLifeS: logNormal(given.late),
          earlyHalfLifeS: logNormal(given.early),
          ...own,
        },
        1,
      ),
    })
    expect(off(tiaBqS, expected * MBQ_H)).toBeLessThan(3e-3)
  })
})

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

  it('uncertainty-budget: counts, displacement, sphere, recovery curve and edge in one chain (SciPy, 1e-6)', () => {
    const registration = { displacementMm: 3, resolutionFwhmMm: 10, backgroundRatio: 0.1 }
    const common = { noiseFactor: 2, otherRelative: 0.03, registration }
    const answer = run<{
      structures: { tiaRelative: number; doseRelative: number; dosePerActivityRelative: number }[]
    }>('uncertainty-budget', {
      monteCarlo: null,
      structures: [
        {
          ...{ label: 'Tumour', physicalHalfLifeH: LU177_H, volumeMl: 20, model: 'mono-exponential' },
          outline: { voxelMm: 3, resolutionFwhmMm: 8 },
          sphere: { resolutionFwhmMm: 14, recovery: 0.6 },
          recovery: {
            curve: {
              form: 'gear',
              parameters: [3, 0.9],
              covariance: [
                [0.25, 0.03],
                [0.03, 0.01],
              ],
              volumeRangeMl: [1, 100],
            },
          },
          ...{ calibration: { relative: 0.05 }, density: { relative: 0.03 }, administered: { relative: 0.04 } },
          points: [
            { timeH: 2, activityMbq: 100, counts: 4000, ...common },
            { timeH: 20, activityMbq: 80, counts: 3000, ...common },
            { timeH: 70, activityMbq: 45, counts: 2000, ...common },
            { timeH: 150, activityMbq: 18, counts: 800, ...common },
          ],
        },
      ],
    })
    const [own] = answer.structures
    expect(off(own?.tiaRelative, 0.21900687168830266)).toBeLessThan(1e-6)
    expect(off(own?.doseRelative, 0.2535798160824244)).toBeLessThan(1e-6)
    expect(off(own?.dosePerActivityRelative, 0.25671525689837016)).toBeLessThan(1e-6)
  })

  it.each([
    [{ calibration: { relative: 0.2, source: 'm' }, sValue: { relative: 0.2, source: 'm' } }, /that of calibration/],
    [{ density: { relative: 0.1, source: 'volume of T' } }, /that of volume of T/],
  ])('uncertainty-budget: one name for two quantities is refused, %j', (factors, words) => {
    const structure = { label: 'T', volumeMl: 10, volumeRelative: 0.1, tiaRelative: 0.1, ...factors }
    expect(() => run('uncertainty-budget', { structures: [structure] })).toThrow(words)
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

describe('Monte Carlo of the chain', () => {
  const volume = { volumeMl: 10, relative: 0, source: 'volume' }
  const chain = { label: 'T', scope: 'T', volume, curve: { kind: 'tia' as const, relative: 0.05 } }
  const options = { seed: 1, samples: 4000 }

  it('an activity relative to the one that was given is the same draw: 5 %/5 % leave √0 beside 5 % of the curve', () => {
    const meter = { relative: 0.05, source: 'activity meter' }
    const { dose, dosePerActivity, analytic } = monteCarloBudget(
      { ...chain, administered: meter, common: [{ ...meter, exponent: 1 }] },
      options,
    )
    expect(off(analytic.dosePerActivityRelative, 0.05)).toBeLessThan(1e-12)
    expect(off(dosePerActivity.standardUncertainty, 0.05)).toBeLessThan(0.04)
    expect(off(dose.standardUncertainty, Math.hypot(0.05, 0.05))).toBeLessThan(0.04)
  })

  it('D ∝ 1 + β/V is linear in β of a hyperbolic recovery: mean 1 and 25 % for 50 % at V = β', () => {
    const curve = {
      form: 'hyperbolic' as const,
      parameters: [10],
      covariance: [[25]],
      volumeRangeMl: [1, 100] as const,
    }
    const { dose } = monteCarloBudget(
      {
        ...chain,
        curve: { kind: 'tia', relative: 0 },
        recovery: { kind: 'curve', curve: { ...curve }, source: 'curve' },
      },
      options,
    )
    expect(Math.abs(dose.mean - 1)).toBeLessThan(0.02)
    expect(off(dose.standardUncertainty, 0.25)).toBeLessThan(0.06)
  })
})
