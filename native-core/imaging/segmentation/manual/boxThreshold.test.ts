import { describe, expect, it } from 'vitest'
import { gridAround } from '../../testShapes.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { coverageVolumeMl } from './boxes.ts'
import { thresholdInBox, type ThresholdRule } from './boxThreshold.ts'

const ballMl = (r: number) => ((4 / 3) * Math.PI * r ** 3) / 1000
const grid = gridAround(60, [2, 2, 3])

/** An image that falls linearly with the distance from two points: 100 − r about one, 80 − r about the other. */
function cones(image: ImageGrid): Float32Array {
  const [nx, ny, nz] = image.dimensions
  return Float32Array.from({ length: nx * ny * nz }, (_, n) => {
    const x = image.originMm[0] + (n % nx) * image.spacingMm[0]
    const y = image.originMm[1] + (Math.floor(n / nx) % ny) * image.spacingMm[1]
    const z = image.originMm[2] + Math.floor(n / (nx * ny)) * image.spacingMm[2]
    return Math.max(100 - Math.hypot(x + 15, y, z), 80 - Math.hypot(x - 40, y, z), 0)
  })
}
const at = (image: ImageGrid, rule: ThresholdRule, isConnected = true, pointMm: Vec3 = [-14, 1, 1], halfSideMm = 40) =>
  thresholdInBox(grid, { image, values: cones(image), pointMm, halfSideMm, rule, isConnected })

describe('a threshold in a box', () => {
  const fine = gridAround(70, [2, 2, 2])
  const coarse = gridAround(70, [4, 4, 4])

  it('finds the ball in which a cone lies above it, within 2 %, on the image’s own voxels and on finer ones', () => {
    for (const image of [fine, coarse]) {
      const { content, low } = at(image, { kind: 'fixed', low: 82, high: null })
      expect(low).toBe(82)
      expect(Math.abs(coverageVolumeMl(grid, content) / ballMl(18) - 1)).toBeLessThan(0.02)
    }
  })

  it('takes a part of the largest value in the box', () => {
    const found = at(fine, { kind: 'relative', part: 0.8 })
    expect(found.maximum).toBeGreaterThan(98)
    expect(found.low).toBeCloseTo(0.8 * found.maximum, 6)
    const r = 100 - found.low
    expect(Math.abs(coverageVolumeMl(grid, found.content) / ballMl(r) - 1)).toBeLessThan(0.015)
  })

  it('keeps within a tolerance of the value at the point', () => {
    const { content, low, high } = at(fine, { kind: 'near', tolerance: 6 }, true, [5, 0, 0], 60)
    expect(high! - low).toBeCloseTo(12, 5)
    // The voxel that holds the point has its centre up to half a voxel off.
    expect(Math.abs((low + high!) / 2 - 80)).toBeLessThan(2.1)
    const shell = ballMl(100 - low) - ballMl(100 - high!)
    expect(Math.abs(coverageVolumeMl(grid, content) / shell - 1)).toBeLessThan(0.03)
  })

  it('keeps only the piece at the point where that is asked for', () => {
    const rule = { kind: 'fixed', low: 65, high: null } as const
    const both = at(fine, rule, false, [20, 0, 0], 70)
    const one = at(fine, rule, true, [40, 0, 0], 70)
    expect(coverageVolumeMl(grid, one.content)).toBeLessThan(0.2 * coverageVolumeMl(grid, both.content))
    expect(Math.abs(coverageVolumeMl(grid, one.content) / ballMl(15) - 1)).toBeLessThan(0.02)
    expect(at(fine, { ...rule, low: 95 }, true, [40, 0, 0]).content.coverage).toHaveLength(0)
  })

  it('tells that the box cuts off what was found', () => {
    const rule = { kind: 'fixed', low: 82, high: null } as const
    expect(at(fine, rule).isCut).toBe(false)
    expect(at(fine, rule, true, [-14, 1, 1], 10).isCut).toBe(true)
    // The grid ends at 60 mm: what lies there is cut by the image, not by the box.
    expect(at(fine, { ...rule, low: 0 }, false, [0, 0, 0], 300).isCut).toBe(false)
  })

  it('refuses a point outside, and rules without sense', () => {
    expect(() => at(fine, { kind: 'fixed', low: 1, high: null }, true, [500, 0, 0])).toThrow(/no voxels of the image/)
    const away = { ...fine, originMm: [900, 0, 0] as Vec3 }
    expect(() => at(away, { kind: 'fixed', low: 1, high: null })).toThrow(/no voxels of the image/)
    expect(() => at(fine, { kind: 'fixed', low: 5, high: 4 })).toThrow(/above the lower/)
    expect(() => at(fine, { kind: 'relative', part: 1.2 })).toThrow(/between 0 and 100/)
    expect(() => at(fine, { kind: 'near', tolerance: 0 })).toThrow(/more than 0/)
  })
})
