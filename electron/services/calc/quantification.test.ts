import { describe, expect, it } from 'vitest'
import { fileResources } from '../../adapters/resources/index.ts'
import { listCalcs, runCalc } from './index.ts'

const run = <T>(name: string, input: object): T => runCalc(name, input, fileResources()) as T

describe('calculations from counts to activity', () => {
  it('are all there', () => {
    const names = listCalcs().map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['calibration-factor', 'dead-time', 'gtm', 'recovery-coefficient', 'recovery-fit']),
    )
  })

  it('calibration-factor: 9.2 cps/MBq of 100 MBq over one hour, 48 h after the assay', () => {
    const lambda = Math.LN2 / 159.528
    const mean = 100 * Math.exp(-48 * lambda) * ((1 - Math.exp(-lambda)) / lambda)
    const { sensitivityCpsPerMbq, relativeUncertainty, meanActivityMbq } = run<{
      sensitivityCpsPerMbq: number
      relativeUncertainty: number
      meanActivityMbq: number
    }>('calibration-factor', {
      nuclide: 'Lu-177',
      counts: 9.2 * mean * 3600,
      acquisitionDurationS: 3600,
      activityMbq: 100,
      activityRelativeUncertainty: 0.03,
      assayToStartH: 48,
    })
    expect(sensitivityCpsPerMbq).toBeCloseTo(9.2, 6)
    expect(meanActivityMbq).toBeCloseTo(mean, 6)
    expect(relativeUncertainty).toBeGreaterThan(0.03)
    expect(relativeUncertainty).toBeLessThan(0.031)
  })

  it('recovery: a curve is fitted and used, with what spills in', () => {
    const spheres = [0.5, 2, 8, 30].map((volumeMl) => ({
      volumeMl,
      coefficient: volumeMl / (volumeMl + 3),
      standardUncertainty: 0.02,
    }))
    const curve = run<{ form: string; parameters: number[]; covariance: number[][]; volumeRangeMl: number[] }>(
      'recovery-fit',
      { form: 'hyperbolic', spheres },
    )
    expect(curve.parameters[0]).toBeCloseTo(3, 6)
    const { form, parameters, covariance, volumeRangeMl } = curve
    const { structures } = run<{ structures: { corrected: number; outside: string | null }[] }>(
      'recovery-coefficient',
      {
        curve: { form, parameters, covariance, volumeRangeMl },
        structures: [
          { volumeMl: 3, measured: 11, background: 2 },
          { volumeMl: 90, measured: 11 },
        ],
      },
    )
    expect(structures[0]!.corrected).toBeCloseTo(20, 5)
    expect(structures.map(({ outside }) => outside)).toEqual([null, 'above'])
  })

  it('dead-time and gtm', () => {
    const losses = { model: 'non-paralysable', tauS: 1e-6, relativeUncertainty: 0.1 }
    expect(run<{ factor: number }>('dead-time', { losses, observedCps: [100_000] }).factor).toBeCloseTo(1 / 0.9, 12)
    expect(
      run<{ corrected: number[] }>('gtm', {
        matrix: [
          [0.6, 0.4],
          [0.1, 0.9],
        ],
        measured: [6.4, 1.9],
      }).corrected,
    ).toEqual([expect.closeTo(10, 10), expect.closeTo(1, 10)])
    expect(() => run('gtm', { matrix: [[1, 0]], measured: [1] })).toThrow(/1 rows of 2/)
    expect(() =>
      run('gtm', {
        matrix: [
          [1, 1],
          [1, 1],
        ],
        measured: [1, 2],
      }),
    ).toThrow(/cannot be told apart/)
  })
})
