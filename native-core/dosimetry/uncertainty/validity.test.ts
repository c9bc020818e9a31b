import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../statistics/index.ts'
import { gaussHermite } from './gaussHermite.ts'
import { monteCarloBudget, recomputeBudget, uncertaintyBudget } from './index.ts'
import type { UncertaintyChain } from './index.ts'

const HOURS = [4, 24, 72, 168]

/** Recovery curves far from and near to one, volumes from 0.3 to 60 mL, uncertainties up to 50 %, some points of another instrument. */
function extremeChain(index: number): UncertaintyChain {
  const stream = new RandomStream(20_261_128, index)
  const between = (low: number, high: number): number => low + (high - low) * stream.uniform()
  const isGear = stream.uniform() < 0.6
  const parameters = isGear ? [between(0.5, 20), between(0.6, 2)] : [between(4, 14)]
  const spread = [between(0.02, 0.5), between(0.02, 0.4)].map((u, i) => u * (parameters[i] ?? 0))
  const correlation = between(-0.8, 0.8)
  const half = between(30, 90)
  return {
    label: 'Lesion',
    scope: 'Lesion, cycle 1',
    calibration: { relative: between(0.01, 0.3), source: 'calibration' },
    recovery: {
      kind: 'curve',
      source: 'recovery',
      curve: {
        form: isGear ? 'gear' : 'gaussian-sphere',
        parameters,
        covariance: parameters.map((_, i) =>
          parameters.map((__, j) => (i === j ? 1 : correlation) * (spread[i] ?? 0) * (spread[j] ?? 0)),
        ),
        volumeRangeMl: [0.1, 200],
      },
    },
    volume: {
      volumeMl: Math.exp(between(Math.log(0.3), Math.log(60))),
      relative: between(0.02, 0.5),
      source: 'volume',
      countsSlope: between(0, 1.2),
    },
    ...(stream.uniform() < 0.3
      ? { imagePoints: [0, 1], common: [{ relative: between(0.02, 0.5), source: 'well counter', points: [2, 3] }] }
      : {}),
    curve: {
      kind: 'fit',
      request: {
        timesS: HOURS.map((h) => h * 3600),
        activityBq: HOURS.map((h) => 1e8 * 2 ** (-h / half)),
        physicalHalfLifeS: 574_300,
        model: 'mono-exponential',
      },
      points: HOURS.map(() => ({ other: between(0.01, 0.1) })),
    },
  }
}

describe('validity', () => {
  const found = Array.from({ length: 40 }, (_, index) =>
    monteCarloBudget(extremeChain(index), { seed: index, samples: 6000, curve: 'linearised' }),
  )

  it('where it says valid, analytic and Monte Carlo agree within 5 % (and the noise of Monte Carlo)', () => {
    const valid = found.filter(({ analytic }) => analytic.validity.isValid)
    expect(valid.length).toBeGreaterThan(5)
    expect(valid.length).toBeLessThan(30)
    for (const { doseRatio, dose } of valid)
      expect(Math.abs((doseRatio ?? 0) - 1)).toBeLessThan(0.05 + 2 * dose.accuracy)
  })

  it('foresees what Monte Carlo finds: the ratio within 3 % and the noise, the skewness within 0.3, where both are moderate', () => {
    const moderate = found.filter(({ analytic }) => analytic.validity.nonlinearRatio < 1.2)
    expect(moderate.length).toBeGreaterThan(15)
    for (const { analytic, doseRatio, dose } of moderate) {
      const { nonlinearRatio, skewness } = analytic.validity
      expect(Math.abs((doseRatio ?? 0) / nonlinearRatio - 1)).toBeLessThan(0.03 + 3 * dose.accuracy)
      if (Math.abs(skewness) < 1) expect(Math.abs(dose.skewness - skewness)).toBeLessThan(0.3)
    }
  })

  it('a steep recovery curve that bends over its uncertainties is not linear, and its size is told', () => {
    const chain: UncertaintyChain = {
      ...extremeChain(0),
      calibration: { relative: 0.02, source: 'calibration' },
      recovery: {
        kind: 'curve',
        source: 'recovery',
        curve: {
          form: 'gear',
          parameters: [8, 1.5],
          covariance: [
            [(0.3 * 8) ** 2, 0],
            [0, (0.25 * 1.5) ** 2],
          ],
          volumeRangeMl: [0.1, 200],
        },
      },
      volume: { volumeMl: 1.5, relative: 0.05, source: 'volume' },
    }
    const { analytic, doseRatio } = monteCarloBudget(chain, { seed: 1, samples: 20_000, curve: 'linearised' })
    expect(doseRatio).toBeGreaterThan(1.2)
    expect(analytic.validity.isValid).toBe(false)
    expect(analytic.validity.reasons.join()).toMatch(/not linear/)
  })

  it('of a budget whose recovery and volume are halved is that of the chain made again, within 3 %', () => {
    for (const index of [0, 1, 2, 3, 4, 5]) {
      const chain = extremeChain(index)
      const { recovery, volume } = chain
      if (recovery?.kind !== 'curve') return expect.unreachable()
      const halved: UncertaintyChain = {
        ...chain,
        recovery: {
          ...recovery,
          curve: { ...recovery.curve, covariance: recovery.curve.covariance.map((row) => row.map((v) => v / 4)) },
        },
        volume: { ...volume, relative: volume.relative / 2 },
      }
      const quarter = recomputeBudget(uncertaintyBudget(halved), { recovery: 0.5, volume: 0.5 })
      const again = uncertaintyBudget({
        ...halved,
        recovery: {
          ...recovery,
          curve: { ...recovery.curve, covariance: recovery.curve.covariance.map((row) => row.map((v) => v / 16)) },
        },
        volume: { ...volume, relative: volume.relative / 4 },
      })
      expect(Math.abs(quarter.validity.nonlinearRatio / again.validity.nonlinearRatio - 1)).toBeLessThan(0.03)
      expect(quarter.doseRelative).toBeCloseTo(again.doseRelative, 10)
    }
  })
})

it('the rule of Gauss and Hermite has the moments of a normal number: (2k − 1)!!, to degree 2n − 1', () => {
  const { nodes, weights } = gaussHermite(7)
  const moment = (power: number): number => nodes.reduce((sum, x, i) => sum + (weights[i] ?? 0) * x ** power, 0)
  ;[1, 1, 3, 15, 105, 945, 10_395].forEach((expected, k) => expect(moment(2 * k) / expected).toBeCloseTo(1, 10))
  expect(moment(13)).toBeCloseTo(0, 6)
})
