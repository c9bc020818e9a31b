import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  budgetCorrelation,
  budgetCovariance,
  loadingsOfSum,
  uncertaintyBudget,
  uncertaintyOfRatio,
  uncertaintyOfSum,
} from './index.ts'
import type { UncertaintyBudget } from './index.ts'

const budgetOf = (name: string, calibration: number, own: number): UncertaintyBudget =>
  uncertaintyBudget({
    label: name,
    scope: name,
    calibration: { relative: calibration, source: 'calibration' },
    volume: { volumeMl: 10, relative: 0, source: `volume of ${name}` },
    curve: { kind: 'tia', relative: own },
  })

const part = fc.double({ min: 0.001, max: 0.5, noNaN: true })
const value = fc.double({ min: 0.1, max: 100, noNaN: true })

describe('budgets that share a source', () => {
  it('have its variance as covariance; the calibration cancels in a ratio and adds linearly in a sum', () => {
    fc.assert(
      fc.property(part, part, part, value, value, (common, own, other, x, y) => {
        const [a, b] = [budgetOf('tumour', common, own), budgetOf('kidney', common, other)]
        expect(budgetCovariance(a, b)).toBeCloseTo(common ** 2, 12)
        expect(budgetCovariance(a, a)).toBeCloseTo(a.doseRelative ** 2, 12)
        expect(uncertaintyOfRatio(a, b)).toBeCloseTo(Math.hypot(own, other), 12)
        const sum = uncertaintyOfSum([
          { value: x, loadings: a.loadings },
          { value: y, loadings: b.loadings },
        ])
        expect(sum / Math.hypot((x + y) * common, x * own, y * other)).toBeCloseTo(1, 12)
        const r = budgetCorrelation([a, b])
        expect(r[0]?.[1]).toBeCloseTo(common ** 2 / (a.doseRelative * b.doseRelative), 12)
      }),
    )
  })

  it('summed into loadings give the same uncertainty again, and the covariance with others', () => {
    const [a, b, c] = [budgetOf('left', 0.05, 0.02), budgetOf('right', 0.05, 0.07), budgetOf('liver', 0.05, 0.01)]
    const parts = [
      { value: 2, loadings: a.loadings },
      { value: 3, loadings: b.loadings },
    ]
    const loadings = loadingsOfSum({ tia: parts, dose: parts, dosePerActivity: parts })
    expect(uncertaintyOfSum([{ value: 5, loadings }])).toBeCloseTo(uncertaintyOfSum(parts), 12)
    expect(budgetCovariance({ loadings }, c)).toBeCloseTo(0.05 ** 2, 12)
  })

  it('a sum of fully common parts is linear, of independent ones in quadrature', () => {
    const [a, b] = [budgetOf('one', 0.1, 0), budgetOf('two', 0, 0.1)]
    const of = (x: UncertaintyBudget, y: UncertaintyBudget): number =>
      uncertaintyOfSum([
        { value: 3, loadings: x.loadings },
        { value: 4, loadings: y.loadings },
      ])
    expect(of(a, a)).toBeCloseTo(0.7, 12)
    expect(of(a, b)).toBeCloseTo(0.5, 12)
  })
})
