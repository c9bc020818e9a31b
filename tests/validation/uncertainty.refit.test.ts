/** Budgets of fitted curves against Monte Carlo that fits every repetition again: where the law of propagation is said to hold, it does. */
import { describe, expect, it } from 'vitest'
import { monteCarloBudget, uncertaintyBudget } from '../../native-core/dosimetry/uncertainty/index.ts'
import type { UncertaintyChain } from '../../native-core/dosimetry/uncertainty/index.ts'
import { RandomStream } from '../../native-core/statistics/index.ts'

const MODELS = ['mono-exponential', 'uptake-washout', 'bi-exponential'] as const
const SAMPLES = 1000

/** Curves of the three models with phases near to and far from each other, points of 5 to 40 %. */
function chainOf(index: number): UncertaintyChain {
  const stream = new RandomStream(77, index)
  const between = (low: number, high: number): number => low + (high - low) * stream.uniform()
  const model = MODELS[index % 3] ?? 'mono-exponential'
  const hours = model === 'bi-exponential' || stream.uniform() < 0.5 ? [2, 8, 24, 48, 96, 168] : [4, 24, 72, 168]
  const [late, early, share] = [between(30, 100), between(3, 15), between(0.2, 0.9)]
  const decayed = (hour: number, halfLifeH: number): number => 2 ** (-hour / halfLifeH)
  const value = (hour: number): number =>
    model === 'mono-exponential'
      ? decayed(hour, late)
      : model === 'uptake-washout'
        ? decayed(hour, late) - decayed(hour, early)
        : share * decayed(hour, early) + (1 - share) * decayed(hour, late)
  const most = between(0.06, 0.4)
  return {
    label: 'Kidney',
    scope: 'Kidney, cycle 1',
    calibration: { relative: between(0.01, 0.1), source: 'calibration' },
    volume: { volumeMl: 20, relative: between(0.02, 0.1), source: 'volume' },
    curve: {
      kind: 'fit',
      request: {
        timesS: hours.map((hour) => hour * 3600),
        activityBq: hours.map((hour) => 1e8 * value(hour)),
        physicalHalfLifeS: 574_300,
        model,
      },
      points: hours.map(() => ({ other: between(0.05, most) })),
    },
  }
}

describe('budgets of fitted curves', () => {
  const chains = Array.from({ length: 60 }, (_, index) => chainOf(index))
  const judged = chains.map((chain) => ({ chain, isValid: uncertaintyBudget(chain).validity.isValid }))

  it('hold for most curves of one phase and not for those whose phases the points cannot tell apart', () => {
    const valid = (model: string): number =>
      judged.filter(({ chain: { curve }, isValid }) => isValid && curve.kind === 'fit' && curve.request.model === model)
        .length
    expect(valid('mono-exponential')).toBeGreaterThan(15)
    expect(valid('bi-exponential')).toBeLessThan(15)
    expect(valid('bi-exponential')).toBeGreaterThan(2)
  })

  it('agree with Monte Carlo within 5 % (and its noise) where they are said to hold', () => {
    const checked = judged.filter(({ isValid }, index) => isValid && index % 3 !== 0).slice(0, 6)
    expect(checked).toHaveLength(6)
    for (const [seed, { chain }] of checked.entries()) {
      const { doseRatio, dose } = monteCarloBudget(chain, { seed, samples: SAMPLES })
      expect(Math.abs((doseRatio ?? 0) - 1), JSON.stringify(chain.curve)).toBeLessThan(0.05 + 2 * dose.accuracy)
    }
  })
})
