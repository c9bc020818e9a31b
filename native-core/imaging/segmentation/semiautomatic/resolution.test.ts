import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FWHM_PER_SIGMA, RandomStream } from '../../../statistics/index.ts'
import { wholeBox } from '../../grid.ts'
import { maskVolumeMl } from '../../maskStatistics.ts'
import { gridAround, sphereVolumeMl } from '../../testShapes.ts'
import { coverageOfMask } from '../manual/boxes.ts'
import { blurredSphere } from './blurredSphere.ts'
import { segmentRegion } from './index.ts'
import { resolutionEffect } from './resolution.ts'
import { blurredBall, imageOf, voxelsWhere } from './testPhantoms.ts'
import type { SegmentationAsk, SegmentationImage } from './types.ts'

const FWHM_MM = 10
type Asked = SegmentationAsk extends infer A ? (A extends unknown ? Omit<A, 'box' | 'seedMm'> : never) : never
const find = (image: SegmentationImage, ask: Asked) =>
  segmentRegion({ fwhmMm: FWHM_MM, ...image }, { seedMm: [0, 0, 0], box: wholeBox(image.grid), ...ask })
const contrast = (part: number): Asked => ({
  method: 'threshold',
  from: 1000 + 8000 * part,
  to: null,
  isConnected: true,
})

describe('what the resolution does to a found volume', () => {
  it('is the true one for balls of 1 FWHM radius and more within 5 %, of 0.8 within 8 %, wherever threshold and voxels lie', () => {
    const shift = fc.double({ min: -2, max: 2, noNaN: true })
    fc.assert(
      fc.property(
        fc.double({ min: 8, max: 22, noNaN: true }),
        fc.double({ min: 0.3, max: 0.55, noNaN: true }),
        fc.double({ min: 2.2, max: 4, noNaN: true }),
        fc.tuple(shift, shift, shift),
        (radiusMm, part, spacingMm, at) => {
          const grid = gridAround(radiusMm + 30, [spacingMm, spacingMm, spacingMm], at)
          const highest = blurredSphere(radiusMm, FWHM_MM / FWHM_PER_SIGMA, 0)
          const { mask, resolution } = find(blurredBall(grid, radiusMm, FWHM_MM), contrast(part * highest))
          if (resolution === null) return
          const truth = maskVolumeMl(mask) / sphereVolumeMl(radiusMm)
          expect(Math.abs((resolution.volumeRatio ?? NaN) / truth - 1)).toBeLessThan(radiusMm < FWHM_MM ? 0.08 : 0.05)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('is computed for the methods that look for an edge too: random walker and level set, within 8 %', () => {
    const grid = gridAround(45, [2.5, 2.5, 2.5], [0.7, -0.4, 0.9])
    for (const radiusMm of [10, 15]) {
      const image = blurredBall(grid, radiusMm, FWHM_MM)
      const asks: Asked[] = [
        { method: 'level-set', startRadiusMm: 5, curvatureMm: 0.25, data: { kind: 'range', from: 3000, to: 15_000 } },
        {
          method: 'random-walker',
          inside: voxelsWhere(grid, (mm) => mm < 0.4 * radiusMm),
          outside: voxelsWhere(grid, (mm) => mm > radiusMm + 14),
          beta: 90,
          edgeLengthMm: null,
        },
      ]
      for (const ask of asks) {
        const { mask, resolution, remarks } = find(image, ask)
        const truth = maskVolumeMl(mask) / sphereVolumeMl(radiusMm)
        expect(Math.abs(truth - 1)).toBeGreaterThan(0.1)
        expect(Math.abs((resolution?.volumeRatio ?? NaN) / truth - 1), ask.method).toBeLessThan(0.08)
        expect(remarks.join()).toMatch(truth > 1 ? /% too large/ : /% too small/)
      }
    }
  })

  it('hardly changes in noise of a tenth of the contrast: means along the boundary and inside are taken', () => {
    const grid = gridAround(45, [3, 3, 3], [0.7, -0.4, 0.9])
    const clean = blurredBall(grid, 15, FWHM_MM)
    const stream = new RandomStream(11, 1)
    const noisy = { ...clean, values: clean.values.map((value) => value + 800 * stream.normal()) }
    const { mask } = find(clean, contrast(0.5))
    const ratioOf = (image: SegmentationImage): number =>
      resolutionEffect(image, coverageOfMask(mask), FWHM_MM)?.volumeRatio ?? NaN
    expect(Math.abs(ratioOf(noisy) / ratioOf(clean) - 1)).toBeLessThan(0.05)
  })

  it('says nothing where the boundary is right and the body is large, and that it is small where it is', () => {
    const grid = gridAround(55, [3, 3, 3])
    const right = (radiusMm: number): Asked => contrast(blurredSphere(radiusMm, FWHM_MM / FWHM_PER_SIGMA, radiusMm))
    expect(find(blurredBall(grid, 25, FWHM_MM), right(25)).remarks).toEqual([])
    expect(find(blurredBall(grid, 8, FWHM_MM), right(8)).remarks.join()).toMatch(/smaller than the resolution/)
  })

  it('says that a point is one, that voxels are coarse, and that the resolution is not known', () => {
    const grid = gridAround(40, [2, 2, 2])
    const sdMm = FWHM_MM / FWHM_PER_SIGMA
    const point = imageOf(grid, (p) => 1000 + 8000 * Math.exp(-(Math.hypot(...p) ** 2) / (2 * sdMm ** 2)))
    expect(find(point, contrast(0.41)).resolution).toMatchObject({ likeRadiusMm: null, volumeRatio: null })
    expect(find(point, contrast(0.41)).remarks.join()).toMatch(/looks like a point/)
    const coarse = find(blurredBall(gridAround(40, [6, 6, 6]), 10, FWHM_MM), contrast(0.41))
    expect(coarse.resolution).toBeNull()
    expect(coarse.remarks.join()).toMatch(/voxels are coarse/)
    const image = blurredBall(grid, 15, FWHM_MM)
    expect(find({ ...image, fwhmMm: null }, contrast(0.41)).remarks.join()).toMatch(/\(FWHM\) is not known/)
    expect(find({ ...image, fwhmMm: undefined }, contrast(0.41)).remarks).toEqual([])
  })

  it('says so where nothing around it can be measured', () => {
    const grid = gridAround(11, [2, 2, 2])
    const { resolution, remarks } = find(blurredBall(grid, 10, FWHM_MM), contrast(0.5))
    expect(resolution).toBeNull()
    expect(remarks.join()).toMatch(/cannot be computed here/)
  })
})
