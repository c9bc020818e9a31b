/** Stated uncertainties against Monte Carlo: seeded repetitions of a measurement with known sigmas. */
import { describe, expect, it } from 'vitest'
import { fitTimeActivity, fittedCurve } from '../../native-core/kinetics/index.ts'
import type { TacFit, TacModelId } from '../../native-core/kinetics/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const TIMES_H = [1, 3, 6, 24, 72, 120, 168]
const REPETITIONS = 500

const CURVES: readonly (readonly [TacModelId, readonly (readonly [number, number])[]])[] = [
  ['mono-exponential', [[1e8, 60]]],
  [
    'uptake-washout',
    [
      [1e8, 60],
      [-1e8, 4],
    ],
  ],
  [
    'bi-exponential',
    [
      [1e8, 60],
      [1.5e8, 4],
    ],
  ],
]

const valueAt = (terms: readonly (readonly [number, number])[], tH: number): number =>
  terms.reduce((s, [a, half]) => s + a * 2 ** (-tH / half), 0)

function repetitions(model: TacModelId, terms: readonly (readonly [number, number])[]): TacFit[] {
  const random = new RandomStream(42, model.length)
  const exact = TIMES_H.map((t) => valueAt(terms, t))
  return Array.from({ length: REPETITIONS }, () =>
    fitTimeActivity({
      label: model,
      timesS: TIMES_H.map((t) => t * 3600),
      activityBq: exact.map((v) => v * (1 + 0.02 * random.normal())),
      sigmaBq: exact.map((v) => 0.02 * v),
      physicalHalfLifeS: 574300.8,
      model,
    }),
  )
}

describe.each(CURVES)('%s with noise of 2 per cent, 500 seeded repetitions', (model, terms) => {
  const fits = repetitions(model, terms)
  const truth = terms.reduce((s, [a, half]) => s + (a * half * 3600) / Math.LN2, 0)

  it('the spread of the TIA is the stated u(TIA) within 12 % (four standard errors of a standard deviation)', () => {
    const mean = fits.reduce((s, f) => s + f.tiaBqS, 0) / fits.length
    const spread = Math.sqrt(fits.reduce((s, f) => s + (f.tiaBqS - mean) ** 2, 0) / (fits.length - 1))
    const stated = fits.reduce((s, f) => s + f.tiaUncertaintyBqS, 0) / fits.length
    expect(Math.abs(spread / stated - 1)).toBeLessThan(0.12)
    expect(Math.abs(mean / truth - 1)).toBeLessThan(0.005)
  })

  it('χ² has its degrees of freedom as mean, within four standard errors', () => {
    const dof = fits[0]?.degreesOfFreedom ?? 0
    const mean = fits.reduce((s, f) => s + f.chiSquare, 0) / fits.length
    expect(Math.abs(mean - dof)).toBeLessThan(4 * Math.sqrt((2 * dof) / fits.length))
  })

  it('the 95 % band covers the true curve at 48 h in 92 to 98 % of the repetitions', () => {
    const value = valueAt(terms, 48)
    const covered = fits.filter((fit) => {
      const band = fittedCurve(fit, [48 * 3600])
      return (band.lowerBq[0] as number) <= value && (band.upperBq[0] as number) >= value
    }).length
    expect(covered / fits.length).toBeGreaterThan(0.92)
    expect(covered / fits.length).toBeLessThan(0.98)
  })
})
