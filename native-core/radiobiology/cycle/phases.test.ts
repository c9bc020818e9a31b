import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { phasedLogSurvival } from './phases.ts'

const phases = fc
  .array(fc.tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.double({ min: -50, max: 0, noNaN: true })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((all) => {
    const total = all.reduce((sum, [weight]) => sum + weight, 0)
    return all.map(([weight, logSurvival]) => ({ fraction: weight / total, logSurvival }))
  })

describe('survival of cells in several phases', () => {
  it('no redistribution spares most, continuous least; with equal phases all are the same', () => {
    fc.assert(
      fc.property(phases, fc.integer({ min: 1, max: 20 }), (all, exposures) => {
        const [none, between, continuous] = (['none', 'between-exposures', 'continuous'] as const).map((kind) =>
          phasedLogSurvival(all, kind, exposures),
        ) as [number, number, number]
        const slack = 1e-12 * Math.abs(continuous) + 1e-14
        expect(none).toBeGreaterThanOrEqual(between - slack)
        expect(between).toBeGreaterThanOrEqual(continuous - slack)
        expect(none).toBeLessThanOrEqual(0)
        const alike = all.map(({ fraction }) => ({ fraction, logSurvival: -1.5 }))
        expect(phasedLogSurvival(alike, 'none', exposures)).toBeCloseTo(-1.5 * exposures, 10)
      }),
    )
  })

  it('two phases by hand: ln((e⁻² + e⁻⁶)/2), twice ln((e⁻¹ + e⁻³)/2), and −4', () => {
    const both = [
      { fraction: 0.5, logSurvival: -1 },
      { fraction: 0.5, logSurvival: -3 },
    ]
    expect(phasedLogSurvival(both, 'none', 2)).toBeCloseTo(Math.log((Math.exp(-2) + Math.exp(-6)) / 2), 14)
    expect(phasedLogSurvival(both, 'between-exposures', 2)).toBeCloseTo(
      2 * Math.log((Math.exp(-1) + Math.exp(-3)) / 2),
      14,
    )
    expect(phasedLogSurvival(both, 'continuous', 2)).toBeCloseTo(-4, 14)
  })

  it('refuses shares that do not add to 1, a survival above 1 and half an exposure', () => {
    expect(() => phasedLogSurvival([{ fraction: 0.5, logSurvival: -1 }], 'none')).toThrow(/shares of the phases/)
    expect(() => phasedLogSurvival([{ fraction: 1, logSurvival: 1 }], 'none')).toThrow(/survival of a phase is 1/)
    expect(() => phasedLogSurvival([{ fraction: 1, logSurvival: -1 }], 'none', 0.5)).toThrow(/0.5 exposures/)
  })
})
