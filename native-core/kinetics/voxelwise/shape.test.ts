import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateCurve, integralWithGradient, tacModel } from '../models/index.ts'
import { shapeOfTerms } from './prior.ts'
import { evaluateShape, integrateShape, integrateShapeTo } from './shape.ts'

const psi = fc
  .array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((list) => Float64Array.from(list))
const times = Float64Array.of(0.1, 0.7, 2, 5)
const moved = (values: Float64Array, k: number, by: number): Float64Array =>
  values.map((value, at) => (at === k ? value + by : value))

/** The same curve in the parameters of `models/`. */
function theta(id: string, [lambda = 0, delta = 0, logit = 0]: Float64Array): number[] {
  const share = 1 / (1 + Math.exp(-logit))
  if (id === 'mono-exponential') return [1, lambda]
  if (id === 'uptake-washout') return [Math.exp(delta), lambda, delta]
  return [(1 - share) * Math.exp(delta), share, lambda, delta]
}

describe.each([
  { id: 'mono-exponential', m: 1 },
  { id: 'uptake-washout', m: 2 },
  { id: 'bi-exponential', m: 3 },
] as const)('the shape $id', ({ id, m }) => {
  const shapeAt = (at: Float64Array): Float64Array => {
    const value = new Float64Array(times.length)
    evaluateShape(m, at, times, value, new Float64Array(m * times.length))
    return value
  }

  it('is the curve of the model of structures, and so is its integral', () => {
    fc.assert(
      fc.property(psi, (at) => {
        const reference = tacModel(id)
        shapeAt(at).forEach((value, i) =>
          expect(value).toBeCloseTo(evaluateCurve(reference, theta(id, at), times[i] as number), 12),
        )
        const integral = integrateShape(m, at, new Float64Array(m))
        expect(integral / integralWithGradient(reference, theta(id, at)).value).toBeCloseTo(1, 11)
      }),
    )
  })

  it('is integrated to any time, by Simpson’s rule', () => {
    fc.assert(
      fc.property(psi, fc.double({ min: 0.01, max: 0.5, noNaN: true }), (at, end) => {
        const steps = 2000
        const points = Float64Array.from({ length: steps + 1 }, (_, i) => (i * end) / steps)
        const value = new Float64Array(steps + 1)
        evaluateShape(m, at, points, value, new Float64Array(m * (steps + 1)))
        const sum = value.reduce((all, s, i) => all + s * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2), 0)
        expect(integrateShapeTo(m, at, end) / ((sum * end) / (3 * steps))).toBeCloseTo(1, 8)
        expect(integrateShapeTo(m, at, 1e6) / integrateShape(m, at, new Float64Array(m))).toBeCloseTo(1, 10)
      }),
      { numRuns: 20 },
    )
  })

  it('has slopes that agree with central differences', () => {
    fc.assert(
      fc.property(psi, (at) => {
        const slope = new Float64Array(m * times.length)
        evaluateShape(m, at, times, new Float64Array(times.length), slope)
        const integralSlope = new Float64Array(m)
        integrateShape(m, at, integralSlope)
        const h = 1e-5
        for (let k = 0; k < m; k++) {
          const [up, down] = [shapeAt(moved(at, k, h)), shapeAt(moved(at, k, -h))]
          for (let i = 0; i < times.length; i++) {
            const difference = ((up[i] as number) - (down[i] as number)) / (2 * h)
            expect(slope[k * times.length + i]).toBeCloseTo(difference, 7)
          }
          const ends = [h, -h].map((by) => integrateShape(m, moved(at, k, by), new Float64Array(m)))
          const difference = ((ends[0] as number) - (ends[1] as number)) / (2 * h)
          expect(Math.abs((integralSlope[k] as number) - difference)).toBeLessThan(1e-7 * (1 + Math.abs(difference)))
        }
      }),
    )
  })
})

describe('the shape of a structure’s curve', () => {
  const term = (amplitudeBq: number, effectiveRatePerS: number) => ({ amplitudeBq, effectiveRatePerS })

  it('is taken where the curve is of the same model, in any order of its phases', () => {
    expect(shapeOfTerms('mono-exponential', [term(5, 1)])).toEqual({
      slowRatePerS: 1,
      fastRatePerS: null,
      startShare: null,
    })
    expect(shapeOfTerms('uptake-washout', [term(-5, 3), term(5, 1)])).toEqual({
      slowRatePerS: 1,
      fastRatePerS: 3,
      startShare: null,
    })
    // A(0) = 8, A1 = 2.
    expect(shapeOfTerms('bi-exponential', [term(2, 1), term(6, 3)])?.startShare).toBeCloseTo(0.8, 12)
  })

  it('is none where it is not', () => {
    expect(shapeOfTerms('mono-exponential', [term(2, 1), term(6, 3)])).toBeNull()
    expect(shapeOfTerms('uptake-washout', [term(2, 1), term(6, 3)])).toBeNull()
    expect(shapeOfTerms('bi-exponential', [term(2, 1)])).toBeNull()
    expect(shapeOfTerms('bi-exponential', [term(2, 1), term(-6, 3)])).toBeNull()
    expect(shapeOfTerms('mono-exponential', [])).toBeNull()
  })
})
