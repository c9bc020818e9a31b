import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../errors/index.ts'
import { indexToPatientMatrix, voxelCount } from '../../imaging/index.ts'
import { applyMat4 } from '../../imaging/transform.ts'
import { cut, gridAround, rotation, sphere, sphereVolumeMl } from '../../imaging/testShapes.ts'
import { RandomStream } from '../../statistics/index.ts'
import {
  conformity,
  doseAtVolumeMl,
  doseAtVolumePercent,
  doseAtVolumeUncertainty,
  doseProfile,
  doseStatistics,
  doseVolumeHistogram,
  isodoseVolumeMl,
  noiseSdGy,
  structureDose,
  volumeAtDoseMl,
  volumeBandAtDose,
} from './index.ts'
import { ascendingOrder } from './sort.ts'
import type { FractionalMask, ImageGrid, StructureShape, Vec3 } from '../../imaging/types.ts'
import type { DoseImage, StructureDose } from './types.ts'

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const
const line = (n: number): ImageGrid => ({
  dimensions: [n, 1, 1],
  spacingMm: [10, 10, 10],
  originMm: [0, 0, 0],
  direction: IDENTITY,
})

/** Voxels of 1 mL in a row, with their doses and fractions. */
function row(doses: readonly number[], fractions: readonly number[] = doses.map(() => 1), sds?: readonly number[]) {
  const grid = line(doses.length)
  const mask: FractionalMask = {
    grid,
    box: { start: [0, 0, 0], size: [doses.length, 1, 1] },
    fractions: Float32Array.from(fractions),
    volumeOutsideMl: 0,
  }
  const dose: DoseImage = {
    grid,
    doseGy: Float64Array.from(doses),
    ...(sds === undefined ? {} : { sdGy: Float64Array.from(sds) }),
  }
  return { dose, mask, samples: structureDose(dose, { kind: 'voxels', mask }) }
}

/** A dose given as a formula in patient coordinates. */
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

const someDoses = fc.array(fc.double({ min: -5, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 })
const withFractions = someDoses.chain((doses) =>
  fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: doses.length, maxLength: doses.length })
    .map((fractions) => ({ doses, fractions: Array.from(Float32Array.from(fractions)) })),
)

describe('order of many numbers', () => {
  it('is ascending and a permutation, also among numbers that round alike and across zero', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
            fc.integer({ min: -3, max: 3 }).map((n) => 1 + n * 1e-12),
          ),
        ),
        (numbers) => {
          const order = ascendingOrder(Float64Array.from(numbers))
          expect(Array.from(order, (n) => numbers[n]! + 0)).toEqual(
            numbers.map((value) => value + 0).sort((a, b) => a - b),
          )
          expect(new Set(order).size).toBe(numbers.length)
        },
      ),
    )
  })
})

describe('statistics in voxels', () => {
  it('of one to ten Gy in ten voxels: mean 5.5, median 5.5, D90 at Hazen’s position, V at 4 Gy', () => {
    const { samples } = row([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    const s = doseStatistics(samples)
    expect([s.meanGy, s.d50Gy, s.minGy, s.maxGy, s.insideMl]).toEqual([5.5, 5.5, 1, 10, 10])
    expect(s.sdGy).toBeCloseTo(Math.sqrt(8.25), 12)
    // 90 % of the volume lie above the edge between the first voxel and the second, half-way between their doses.
    expect(doseAtVolumePercent(samples, 90)).toBeCloseTo(1.5, 12)
    expect(doseAtVolumePercent(samples, 95)).toBeCloseTo(1, 12)
    expect(doseAtVolumePercent(samples, 85)).toBeCloseTo(2, 12)
    expect(doseAtVolumeMl(samples, 3)).toBeCloseTo(7.5, 12)
    expect(doseAtVolumeMl(samples, 10)).toBe(1)
    expect(doseAtVolumeMl(samples, 10.1)).toBeNull()
    expect([0, 4, 4.001, 10, 10.001].map((d) => volumeAtDoseMl(samples, d))).toEqual([10, 7, 6, 1, 0])
    // D2 and D98 are the extremes here: the outermost voxels are 10 % each.
    expect(s.homogeneityIndex).toBeCloseTo(9 / 5.5, 12)
  })

  it('are those of NumPy’s Hazen percentiles for equal voxels (numpy.percentile, method "hazen")', () => {
    // python3 -c "import numpy as np; print(np.percentile([3,1,4,1,5,9,2,6,5,3,5,8], [2,5,50,95,98,30], method='hazen'))"
    const { samples } = row([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8])
    const at = (percentile: number): number => doseAtVolumePercent(samples, 100 - percentile)
    expect([2, 5, 50, 95, 98, 30].map((p) => Number(at(p).toFixed(9)))).toEqual([1, 1, 4.5, 8.9, 9, 3])
  })

  it('weigh voxels by their part in the structure', () => {
    const { samples } = row([10, 20], [1, 0.25])
    expect(samples.meanGy).toBeCloseTo(12, 12)
    expect(volumeAtDoseMl(samples, 15)).toBeCloseTo(0.25, 12)
    expect(samples.outsideMl).toBe(0)
  })

  it('count a 32-bit dose as the number it was written from', () => {
    const { mask } = row([0.7, 0.7])
    const dose = { grid: mask.grid, doseGy: Float32Array.from([0.7, 0.7]) }
    const samples = structureDose(dose, { kind: 'voxels', mask })
    expect(volumeAtDoseMl(samples, 0.7)).toBe(2)
    expect(volumeAtDoseMl(samples, 0.70001)).toBe(0)
  })

  it('laws: Dx falls with x between maximum and minimum, scales with the dose; V falls; voxels may be split', () => {
    fc.assert(
      fc.property(withFractions, fc.double({ min: 0, max: 100, noNaN: true }), ({ doses, fractions }, percent) => {
        const { samples } = row(doses, fractions)
        const s = doseStatistics(samples)
        const dx = doseAtVolumePercent(samples, percent)
        expect(dx).toBeGreaterThanOrEqual(s.minGy - 1e-9)
        expect(dx).toBeLessThanOrEqual(s.maxGy + 1e-9)
        expect(doseAtVolumePercent(samples, percent / 2)).toBeGreaterThanOrEqual(dx - 1e-9)
        const tripled = row(
          doses.map((d) => 3 * d),
          fractions,
        ).samples
        expect(doseAtVolumePercent(tripled, percent)).toBeCloseTo(3 * dx, 8)
        expect(volumeAtDoseMl(samples, dx + 1)).toBeLessThanOrEqual(volumeAtDoseMl(samples, dx))
        // Mean by the layer-cake formula: D_min + ∫ V(D) dD / V.
        const sorted = [...doses].sort((a, b) => a - b)
        let mean = sorted[0]!
        for (let n = 1; n < sorted.length; n++) {
          const gap = sorted[n]! - sorted[n - 1]!
          // The grant of a rounding would count the lower voxel, too, where the gap is no larger.
          if (gap > 1e-4) mean += (volumeAtDoseMl(samples, sorted[n]!) / samples.insideMl) * gap
        }
        expect(mean).toBeCloseTo(s.meanGy, 2)
        const halves = row([...doses, ...doses], [...fractions, ...fractions]).samples
        expect(doseStatistics(halves).meanGy).toBeCloseTo(s.meanGy, 9)
        expect(doseStatistics(halves).sdGy).toBeCloseTo(s.sdGy, 9)
      }),
    )
  })

  it('negative doses count as they are, and are told', () => {
    const { samples } = row([-1, 3])
    expect(samples.meanGy).toBe(1)
    expect(samples.negativeSamples).toBe(1)
    expect(doseStatistics(row([-1, -1]).samples).homogeneityIndex).toBeNull()
  })
})

describe('histogram', () => {
  it('is exact at its edges; the bins hold the whole volume', () => {
    fc.assert(
      fc.property(withFractions, fc.double({ min: 0.05, max: 20, noNaN: true }), ({ doses, fractions }, binWidthGy) => {
        const { samples } = row(doses, fractions)
        const h = doseVolumeHistogram(samples, { binWidthGy })
        expect(h.cumulativeMl[0]).toBeCloseTo(samples.insideMl, 9)
        expect(h.cumulativeMl[h.cumulativeMl.length - 1]).toBe(0)
        expect(h.differentialMl.reduce((a, b) => a + b, 0)).toBeCloseTo(samples.insideMl, 9)
        expect(Math.min(...h.differentialMl)).toBeGreaterThanOrEqual(-1e-12)
        h.edgesGy.forEach((edge, n) => expect(h.cumulativeMl[n]).toBe(volumeAtDoseMl(samples, edge)))
        expect(h.band).toBeNull()
      }),
    )
  })

  it('goes up to a common dose where it is asked to; a dose of 0 Gy everywhere has one bin', () => {
    const { samples } = row([1, 2])
    expect(doseVolumeHistogram(samples, { binWidthGy: 1, upToGy: 5 }).edgesGy).toEqual(
      Float64Array.from([0, 1, 2, 3, 4, 5, 6]),
    )
    expect([...doseVolumeHistogram(row([0, 0]).samples).differentialMl]).toEqual([2])
  })

  it.each([0, -1, NaN, 1e-9])('refuses a bin width of %s Gy', (binWidthGy) => {
    expect(refusal(() => doseVolumeHistogram(row([1, 2]).samples, { binWidthGy }))).toBe('dose.bin-width')
  })
})

describe('uncertainty', () => {
  it('of the mean of n voxels with s each is s/√n; the spread that noise adds is s', () => {
    const { samples } = row(Array(16).fill(10), Array(16).fill(1), Array(16).fill(2))
    expect(samples.meanSdGy).toBeCloseTo(0.5, 12)
    expect(noiseSdGy(samples)).toBeCloseTo(2, 12)
    expect(row([1, 2]).samples.meanSdGy).toBeNull()
  })

  it('of the mean does not shrink where voxels are divided into cells', () => {
    const grid = gridAround(30, [5, 5, 5])
    const n = voxelCount(grid)
    const dose = { grid, doseGy: new Float64Array(n).fill(1), sdGy: new Float64Array(n).fill(0.1) }
    const shape: StructureShape = { kind: 'contours', contours: cut(sphere(18), 2, 0.5) }
    const fine = structureDose(dose, shape)
    const coarse = structureDose(dose, shape, { sampling: 'voxels' })
    // About 0.1/√(24.4 mL / 0.125 mL): cells share voxels.
    expect(coarse.meanSdGy!).toBeCloseTo(0.1 / Math.sqrt(sphereVolumeMl(18) / 0.125), 3)
    expect(fine.meanSdGy! / coarse.meanSdGy!).toBeGreaterThan(0.85)
    expect(fine.meanSdGy! / coarse.meanSdGy!).toBeLessThan(1.05)
  })

  it('a single voxel at the threshold is above with p = 1/2: standard deviation half its volume', () => {
    const { samples } = row([5], [1], [1])
    const band = volumeBandAtDose(samples, 5)
    expect(band.statisticalSdMl).toBeCloseTo(0.5, 6)
    expect([band.volumeMl, band.lowMl, band.highMl]).toEqual([1, 0.5, 1])
    // One standard deviation above: p(1 − p) with p = Φ(1) = 0.841344746.
    expect(volumeBandAtDose(samples, 4).statisticalSdMl).toBeCloseTo(Math.sqrt(0.841344746 * 0.158655254), 6)
  })

  it('the stated bands are the scatter of 400 repeated noisy doses, V and Dx, within 15 %', () => {
    const stream = new RandomStream(41)
    const truth = Array.from({ length: 400 }, (_, n) => 40 + 20 * (n / 400))
    const s = 2
    const found: { v: number; d98: number; d50: number; sdV: number; sd98: number; sd50: number }[] = []
    for (let repeat = 0; repeat < 400; repeat++) {
      const noisy = truth.map((dose) => dose + s * stream.normal())
      const { samples } = row(
        noisy,
        noisy.map(() => 1),
        noisy.map(() => s),
      )
      const d98 = doseAtVolumePercent(samples, 98)
      const d50 = doseAtVolumePercent(samples, 50)
      found.push({
        v: volumeAtDoseMl(samples, 50),
        d98,
        d50,
        sdV: volumeBandAtDose(samples, 50).statisticalSdMl,
        sd98: doseAtVolumeUncertainty(samples, d98).statisticalGy,
        sd50: doseAtVolumeUncertainty(samples, d50).statisticalGy,
      })
    }
    const mean = (key: keyof (typeof found)[number]): number => found.reduce((a, f) => a + f[key], 0) / found.length
    const scatter = (key: 'v' | 'd98' | 'd50'): number =>
      Math.sqrt(found.reduce((a, f) => a + (f[key] - mean(key)) ** 2, 0) / (found.length - 1))
    expect(mean('sdV') / scatter('v')).toBeGreaterThan(0.85)
    expect(mean('sdV') / scatter('v')).toBeLessThan(1.15)
    expect(mean('sd50') / scatter('d50')).toBeGreaterThan(0.85)
    expect(mean('sd50') / scatter('d50')).toBeLessThan(1.15)
    // At the edge of the structure the smeared histogram has fewer voxels than the true one would.
    expect(mean('sd98') / scatter('d98')).toBeGreaterThan(0.7)
    expect(mean('sd98') / scatter('d98')).toBeLessThan(1.4)
  })

  it('a common uncertainty scales the dose axis, in quadrature with the statistical part', () => {
    const { samples } = row([8, 9, 10, 11, 12])
    const band = volumeBandAtDose(samples, 10, 0.15)
    // V(10/0.85 = 11.76) = 1, V(10/1.15 = 8.70) = 4.
    expect([band.volumeMl, band.lowMl, band.highMl]).toEqual([3, 1, 4])
    expect(doseAtVolumeUncertainty(samples, 10, 0.15)).toEqual({ statisticalGy: 0, commonGy: 1.5, combinedGy: 1.5 })
    const h = doseVolumeHistogram(samples, { binWidthGy: 1, relativeUncertainty: 0.15 })
    expect([h.band?.lowMl[10], h.band?.highMl[10]]).toEqual([1, 4])
    expect(refusal(() => volumeBandAtDose(samples, 10, 1))).toBe('dose.uncertainty')
  })
})

describe('a structure on any dose grid', () => {
  const radius = 15
  const ball: StructureShape = { kind: 'contours', contours: cut(sphere(radius), 2.5, 0.7) }
  const formula = ([x, y, z]: Vec3): number =>
    50 + 1.2 * x - 0.8 * y + 0.5 * z + 12 * Math.exp(-(x * x + y * y + z * z) / 800)
  const fine = doseStatistics(structureDose(doseOf(gridAround(30, [1, 1, 1]), formula), ball))

  it('has the same mean and Dx within 0.5 %, wherever and however the dose grid of 2 to 5 mm lies', () => {
    fc.assert(
      fc.property(
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -1, max: 1, noNaN: true }))),
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -3, max: 3, noNaN: true }))),
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 2, max: 5, noNaN: true }))),
        (angles, centre, spacing) => {
          const grid = gridAround(
            40,
            spacing as unknown as Vec3,
            centre as unknown as Vec3,
            rotation(angles[0]!, angles[1]!, angles[2]!),
          )
          const s = doseStatistics(structureDose(doseOf(grid, formula), ball))
          for (const key of ['meanGy', 'd98Gy', 'd50Gy', 'd2Gy', 'insideMl'] as const) {
            expect(Math.abs(s[key] / fine[key] - 1), key).toBeLessThan(0.005)
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('given as coarse voxels of a tilted CT grid has the same mean, and counts what lies outside the dose', () => {
    const ct = gridAround(40, [2, 2, 3], [1, 0, 2], rotation(0.3, -0.2, 0.5))
    const inside = doseOf(ct, ([x, y, z]) => (Math.hypot(x, y, z) < radius ? 1 : 0))
    const mask: FractionalMask = {
      grid: ct,
      box: { start: [0, 0, 0], size: ct.dimensions },
      fractions: Float32Array.from(inside.doseGy),
      volumeOutsideMl: 0.5,
    }
    const s = doseStatistics(structureDose(doseOf(gridAround(30, [4, 4, 4]), formula), { kind: 'voxels', mask }))
    expect(s.meanGy / fine.meanGy).toBeCloseTo(1, 2)
    expect(s.outsideMl).toBeCloseTo(0.5, 6)

    // Voxels x = 0 … 7.5 of spacing 2.5: the grid ends at 8.75 mm, a plane through the ball.
    const half: ImageGrid = {
      dimensions: [4, 40, 40],
      spacingMm: [2.5, 2.5, 2.5],
      originMm: [0, -48.75, -48.75],
      direction: IDENTITY,
    }
    const cap = doseStatistics(
      structureDose(
        doseOf(half, () => 1),
        ball,
      ),
    )
    // Ball between planes x = a and b: π∫(R² − x²)dx from −1.25 to 8.75.
    const part = (Math.PI * (radius ** 2 * 10 - (8.75 ** 3 + 1.25 ** 3) / 3)) / 1000
    expect(cap.insideMl).toBeCloseTo(part, 1)
    expect(cap.insideMl + cap.outsideMl).toBeCloseTo(sphereVolumeMl(radius), 1)
    expect([cap.minGy, cap.maxGy]).toEqual([1, 1])
  })

  it('in voxels of the dose grid takes their doses as they are', () => {
    const { samples } = row([1, 5, 9])
    expect(samples.sampling).toBe('voxels')
    expect([...samples.doseGy]).toEqual([1, 5, 9])
  })

  it('refuses empty structures, those outside, and doses that are no numbers, by name', () => {
    const { mask, dose } = row([1, 2, 3])
    const empty = { ...mask, fractions: new Float32Array(3) }
    const evaluate = (d: DoseImage, m: FractionalMask): StructureDose =>
      structureDose(d, { kind: 'voxels', mask: m }, { name: 'KIDNEY_L' })
    expect(refusal(() => evaluate(dose, empty))).toBe('dose.structure-empty')
    const away = { ...dose, grid: { ...dose.grid, originMm: [500, 0, 0] as Vec3 } }
    expect(refusal(() => evaluate(away, mask))).toBe('dose.no-overlap')
    expect(refusal(() => evaluate({ ...dose, doseGy: Float64Array.from([1, NaN, 3]) }, mask))).toBe('dose.not-finite')
    expect(refusal(() => evaluate({ ...dose, sdGy: Float64Array.from([1, -1, 3]) }, mask))).toBe('dose.not-finite')
    expect(refusal(() => evaluate({ ...dose, doseGy: new Float64Array(2) }, mask))).toBe('geometry.size-mismatch')
    expect(() => evaluate({ ...dose, doseGy: Float64Array.from([1, NaN, 3]) }, mask)).toThrow('KIDNEY_L')
    // A voxel outside the structure may be anything.
    const part = { ...mask, fractions: Float32Array.from([1, 0, 1]) }
    expect(evaluate({ ...dose, doseGy: Float64Array.from([1, NaN, 3]) }, part).meanGy).toBe(2)
  })
})

describe('conformity', () => {
  it('of a target that is its isodose is 1; of one half the size Paddick 1/2, PITV 2', () => {
    const { dose, samples } = row([60, 60, 60, 60, 5, 5])
    expect(isodoseVolumeMl(dose, 60, 'voxels')).toBe(4)
    const target = (fractions: readonly number[]): StructureDose =>
      structureDose(dose, { kind: 'voxels', mask: row([1, 1, 1, 1, 1, 1], fractions).mask })
    expect(conformity(dose, target([1, 1, 1, 1, 0, 0]), 60)).toMatchObject({
      paddickIndex: 1,
      coverage: 1,
      rtogIndex: 1,
    })
    expect(conformity(dose, target([1, 1, 0, 0, 0, 0]), 60)).toMatchObject({
      paddickIndex: 0.5,
      coverage: 1,
      rtogIndex: 2,
    })
    expect(conformity(dose, samples, 61)).toMatchObject({ paddickIndex: null, coverage: 0 })
    expect(refusal(() => conformity(dose, samples, 0))).toBe('dose.prescription')
  })

  it('isodose volume of a dose that falls by 1 Gy/mm from the middle is that of a ball, less what chords cut off, 0.3 %', () => {
    // Trilinear interpolation of r is too high by h²/12·∇²r = h²/(6R) on average: the ball is smaller by 3·h²/(6R²).
    const dose = doseOf(gridAround(40, [4, 4, 4], [1, 2, 0.5]), ([x, y, z]) => 100 - Math.hypot(x, y, z))
    expect(Math.abs(isodoseVolumeMl(dose, 75) / sphereVolumeMl(25) / (1 - 4 ** 2 / (2 * 25 ** 2)) - 1)).toBeLessThan(
      0.003,
    )
  })
})

describe('profile', () => {
  it('reads a linear dose exactly at equal steps, ends included, and NaN outside', () => {
    const dose = doseOf(
      gridAround(20, [4, 5, 3], [0, 0, 0], rotation(0.2, 0.1, -0.4)),
      ([x, y, z]) => 10 + x - 2 * y + z,
    )
    const p = doseProfile(dose, [-8, 2, 1], [9, -3, 4], 0.7)
    expect(p.distanceMm[p.distanceMm.length - 1]).toBeCloseTo(Math.hypot(17, 5, 3), 12)
    for (let n = 0; n < p.doseGy.length; n++) {
      const [x, y, z] = [0, 1, 2].map((a) => p.positionMm[3 * n + a]!)
      expect(p.doseGy[n]).toBeCloseTo(10 + x! - 2 * y! + z!, 9)
    }
    expect(doseProfile(dose, [0, 0, 0], [200, 0, 0], 10).doseGy[20]).toBeNaN()
    expect(doseProfile(dose, [0, 0, 0], [1, 0, 0], 0.1).doseGy).toHaveLength(11)
    expect(refusal(() => doseProfile(dose, [0, 0, 0], [0, 0, 0]))).toBe('dose.profile')
    expect(refusal(() => doseProfile(dose, [0, 0, 0], [1, 0, 0], 0))).toBe('dose.profile')
    expect(refusal(() => doseProfile(dose, [0, 0, 0], [1, NaN, 0]))).toBe('dose.profile')
  })
})
