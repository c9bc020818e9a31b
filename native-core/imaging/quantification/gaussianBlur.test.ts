import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { FWHM_PER_SIGMA } from '../../statistics/index.ts'
import { ballMask, gaussianBlur, gaussianKernel, sphereRecovery } from './index.ts'
import { maskStatistics, maskVolumeMl } from '../maskStatistics.ts'
import { wholeFractions } from '../maskAlgebra.ts'
import { blurredBall, cubicGrid, sphereImage } from './testPhantom.ts'

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0)

describe('Gaussian kernel', () => {
  it.each([
    [8, 4],
    [10, 2],
    [15, 4.8],
  ])('of %f mm on %f mm has weight one and the variance of the point spread function', (fwhmMm, spacingMm) => {
    const kernel = gaussianKernel(fwhmMm, spacingMm)
    const both = [...kernel].map((weight, n) => (n === 0 ? weight : 2 * weight))
    expect(sum(both)).toBeCloseTo(1, 14)
    const variance = sum(both.map((weight, n) => weight * (n * spacingMm) ** 2))
    expect(variance / (fwhmMm / FWHM_PER_SIGMA) ** 2).toBeCloseTo(1, 3)
  })

  it('leaves alone what is narrower than a voxel, and refuses widths that are none', () => {
    expect([...gaussianKernel(0, 4)]).toEqual([1])
    expect(() => gaussianKernel(-1, 4)).toThrow(/point spread function/)
    expect(() => gaussianKernel(NaN, 4)).toThrow(/point spread function/)
  })
})

describe('Gaussian blur', () => {
  it('makes a ball look as the closed form says, in every voxel within 0.5 % of its height', () => {
    const grid = cubicGrid([40, 40, 40], 2)
    const mask = ballMask(grid, [39, 40, 38.5], 12)
    const blurred = gaussianBlur(wholeFractions(mask), grid.dimensions, grid.spacingMm, [10, 10, 10])
    // Parts of voxels are means over voxels, so the closed form is that of a width with Δ²/12 more variance.
    const width = Math.sqrt(10 ** 2 + (FWHM_PER_SIGMA ** 2 * 4) / 12)
    const expected = sphereImage(grid, [{ centreMm: [39, 40, 38.5], radiusMm: 12, value: 1 }], width)
    const worst = blurred.reduce((most, value, n) => Math.max(most, Math.abs(value - expected[n]!)), 0)
    expect(worst).toBeLessThan(0.005)
  })

  it('has along its axes the widths that are given', () => {
    const grid = cubicGrid([33, 33, 33], 2)
    const point = new Float64Array(33 ** 3)
    point[16 + 33 * (16 + 33 * 16)] = 1
    const blurred = gaussianBlur(point, grid.dimensions, grid.spacingMm, [6, 9, 12])
    const variance = ([0, 1, 2] as const).map((axis) =>
      blurred.reduce((total, value, n) => {
        const index = Math.floor(n / 33 ** axis) % 33
        return total + value * (2 * (index - 16)) ** 2
      }, 0),
    )
    variance.forEach((v, axis) => expect(Math.sqrt(v) * FWHM_PER_SIGMA).toBeCloseTo([6, 9, 12][axis]!, 1))
  })

  it('keeps the total, keeps a uniform image, and is its own adjoint', () => {
    const small = fc.record({
      dimensions: fc.tuple(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 6 }),
      ),
      fwhm: fc.tuple(
        fc.double({ min: 0, max: 30, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
      ),
      seed: fc.integer({ min: 1, max: 1e6 }),
    })
    fc.assert(
      fc.property(small, ({ dimensions, fwhm, seed }) => {
        const n = dimensions[0] * dimensions[1] * dimensions[2]
        const image = (shift: number): Float64Array =>
          Float64Array.from({ length: n }, (_, i) => ((i + shift) * seed) % 97)
        const blur = (values: Float64Array): Float64Array => gaussianBlur(values, dimensions, [4, 4, 5], fwhm)
        const [a, b] = [image(1), image(5)]
        expect(sum(blur(a))).toBeCloseTo(sum(a), 6)
        blur(new Float64Array(n).fill(3)).forEach((value) => expect(value).toBeCloseTo(3, 10))
        const dot = (p: Float64Array, q: Float64Array): number => sum(p.map((value, i) => value * q[i]!))
        expect(dot(blur(a), b)).toBeCloseTo(dot(a, blur(b)), 5)
      }),
      { numRuns: 40 },
    )
  })
})

describe('ball on a grid', () => {
  it('has its volume, inside and across the edge of the image', () => {
    const grid = cubicGrid([30, 30, 30], 2)
    const volume = (4 / 3) * Math.PI * 1.3 ** 3
    expect(maskVolumeMl(ballMask(grid, [28.7, 30.2, 29], 13)) / volume).toBeCloseTo(1, 3)
    const cut = ballMask(grid, [-1, 30, 30], 13)
    expect(maskVolumeMl(cut) / volume).toBeCloseTo(0.5, 2)
    expect((maskVolumeMl(cut) + cut.volumeOutsideMl) / volume).toBeCloseTo(1, 10)
    expect(ballMask(grid, [500, 30, 30], 13).volumeOutsideMl).toBeCloseTo(volume, 10)
  })
})

describe('recovery of a sphere', () => {
  it('is the mean of the closed-form profile over the sphere (Simpson)', () => {
    for (const [diameter, fwhm] of [
      [10, 12],
      [22, 8],
      [37, 15],
      [3, 20],
    ] as const) {
      const n = 2000
      const h = diameter / 2 / n
      let integral = 0
      for (let i = 0; i <= n; i++) {
        const d = i * h
        integral += (i === 0 || i === n ? 1 : i % 2 ? 4 : 2) * d * d * blurredBall(d, diameter / 2, fwhm)
      }
      const mean = ((integral * h) / 3) * (3 / (diameter / 2) ** 3)
      expect(sphereRecovery(diameter, fwhm).coefficient / mean).toBeCloseTo(1, 8)
    }
  })

  it('rises with the size, towards one, and its slope is that of differences', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 300, noNaN: true }), (diameter) => {
        const at = (d: number): number => sphereRecovery(d, 10).coefficient
        expect(at(diameter)).toBeGreaterThan(0)
        expect(at(diameter)).toBeLessThan(1)
        expect(at(diameter * 1.01)).toBeGreaterThan(at(diameter))
        const slope = (at(diameter * 1.0001) - at(diameter / 1.0001)) / (2 * Math.log(1.0001))
        expect(sphereRecovery(diameter, 10).perLnDiameter / slope).toBeCloseTo(1, 3)
      }),
    )
    expect(sphereRecovery(1e6, 10).coefficient).toBeCloseTo(1, 4)
  })

  it('is what a mask measures in a blurred image', () => {
    const grid = cubicGrid([40, 40, 40], 2)
    const mask = ballMask(grid, [40, 39.3, 38], 11)
    const image = sphereImage(grid, [{ centreMm: [40, 39.3, 38], radiusMm: 11, value: 5 }], 9)
    // The mask's own parts of voxels widen what it sees by the variance of a voxel.
    const width = Math.sqrt(9 ** 2 + (FWHM_PER_SIGMA ** 2 * 4) / 12)
    expect(maskStatistics(mask, image).mean / 5 / sphereRecovery(22, width).coefficient).toBeCloseTo(1, 3)
  })
})
