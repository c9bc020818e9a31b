import { describe, expect, it } from 'vitest'
import { DEFAULT_VOXEL_FIT, fitVoxels, prepareVoxelFit } from './index.ts'
import { evaluateInfusedShape, integrateInfusedShapeTo } from './infusedShape.ts'
import { evaluateShape, integrateShapeTo } from './shape.ts'
import { drawVoxels, integralOf, KIDNEY, LU177_RATE, structureTerms } from './testVoxels.ts'
import type { ExponentialTerm } from '../types.ts'
import type { VoxelModelId } from './types.ts'

const HOUR = 3600
/** Six hours at a constant rate, then the rest within two more from 24 h on. */
const ADMINISTRATION = [
  { startS: 0, durationS: 6 * HOUR, share: 0.7 },
  { startS: 24 * HOUR, durationS: 2 * HOUR, share: 0.3 },
] as const
const TIMES_H = [2, 8, 25, 72, 168]

/** The closed form, written out: ∫e^(−λ(t − s))ds over what has been given, for a curve Σ A·e^(−λt) after a bolus. */
const infused = (terms: readonly ExponentialTerm[], timeS: number): number =>
  ADMINISTRATION.reduce((sum, { startS, durationS, share }) => {
    const since = timeS - startS
    if (since <= 0) return sum
    const over = Math.min(since, durationS)
    return terms.reduce(
      (all, { amplitudeBq: a, effectiveRatePerS: rate }) =>
        all + ((share * a) / (durationS * rate)) * (Math.exp(-rate * (since - over)) - Math.exp(-rate * since)),
      sum,
    )
  }, 0)

describe('curves of voxels after an infusion', () => {
  const structures = (['mono-exponential', 'uptake-washout', 'bi-exponential'] as const).map((model: VoxelModelId) => {
    const drawn = drawVoxels({ ...KIDNEY, model }, TIMES_H, 40, { fraction: 0, absolute: 0 })
    return { model, drawn, terms: structureTerms({ ...KIDNEY, model }) }
  })
  const request = (model: VoxelModelId, curves: readonly (readonly ExponentialTerm[])[]) => ({
    model,
    timesS: TIMES_H.map((h) => h * HOUR),
    values: TIMES_H.map((h) => Float32Array.from(curves, (terms) => infused(terms, h * HOUR))),
    physicalRatePerS: LU177_RATE,
    labels: new Uint8Array(curves.length).fill(1),
    administration: ADMINISTRATION,
  })

  it.each(structures)(
    '$model: exact curves give their integral and terms, from the terms of the structure',
    (given) => {
      const { model, drawn, terms } = given
      const { maps, plan } = fitVoxels(
        {
          ...request(model, drawn.terms),
          structures: [{ name: 'Kidney', terms }],
          options: { ...DEFAULT_VOXEL_FIT, regularisation: 'none' },
        },
        { terms: true },
      )
      expect(plan.priors[1]?.meanFrom).toBe('structure-curve')
      drawn.terms.forEach((own, voxel) => {
        expect((maps.integral[voxel] ?? 0) / integralOf(own)).toBeCloseTo(1, 3)
        expect((maps.terms?.[0]?.ratePerS[voxel] ?? 0) / (own[0]?.effectiveRatePerS ?? 0)).toBeCloseTo(1, 2)
      })
    },
  )

  it('a voxel that is its structure is not pulled away by the prior, while the form after a bolus would be', () => {
    const [{ model, terms } = { model: 'mono-exponential' as const, terms: [] }] = structures
    const whole = { ...request(model, [terms, terms]), structures: [{ name: 'Kidney', terms }] }
    const { maps } = fitVoxels(whole)
    expect((maps.integral[0] ?? 0) / integralOf(terms)).toBeCloseTo(1, 5)
    const { administration: _, ...asBolus } = whole
    expect(Math.abs((fitVoxels(asBolus).maps.integral[0] ?? 0) / integralOf(terms) - 1)).toBeGreaterThan(0.005)
  })

  it.each(structures)(
    '$model: the integral of a voxel is that of its curve after the administration, by quadrature',
    (given) => {
      const { model, drawn, terms } = given
      const { maps } = fitVoxels(
        { ...request(model, drawn.terms.slice(0, 2)), structures: [{ name: 'Kidney', terms }] },
        { terms: true },
      )
      for (const voxel of [0, 1]) {
        const own = (maps.terms ?? []).map(({ amplitude, ratePerS }) => ({
          amplitudeBq: amplitude[voxel] ?? NaN,
          effectiveRatePerS: ratePerS[voxel] ?? NaN,
        }))
        // Simpson in pieces that end where the rate of administration changes, to where nothing is left.
        const edges = [0, 6, 24, 26, 80, 300, 1500]
        const steps = 400
        const sum = edges.slice(1).reduce((all, to, at) => {
          const [from, width] = [edges[at] ?? 0, to - (edges[at] ?? 0)]
          const part = Array.from({ length: steps + 1 }, (_, i) => {
            const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
            return weight * infused(own, (from + (width * i) / steps) * HOUR)
          }).reduce((a, b) => a + b)
          return all + (part * width * HOUR) / (3 * steps)
        }, 0)
        expect((maps.integral[voxel] ?? NaN) / sum).toBeCloseTo(1, 5)
      }
    },
  )

  it('without a curve of the structure the mean of its voxels is fitted with the administration', () => {
    const [{ model, terms } = { model: 'mono-exponential' as const, terms: [] }] = structures
    const plan = prepareVoxelFit({
      ...request(model, [terms, terms]),
      structures: [{ name: 'Kidney', terms: null }],
    })
    expect((plan.priors[1]?.slowRatePerS ?? 0) / (terms[0]?.effectiveRatePerS ?? 0)).toBeCloseTo(1, 4)
    expect(plan.remarks.join()).toMatch(/administration/)
  })
})

describe('shapes after an infusion', () => {
  const psi = Float64Array.of(Math.log(1.5), Math.log(4), 0.4)
  const times = Float64Array.of(0.05, 0.3, 1)
  const given = [
    { startS: 0, durationS: 0.2, share: 0.5 },
    { startS: 0.1, durationS: 0, share: 0.5 },
  ]
  const evaluated = (at: Float64Array, parameters: 1 | 2 | 3) => {
    const [value, slope] = [new Float64Array(3), new Float64Array(9)]
    evaluateInfusedShape(parameters, at, times, given, value, slope)
    return { value, slope }
  }

  it.each([1, 2, 3] as const)('with %d parameters: slopes are those of differences', (parameters) => {
    const { slope } = evaluated(psi, parameters)
    for (let k = 0; k < parameters; k++) {
      const moved = (by: number) =>
        evaluated(
          psi.map((v, j) => (j === k ? v + by : v)),
          parameters,
        ).value
      const [up, down] = [moved(1e-5), moved(-1e-5)]
      times.forEach((_, i) => expect(slope[k * 3 + i]).toBeCloseTo(((up[i] ?? 0) - (down[i] ?? 0)) / 2e-5, 7))
    }
  })

  it.each([1, 2, 3] as const)('with %d parameters: all at once is the shape after a bolus', (parameters) => {
    const bolus = [{ startS: 0, durationS: 0, share: 1 }]
    const [value, slope, own, ownSlope] = [3, 9, 3, 9].map((size) => new Float64Array(size)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    evaluateShape(parameters, psi, times, value, slope)
    evaluateInfusedShape(parameters, psi, times, bolus, own, ownSlope)
    value.forEach((v, i) => expect(own[i]).toBeCloseTo(v, 12))
    slope.slice(0, 3 * parameters).forEach((v, i) => expect(ownSlope[i]).toBeCloseTo(v, 12))
    expect(integrateInfusedShapeTo(parameters, psi, 0.7, bolus)).toBeCloseTo(integrateShapeTo(parameters, psi, 0.7), 12)
  })
})
