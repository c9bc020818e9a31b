import { describe, expect, it } from 'vitest'
import { fitTimeActivity } from '../../kinetics/index.ts'
import { monteCarloBudget, uncertaintyBudget } from './index.ts'
import type { UncertaintyChain } from './index.ts'

const HOURS = [4, 24, 72, 168]
const A = HOURS.map((h) => 1e8 * 2 ** (-h / 60))
const request = { timesS: HOURS.map((h) => h * 3600), physicalHalfLifeS: 574_300, model: 'mono-exponential' as const }

const chain = (more: Partial<UncertaintyChain> = {}): UncertaintyChain => ({
  label: 'Kidney',
  scope: 'Kidney, cycle 1',
  calibration: { relative: 0.05, source: 'calibration' },
  recovery: { kind: 'factor', relative: 0.04, source: 'recovery', volumeSlope: 0.2 },
  volume: { volumeMl: 100, relative: 0.06, source: 'volume', countsSlope: 0.4 },
  curve: { kind: 'fit', request: { ...request, activityBq: A }, points: HOURS.map(() => ({ other: 0.03 })) },
  ...more,
})
const term = (given: UncertaintyChain, id: string): number =>
  uncertaintyBudget(given).terms.find((one) => one.id === id)?.tiaRelative ?? 0

/** By another way than the sensitivities: the TIA with these points a little larger. */
function shareByFit(places: readonly number[]): number {
  const step = 1e-4
  const tia = (activityBq: readonly number[]): number =>
    fitTimeActivity({ label: 'k', ...request, activityBq, sigmaBq: A.map((a) => 0.03 * a) }).tiaBqS
  const [up, down] = [1, -1].map((sign) => tia(A.map((a, i) => (places.includes(i) ? a * (1 + sign * step) : a))))
  return ((up ?? 0) - (down ?? 0)) / (2 * step * tia(A))
}

describe('factors that only some points share', () => {
  it('enter the TIA by the share of it that follows these points, those of the images too', () => {
    const images = [1, 2]
    const share = shareByFit(images)
    expect(share).toBeGreaterThan(0.1)
    expect(share).toBeLessThan(0.95)
    const mixed = chain({ imagePoints: images, common: [{ relative: 0.08, source: 'planar', points: [0, 3] }] })
    expect(term(mixed, 'recovery')).toBeCloseTo(share * 0.04, 8)
    expect(term(mixed, 'calibration')).toBeCloseTo(Math.hypot(share * 0.05, (1 - share) * 0.08), 8)
    expect(uncertaintyBudget(mixed).volumeExponent.tia).toBeCloseTo(share * 0.2, 8)
    expect(uncertaintyBudget(mixed).volumeExponent.dose).toBeCloseTo(share * 0.2 - 1, 8)
  })

  it('all points are the whole TIA, no points nothing of it', () => {
    expect(uncertaintyBudget(chain({ imagePoints: [0, 1, 2, 3] }))).toEqual(uncertaintyBudget(chain()))
    const none = chain({ imagePoints: [], common: [{ relative: 0.08, source: 'planar' }] })
    expect(term(none, 'calibration')).toBeCloseTo(0.08, 12)
    expect(term(none, 'recovery')).toBe(0)
    // What is left of the volume is the mass alone.
    expect(uncertaintyBudget(none).terms.find(({ id }) => id === 'volume')?.doseRelative).toBeCloseTo(0.06, 12)
  })

  it('an activity relative to the one that was given is not uncertain by it per activity', () => {
    const meter = { relative: 0.04, source: 'activity meter' }
    const probe = chain({ imagePoints: [], administered: meter, common: [{ ...meter, exponent: 1 }] })
    const without = chain({ imagePoints: [] })
    expect(uncertaintyBudget(probe).dosePerActivityRelative).toBeCloseTo(uncertaintyBudget(without).doseRelative, 12)
    expect(uncertaintyBudget(probe).doseRelative).toBeCloseTo(
      Math.hypot(uncertaintyBudget(without).doseRelative, 0.04),
      12,
    )
  })

  it('agree with Monte Carlo within 5 %', () => {
    const mixed = chain({ imagePoints: [1, 2], common: [{ relative: 0.1, source: 'planar', points: [0, 3] }] })
    const { doseRatio } = monteCarloBudget(mixed, { seed: 4, samples: 3000, curve: 'linearised' })
    expect(Math.abs((doseRatio ?? 0) - 1)).toBeLessThan(0.05)
  })
})
