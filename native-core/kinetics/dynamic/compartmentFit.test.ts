import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareCompartments } from './compartmentComparison.ts'
import { fitCompartments } from './compartmentFit.ts'
import { frameInput, modelCurve } from './compartments.ts'
import { ga68Frames, testInput } from './testCurves.ts'

const perMin = (k: number) => k / 60

describe('compartment models', () => {
  it('derivatives by each parameter against central differences', () => {
    const at = (v: readonly number[]) =>
      modelCurve(frameInput(testInput, ga68Frames, v[5]!), { k1: v[0]!, k2: v[1]!, k3: v[2]!, k4: v[3]! }, v[4]!)
    fc.assert(
      fc.property(
        fc.tuple(
          fc.double({ min: 0.01, max: 1, noNaN: true }),
          fc.double({ min: 0.02, max: 1, noNaN: true }),
          fc.double({ min: 0.01, max: 0.2, noNaN: true }),
          fc.double({ min: 0.005, max: 0.2, noNaN: true }),
        ),
        (rates) => {
          const v = [...rates.map(perMin), 0.05, 4]
          const { gradient } = at(v)
          v.forEach((value, j) => {
            const h = value * 1e-4
            const [up, down] = [h, -h].map((step) => at(v.map((x, i) => (i === j ? x + step : x))).value)
            const largest = Math.max(...gradient.map((row) => Math.abs(row[j]!)))
            gradient.forEach((row, i) =>
              expect(Math.abs((up![i]! - down![i]!) / (2 * h) - row[j]!)).toBeLessThan(2e-5 * largest),
            )
          })
        },
      ),
      { numRuns: 15 },
    )
  })

  it('a release of next to nothing is the irreversible model, a binding of next to nothing the one-tissue model', () => {
    const framed = frameInput(testInput, ga68Frames, 0)
    const irreversible = modelCurve(framed, { k1: 0.003, k2: 0.004, k3: 0.001, k4: 0 }, 0).value
    const nearly = modelCurve(framed, { k1: 0.003, k2: 0.004, k3: 0.001, k4: 1e-12 }, 0).value
    // Before the bolus both are zero.
    irreversible.slice(1).forEach((v, i) => expect(nearly[i + 1]! / v).toBeCloseTo(1, 7))
    const one = modelCurve(framed, { k1: 0.003, k2: 0.004, k3: 0, k4: 0 }, 0).value
    const barely = modelCurve(framed, { k1: 0.003, k2: 0.004, k3: 1e-12, k4: 0.001 }, 0).value
    one.slice(1).forEach((v, i) => expect(barely[i + 1]! / v).toBeCloseTo(1, 7))
  })

  it('blood fraction and delay are found with the rates; a comparison prefers the model behind the curve', () => {
    const truth = { k1: perMin(0.2), k2: perMin(0.15), k3: perMin(0.06), k4: 0 }
    const value = modelCurve(frameInput(testInput, ga68Frames, 6), truth, 0.08).value
    const noisy = value.map((v, i) => v * (1 + 0.01 * Math.sin(12.9898 * (i + 1))))
    const curve = { label: 'tumour', schedule: ga68Frames, concentrationBqPerMl: value }
    const fit = fitCompartments(curve, testInput, '2tcm-irreversible', { delay: { kind: 'fitted', largestS: 30 } })
    const found = (name: string) => fit.parameters.find((p) => p.name === name)?.value ?? NaN
    expect(found('V_b')).toBeCloseTo(0.08, 8)
    expect(found('delay')).toBeCloseTo(6, 6)
    expect(found('K1') / truth.k1).toBeCloseTo(1, 7)
    const compared = compareCompartments({ ...curve, concentrationBqPerMl: noisy }, testInput, {
      delay: { kind: 'fixed', delayS: 6 },
    })
    expect(compared.best).toBe('2tcm-irreversible')
    expect(compared.fits.map(({ akaikeWeight }) => akaikeWeight).reduce((s, w) => s + w, 0)).toBeCloseTo(1, 12)
    expect(compared.fits[0]!.akaikeWeight).toBeLessThan(1e-3)
  })

  it('too few frames, no activity and a wrong blood fraction are refused', () => {
    const schedule = { ...ga68Frames, frames: ga68Frames.frames.slice(0, 4) }
    const curve = { label: 'tumour', schedule, concentrationBqPerMl: [1, 2, 3, 4] }
    expect(() => fitCompartments(curve, testInput, '2tcm')).toThrow(/4 frames for 5 parameters/)
    expect(() => fitCompartments({ ...curve, concentrationBqPerMl: [0, 0, 0, 0] }, testInput, '1tcm')).toThrow(
      /no activity/,
    )
    expect(() => fitCompartments(curve, testInput, '1tcm', { bloodFraction: { kind: 'fixed', value: 1 } })).toThrow(
      /blood fraction/,
    )
  })
})
