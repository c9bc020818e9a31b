import { describe, expect, it } from 'vitest'
import { gridExtentMm } from '../../grid.ts'
import { gridAround } from '../../testShapes.ts'
import type { ImageGrid } from '../../types.ts'
import { coarseAxis, gridAtSpacing, toSpacing } from './spacing.ts'
import { imageOf } from './testNetwork.ts'

const line = (count: number, spacingMm: number): ImageGrid => ({
  dimensions: [count, 1, 1],
  spacingMm: [spacingMm, 1, 1],
  originMm: [(spacingMm - 8) / 2, 0, 0],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
})
const SAMPLES = Float32Array.of(3, -1, 4, 1, -5, 9, 2, 6)
const CUBIC = { interpolation: 'cubic', nearestPlaneAboveRatio: null } as const

describe('the spacing of a network', () => {
  it('keeps the outer faces and rounds the number of voxels', () => {
    const grid = gridAround(20, [1.7, 2.3, 4.1], [5, 6, 7])
    const target = gridAtSpacing(grid, [1.5, 1.5, 1.5])
    expect(target.dimensions).toEqual(grid.dimensions.map((n, axis) => Math.round((n * grid.spacingMm[axis]!) / 1.5)))
    for (const side of ['low', 'high'] as const)
      gridExtentMm(target)[side].forEach((v, axis) => expect(v).toBeCloseTo(gridExtentMm(grid)[side][axis]!, 9))
  })

  it.each([
    [5, [2.1509979388526275, 3.5377251803503946, -4.112804878048783, 9.177640673308142, 4.927392305049811]],
    [
      13,
      [
        3.0000000000000004, 1.4824808532355809, -0.9924667346418952, 2.013904496731825, 4.539933948529481,
        2.0213469555858863, -4.112804878048783, -3.8718484709560754, 6.280079761962655, 7.952016326563805,
        2.154053488197188, 4.115959925209525, 6.000000000000002,
      ],
    ],
  ])('to %i voxels: cubic as SciPy 1.17.1, map_coordinates(order=3, mode="mirror"), within 1e-6', (count, expected) => {
    const found = toSpacing(SAMPLES, line(8, 1), line(count, 8 / count), CUBIC)
    expected.forEach((value, n) => expect(Math.abs(found[n]! - value)).toBeLessThan(1e-6 * 10))
  })

  it('is exact for planes away from the edge, along all axes at once', () => {
    const grid = gridAround(20, [2, 3, 4])
    const target = gridAtSpacing(grid, [1.5, 1.5, 1.5])
    const value = ([x, y, z]: readonly [number, number, number]): number => 3 * x - 2 * y + z
    const expected = imageOf(target, value)
    const [nx, ny, nz] = target.dimensions
    for (const interpolation of ['cubic', 'linear'] as const) {
      const found = toSpacing(imageOf(grid, value), grid, target, { interpolation, nearestPlaneAboveRatio: null })
      const index = (k: number, j: number, i: number): number => i + nx * (j + ny * k)
      const middle = index(Math.floor(nz / 2), Math.floor(ny / 2), Math.floor(nx / 2))
      expect(Math.abs(found[middle]! - expected[middle]!)).toBeLessThan(interpolation === 'cubic' ? 0.02 : 1e-4)
    }
  })

  it('takes the nearest plane along the one coarse axis only', () => {
    expect(coarseAxis([1, 1, 5], 3)).toBe(2)
    expect(coarseAxis([1, 1, 3], 3)).toBeNull()
    expect(coarseAxis([1, 5, 5], 3)).toBeNull()
    expect(coarseAxis([1, 1, 5], null)).toBeNull()
    const grid = gridAround(20, [1, 1, 8])
    const values = imageOf(grid, ([, , z]) => z)
    const target = gridAtSpacing(grid, [1, 1, 2])
    const found = toSpacing(values, grid, target, { interpolation: 'cubic', nearestPlaneAboveRatio: 3 })
    expect(new Set(found)).toEqual(new Set(values))
    const fine = toSpacing(values, grid, target, { interpolation: 'linear', nearestPlaneAboveRatio: null })
    expect(new Set(fine).size).toBeGreaterThan(new Set(values).size)
  })
})
