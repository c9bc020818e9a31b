import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../../tests/laws/seed.ts'
import { propagateCovariance } from '../../statistics/index.ts'
import { wholeFractions } from '../maskAlgebra.ts'
import { maskStatistics } from '../maskStatistics.ts'
import type { FractionalMask, Vec3 } from '../types.ts'
import {
  ballMask,
  gaussianBlur,
  geometricTransferMatrix,
  gtmCorrect,
  gtmPartialVolume,
  richardsonLucy,
  surroundingsMean,
} from './index.ts'
import { cubicGrid, sphereImage } from './testPhantom.ts'

const grid = cubicGrid([36, 32, 28], 4)
const psf = { fwhmMm: [10, 10, 12] as Vec3 }
const structures = [
  { name: 'A', mask: ballMask(grid, [40, 60, 56], 14) },
  { name: 'B', mask: ballMask(grid, [64, 60, 56], 8) },
  { name: 'C', mask: ballMask(grid, [100, 80, 70], 20) },
]

function piecewise(values: readonly number[], background: number, list = structures): Float64Array {
  const image = new Float64Array(36 * 32 * 28).fill(background)
  list.forEach(({ mask }, n) =>
    wholeFractions(mask).forEach((fraction, voxel) => (image[voxel]! += fraction * (values[n]! - background))),
  )
  return image
}
const blurred = (image: Float64Array): Float64Array => gaussianBlur(image, grid.dimensions, grid.spacingMm, psf.fwhmMm)

describe('geometric transfer matrix', () => {
  const gtm = geometricTransferMatrix(grid, structures, psf)

  it('inverts a blurred piecewise constant image exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 4, maxLength: 4 }),
        ([a, b, c, rest]) => {
          const { corrected } = gtmCorrect(gtm, blurred(piecewise([a!, b!, c!], rest!)))
          ;[a!, b!, c!, rest!].forEach((value, n) => expect(corrected[n]).toBeCloseTo(value, 7))
        },
      ),
      { numRuns: 15 },
    )
  })

  it('has rows that add up to one and recovers a lone sphere as the closed form says', () => {
    gtm.matrix.forEach((row) => expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12))
    const sphere = { centreMm: [64, 60, 56] as Vec3, radiusMm: 14 }
    const only = geometricTransferMatrix(
      grid,
      [{ name: 'S', mask: ballMask(grid, sphere.centreMm, sphere.radiusMm) }],
      { fwhmMm: [12, 12, 12] },
    )
    const image = sphereImage(grid, [{ ...sphere, value: 50 }], 12, 5)
    const { corrected, measured } = gtmCorrect(only, image)
    expect(measured[0]!).toBeLessThan(40)
    expect(Math.abs(corrected[0]! / 50 - 1)).toBeLessThan(0.02)
  })

  it('says what it does to noise: covariance, amplification, and the width of the point spread function', () => {
    const u = [1, 2, 0.5, 0.1]
    const { covariance, noiseAmplification } = gtmCorrect(gtm, blurred(piecewise([10, 20, 5], 1)), {
      standardUncertainties: u,
    })
    // m = G·t: the covariance of what is measured again must be that of the given uncertainties.
    const again = propagateCovariance(gtm.matrix, covariance ?? [])
    again.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(i === j ? u[i]! ** 2 : 0, 9)))
    expect(Math.sqrt(covariance![1]![1]!)).toBeGreaterThan(2)
    expect(noiseAmplification[1]!).toBeGreaterThan(noiseAmplification[2]!)
    noiseAmplification.forEach((factor) => expect(factor).toBeGreaterThan(1))
    const wide = gtmPartialVolume(grid, structures, blurred(piecewise([10, 20, 5], 1)), psf, {
      fwhmRelativeUncertainty: 0.1,
    })
    expect(wide.psfStandardUncertainty[1]!).toBeGreaterThan(1)
    expect(wide.psfStandardUncertainty[2]!).toBeLessThan(0.5)
  })

  it('amplifies white noise as it says', () => {
    let state = 7
    const uniform = (): number => (state = (state * 16807) % 2147483647) / 2147483647 - 0.5
    const runs = Array.from({ length: 150 }, () =>
      gtmCorrect(gtm, Float64Array.from({ length: 36 * 32 * 28 }, uniform)),
    )
    const sd = (pick: (run: (typeof runs)[0]) => number): number =>
      Math.sqrt(runs.reduce((sum, run) => sum + pick(run) ** 2, 0) / runs.length)
    const found = sd(({ corrected }) => corrected[1]!) / sd(({ measured }) => measured[1]!)
    expect(Math.abs(found / runs[0]!.noiseAmplification[1]! - 1)).toBeLessThan(0.1)
  })

  it('shares what overlaps and refuses what it cannot tell apart', () => {
    const twice = [structures[0]!, { name: 'A again', mask: ballMask(grid, [44, 60, 56], 14) }]
    const { remarks } = gtmCorrect(geometricTransferMatrix(grid, twice, psf), blurred(piecewise([10, 20, 5], 1)))
    expect(remarks.join()).toMatch(/overlap by/)
    expect(() =>
      gtmCorrect(
        geometricTransferMatrix(grid, [structures[0]!, { ...structures[0]!, name: 'same' }], psf),
        blurred(piecewise([1, 1, 1], 0)),
      ),
    ).toThrow(/cannot be told apart/)
    expect(() => geometricTransferMatrix(grid, [], psf)).toThrow(/no structure/)
    const away: FractionalMask = ballMask(grid, [900, 0, 0], 5)
    expect(() => geometricTransferMatrix(grid, [{ name: 'far', mask: away }], psf)).toThrow(/"far" has no part/)
    const lost = blurred(piecewise([1, 1, 1], 0))
    lost[10 + 36 * (15 + 32 * 14)] = NaN
    expect(() => gtmCorrect(gtm, lost)).toThrow(/not a finite number/)
  })
})

describe('Richardson–Lucy', () => {
  const truth = piecewise([40, 60, 20], 4)

  it('keeps total and sign, and brings structures nearer to the truth', () => {
    const image = blurred(truth)
    const { values, totalBefore, totalAfter, residualShare } = richardsonLucy(grid, image, psf, 30)
    expect(totalAfter / totalBefore).toBeCloseTo(1, 4)
    expect(values.every((value) => value >= 0)).toBe(true)
    expect(residualShare).toBeLessThan(0.02)
    const error = (of: Float32Array | Float64Array, n: number): number =>
      Math.abs(maskStatistics(structures[n]!.mask, of).mean - maskStatistics(structures[n]!.mask, truth).mean)
    ;[0, 1, 2].forEach((n) => expect(error(values, n)).toBeLessThan(0.6 * error(image, n)))
  })

  it('leaves an image alone that no blur could have sharpened: uniform, or without a point spread function', () => {
    const flat = richardsonLucy(grid, new Float64Array(36 * 32 * 28).fill(7), psf, 5)
    flat.values.forEach((value) => expect(value).toBeCloseTo(7, 5))
    const sharp = richardsonLucy(grid, truth, { fwhmMm: [0, 0, 0] }, 5)
    sharp.values.forEach((value, n) => expect(value).toBeCloseTo(truth[n]!, 4))
  })

  it('keeps the total of an image that is dark within reach of its edges', () => {
    const small = cubicGrid([15, 14, 13], 4)
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 50, noNaN: true }), { minLength: 60, maxLength: 60 }), (list) => {
        fc.pre(list.some((value) => value > 1e-6))
        const image = new Float64Array(15 * 14 * 13)
        list.forEach((value, n) => {
          const [i, j, k] = [n % 5, Math.floor(n / 5) % 4, Math.floor(n / 20)]
          image[((k + 5) * 14 + j + 5) * 15 + i + 5] = value
        })
        const { totalBefore, totalAfter, values } = richardsonLucy(small, image, { fwhmMm: [8, 8, 8] }, 4)
        expect(totalAfter / totalBefore).toBeCloseTo(1, 9)
        expect(values.every((value) => value >= 0)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it('tells of negative voxels, refuses what is no image, and can be stopped', () => {
    const image = blurred(truth).map((value, n) => (n % 5 === 0 ? -5 : value))
    expect(richardsonLucy(grid, image, psf, 1).remarks.join()).toMatch(/below zero/)
    expect(() =>
      richardsonLucy(
        grid,
        image.map((v, n) => (n === 3 ? NaN : v)),
        psf,
        1,
      ),
    ).toThrow(/Voxel 3/)
    expect(() => richardsonLucy(grid, new Float64Array(36 * 32 * 28), psf, 1)).toThrow(/nothing above zero/)
    expect(() => richardsonLucy(grid, image, psf, 0)).toThrow(/iterations/)
    expect(() => richardsonLucy(grid, image, psf, 9, { progress: (f) => f < 0.2 })).toThrow(/cancelled/)
  })
})

describe('surroundings', () => {
  it('of a structure are seen beyond its own blur and that of its neighbours', () => {
    const image = blurred(piecewise([40, 60, 20], 4))
    const around = surroundingsMean(grid, structures, 2, image, psf)
    expect(Math.abs(around.value - 4)).toBeLessThan(0.1)
    expect(around.standardUncertainty).toBeLessThan(0.2)
  })

  it('are not there where structures fill everything', () => {
    const all = { name: 'all', mask: ballMask(grid, [70, 62, 54], 300) }
    expect(() => surroundingsMean(grid, [structures[0]!, all], 0, blurred(piecewise([1, 1, 1], 0)), psf)).toThrow(
      /no place/,
    )
  })
})
