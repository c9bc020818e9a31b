import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitTimeActivity } from '../fit.ts'
import { fitVoxelRange, fitVoxels, prepareVoxelFit, summariseVoxelFit, VOXEL_FLAG, voxelFitMaps } from './index.ts'
import type { VoxelFitMaps, VoxelFitRequest, VoxelModelId } from './index.ts'
import { drawVoxels, KIDNEY, LU177_RATE, structureTerms, valueAt } from './testVoxels.ts'

const QUIET = { fraction: 0, absolute: 0 }
const HOURS = [2, 6, 24, 48, 96, 168]
const MODELS: readonly VoxelModelId[] = ['mono-exponential', 'uptake-washout', 'bi-exponential']
const FIXED = { slowRate: 0, fastRate: 0, startShare: 0 }
const of = (model: VoxelModelId) => ({ ...KIDNEY, model })

/** All voxels are of one structure with the curve that they were drawn around. */
function requestOf(model: VoxelModelId, drawn: Pick<VoxelFitRequest, 'timesS' | 'values'>): VoxelFitRequest {
  return {
    model,
    timesS: drawn.timesS,
    values: drawn.values,
    physicalRatePerS: LU177_RATE,
    labels: new Uint8Array(drawn.values[0]?.length ?? 0).fill(1),
    structures: [{ name: 'Kidney', terms: structureTerms(of(model)) }],
    options: { negligibleShare: 0 },
  }
}

const bitsOf = ({ integral, integralSd, halfLifeS, flags, terms }: VoxelFitMaps): number[][] =>
  [integral, integralSd, halfLifeS, flags, ...(terms ?? []).flatMap((t) => [t.amplitude, t.ratePerS])].map((map) => [
    ...new Uint8Array(map.buffer, map.byteOffset, map.byteLength),
  ])

describe.each(MODELS)('a %s in each voxel', (model) => {
  it('is found again without noise, whatever its structure is like', () => {
    const drawn = drawVoxels(of(model), HOURS, 60, QUIET)
    const { maps, counts } = fitVoxels(
      { ...requestOf(model, drawn), options: { negligibleShare: 0, regularisation: 'none' } },
      { terms: true },
    )
    expect(counts.converged).toBe(60)
    drawn.terms.forEach((terms, voxel) => {
      expect((maps.integral[voxel] as number) / (drawn.integral[voxel] as number)).toBeCloseTo(1, 4)
      const slow = terms[0]?.effectiveRatePerS ?? NaN
      expect(((maps.halfLifeS[voxel] as number) * slow) / Math.LN2).toBeCloseTo(1, 3)
      maps.terms?.forEach(({ amplitude, ratePerS }, phase) => {
        expect((ratePerS[voxel] as number) / (terms[phase]?.effectiveRatePerS ?? NaN)).toBeCloseTo(1, 2)
        expect(((amplitude[voxel] as number) - (terms[phase]?.amplitudeBq ?? NaN)) / 1e4).toBeCloseTo(0, 2)
      })
    })
  })

  it('is plain weighted least squares where nothing is believed: fitTimeActivity gives the same TIA within 1e-6 and uncertainty within 1e-4', () => {
    const drawn = drawVoxels(of(model), HOURS, 50, { fraction: 0.04, absolute: 20 }, 3)
    const noise = { fraction: 0.04, absoluteShare: 0.002, byCounts: false }
    const request: VoxelFitRequest = {
      ...requestOf(model, drawn),
      options: { negligibleShare: 0, regularisation: 'none', noise },
    }
    const { maps, plan } = fitVoxels(request)
    const shape = drawn.timesS.map((timeS) => valueAt(structureTerms(of(model)), timeS))
    let compared = 0
    for (let voxel = 0; voxel < 50; voxel++) {
      const activityBq = drawn.values.map((map) => map[voxel] as number)
      if (activityBq.some((value) => value <= 0)) continue
      const fitWith = (expected: readonly number[]) =>
        fitTimeActivity({
          label: 'voxel',
          timesS: drawn.timesS,
          activityBq,
          sigmaBq: expected.map((s, image) => Math.hypot(0.04 * s, plan.noise[image]?.absolute ?? NaN)),
          physicalHalfLifeS: Math.LN2 / LU177_RATE,
          model,
        })
      const level = activityBq.reduce((a, b) => a + b) / shape.reduce((a, b) => a + b)
      const first = fitWith(shape.map((s) => level * s))
      const fit = fitWith(first.points.map(({ fittedBq }, at) => (fittedBq + level * (shape[at] as number)) / 2))
      // Parameters on a bound have no agreed uncertainty. A curve of which the images say little has several minima: fitTimeActivity looks
      // for all of them, the voxel for the one next to its structure.
      const isVague = fit.parameters.some(({ cv }) => cv === null || cv > 0.25)
      if (isVague || fit.parameters.some(({ atBound }) => atBound)) continue
      compared++
      expect(Math.abs((maps.integral[voxel] as number) / fit.tiaBqS - 1)).toBeLessThan(1e-6)
      expect(Math.abs((maps.integralSd[voxel] as number) / fit.tiaUncertaintyBqS - 1)).toBeLessThan(1e-4)
    }
    expect(compared).toBeGreaterThan(10)
  })

  it('has the shape of its structure where all voxels are believed to have it', () => {
    const drawn = drawVoxels(of(model), HOURS, 20, { fraction: 0.1, absolute: 30 }, 4)
    const noise = { fraction: 0, absoluteShare: 0.02, byCounts: true }
    const options = { negligibleShare: 0, regularisation: 'designed', spread: FIXED, noise } as const
    const { maps, plan } = fitVoxels({ ...requestOf(model, drawn), options })
    const terms = structureTerms(of(model))
    const shape = drawn.timesS.map((timeS) => valueAt(terms, timeS))
    const whole = terms.reduce((sum, term) => sum + term.amplitudeBq / term.effectiveRatePerS, 0)
    for (let voxel = 0; voxel < 20; voxel++) {
      const y = drawn.values.map((map) => map[voxel] as number)
      const weights = plan.noise.map(({ absolute }) => 1 / absolute ** 2)
      const norm = shape.reduce((sum, s, at) => sum + (weights[at] as number) * s * s, 0)
      const size = shape.reduce((sum, s, at) => sum + (weights[at] as number) * s * (y[at] as number), 0) / norm
      expect((maps.integral[voxel] as number) / (size * whole)).toBeCloseTo(1, 6)
      expect((maps.integralSd[voxel] as number) / (whole / Math.sqrt(norm))).toBeCloseTo(1, 6)
    }
  })

  it('grows in proportion to the values, and its half-life does not', () => {
    const drawn = drawVoxels(of(model), [4, 24, 72, 168], 60, { fraction: 0.1, absolute: 30 }, 5)
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (factor) => {
        const once = fitVoxels(requestOf(model, drawn)).maps
        const more = fitVoxels(
          requestOf(model, { ...drawn, values: drawn.values.map((map) => map.map((value) => factor * value)) }),
        ).maps
        for (let voxel = 0; voxel < 60; voxel++) {
          for (const map of ['integral', 'integralSd'] as const)
            expect((more[map][voxel] as number) / (factor * (once[map][voxel] as number))).toBeCloseTo(1, 3)
          expect((more.halfLifeS[voxel] as number) / (once.halfLifeS[voxel] as number)).toBeCloseTo(1, 3)
        }
      }),
      { numRuns: 8 },
    )
  })

  it('gives the same bits in any division into ranges and any order of voxels', () => {
    const n = 300
    const drawn = drawVoxels(of(model), [4, 24, 72, 168], n, { fraction: 0.15, absolute: 50 }, 6)
    const request = requestOf(model, drawn)
    const plan = prepareVoxelFit(request)
    const whole = voxelFitMaps(n, plan, { terms: true })
    fitVoxelRange(plan, request, whole, [0, n])
    const parts = voxelFitMaps(n, plan, { terms: true, shared: true })
    for (const range of [
      [211, 300],
      [0, 17],
      [17, 211],
    ] as const)
      fitVoxelRange(plan, request, parts, range)
    expect(bitsOf(parts)).toEqual(bitsOf(whole))
    const turned = voxelFitMaps(n, plan)
    const values = drawn.values.map((map) => map.toReversed())
    fitVoxelRange(plan, { values, labels: request.labels ?? null }, turned, [0, n])
    expect([...turned.integral.toReversed()]).toEqual([...whole.integral])
    expect([...turned.integralSd.toReversed()]).toEqual([...whole.integralSd])
  })

  it('is finite, not negative and never slower than the nuclide, whatever the images hold', () => {
    const value = fc.oneof(
      fc.float({ min: -1000, max: 1000, noNaN: true }),
      fc.constantFrom(0, NaN, 1e-30, 1e30, -1e30, 5),
    )
    const curves = fc.array(fc.array(value, { minLength: 5, maxLength: 5 }), { minLength: 2, maxLength: 12 })
    const regularisation = fc.constantFrom('estimated', 'designed', 'none') as fc.Arbitrary<'none'>
    fc.assert(
      fc.property(curves, regularisation, (voxels, how) => {
        const timesS = [4, 24, 48, 72, 168].map((hours) => hours * 3600)
        const values = timesS.map((_, image) => Float32Array.from(voxels, (curve) => curve[image] as number))
        const request: VoxelFitRequest = {
          ...requestOf(model, { timesS, values }),
          labels: Uint8Array.from(voxels, () => 1),
          options: { regularisation: how, negligibleShare: 0.02 },
        }
        const plan = prepareVoxelFit(wholePositive(request, model))
        const maps = voxelFitMaps(voxels.length, plan, { terms: true })
        fitVoxelRange(plan, request, maps, [0, voxels.length])
        for (const map of [maps.integral, maps.integralSd, maps.halfLifeS])
          for (const one of map) expect(Number.isFinite(one) && one >= 0).toBe(true)
        for (const half of maps.halfLifeS) expect(half).toBeLessThan((Math.LN2 / LU177_RATE) * (1 + 1e-6))
        for (const { amplitude, ratePerS } of maps.terms ?? [])
          for (const one of [...amplitude, ...ratePerS]) expect(Number.isFinite(one)).toBe(true)
        const counts = summariseVoxelFit(maps)
        expect(counts.unseen).toBe(voxels.filter((curve) => curve.every(Number.isNaN)).length)
      }),
    )
  })
})

/** The plan of bright voxels beside the odd ones: the whole image has a curve then. */
function wholePositive(request: VoxelFitRequest, model: VoxelModelId): VoxelFitRequest {
  const bright = drawVoxels(of(model), [4, 24, 48, 72, 168], 3, QUIET)
  return {
    ...request,
    values: bright.values,
    labels: new Uint8Array(3).fill(1),
  }
}

describe('voxels of several structures', () => {
  it('have each the shape of their own, and those outside that of the whole image', () => {
    const fast = { ...KIDNEY, slowHours: 20 }
    const slow = { ...KIDNEY, slowHours: 90 }
    const drawn = [fast, slow, KIDNEY].map((s, seed) => drawVoxels(s, [4, 24, 72, 168], 40, QUIET, seed))
    const timesS = drawn[0]?.timesS ?? []
    const values = timesS.map((_, image) =>
      Float32Array.from(drawn.flatMap((d) => [...(d.values[image] as Float32Array)])),
    )
    const { maps, plan } = fitVoxels({
      model: 'mono-exponential',
      timesS,
      values,
      physicalRatePerS: LU177_RATE,
      labels: Uint16Array.from({ length: 120 }, (_, at) => [1, 2, 0][Math.floor(at / 40)] as number),
      structures: [
        { name: 'Fast', terms: structureTerms(fast) },
        { name: 'Slow', terms: null },
      ],
      options: { regularisation: 'designed', spread: FIXED, negligibleShare: 0 },
    })
    expect(plan.priors.map(({ meanFrom }) => meanFrom)).toEqual(['whole-image', 'structure-curve', 'structure-voxels'])
    expect((maps.halfLifeS[0] as number) / 3600).toBeCloseTo(20, 4)
    expect((maps.halfLifeS[40] as number) / 3600).toBeGreaterThan(80)
    const whole = plan.priors[0]?.slowRatePerS ?? NaN
    expect((maps.halfLifeS[119] as number) * whole).toBeCloseTo(Math.LN2, 5)
  })

  it('start from the whole image, and it is said, where a structure has no curve of the model', () => {
    const drawn = drawVoxels(KIDNEY, [4, 24, 72, 168], 40, QUIET)
    const labels = new Uint8Array(40)
    labels[0] = 1
    for (const map of drawn.values) map[0] = -1
    const { plan } = fitVoxels({
      ...requestOf('mono-exponential', drawn),
      labels,
      structures: [{ name: 'Cold', terms: null }],
    })
    expect(plan.priors[1]?.meanFrom).toBe('whole-image')
    expect(plan.remarks.join()).toMatch(/"Cold" has no mono-exponential curve/)
  })
})

describe('a voxelwise fit', () => {
  const drawn = drawVoxels(KIDNEY, [4, 24, 72], 10, QUIET)
  const request = requestOf('mono-exponential', drawn)

  it('passes over the images that do not hold a voxel', () => {
    const values = drawn.values.map((map) => map.slice())
    ;(values[1] as Float32Array)[0] = NaN
    for (const map of values) map[1] = NaN
    const { maps } = fitVoxels({ ...request, values, options: { regularisation: 'designed', negligibleShare: 0 } })
    expect((maps.integral[0] as number) / (drawn.integral[0] as number)).toBeCloseTo(1, 1)
    expect([maps.integral[1], maps.flags[1]]).toEqual([0, VOXEL_FLAG.unseen])
  })

  it('takes the size only of voxels with little, and zero of those with less than nothing', () => {
    const values = drawn.values.map((map) => map.slice())
    for (const [at, map] of values.entries()) {
      map[0] = [30, 20, 50][at] as number
      map[1] = -20
    }
    const { maps } = fitVoxels({ ...request, values, options: { negligibleShare: 0.02 } })
    expect(maps.flags[0]).toBe(VOXEL_FLAG.negligible)
    expect((maps.halfLifeS[0] as number) / 3600).toBeCloseTo(KIDNEY.slowHours, 3)
    expect([maps.integral[1], maps.flags[1]]).toEqual([0, VOXEL_FLAG.negligible | VOXEL_FLAG.zero])
    expect(maps.integralSd[1]).toBeGreaterThan(0)
  })

  it('holds a rising voxel at physical decay, and says so', () => {
    const values = drawn.values.map((map, at) => map.map((value, voxel) => (voxel === 0 ? 5000 + 500 * at : value)))
    const { maps } = fitVoxels({ ...request, values, options: { regularisation: 'none', negligibleShare: 0 } })
    expect(maps.flags[0]).toBe(VOXEL_FLAG.converged | VOXEL_FLAG.atPhysicalRate)
    expect((maps.halfLifeS[0] as number) * LU177_RATE).toBeCloseTo(Math.LN2, 6)
  })

  it('refuses what it cannot fit', () => {
    const bad = (part: Partial<VoxelFitRequest>) => () => fitVoxels({ ...request, ...part })
    expect(bad({ timesS: [0, 5, 6] })).toThrow(/are 0, 5, 6 s/)
    expect(bad({ timesS: [5, 6] })).toThrow(/2 times and 3 images/)
    expect(bad({ physicalRatePerS: 0 })).toThrow(/decay constant/)
    expect(bad({ labels: new Uint8Array(3) })).toThrow(/3 labels for 10 voxels/)
    expect(bad({ labels: new Uint8Array(10).fill(2) })).toThrow(/label 2/)
    expect(bad({ model: 'spline' as VoxelModelId })).toThrow(/no voxelwise model/)
    expect(bad({ model: 'formula' as VoxelModelId })).toThrow(/a millisecond a voxel/)
    expect(bad({ model: 'tri-exponential' })).toThrow(/3 points cannot determine the 6 parameters/)
    expect(bad({ fixed: { alpha: 0.5 } })).toThrow(/"alpha" cannot be held/)
    expect(bad({ fixed: { lambdaBiol1: 0 } })).toThrow(/lambdaBiol1 is held at 0/)
    expect(bad({ model: 'bi-exponential', fixed: { lambdaBiol1: 2e-5, lambdaBiol2: 1e-5 } })).toThrow(/do not rise/)
    expect(bad({ model: 'tri-exponential', fixed: { lambdaBiol3: 1e-3 } })).toThrow(/two below it/)
    expect(bad({ model: 'circulation-washout', circulationRatePerS: 0 })).toThrow(/circulation is 0/)
    expect(bad({ model: 'bi-exponential', options: { regularisation: 'none' } })).toThrow(/4 parameters/)
    expect(bad({ options: { noise: { fraction: 0.1, absoluteShare: 0, byCounts: true } } })).toThrow(/noise/)
    expect(bad({ options: { spread: { ...FIXED, slowRate: -1 } } })).toThrow(/spreads/)
    expect(bad({ options: { negligibleShare: 1 } })).toThrow(/negligible/)
    expect(bad({ values: drawn.values.map((map) => map.map(() => Infinity)) })).toThrow(/infinite/)
    expect(bad({ progress: () => false })).toThrow(/cancel/i)
  })
})
