import { describe, expect, it } from 'vitest'
import { simulatedNuclide } from './nuclides.ts'
import { activityMbq, electronDoseGy, timeIntegratedMbqH } from './kinetics.ts'
import { resolvePhantomOptions } from './options.ts'
import { planCase } from './plan.ts'

/** Composite Simpson on [a, b]. */
function simpson(f: (t: number) => number, a: number, b: number, n: number): number {
  const h = (b - a) / n
  let sum = f(a) + f(b)
  for (let i = 1; i < n; i++) sum += (i % 2 === 0 ? 2 : 4) * f(a + i * h)
  return (sum * h) / 3
}

describe('simulated kinetics', () => {
  const plans = (['DOTATATE', 'PSMA-617'] as const).flatMap((agent) =>
    [1, 2, 3].map((seed) => planCase(resolvePhantomOptions({ seed, agent, sizes: 'tiny' }))),
  )

  it('TIA in closed form agrees with numerical integration within 1e-6', () => {
    for (const k of plans.flatMap((p) => p.cycles[0]!.kinetics)) {
      const f = (t: number): number => activityMbq(k.terms, 7400, t)
      const longest = Math.max(...k.terms.map((t) => t.effHalfLifeH))
      const numeric = simpson(f, 0, 40, 8000) + simpson(f, 40, 40 + 40 * longest, 20000)
      expect(numeric / timeIntegratedMbqH(k.terms, 7400)).toBeCloseTo(1, 6)
    }
  })

  it('effective half-life combines physical and biological decay', () => {
    for (const p of plans) {
      for (const t of p.cycles[0]!.kinetics.flatMap((k) => k.terms)) {
        expect(1 / t.effHalfLifeH).toBeCloseTo(1 / (p.nuclide.halfLifeS / 3600) + 1 / t.bioHalfLifeH, 12)
      }
    }
  })

  it('never holds negative activity, nor more in sum than was given and is left by decay', () => {
    for (const p of plans) {
      for (const t of [0, 0.5, 2, 4, 8, 24, 72, 168, 400]) {
        const parts = p.cycles[0]!.kinetics.map((k) => activityMbq(k.terms, 1, t))
        for (const a of parts) expect(a).toBeGreaterThanOrEqual(-1e-15)
        expect(parts.reduce((a, b) => a + b, 0)).toBeLessThan(Math.exp((-Math.LN2 * t * 3600) / p.nuclide.halfLifeS))
      }
    }
  })

  it('dose of 1 MBq·h of Lu-177 in 1 g is 3.6e9 decays × 0.148174 MeV in a thousandth of a kilogram', () => {
    const expected = (3.6e9 * 0.14817398 * 1.602176634e-13) / 1e-3
    expect(electronDoseGy(1, 1, simulatedNuclide('Lu-177'))).toBeCloseTo(expected, 10)
  })
})
