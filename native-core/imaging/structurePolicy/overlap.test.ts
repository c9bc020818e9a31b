import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ballStack } from '../../../tests/phantoms/analytic.ts'
import { maskVolumeMl, rasteriseContours } from '../index.ts'
import type { FractionalMask, ImageGrid, Vec3 } from '../types.ts'
import { claimInOrder, overlapsOf, subtractBySurfaces } from './index.ts'

const grid = (spacing: number, halfMm = 60): ImageGrid => {
  const n = Math.round((2 * halfMm) / spacing)
  const first = -((n - 1) * spacing) / 2
  return {
    dimensions: [n, n, n],
    spacingMm: [spacing, spacing, spacing],
    originMm: [first, first, first],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
}
const ball = (centreMm: Vec3, radiusMm: number, on: ImageGrid): FractionalMask =>
  rasteriseContours(ballStack(radiusMm, { centreMm, sliceSpacingMm: 2, planeZMm: 0, points: 90 }), on)
const ballMl = (radiusMm: number): number => ((4 / 3) * Math.PI * radiusMm ** 3) / 1000
/** Volume that two balls of one radius share, their centres d apart: a lens of two caps. */
const lensMl = (r: number, d: number): number => (Math.PI * (4 * r + d) * (2 * r - d) ** 2) / 12 / 1000

const small: ImageGrid = { ...grid(5), dimensions: [4, 3, 3] }
const arbitraryMask = fc
  .record({
    start: fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })),
    size: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
    parts: fc.array(fc.constantFrom(0, 0.25, 0.5, 0.75, 1), { minLength: 12, maxLength: 12 }),
  })
  .map(({ start, size, parts }): FractionalMask => ({
    grid: small,
    box: { start, size },
    fractions: Float32Array.from(parts.slice(0, size[0] * size[1] * size[2])),
    volumeOutsideMl: 0,
  }))

function everyVoxel(mask: FractionalMask): Float64Array {
  const out = new Float64Array(36)
  const { start, size } = mask.box
  for (let k = 0, n = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, n++)
        out[start[0] + i + 4 * (start[1] + j + 3 * (start[2] + k))] = mask.fractions[n] as number
  return out
}

describe('claimInOrder', () => {
  it('neither loses nor doubles volume, and gives no structure more than it had (law)', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMask, { minLength: 2, maxLength: 4 }), (masks) => {
        const claimed = claimInOrder(
          masks,
          masks.map((_, at) => [at]),
        )
        const before = masks.map(everyVoxel)
        const after = claimed.map(everyVoxel)
        for (let voxel = 0; voxel < 36; voxel++) {
          const had = before.map((one) => one[voxel] as number)
          const has = after.map((one) => one[voxel] as number)
          const sum = has.reduce((a, b) => a + b, 0)
          // Whatever the parts' places in the voxel, their union lies between the largest and the sum of all.
          expect(sum).toBeLessThanOrEqual(
            Math.min(
              1,
              had.reduce((a, b) => a + b, 0),
            ) + 1e-6,
          )
          expect(sum).toBeGreaterThanOrEqual(Math.max(...had) - 1e-6)
          has.forEach((part, at) => expect(part).toBeLessThanOrEqual((had[at] as number) + 1e-9))
        }
        expect(claimed[0]).toBe(masks[0])
      }),
    )
  })

  it('does not depend on the order in which the structures stand, only on their ranks (law)', () => {
    fc.assert(
      fc.property(fc.tuple(arbitraryMask, arbitraryMask, arbitraryMask), ([a, b, c]) => {
        const one = claimInOrder([a, b, c], [[0], [1], [2]])
        const other = claimInOrder([c, a, b], [[1], [2], [0]])
        expect([other[1], other[2], other[0]]).toEqual(one)
      }),
    )
  })

  it.each([2, 4])('gives the union of two balls that cross, on voxels of %i mm', (spacing) => {
    const on = grid(spacing)
    const [left, right] = [ball([-15, 0, 0], 30, on), ball([15, 0, 0], 30, on)]
    const [high, low] = claimInOrder([left, right], [[0], [1]]) as [FractionalMask, FractionalMask]
    expect(high).toBe(left)
    expect(maskVolumeMl(low)).toBeCloseTo(ballMl(30) - lensMl(30, 30), 0)
    expect(Math.abs((maskVolumeMl(high) + maskVolumeMl(low)) / (2 * ballMl(30) - lensMl(30, 30)) - 1)).toBeLessThan(
      0.01,
    )
  })

  it('takes nothing of structures that only touch, though they meet in the same voxels', () => {
    const on = grid(5)
    const [left, right] = [ball([-20, 0, 0], 20, on), ball([20, 0, 0], 20, on)]
    const low = claimInOrder([left, right], [[0], [1]])[1] as FractionalMask
    expect(Math.abs(maskVolumeMl(low) / maskVolumeMl(right) - 1)).toBeLessThan(0.001)
  })

  it('leaves nothing of a structure in an equal one: surfaces that coincide are nested', () => {
    const on = grid(5)
    const one = ball([0, 0, 0], 25, on)
    expect(maskVolumeMl(subtractBySurfaces(one, one))).toBeLessThan(0.001 * maskVolumeMl(one))
  })

  it('takes nothing from structures of one rank, and from a lower rank what any of them has', () => {
    const on = grid(4)
    const [left, right, low] = [ball([-10, 0, 0], 25, on), ball([10, 0, 0], 25, on), ball([0, 0, 0], 45, on)]
    const claimed = claimInOrder([low, left, right], [[1, 2], [0]])
    expect(claimed.slice(1)).toEqual([left, right])
    const union = 2 * ballMl(25) - lensMl(25, 20)
    expect(Math.abs(maskVolumeMl(claimed[0] as FractionalMask) / (ballMl(45) - union) - 1)).toBeLessThan(0.01)
  })

  it('refuses masks of different grids', () => {
    expect(() => claimInOrder([ball([0, 0, 0], 20, grid(5)), ball([0, 0, 0], 20, grid(4))], [[0], [1]])).toThrow(
      expect.objectContaining({ code: 'geometry.grids-differ' }),
    )
  })
})

describe('overlapsOf', () => {
  it('names pairs with the volume they share; those that touch are none', () => {
    const on = grid(3)
    const masks = [ball([-15, 0, 0], 30, on), ball([15, 0, 0], 30, on), ball([-45, 0, 0], 0.5 * 30, on)]
    const [pair, ...others] = overlapsOf(masks, 0.02).filter(({ second }) => second === 1)
    expect(others).toEqual([])
    expect(pair).toMatchObject({ first: 0, second: 1 })
    // What is sure to be shared leaves out a part of the voxels on the rim of the lens.
    expect((pair?.volumeMl ?? 0) / lensMl(30, 30)).toBeGreaterThan(0.9)
    expect((pair?.volumeMl ?? 0) / lensMl(30, 30)).toBeLessThanOrEqual(1.001)
    expect(overlapsOf([ball([-20, 0, 0], 20, on), ball([20, 0, 0], 20, on)], 0.01)).toEqual([])
  })
})
