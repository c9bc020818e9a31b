import { describe, expect, it } from 'vitest'
import { indexToPatient, voxelCount } from '../grid.ts'
import { IDENTITY_MAT4, applyMat4 } from '../transform.ts'
import { deformationOfAffine, indexOf, pointMapper } from '../deformation.ts'
import { cube, humpDeformation, turned } from '../testDeformations.ts'
import {
  checkerboard,
  deformationGridLines,
  differenceImage,
  jacobianStatistics,
  landmarkErrors,
  overlapOf,
  showsFirst,
  surfaceDistances,
  surfaceOf,
} from './index.ts'
import type { FractionalMask, ImageGrid, Mat4, Vec3 } from '../types.ts'

/** A ball as fractions, by 5³ points a voxel. */
function ball(grid: ImageGrid, radius: number, centre: Vec3 = [0, 0, 0]): FractionalMask {
  const fractions = Float32Array.from({ length: voxelCount(grid) }, (_, n) => {
    const index = indexOf(grid, n)
    let inside = 0
    for (let p = 0; p < 125; p++) {
      const at = [p % 5, Math.floor(p / 5) % 5, Math.floor(p / 25)].map((q, axis) => index[axis]! + (q - 2) / 5)
      const x = indexToPatient(grid, at as unknown as Vec3)
      if (Math.hypot(x[0] - centre[0], x[1] - centre[1], x[2] - centre[2]) <= radius) inside++
    }
    return inside / 125
  })
  return { grid, box: { start: [0, 0, 0], size: grid.dimensions }, fractions, volumeOutsideMl: 0 }
}

const grid = turned({ ...cube(22, 3), spacingMm: [3, 3, 3.5] }, 0.3)

describe('surfaces', () => {
  it('a ball has the area of a ball and vertices at its radius, within a tenth of a voxel', () => {
    const { verticesMm, vertexAreaMm2 } = surfaceOf(ball(grid, 20))
    const area = vertexAreaMm2.reduce((sum, mm2) => sum + mm2, 0)
    expect(area / (4 * Math.PI * 400)).toBeCloseTo(1, 1)
    const radii = Array.from({ length: verticesMm.length / 3 }, (_, n) =>
      Math.hypot(...verticesMm.slice(3 * n, 3 * n + 3)),
    )
    expect(radii.reduce((sum, r) => sum + r, 0) / radii.length).toBeCloseTo(20, 0)
    for (const r of radii) expect(Math.abs(r - 20)).toBeLessThan(0.3)
  })

  it('balls in each other are their difference apart everywhere within a tenth of a voxel, on different grids too', () => {
    const found = surfaceDistances(ball(grid, 16), ball(cube(26, 2), 19))
    expect(Math.abs((found?.meanMm ?? 0) - 3)).toBeLessThan(0.2)
    expect(found?.percentile95Mm).toBeCloseTo(3, 0)
    expect(Math.abs((found?.maximumMm ?? 0) - 3)).toBeLessThan(0.5)
  })

  it('a ball shifted by d: mean d / 2, largest d (closed form for small shifts)', () => {
    const found = surfaceDistances(ball(grid, 18), ball(grid, 18, [0, 0, 4]))
    expect(Math.abs((found?.meanMm ?? 0) - 2)).toBeLessThan(0.1)
    expect(Math.abs((found?.maximumMm ?? 0) - 4)).toBeLessThan(0.3)
    // |d cos θ| of the area within 5 % of the poles: 0.95 d.
    expect(Math.abs((found?.percentile95Mm ?? 0) - 3.8)).toBeLessThan(0.2)
  })

  it('a structure is nowhere away from itself, one without a surface from nothing', () => {
    const one = ball(grid, 12)
    const found = surfaceDistances(one, one)
    expect(found?.maximumMm).toBeLessThan(1e-9)
    expect(surfaceDistances(one, { ...one, fractions: one.fractions.map((f) => 0.4 * f) })).toBeNull()
  })

  it('far bodies are as far apart as they are', () => {
    const near = ball(cube(10, 3), 9)
    const far = ball({ ...cube(10, 3), originMm: [187, -13, -13] as Vec3 }, 4, [200, 0, 0])
    expect(Math.abs((surfaceDistances(near, far)?.maximumMm ?? 0) - 200)).toBeLessThan(9.5)
  })
})

describe('overlap', () => {
  it('of a structure with itself is 1, also where voxels are filled in part; of two apart 0', () => {
    const one = ball(grid, 14.3)
    expect(overlapOf(one, one).dice).toBeCloseTo(1, 6)
    expect(overlapOf(ball(grid, 6, [-15, 0, 0]), ball(grid, 6, [15, 0, 0])).dice).toBe(0)
    expect(
      overlapOf({ ...one, fractions: one.fractions.map(() => 0) }, { ...one, fractions: one.fractions.map(() => 0) })
        .dice,
    ).toBeNull()
  })

  it('of two balls in each other is 2 r³ / (r³ + R³)', () => {
    expect(overlapOf(ball(grid, 14), ball(grid, 18)).dice).toBeCloseTo((2 * 14 ** 3) / (14 ** 3 + 18 ** 3), 1)
  })
})

describe('landmarks', () => {
  it('are as far off as the map leaves them', () => {
    const shift: Mat4 = [1, 0, 0, 3, 0, 1, 0, 4, 0, 0, 1, 0, 0, 0, 0, 1]
    const pairs = [
      { name: 'a', fixedMm: [0, 0, 0] as Vec3, movingMm: [0, 0, 0] as Vec3 },
      { name: 'b', fixedMm: [1, 2, 3] as Vec3, movingMm: [4, 6, 3] as Vec3 },
    ]
    const found = landmarkErrors(pairs, pointMapper(deformationOfAffine(shift)))
    expect(found.each.map(({ errorMm }) => Number(errorMm.toFixed(9)))).toEqual([5, 0])
    expect(found.meanMm).toBeCloseTo(2.5, 9)
    expect(found.rmsMm).toBeCloseTo(Math.sqrt(12.5), 9)
    expect(found.maximumMm).toBeCloseTo(5, 9)
    expect(() => landmarkErrors([], (p) => p)).toThrow(/no pair/)
  })
})

describe('Jacobian statistics', () => {
  it('count folded voxels and tell the tails, of all voxels or of some', () => {
    const values = Float32Array.from({ length: 1000 }, (_, n) => (n < 5 ? -0.1 : n === 999 ? 9 : 1))
    expect(jacobianStatistics(values)).toMatchObject({
      percentile1: 1,
      percentile99: 1,
      maximum: 9,
      shareNotPositive: 0.005,
    })
    const some = jacobianStatistics(
      values,
      values.map((v) => (v > 0 ? 1 : 0)),
    )
    expect(some).toMatchObject({ minimum: 1, shareNotPositive: 0 })
    expect(() => jacobianStatistics(values, new Float32Array(1000))).toThrow(/no voxel/)
  })
})

describe('two images together', () => {
  it('differ by what was added, and correlate fully', () => {
    const first = Float32Array.from({ length: 50 }, (_, n) => (n === 3 ? NaN : Math.sin(n)))
    const found = differenceImage(
      first,
      first.map((v) => v + 2),
    )
    expect(found.voxels).toBe(49)
    expect(found.mean).toBeCloseTo(2, 5)
    expect(found.rms).toBeCloseTo(2, 5)
    expect(found.correlation).toBeCloseTo(1, 6)
    expect(found.values[3]).toBeNaN()
  })

  it('make a checkerboard: each pixel is that of one of them, squares alternate', () => {
    const found = checkerboard(new Uint8Array(24).fill(1), new Uint8Array(24).fill(2), 6, [2, 2])
    expect([...found]).toEqual([1, 1, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 2, 2, 1, 1, 2, 2])
    for (const u of [-7.3, -0.1, 0, 3.9, 12.2]) {
      expect(showsFirst(u, 0.1, 4)).toBe(showsFirst(u + 8, 0.1, 4))
      expect(showsFirst(u, 0.1, 4)).toBe(!showsFirst(u + 4, 0.1, 4))
    }
    const rgba = checkerboard(new Uint8ClampedArray(16).fill(9), new Uint8ClampedArray(16).fill(7), 2, [1, 1], 4)
    expect([...rgba]).toEqual([9, 9, 9, 9, 7, 7, 7, 7, 7, 7, 7, 7, 9, 9, 9, 9])
  })
})

describe('grid lines', () => {
  const plane = {
    originMm: [-20, -20, 0] as Vec3,
    uAxis: [1, 0, 0] as Vec3,
    vAxis: [0, 1, 0] as Vec3,
    widthMm: 40,
    heightMm: 40,
  }

  it('of no displacement are straight, whatever the matrix', () => {
    const turn: Mat4 = [0, -1, 0, 50, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    const lines = deformationGridLines(deformationOfAffine(turn), plane, 10)
    expect(lines).toHaveLength(10)
    expect([...lines[1]!.slice(0, 4)]).toEqual([0, 10, 2.5, 10])
  })

  it('pass where the deformation takes their points', () => {
    const hump = humpDeformation(cube(30, 3), [{ centreMm: [0, 0, 0], sigmaMm: 10, amplitudeMm: [5, 2, 9] }])
    const middle = deformationGridLines(hump, plane, 20, 20)[1]!
    const at = applyMat4(IDENTITY_MAT4, pointMapper(hump)([0, 0, 0]))
    expect(middle[2]).toBeCloseTo(20 + at[0], 6)
    expect(middle[3]).toBeCloseTo(20 + at[1], 6)
  })
})
