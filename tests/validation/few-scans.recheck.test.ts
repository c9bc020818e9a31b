/**
 * One scan against numbers of an implementation that shares no code with the program: SciPy 1.17.1 (least_squares with MINPACK's
 * tolerances at 1e-15, quad, sums over fine grids), written from the equations. Times in h and activities in MBq there, in s and Bq here.
 */
import { describe, expect, it } from 'vitest'
import { curvePopulation, estimateFewScans } from '../../native-core/kinetics/singleTimePoint/index.ts'
import { hoursToSeconds, mbqToBq } from '../../native-core/units/index.ts'
import { LU177_H, MBQ_H, off } from './recheck.ts'

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

describe('the whole posterior of one scan of a large uncertainty (SciPy, sums over 2001 × 6001 nodes): moments 2e-4, percentiles 3e-3', () => {
  // Time, activity, σ/A, geometric standard deviations of half-life and uptake, their correlation; mean, sd, percentiles 2.5, 16, 50, 84, 97.5 in MBq·h.
  it.each([
    [72, 30, 0.1, 1.25, 1.5, 0, [6146.9872, 615.58711, 4982.5842, 5542.2457, 6132.3579, 6746.6858, 7398.7607]],
    [72, 30, 0.5, 1.25, 2.3, 0, [6327.6431, 2442.8574, 2121.6079, 3848.6403, 6156.5823, 8791.4101, 11533.325]],
    [24, 90, 0.5, 1.3, 2.3, 0.4, [8869.2503, 4420.528, 2138.2776, 4536.0857, 8272.1473, 13156.19, 19071.82]],
    [72, 30, 1.0, 1.25, 2.3, 0, [7526.0021, 3821.6436, 1838.0086, 3744.4412, 6959.9422, 11337.767, 16347.765]],
    [72, 300, 0.5, 1.25, 1.3, 0, [12713.392, 4600.4055, 6002.9514, 8427.8092, 11955.913, 16955.396, 23773.124]],
    [120, 20, 0.5, 1.1, 4, 0, [6589.7124, 3343.9006, 1069.9007, 3111.1119, 6333.1648, 10001.388, 13739.686]],
  ] as const)('at %d h, %d MBq with σ/A = %d, spreads %d and %d, correlation %d', (...given) => {
    const [timeH, activityMbq, relative, lateSpread, uptakeSpread, correlation, expected] = given
    const { distribution } = estimateFewScans({
      label: 'Kidney',
      method: 'population-map',
      timesS: [hoursToSeconds(timeH)],
      activityBq: [mbqToBq(activityMbq)],
      sigmaBq: [mbqToBq(activityMbq * relative)],
      physicalHalfLifeS: hoursToSeconds(LU177_H),
      population: curvePopulation(
        {
          id: 'kidney',
          title: 'Kidney',
          shape: 'mono-exponential',
          physicalHalfLifeS: hoursToSeconds(LU177_H),
          effectiveHalfLifeS: { median: hoursToSeconds(52), geometricStandardDeviation: lateSpread },
          uptake: { median: 0.02, geometricStandardDeviation: uptakeSpread },
          correlation: [
            [1, correlation],
            [correlation, 1],
          ],
        },
        7.4e9,
      ),
    })
    const d = distribution
    const found = [d?.percentile2p5BqS, d?.percentile16BqS, d?.medianBqS, d?.percentile84BqS, d?.percentile97p5BqS]
    expect(off(d?.meanBqS, expected[0] * MBQ_H)).toBeLessThan(2e-4)
    expect(off(d?.standardDeviationBqS, expected[1] * MBQ_H)).toBeLessThan(2e-4)
    found.forEach((value, k) => expect(off(value, (expected[k + 2] ?? NaN) * MBQ_H)).toBeLessThan(3e-3))
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
