import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/index.ts'
import {
  intersectMasks,
  intersectionVolumeMl,
  maskOutline,
  maskStatistics,
  maskVolumeMl,
  rasteriseContours,
  rasteriseShape,
  resampleMask,
  shapeVolumeMl,
  subtractMask,
  uniteMasks,
} from './index.ts'
import { cut, gridAround, rigid, rotation, sphere, sphereVolumeMl } from './testShapes.ts'
import type { FractionalMask, ImageGrid, Vec3 } from './types.ts'

const grid: ImageGrid = {
  dimensions: [6, 5, 4],
  spacingMm: [10, 10, 10],
  originMm: [0, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

const boxMask = (start: Vec3, size: Vec3, fractions: readonly number[], volumeOutsideMl = 0): FractionalMask => ({
  grid,
  box: { start, size },
  fractions: Float32Array.from(fractions),
  volumeOutsideMl,
})

const anyMask: fc.Arbitrary<FractionalMask> = fc
  .tuple(fc.nat(3), fc.nat(2), fc.nat(1), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([i, j, k, n, m]) => {
    const size: Vec3 = [Math.min(n, 6 - i), Math.min(m, 5 - j), 2]
    const count = size[0] * size[1] * size[2]
    return fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: count, maxLength: count })
      .map((fractions) => boxMask([i, j, k], size, fractions))
  })

describe('statistics in a mask', () => {
  const values = new Float32Array(120).map((_, n) => n)

  it('weigh voxels by their fraction', () => {
    // Voxels 7 (fraction 1), 8 (0.5) and 9 (0.25) of the second row of the first plane.
    const s = maskStatistics(boxMask([1, 1, 0], [3, 1, 1], [1, 0.5, 0.25], 0.25), values)
    expect(s.volumeMl).toBeCloseTo(1.75, 6)
    expect(s.totalVolumeMl).toBeCloseTo(2, 6)
    expect(s.fractionOutside).toBeCloseTo(0.125, 6)
    expect(s.sum).toBeCloseTo(7 + 4 + 2.25, 5)
    expect(s.integral).toBeCloseTo(13.25, 5)
    expect(s.mean).toBeCloseTo(13.25 / 1.75, 6)
    const mean = 13.25 / 1.75
    const variance = ((7 - mean) ** 2 + 0.5 * (8 - mean) ** 2 + 0.25 * (9 - mean) ** 2) / 1.75
    expect(s.sd).toBeCloseTo(Math.sqrt(variance), 6)
    expect([s.minimum, s.maximum, s.voxels]).toEqual([7, 9, 3])
  })

  it('say NaN where nothing of the structure is in the image', () => {
    const s = maskStatistics(boxMask([0, 0, 0], [0, 0, 0], [], 5), values)
    expect(s.volumeMl).toBe(0)
    expect(s.fractionOutside).toBe(1)
    expect(s.mean).toBeNaN()
    expect(s.sd).toBeNaN()
  })

  it('refuse values that are not numbers, but only inside', () => {
    const holed = values.slice()
    holed[7] = NaN
    expect(() => maskStatistics(boxMask([1, 1, 0], [1, 1, 1], [0.5]), holed)).toThrow(InputError)
    expect(maskStatistics(boxMask([2, 1, 0], [1, 1, 1], [0.5]), holed).mean).toBe(8)
    expect(() => maskStatistics(boxMask([2, 1, 0], [1, 1, 1], [0.5]), values.slice(1))).toThrow(/119 voxels/)
  })
})

describe('combined masks', () => {
  it('obey inclusion and exclusion', () => {
    fc.assert(
      fc.property(anyMask, anyMask, (a, b) => {
        const shared = maskVolumeMl(intersectMasks(a, b))
        expect(maskVolumeMl(uniteMasks(a, b))).toBeCloseTo(maskVolumeMl(a) + maskVolumeMl(b) - shared, 4)
        expect(maskVolumeMl(subtractMask(a, b))).toBeCloseTo(maskVolumeMl(a) - shared, 4)
        expect(intersectionVolumeMl(a, b)).toBeLessThanOrEqual(shared + 1e-6)
      }),
    )
  })

  it('of a mask with itself are the mask, or nothing', () => {
    fc.assert(
      fc.property(anyMask, (a) => {
        expect(maskVolumeMl(subtractMask(a, a))).toBe(0)
        expect([...intersectMasks(a, a).fractions]).toEqual([...a.fractions])
        expect([...uniteMasks(a, a).fractions]).toEqual([...a.fractions])
      }),
    )
  })

  it('share nothing for sure where they only meet in voxels', () => {
    const left = boxMask([0, 0, 0], [2, 1, 1], [1, 0.4])
    const right = boxMask([1, 0, 0], [2, 1, 1], [0.6, 1])
    expect(intersectionVolumeMl(left, right)).toBeCloseTo(0, 6)
    const nested = boxMask([0, 0, 0], [1, 1, 1], [0.7])
    expect(intersectionVolumeMl(left, nested)).toBeCloseTo(0.7, 6)
  })

  it('need one grid', () => {
    const other: FractionalMask = { ...boxMask([0, 0, 0], [1, 1, 1], [1]), grid: { ...grid, originMm: [1, 0, 0] } }
    expect(() => subtractMask(boxMask([0, 0, 0], [1, 1, 1], [1]), other)).toThrow(InputError)
  })

  it('an organ without its lesion has the difference of the volumes', () => {
    const image = gridAround(40, [4.8, 4.8, 4.8])
    const organ = rasteriseContours(cut(sphere(30), 5, 1), image)
    const lesion = rasteriseContours(cut(sphere(9), 5, 1, rigid(rotation(0, 0, 0), [9, -6, 5])), image)
    const rest = maskVolumeMl(subtractMask(organ, lesion))
    expect(rest / (sphereVolumeMl(30) - sphereVolumeMl(9))).toBeCloseTo(1, 2)
  })
})

describe('voxel structures on another grid', () => {
  const fine = gridAround(30, [1.5, 1.5, 3])
  const ball = rasteriseContours(cut(sphere(14), 3, 0), fine)

  it('stay as they are on their own grid', () => {
    expect([...resampleMask(ball, fine).fractions]).toEqual([...ball.fractions])
  })

  it('keep their volume, inside and outside, on grids of any spacing and orientation', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Vec3>([1, 1, 1], [2.2, 2.2, 5], [4.8, 4.8, 4.8], [6.8, 6.8, 6.8]),
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -3, max: 3, noNaN: true }))),
        fc.double({ min: 0, max: 25, noNaN: true }),
        fc.boolean(),
        (spacing, angles, shift, isOblique) => {
          const [a, b, c] = angles as [number, number, number]
          const target = gridAround(22, spacing, [shift, 0, 0], isOblique ? rotation(a, b, c) : rotation(0, 0, 0))
          const found = resampleMask(ball, target)
          expect(Math.abs((maskVolumeMl(found) + found.volumeOutsideMl) / maskVolumeMl(ball) - 1)).toBeLessThan(0.003)
          expect(found.fractions.every((f) => f >= 0 && f <= 1)).toBe(true)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('boundary voxels of coarse oblique grids get what the contours themselves give them', () => {
    const contours = cut(sphere(14), 3, 0)
    for (const spacing of [2, 5, 9]) {
      const target = gridAround(24, [spacing, spacing, spacing], [1, 2, 0], rotation(0.6, -0.4, 0.9))
      const found = resampleMask(ball, target)
      const direct = rasteriseContours(contours, target)
      const difference = subtractMask(found, direct)
      const back = subtractMask(direct, found)
      // The fine voxels are themselves partly filled, which blurs the boundary by a part of a millimetre.
      expect((maskVolumeMl(difference) + maskVolumeMl(back)) / maskVolumeMl(direct)).toBeLessThan(
        0.12 / Math.sqrt(spacing),
      )
      expect(Math.abs(maskVolumeMl(found) / maskVolumeMl(direct) - 1)).toBeLessThan(0.004)
    }
  })

  it('full voxels deep inside stay full on an oblique grid', () => {
    const found = resampleMask(ball, gridAround(20, [3, 3, 3], [0, 0, 0], rotation(0.5, 0.3, -0.4)))
    expect(Math.max(...found.fractions)).toBeGreaterThan(0.9999)
  })

  it('half-filled coarse voxels get their half', () => {
    const one = boxMask([1, 1, 1], [1, 1, 1], [1])
    const coarse: ImageGrid = { ...grid, dimensions: [3, 5, 4], spacingMm: [20, 10, 10], originMm: [5, 0, 0] }
    const found = resampleMask(one, coarse)
    expect(maskVolumeMl(found)).toBeCloseTo(1, 6)
    expect(Math.max(...found.fractions)).toBeCloseTo(0.5, 6)
  })

  it('shape volume counts what the mask has outside its grid', () => {
    const mask = boxMask([1, 1, 1], [1, 1, 1], [0.5], 2)
    expect(shapeVolumeMl({ kind: 'voxels', mask })).toBeCloseTo(2.5, 6)
    const moved = rasteriseShape({ kind: 'voxels', mask }, grid, { transform: rigid(rotation(0, 0, 0), [10, 0, 0]) })
    expect(moved.volumeOutsideMl).toBeCloseTo(2, 6)
    expect(maskVolumeMl(moved)).toBeCloseTo(0.5, 6)
  })
})

describe('outlines', () => {
  it('of a ball are one circle in each plane through it', () => {
    const image = gridAround(25, [1, 1, 2], [3, 4, 5], rotation(0.2, 0.1, -0.3))
    const mask = rasteriseContours(cut(sphere(15), 2, 0, rigid(rotation(0, 0, 0), [3, 4, 5])), image)
    for (const axis of [0, 1, 2] as const) {
      const middle = (image.dimensions[axis] - 1) / 2
      const lines = maskOutline(mask, axis, Math.round(middle))
      expect(lines).toHaveLength(1)
      const off = (Math.round(middle) - middle) * image.spacingMm[axis]
      const expected = Math.sqrt(15 * 15 - off * off)
      const p = lines[0]!.pointsMm
      expect(p.length / 3).toBeGreaterThan(40)
      for (let n = 0; n < p.length; n += 3) {
        const fromCentre = Math.hypot(p[n]! - 3, p[n + 1]! - 4, p[n + 2]! - 5)
        expect(Math.abs(Math.sqrt(Math.max(0, fromCentre ** 2 - off ** 2)) - expected)).toBeLessThan(0.4)
      }
    }
  })

  it('are empty beside the structure, closed around holes, and refused beyond the image', () => {
    const ring = [1, 1, 1, 1, 0, 1, 1, 1, 1]
    const mask = boxMask([1, 1, 1], [3, 3, 1], ring)
    expect(maskOutline(mask, 2, 1)).toHaveLength(2)
    expect(maskOutline(mask, 2, 0)).toHaveLength(0)
    expect(maskOutline(mask, 0, 2)).toHaveLength(2)
    expect(() => maskOutline(mask, 2, 4)).toThrow(InputError)
    expect(() => maskOutline(mask, 2, 0.5)).toThrow(InputError)
  })
})
