/**
 * Uncertainty of the chain against numbers of an implementation that shares no code with the program: SciPy 1.17.1 (least_squares with MINPACK's
 * tolerances at 1e-15, quad, sums over fine grids), written from the equations. Times in h and activities in MBq there, in s and Bq here.
 */
import { describe, expect, it } from 'vitest'
import { fileResources } from '../../electron/adapters/resources/index.ts'
import { runCalc } from '../../electron/services/calc/index.ts'
import { monteCarloBudget } from '../../native-core/dosimetry/index.ts'
import { LU177_H, off } from './recheck.ts'

describe('the budget of the command line', () => {
  const run = <T>(name: string, input: unknown): T => runCalc(name, input, fileResources()) as T

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
