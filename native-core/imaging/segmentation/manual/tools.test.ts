import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridAround, rotation } from '../../testShapes.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { area } from './area.ts'
import { coverageVolumeMl } from './boxes.ts'
import { boxCut, boxCutDistance } from './boxCut.ts'
import { cover } from './cover.ts'
import { capsule, layerOfPlane, sweptDisc } from './solids.ts'

const ballMl = (r: number) => ((4 / 3) * Math.PI * r ** 3) / 1000
const volumeOf = (grid: ImageGrid, solid: ReturnType<typeof capsule>) => coverageVolumeMl(grid, cover(grid, solid))

const spacing = fc.tuple(
  fc.double({ min: 0.8, max: 5, noNaN: true }),
  fc.double({ min: 0.8, max: 5, noNaN: true }),
  fc.double({ min: 0.8, max: 5, noNaN: true }),
)
const point = fc.tuple(
  fc.double({ min: -9, max: 9, noNaN: true }),
  fc.double({ min: -9, max: 9, noNaN: true }),
  fc.double({ min: -9, max: 9, noNaN: true }),
)
const angles = fc.tuple(
  fc.double({ min: -3, max: 3, noNaN: true }),
  fc.double({ min: -3, max: 3, noNaN: true }),
  fc.double({ min: -3, max: 3, noNaN: true }),
)

describe('a 3D brush', () => {
  it('leaves a ball of 4/3·π·r³ within 1 %, on any grid', () => {
    fc.assert(
      fc.property(
        spacing,
        point,
        angles,
        fc.double({ min: 5, max: 25, noNaN: true }),
        (spacingMm, centre, turn, radius) => {
          const grid = gridAround(45, spacingMm, [0, 0, 0], rotation(...turn))
          const got = volumeOf(grid, capsule(grid, centre, centre, radius))
          expect(Math.abs(got / ballMl(radius) - 1)).toBeLessThan(0.01)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('leaves a ball much smaller than a voxel, too', () => {
    const grid = gridAround(20, [5, 5, 5])
    expect(volumeOf(grid, capsule(grid, [0.3, 0.4, -0.2], [0.3, 0.4, -0.2], 2)) / ballMl(2)).toBeCloseTo(1, 1)
  })

  it('leaves a capsule of π·r²·L + 4/3·π·r³ within 1 % between two points', () => {
    fc.assert(
      fc.property(spacing, point, point, angles, (spacingMm, a, b, turn) => {
        const grid = gridAround(45, spacingMm, [0, 0, 0], rotation(...turn))
        const length = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
        const expected = ballMl(8) + (Math.PI * 64 * length) / 1000
        expect(Math.abs(volumeOf(grid, capsule(grid, a, b, 8)) / expected - 1)).toBeLessThan(0.01)
      }),
      { numRuns: 40 },
    )
  })
})

describe('a 2D brush', () => {
  it('covers one slice of the grid wholly, with a swept disc of π·r² + 2·r·L within 1 %', () => {
    for (const axis of [0, 1, 2] as const) {
      const grid = gridAround(60, [2, 3, 4])
      const normal: [number, number, number] = [0, 0, 0]
      normal[axis] = -1
      const layer = layerOfPlane(grid, { pointMm: [1.3, -2.2, 0.7], normal })
      const b: [number, number, number] = [1.3, -2.2, 0.7]
      b[(axis + 1) % 3]! += 12
      b[(axis + 2) % 3]! += 9
      const solid = sweptDisc(grid, layer, [1.3, -2.2, 0.7], b, 10)
      const { box } = cover(grid, solid)
      expect(box.size[axis]).toBe(1)
      const expected = ((Math.PI * 100 + 20 * 15) * grid.spacingMm[axis]) / 1000
      expect(Math.abs(volumeOf(grid, solid) / expected - 1)).toBeLessThan(0.01)
    }
  })

  it('covers a layer as thick as a voxel in an oblique view', () => {
    const grid = gridAround(60, [2, 2, 2])
    const n: Vec3 = [0.6, 0, 0.8]
    const layer = layerOfPlane(grid, { pointMm: [0, 0, 0], normal: n })
    expect(2 * layer.halfThicknessMm).toBeCloseTo(2 * 1.4)
    const solid = sweptDisc(grid, layer, [0, 0, 0], [0, 0, 0], 15)
    expect(volumeOf(grid, solid) / ((Math.PI * 225 * 2.8) / 1000)).toBeCloseTo(1, 2)
  })

  it('draws nothing outside the image', () => {
    const grid = gridAround(20, [2, 2, 2])
    expect(cover(grid, capsule(grid, [200, 0, 0], [210, 0, 0], 5)).coverage).toHaveLength(0)
  })
})

describe('an area drawn in a view', () => {
  const grid = gridAround(50, [2, 2.5, 3], [0, 0, 0], rotation(0.3, -0.2, 0.9))

  it('has the area of its polygon by the shoelace formula, whichever way it runs', () => {
    const layer = layerOfPlane(grid, {
      pointMm: [0, 0, 0],
      normal: [grid.direction[2], grid.direction[5], grid.direction[8]],
    })
    const flat = [
      [-20, -15],
      [25, -10],
      [5, 0],
      [18, 22],
      [-12, 18],
    ] as const
    const points = flat.map(([p, q]): Vec3 => [
      p * grid.direction[0] + q * grid.direction[1],
      p * grid.direction[3] + q * grid.direction[4],
      p * grid.direction[6] + q * grid.direction[7],
    ])
    const twice = flat.reduce((sum, [x, y], n) => {
      const [a, b] = flat[(n + 1) % flat.length]!
      return sum + x * b - a * y
    }, 0)
    const expected = ((twice / 2) * 3) / 1000
    expect(volumeOf(grid, area(grid, layer, points)) / expected).toBeCloseTo(1, 2)
    expect(volumeOf(grid, area(grid, layer, points.toReversed())) / expected).toBeCloseTo(1, 2)
  })

  it('is the disc that a brush of its circle leaves, seen along each axis of the grid', () => {
    const straight = gridAround(50, [2, 2.5, 3])
    for (const normal of [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as const) {
      const layer = layerOfPlane(straight, { pointMm: [0, 0, 0], normal })
      const circle = Array.from({ length: 4000 }, (_, n): Vec3 => {
        const [c, s] = [20 * Math.cos((n * Math.PI) / 2000), 20 * Math.sin((n * Math.PI) / 2000)]
        return normal[0] === 1 ? [0, c, s] : normal[1] === 1 ? [c, 0, s] : [c, s, 0]
      })
      const drawn = cover(straight, area(straight, layer, circle))
      const brushed = cover(straight, sweptDisc(straight, layer, [0, 0, 0], [0, 0, 0], 20))
      expect(drawn.box).toEqual(brushed.box)
      // Both are sampled by lines, not by the same ones: an edge may differ by a line or two.
      const apart = drawn.coverage.map((value, n) => Math.abs(value - brushed.coverage[n]!))
      expect(Math.max(...apart)).toBeLessThan(0.1 * 255)
      expect(coverageVolumeMl(straight, drawn) / coverageVolumeMl(straight, brushed)).toBeCloseTo(1, 2)
    }
  })

  it('that encloses nothing is refused', () => {
    const layer = layerOfPlane(grid, { pointMm: [0, 0, 0], normal: [0, 0, 1] })
    expect(() => area(grid, layer, [])).toThrow(/encloses nothing/)
    expect(() =>
      area(grid, layer, [
        [0, 0, 0],
        [1, 1, 0],
        [5, 5, 0],
      ]),
    ).toThrow(/encloses nothing/)
  })
})

describe('a voxel cut by a plane', () => {
  it('is cut into the part that counting points gives', () => {
    fc.assert(
      fc.property(angles, spacing, fc.double({ min: -4, max: 4, noNaN: true }), (turn, s, d) => {
        const m = rotation(...turn)
        const n = [m[0], m[3], m[6]] as const
        const STEPS = 24
        let inside = 0
        for (let a = 0; a < STEPS; a++) {
          for (let b = 0; b < STEPS; b++) {
            for (let c = 0; c < STEPS; c++) {
              const at = [a, b, c].map((step, axis) => ((step + 0.5) / STEPS - 0.5) * s[axis]!)
              if (n[0] * at[0]! + n[1] * at[1]! + n[2] * at[2]! <= d) inside++
            }
          }
        }
        const [p, q, r] = n.map((part, axis) => Math.abs(part) * s[axis]!) as [number, number, number]
        expect(Math.abs(boxCut(p, q, r, d) - inside / STEPS ** 3)).toBeLessThan(0.04)
      }),
      { numRuns: 60 },
    )
  })

  it('gives the distance of the plane back', () => {
    const extent = fc.double({ min: 0, max: 3, noNaN: true })
    fc.assert(
      fc.property(extent, extent, extent, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, c, part) => {
        fc.pre(Math.max(a, b, c) > 0.1)
        expect(boxCut(a, b, c, boxCutDistance(a, b, c, part))).toBeCloseTo(part, 3)
      }),
    )
  })

  it('is symmetric, whole and empty at its ends', () => {
    expect(boxCut(1, 2, 0.5, 0)).toBeCloseTo(0.5, 12)
    expect(boxCut(1, 2, 0.5, 0.3) + boxCut(1, 2, 0.5, -0.3)).toBe(1)
    expect(boxCut(1, 2, 0.5, 1.75)).toBe(1)
    expect(boxCut(1, 2, 0.5, -1.75)).toBe(0)
    expect(boxCut(2, 0, 0, 0.5)).toBe(0.75)
  })
})
