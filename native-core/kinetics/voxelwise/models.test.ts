/** All curves of voxels against the functions of structures, which are other code. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parametricCurve } from '../parametric/index.ts'
import type { ExponentialTerm } from '../types.ts'
import { fitVoxels, VOXEL_MODEL_IDS } from './index.ts'
import type { VoxelModelId } from './index.ts'
import { heldShape, VOXEL_MODELS } from './models.ts'
import { shapeOfTerms } from './prior.ts'
import { createVoxelShape } from './sumShape.ts'
import { integralOf, LU177_RATE, valueAt } from './testVoxels.ts'

const HOUR = 3600
const CIRCULATION = Math.LN2 / HOUR
const ADMINISTRATION = [
  { startS: 0, durationS: 6 * HOUR, share: 0.7 },
  { startS: 24 * HOUR, durationS: 0, share: 0.3 },
] as const
const HOURS = [0.5, 1.5, 3, 8, 24, 48, 96, 168]
/** Natural values of the function of structures, by name. */
const NATURAL: Readonly<Record<string, number>> = {
  A1: 4e4,
  A2: 9e3,
  A3: -2e4,
  TIA: 5e9,
  alpha: 0.3,
  beta: 0.6,
  lambdaBiol1: Math.LN2 / (60 * HOUR),
  lambdaBiol2: Math.LN2 / (8 * HOUR),
  lambdaBiol3: Math.LN2 / (0.7 * HOUR),
}

const curveOf = (model: VoxelModelId, administration?: typeof ADMINISTRATION) =>
  parametricCurve(model, {
    physicalRatePerS: LU177_RATE,
    circulationRatePerS: CIRCULATION,
    ...(administration ? { administration } : {}),
  })

/** The curve at natural values, of which `changed` are others. */
function termsOf(model: VoxelModelId, changed: Readonly<Record<string, number>> = {}): readonly ExponentialTerm[] {
  const curve = curveOf(model)
  return curve.terms(workingOf(model, changed)) ?? []
}
const workingOf = (model: VoxelModelId, changed: Readonly<Record<string, number>> = {}): number[] =>
  curveOf(model).parameters.map(({ name, scale }) => {
    // Uptake: opposite amplitudes are no parameters of these functions; the bi-exponential falls from its start on.
    const value = changed[name] ?? NATURAL[name] ?? NaN
    return scale === 'log' ? Math.log(value) : scale === 'logit' ? Math.log(value / (1 - value)) : value
  })

const held = (model: VoxelModelId) => heldShape(model, LU177_RATE, {}, CIRCULATION)
/** ψ of a curve, from the shape that its terms have. */
function psiOf(model: VoxelModelId): Float64Array {
  const shape = shapeOfTerms(model, termsOf(model), held(model))
  if (!shape) throw new Error(`no shape of ${model}`)
  const logit = (share: number | null | undefined): number => Math.log((share ?? NaN) / (1 - (share ?? NaN)))
  return Float64Array.from(createVoxelShape(model, held(model)).parameters, (parameter) => {
    const { slowRatePerS: slow, fastRatePerS: fast, thirdRatePerS: third } = shape
    if (parameter === 'slowRate') return Math.log(slow)
    if (parameter === 'fastRate') return Math.log((fast ?? NaN) - slow)
    if (parameter === 'thirdRate') return Math.log((third ?? NaN) - (fast ?? NaN))
    return logit(shape[parameter])
  })
}

describe.each(VOXEL_MODEL_IDS.map((model) => ({ model })))('the curve $model', ({ model }) => {
  it.each([undefined, ADMINISTRATION])(
    'is that of structures: value, integral and slopes (administration %#)',
    (given) => {
      const reference = curveOf(model, given)
      const phi = workingOf(model)
      const shape = createVoxelShape(model, held(model), given ?? null)
      const psi = psiOf(model)
      const m = psi.length
      expect(m).toBe(VOXEL_MODELS[model].shapeParameters)
      const times = Float64Array.from([...HOURS, 30], (hours) => hours * HOUR)
      const n = times.length
      const at = (p: Float64Array) => {
        const [value, slope] = [new Float64Array(n), new Float64Array(m * n)]
        shape.evaluate(p, times, value, slope)
        const integralSlope = new Float64Array(m)
        const integral = shape.integrate(p, integralSlope)
        return { value, slope, integral, integralSlope }
      }
      const own = at(psi)
      const size = reference.value(phi, 24 * HOUR) / (own.value[4] ?? NaN)
      times.forEach((time, i) => expect((size * (own.value[i] ?? NaN)) / reference.value(phi, time)).toBeCloseTo(1, 8))
      expect((size * own.integral) / reference.integral(phi)).toBeCloseTo(1, 8)
      for (let k = 0; k < m; k++) {
        const [up, down] = [1e-5, -1e-5].map((by) => at(psi.map((v, j) => (j === k ? v + by : v))))
        if (!up || !down) throw new Error('two sides')
        times.forEach((_, i) => {
          const difference = ((up.value[i] ?? NaN) - (down.value[i] ?? NaN)) / 2e-5
          expect(own.slope[k * n + i]).toBeCloseTo(difference, 7)
        })
        const difference = (up.integral - down.integral) / 2e-5
        expect((own.integralSlope[k] ?? NaN) / own.integral).toBeCloseTo(difference / own.integral, 7)
      }
      // Simpson in pieces that end where the administration has corners.
      const edges = given ? [0, 6, 24, 24, 30] : [0, 6, 24, 30]
      const steps = 200
      const pieces = edges.slice(1).map((to, at) => {
        const from = edges[at] ?? 0
        const points = Float64Array.from({ length: steps + 1 }, (_, i) => (from + ((to - from) * i) / steps) * HOUR)
        // Right-continuous at a bolus: the end of the piece before it is the value just before.
        if (given && to === 24) points[steps] = (24 - 1e-9) * HOUR
        const value = new Float64Array(steps + 1)
        shape.evaluate(psi, points, value, new Float64Array(m * (steps + 1)))
        const sum = value.reduce((all, s, i) => all + s * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2), 0)
        return (sum * (to - from) * HOUR) / (3 * steps)
      })
      const whole = pieces.reduce((a, b) => a + b)
      expect(shape.integrateTo(psi, 30 * HOUR) / whole).toBeCloseTo(1, 5)
    },
  )

  it('is found in each voxel without noise, with integral and terms', () => {
    const drawn = [0.7, 1, 1.3, 1.6].map((factor) =>
      termsOf(model, {
        lambdaBiol1: factor * (NATURAL.lambdaBiol1 ?? NaN),
        lambdaBiol2: (NATURAL.lambdaBiol2 ?? NaN) / factor,
        alpha: 0.3 * factor,
      }),
    )
    const { maps, counts } = fitVoxels(
      {
        model,
        timesS: HOURS.map((hours) => hours * HOUR),
        values: HOURS.map((hours) => Float32Array.from(drawn, (terms) => valueAt(terms, hours * HOUR))),
        physicalRatePerS: LU177_RATE,
        circulationRatePerS: CIRCULATION,
        labels: new Uint8Array(drawn.length).fill(1),
        structures: [{ name: 'Lesion', terms: termsOf(model) }],
        options: { negligibleShare: 0, regularisation: 'none' },
      },
      { terms: true },
    )
    expect(counts.unfinished).toBe(0)
    drawn.forEach((terms, voxel) => {
      expect((maps.integral[voxel] ?? NaN) / integralOf(terms)).toBeCloseTo(1, 3)
      expect(((maps.halfLifeS[voxel] ?? NaN) * (terms[0]?.effectiveRatePerS ?? NaN)) / Math.LN2).toBeCloseTo(1, 1.5)
      const sum = maps.terms?.reduce(
        (all, { amplitude, ratePerS }) => all + (amplitude[voxel] ?? NaN) / (ratePerS[voxel] ?? NaN),
        0,
      )
      expect((sum ?? NaN) / (maps.integral[voxel] ?? NaN)).toBeCloseTo(1, 4)
    })
  })

  it('is never negative', () => {
    const shape = createVoxelShape(model, held(model))
    const times = Float64Array.from([0, 1, 30, 300, 3000, 3e4, 3e5], (time) => time)
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 5, maxLength: 5 }), (steps) => {
        // Rates around a day and below that of the circulation.
        const psi = Float64Array.from(shape.parameters, (parameter, k) =>
          parameter.endsWith('Rate') ? Math.log(3e-6) + (steps[k] ?? 0) : (steps[k] ?? 0),
        )
        const value = new Float64Array(times.length)
        shape.evaluate(psi, times, value, new Float64Array(times.length * psi.length))
        for (const one of value) expect(one).toBeGreaterThan(-1e-13)
      }),
      { numRuns: 40 },
    )
  })
})

describe('parameters that are held', () => {
  const timesS = HOURS.map((hours) => hours * HOUR)
  it('are those of every voxel, whatever its structure has, and leave the others free', () => {
    const fast = NATURAL.lambdaBiol2 ?? NaN
    const drawn = [0.8, 1, 1.25].map((factor) =>
      termsOf('bi-exponential', { lambdaBiol1: factor * (NATURAL.lambdaBiol1 ?? NaN) }),
    )
    const { maps, plan } = fitVoxels(
      {
        model: 'bi-exponential',
        timesS,
        values: timesS.map((time) => Float32Array.from(drawn, (terms) => valueAt(terms, time))),
        physicalRatePerS: LU177_RATE,
        fixed: { lambdaBiol2: fast },
        labels: new Uint8Array(3).fill(1),
        structures: [{ name: 'Kidney', terms: termsOf('bi-exponential', { lambdaBiol2: 1.3 * fast }) }],
        options: { negligibleShare: 0, regularisation: 'none' },
      },
      { terms: true },
    )
    // The structure's own curve has another rate: the mean of its voxels counts, with the rate held.
    expect(plan.priors[1]?.meanFrom).toBe('structure-voxels')
    drawn.forEach((terms, voxel) => {
      expect((maps.terms?.[1]?.ratePerS[voxel] ?? NaN) / (LU177_RATE + fast)).toBeCloseTo(1, 6)
      expect((maps.integral[voxel] ?? NaN) / integralOf(terms)).toBeCloseTo(1, 4)
    })
  })

  it('may be all: then only the size of a voxel is found', () => {
    const { maps, counts } = fitVoxels({
      model: 'mono-exponential',
      timesS,
      values: timesS.map((time) => Float32Array.of(3 * Math.exp(-2 * LU177_RATE * time))),
      physicalRatePerS: LU177_RATE,
      fixed: { lambdaBiol1: LU177_RATE },
      options: { negligibleShare: 0 },
    })
    expect(counts.converged).toBe(1)
    expect((maps.integral[0] ?? NaN) * 2 * LU177_RATE).toBeCloseTo(3, 5)
  })
})
