import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { deadTimeFactor, lambertW0, observedRate, trueRate } from './index.ts'

const of = (model: 'non-paralysable' | 'paralysable', tauS: number, relativeUncertainty = 0.1) => ({
  model,
  tauS,
  relativeUncertainty,
})

describe('Lambert W', () => {
  it('inverts w·exp(w) down to the branch point', () => {
    for (const w of [-0.999, -0.9, -0.5, -0.1, -1e-3, -1e-8]) expect(lambertW0(w * Math.exp(w)) / w).toBeCloseTo(1, 7)
    expect(lambertW0(0)).toBe(0)
    expect(lambertW0(-0.4)).toBeNaN()
  })
})

describe('dead time', () => {
  it('gives back the true rate of what a detector of its model observes, below its maximum', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('non-paralysable' as const, 'paralysable' as const),
        fc.double({ min: 1e-8, max: 1e-5, noNaN: true }),
        fc.double({ min: 1e-4, max: 0.98, noNaN: true }),
        (model, tauS, load) => {
          const trueCps = load / tauS
          const found = trueRate(of(model, tauS), observedRate(model, tauS, trueCps))
          expect(found.trueCps / trueCps).toBeCloseTo(1, 6)
          expect(found.factor).toBeGreaterThanOrEqual(1)
        },
      ),
    )
  })

  it('has the uncertainty of differences in τ', () => {
    for (const model of ['non-paralysable', 'paralysable'] as const) {
      const at = (tauS: number): number => trueRate(of(model, tauS), 60_000).trueCps
      const slope = (at(3.001e-6) - at(2.999e-6)) / 2e-9
      expect(trueRate(of(model, 3e-6, 0.05), 60_000).standardUncertainty / (slope * 0.05 * 3e-6)).toBeCloseTo(1, 5)
    }
  })

  it('refuses what the detector never shows', () => {
    expect(() => trueRate(of('paralysable', 5e-6), 80_000)).toThrow(/maximum is 73576 cps/)
    expect(() => trueRate(of('non-paralysable', 5e-6), 200_000)).toThrow(/maximum/)
    expect(() => trueRate(of('paralysable', 5e-6), NaN)).toThrow(/observed rate/)
    expect(() => trueRate(of('paralysable', 0), 1)).toThrow(/dead time/)
  })

  it('follows a table in straight lines and not beyond', () => {
    const table = {
      model: 'table',
      observedCps: [0, 50e3, 80e3],
      trueCps: [0, 55e3, 100e3],
      relativeUncertainty: 0.02,
    } as const
    expect(trueRate(table, 65e3)).toEqual({ trueCps: 77.5e3, standardUncertainty: 1550, factor: 77.5 / 65 })
    expect(trueRate(table, 50e3).trueCps).toBe(55e3)
    expect(() => trueRate(table, 80.1e3)).toThrow(/outside the measured table/)
    expect(() => trueRate({ ...table, trueCps: [0, 55e3, 50e3] }, 1)).toThrow(/does not rise/)
  })

  it('averages projections by their counts', () => {
    const losses = of('non-paralysable', 2e-6)
    const rates = [20_000, 100_000]
    const expected = (20_000 / (1 - 0.04) + 100_000 / (1 - 0.2)) / 120_000
    const { factor, lowest, highest, relativeUncertainty } = deadTimeFactor(losses, rates)
    expect(factor).toBeCloseTo(expected, 12)
    expect([lowest, highest]).toEqual([expect.closeTo(1 / 0.96, 12), expect.closeTo(1.25, 12)])
    expect(relativeUncertainty).toBeGreaterThan(0)
    expect(() => deadTimeFactor(losses, [])).toThrow(/no observed rate/)
  })
})
