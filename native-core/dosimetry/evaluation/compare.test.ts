import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { indexToPatientMatrix, voxelCount } from '../../imaging/index.ts'
import { applyMat4 } from '../../imaging/transform.ts'
import { gridAround, rotation } from '../../imaging/testShapes.ts'
import { RandomStream } from '../../statistics/index.ts'
import { doseDifference, gammaIndex } from './index.ts'
import { indexMap, valueAt } from './trilinear.ts'
import type { ImageGrid, Vec3 } from '../../imaging/types.ts'
import type { DoseImage, GammaOptions } from './index.ts'

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const

function doseOf(grid: ImageGrid, formula: (p: Vec3) => number): DoseImage {
  const m = indexToPatientMatrix(grid)
  const doseGy = new Float64Array(voxelCount(grid))
  let n = 0
  for (let k = 0; k < grid.dimensions[2]; k++) {
    for (let j = 0; j < grid.dimensions[1]; j++) {
      for (let i = 0; i < grid.dimensions[0]; i++) doseGy[n++] = formula(applyMat4(m, [i, j, k]))
    }
  }
  return { grid, doseGy }
}

const refusal = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof InputError) return error.code
    throw error
  }
  return 'accepted'
}

/** The definition by brute force: a raster of points around each reference point, then a pattern search from the best of them. */
function gammaByRaster(reference: DoseImage, evaluated: DoseImage, dosePercent: number, distanceMm: number): number[] {
  const toleranceGy = (dosePercent / 100) * Math.max(...reference.doseGy)
  const m = indexMap(reference.grid, evaluated.grid)
  const s = evaluated.grid.spacingMm
  const n = evaluated.grid.dimensions
  const [nx, ny, nz] = reference.grid.dimensions
  const out: number[] = []
  for (let k = 0, v = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, v++) {
        const [x, y, z] = applyMat4(m, [i, j, k])
        const squared = (a: number, b: number, c: number): number => {
          const [p, q, r] = [x + a / s[0], y + b / s[1], z + c / s[2]]
          if (p < 0 || q < 0 || r < 0 || p > n[0] - 1 || q > n[1] - 1 || r > n[2] - 1) return Infinity
          const dose = (valueAt(evaluated.doseGy, evaluated.grid, p, q, r) - reference.doseGy[v]!) / toleranceGy
          return (a * a + b * b + c * c) / distanceMm ** 2 + dose * dose
        }
        let best = 4
        let at: Vec3 = [0, 0, 0]
        const reach = 2 * distanceMm
        const raster = distanceMm / 15
        for (let c = -reach; c <= reach; c += raster) {
          for (let b = -reach; b <= reach; b += raster) {
            for (let a = -reach; a <= reach; a += raster) {
              if ((a * a + b * b + c * c) / distanceMm ** 2 >= best) continue
              const here = squared(a, b, c)
              if (here < best) [best, at] = [here, [a, b, c]]
            }
          }
        }
        for (let step = raster; step > 1e-4; step /= 2) {
          for (let isMoving = true; isMoving;) {
            isMoving = false
            for (let move = 0; move < 27; move++) {
              const to: Vec3 = [
                at[0] + step * ((move % 3) - 1),
                at[1] + step * ((Math.floor(move / 3) % 3) - 1),
                at[2] + step * (Math.floor(move / 9) - 1),
              ]
              const here = squared(...to)
              if (here < best) [best, at, isMoving] = [here, to, true]
            }
          }
        }
        out.push(Math.sqrt(best))
      }
    }
  }
  return out
}

describe('gamma index', () => {
  const grid = gridAround(24, [3, 2, 4], [0, 0, 0], rotation(0.3, -0.4, 0.2))
  const inner = gridAround(8, [2.5, 2.5, 2.5])
  const all: GammaOptions = { cutOffPercent: 0 }

  it('of a dose with itself is 0 everywhere', () => {
    const dose = doseOf(grid, ([x, y, z]) => 300 + x + 0.1 * y * z)
    const g = gammaIndex(dose, dose, all)
    expect([g.passRate, g.largestGamma, g.outside, g.belowCutOff]).toEqual([1, 0, 0, 0])
    expect(g.evaluated).toBe(voxelCount(grid))
  })

  it('of linear doses that differ by δ and have the slope s is |δ|/√(ΔD² + s²Δd²), on any two grids', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -1.2, max: 1.2, noNaN: true }))),
        fc.double({ min: 1, max: 5, noNaN: true }),
        (offset, slope, distanceMm) => {
          const [a, b, c] = slope as [number, number, number]
          const linear = ([x, y, z]: Vec3): number => 50 + a * x + b * y + c * z
          const reference = doseOf(inner, linear)
          const evaluated = doseOf(grid, (p) => linear(p) + offset)
          const g = gammaIndex(reference, evaluated, { ...all, distanceMm, normalisationGy: 50, dosePercent: 2 })
          const expected = Math.abs(offset) / Math.hypot(1, Math.hypot(a, b, c) * distanceMm)
          for (const found of g.gamma) expect(Math.abs(found - Math.min(expected, 2))).toBeLessThan(2e-4)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('a uniform dose 2 % higher has γ = 2/3 at 3 %; locally the same; at exactly the tolerance it passes', () => {
    const reference = doseOf(inner, () => 40)
    const higher = (factor: number): DoseImage => doseOf(inner, () => 40 * factor)
    for (const isLocal of [false, true]) {
      expect(gammaIndex(reference, higher(1.02), { isLocal }).meanGamma).toBeCloseTo(2 / 3, 6)
      expect(gammaIndex(reference, higher(1.03), { isLocal }).passRate).toBe(1)
      expect(gammaIndex(reference, higher(1.0302), { isLocal }).passRate).toBe(0)
    }
    const far = gammaIndex(reference, higher(2), { maximumGamma: 1.5 })
    expect([far.largestGamma, far.meanGamma, far.passRate]).toEqual([1.5, 1.5, 0])
  })

  it('local tolerance follows the dose at the point, global that of the maximum', () => {
    const steps: ImageGrid = { dimensions: [2, 1, 1], spacingMm: [100, 5, 5], originMm: [0, 0, 0], direction: IDENTITY }
    const reference = { grid: steps, doseGy: Float64Array.from([20, 100]) }
    const evaluated = { grid: steps, doseGy: Float64Array.from([21, 101]) }
    // 1 Gy of 20 and of 100 at 10 %; the slope of 0.8 Gy/mm between the voxels over 1 mm adds to the tolerance.
    const both = (toleranceGy: number): number => 1 / Math.hypot(toleranceGy, 0.8)
    const options = { dosePercent: 10, distanceMm: 1, cutOffPercent: 0 }
    // Dose falls towards voxel 0 and rises towards voxel 1: from voxel 0 (too high) there is nothing lower to go to.
    const local = gammaIndex(reference, evaluated, { ...options, isLocal: true }).gamma
    expect(local[0]).toBeCloseTo(1 / 2, 6)
    expect(local[1]).toBeCloseTo(both(10), 6)
    const global = gammaIndex(reference, evaluated, options).gamma
    expect(global[0]).toBeCloseTo(1 / 10, 6)
    expect(global[1]).toBeCloseTo(both(10), 6)
  })

  it('is the brute-force minimum of its definition on rough doses and different grids', () => {
    for (const seed of [1, 2, 3]) {
      const stream = new RandomStream(seed)
      const rough = (p: Vec3): number => 40 + p[0] + 6 * stream.normal()
      const reference = doseOf(gridAround(3, [2, 2.5, 3], [0.3, 0.1, -0.4], rotation(0.1, 0.2, 0.3)), rough)
      const evaluated = doseOf(gridAround(9, [2.5, 2, 3]), rough)
      const g = gammaIndex(reference, evaluated, { ...all, dosePercent: 5, distanceMm: 3 })
      const slow = gammaByRaster(reference, evaluated, 5, 3)
      slow.forEach((value, n) => expect(Math.abs(g.gamma[n]! - value)).toBeLessThan(0.001))
    }
  })

  it('looks at points above the cut-off and inside the evaluated dose only', () => {
    const reference = doseOf(gridAround(20, [2, 2, 2]), ([x]) => 50 + 2 * x)
    const evaluated = doseOf(gridAround(10, [2, 2, 2]), ([x]) => 50 + 2 * x)
    const g = gammaIndex(reference, evaluated, { cutOffPercent: 50 })
    const inside = [...g.gamma].filter((value) => !Number.isNaN(value)).length
    expect(inside).toBe(g.evaluated)
    expect(g.evaluated + g.outside + g.belowCutOff).toBe(voxelCount(reference.grid))
    // x from −10 to 10 in steps of 2 and dose ≥ 45: x ≥ −2, 7 of 11 planes of 11 × 11 points.
    expect(g.evaluated).toBe(7 * 121)
    expect(g.largestGamma).toBeLessThan(1e-4)
  })

  it('finds an agreement at a distance: a steep edge shifted by 2 mm has γ near 2/3 at 3 mm', () => {
    const edge =
      (shift: number) =>
      ([x]: Vec3) =>
        50 * (1 + Math.tanh((x - shift) / 2))
    const fine = gridAround(12, [1, 3, 3])
    const g = gammaIndex(doseOf(fine, edge(0)), doseOf(fine, edge(2)), { ...all, dosePercent: 1 })
    const middle = 12 + 25 * (4 + 9 * 4)
    expect(g.gamma[middle]).toBeGreaterThan(0.6)
    expect(g.gamma[middle]).toBeLessThan(2 / 3)
  })

  it('refuses tolerances that are none, references without dose, grids apart, and numbers that are none', () => {
    const dose = doseOf(inner, () => 1)
    const away = { ...dose, grid: { ...inner, originMm: [900, 0, 0] as Vec3 } }
    for (const bad of [
      { dosePercent: 0 },
      { distanceMm: -1 },
      { maximumGamma: NaN },
      { cutOffPercent: -1 },
      { cutOffPercent: 101 },
    ])
      expect(refusal(() => gammaIndex(dose, dose, bad))).toBe('gamma.tolerance')
    expect(
      refusal(() =>
        gammaIndex(
          doseOf(inner, () => 0),
          dose,
        ),
      ),
    ).toBe('gamma.no-dose')
    expect(refusal(() => gammaIndex(dose, dose, { normalisationGy: 0 }))).toBe('gamma.no-dose')
    expect(refusal(() => gammaIndex(dose, away))).toBe('dose.no-overlap')
    expect(refusal(() => gammaIndex(dose, dose, { normalisationGy: 100 }))).toBe('dose.nothing-above-cut-off')
    expect(
      refusal(() =>
        gammaIndex(
          dose,
          doseOf(inner, ([x]) => (x > 0 ? NaN : 1)),
        ),
      ),
    ).toBe('dose.not-finite')
  })
})

describe('difference of two doses', () => {
  it('is evaluated − reference, with the statistics of NumPy', () => {
    const grid: ImageGrid = { dimensions: [5, 1, 1], spacingMm: [1, 1, 1], originMm: [0, 0, 0], direction: IDENTITY }
    const reference = { grid, doseGy: Float64Array.from([10, 20, 30, 40, 50]) }
    const evaluated = { grid, doseGy: Float64Array.from([11, 18, 30, 43, 50]) }
    const { differenceGy, statistics } = doseDifference(reference, evaluated)
    expect([...differenceGy]).toEqual([1, -2, 0, 3, 0])
    // d = [1, -2, 0, 3, 0]: mean 0.4, Σd²/5 = 2.8.
    expect(statistics).toMatchObject({ voxels: 5, meanGy: 0.4, minGy: -2, maxGy: 3, medianAbsoluteGy: 1 })
    expect(statistics.rmsGy).toBeCloseTo(Math.sqrt(2.8), 12)
    expect(statistics.sdGy).toBeCloseTo(Math.sqrt(2.8 - 0.16), 12)
    expect(statistics.relativeMean).toBeCloseTo(2 / 150, 12)
    expect(doseDifference(reference, evaluated, { cutOffGy: 35 }).statistics).toMatchObject({
      voxels: 2,
      voxelsBelowCutOff: 3,
      meanGy: 1.5,
    })
  })

  it('of the same linear dose on two grids is 0 where both reach, NaN elsewhere', () => {
    const linear = ([x, y, z]: Vec3): number => 20 + 0.5 * x - 0.2 * y + 0.1 * z
    const reference = doseOf(gridAround(20, [3, 3, 3]), linear)
    // The outer half voxels have the dose of the nearest centre plane, so that the comparison is inside the centres.
    const evaluated = doseOf(gridAround(50, [4, 2, 5], [1, 2, 3], rotation(0.5, 0.1, -0.3)), linear)
    const { statistics } = doseDifference(reference, evaluated)
    expect(statistics.voxelsOutside).toBe(0)
    expect(Math.max(statistics.maxGy, -statistics.minGy)).toBeLessThan(1e-9)
    const small = doseDifference(evaluated, reference)
    expect(small.statistics.voxelsOutside).toBe([...small.differenceGy].filter(Number.isNaN).length)
    expect(small.statistics.voxelsOutside).toBeGreaterThan(1000)
    const away = { ...reference, grid: { ...reference.grid, originMm: [900, 0, 0] as Vec3 } }
    expect(refusal(() => doseDifference(reference, away))).toBe('dose.no-overlap')
    expect(refusal(() => doseDifference(reference, evaluated, { cutOffGy: 1e9 }))).toBe('dose.nothing-above-cut-off')
  })
})
