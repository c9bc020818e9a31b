import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridAround, rotation } from '../../testShapes.ts'
import { resampleMask } from '../../resampleMask.ts'
import { maskVolumeMl } from '../../maskStatistics.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { coverageOfMask, coverageVolumeMl, cropped, emptyCoverage, inBox, maskOfCoverage } from './boxes.ts'
import { fillBetweenSlices } from './betweenSlices.ts'
import { combineCoverage } from './combine.ts'
import { cover } from './cover.ts'
import { grow } from './grow.ts'
import { fillHoles, islands, largestIsland, withoutSmallIslands } from './islands.ts'
import { mirror } from './mirror.ts'
import { smooth } from './smooth.ts'
import { capsule, layerOfPlane, sweptDisc } from './solids.ts'
import type { CoverageBox } from './types.ts'

const ballMl = (r: number) => ((4 / 3) * Math.PI * r ** 3) / 1000
const ball = (grid: ImageGrid, centre: Vec3, r: number) => cover(grid, capsule(grid, centre, centre, r))
const mm = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const spacing = fc.tuple(mm(1, 4), mm(1, 4), mm(1, 4))
const offset = fc.tuple(mm(-2, 2), mm(-2, 2), mm(-2, 2))

/** Any coverage, rough: each voxel for itself. */
const rough = (grid: ImageGrid) =>
  fc
    .tuple(fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)), fc.uint8Array({ minLength: 27, maxLength: 27 }))
    .map(([start, coverage]): CoverageBox =>
      cropped({ box: { start, size: [3, 3, 3] }, coverage: Uint8Array.from(coverage) }),
    )
    .filter((one) => one.box.size.every((size, axis) => one.box.start[axis]! + size <= grid.dimensions[axis]!))

describe('growing and shrinking', () => {
  it('makes of a ball of R one of R + r, its surface within 4 % of the largest voxel side, on voxels of any shape', () => {
    fc.assert(
      fc.property(spacing, offset, mm(14, 20), mm(-7, 12), (spacingMm, centre, radius, by) => {
        const grid = gridAround(42, spacingMm)
        const got = coverageVolumeMl(grid, grow(grid, ball(grid, centre, radius), by))
        const gotRadius = Math.cbrt((got * 3000) / (4 * Math.PI))
        expect(Math.abs(gotRadius - radius - by)).toBeLessThan(0.04 * Math.max(...spacingMm))
      }),
      { numRuns: 40 },
    )
  })

  it('keeps distances of less than a voxel', () => {
    const grid = gridAround(40, [3, 3, 3])
    for (const by of [-1, -0.3, 0.3, 1]) {
      const got = coverageVolumeMl(grid, grow(grid, ball(grid, [0.4, 0.9, -0.2], 20), by))
      expect(Math.abs(got / ballMl(20 + by) - 1)).toBeLessThan(0.01)
    }
  })

  it('rounds the edges of a cube: V + 6·a²·r + 3·π·a·r² + 4/3·π·r³', () => {
    const grid = gridAround(40, [2, 2, 2])
    const size: Vec3 = [15, 15, 15]
    const cube = { box: { start: [13, 13, 13] as Vec3, size }, coverage: new Uint8Array(15 ** 3).fill(255) }
    const a = 30
    const r = 8
    const expected = (a ** 3 + 6 * a * a * r + 3 * Math.PI * a * r * r + (4 / 3) * Math.PI * r ** 3) / 1000
    expect(coverageVolumeMl(grid, grow(grid, cube, r)) / expected).toBeCloseTo(1, 1.5)
    expect(coverageVolumeMl(grid, grow(grid, cube, -r)) / ((a - 2 * r) ** 3 / 1000)).toBeCloseTo(1, 1)
  })

  it('of a disc of one slice goes to both sides of it: Steiner’s formula of a flat cylinder within 5 %', () => {
    const grid = gridAround(50, [2, 2, 4])
    for (const thickness of [1, 0.5]) {
      const whole = cover(
        grid,
        sweptDisc(grid, layerOfPlane(grid, { pointMm: [0, 0, 0], normal: [0, 0, 1] }), [0, 0, 0], [0, 0, 0], 25),
      )
      const disc = { box: whole.box, coverage: whole.coverage.map((value) => Math.round(value * thickness)) }
      const [R, h, r] = [25, 4 * thickness, 5]
      const expected =
        (Math.PI * R * R * h +
          r * (2 * Math.PI * R * R + 2 * Math.PI * R * h) +
          r * r * (Math.PI * Math.PI * R + Math.PI * h) +
          (4 / 3) * Math.PI * r ** 3) /
        1000
      expect(Math.abs(coverageVolumeMl(grid, grow(grid, disc, r)) / expected - 1)).toBeLessThan(0.05)
    }
  })

  it('of a thread of one voxel makes a capsule', () => {
    const grid = gridAround(40, [2, 2, 2])
    const thread = {
      box: { start: [10, 20, 20] as Vec3, size: [20, 1, 1] as Vec3 },
      coverage: new Uint8Array(20).fill(255),
    }
    // A square bar of 2 × 2 × 40 mm, by Steiner's formula for a box.
    const [a, b, c, r] = [40, 2, 2, 6]
    const expected =
      (a * b * c + 2 * r * (a * b + b * c + a * c) + Math.PI * r * r * (a + b + c) + (4 / 3) * Math.PI * r ** 3) / 1000
    expect(Math.abs(coverageVolumeMl(grid, grow(grid, thread, r)) / expected - 1)).toBeLessThan(0.05)
  })

  it('ends at the image, leaves nothing of what is too thin, and nothing as it is', () => {
    const grid = gridAround(10, [2, 2, 2])
    const all = grow(grid, ball(grid, [0, 0, 0], 9), 30)
    expect(coverageVolumeMl(grid, all)).toBeCloseTo(22 ** 3 / 1000, 6)
    expect(grow(grid, ball(grid, [0, 0, 0], 4), -6).coverage).toHaveLength(0)
    expect(grow(grid, emptyCoverage(), 5).coverage).toHaveLength(0)
    expect(grow(grid, ball(grid, [0, 0, 0], 6), 0)).toEqual(ball(grid, [0, 0, 0], 6))
    expect(() => grow(grid, emptyCoverage(), NaN)).toThrow(/cannot be grown/)
    expect(() => grow(grid, emptyCoverage(), 500)).toThrow(/cannot be grown/)
  })
})

describe('smoothing', () => {
  it('keeps the volume within 0.5 %', () => {
    fc.assert(
      fc.property(spacing, offset, mm(1.5, 6), (spacingMm, centre, sd) => {
        const grid = gridAround(50, spacingMm)
        const body = combineCoverage(ball(grid, centre, 15), ball(grid, [14, 6, -3], 10), 'union')
        expect(
          Math.abs(coverageVolumeMl(grid, smooth(grid, body, sd)) / coverageVolumeMl(grid, body) - 1),
        ).toBeLessThan(0.005)
      }),
      { numRuns: 15 },
    )
  })

  it('takes a spike off and leaves a ball a ball', () => {
    const grid = gridAround(40, [2, 2, 2])
    const round = ball(grid, [0, 0, 0], 18)
    const spiked = combineCoverage(round, cover(grid, capsule(grid, [0, 0, 0], [30, 0, 0], 1.5)), 'union')
    const smoothed = smooth(grid, spiked, 4)
    const reach = smoothed.box.start[0] + smoothed.box.size[0] - 1
    expect((reach - 20) * 2).toBeLessThan(23)
    expect(coverageVolumeMl(grid, combineCoverage(smooth(grid, round, 3), round, 'symmetric-difference'))).toBeLessThan(
      0.01 * ballMl(18),
    )
    expect(() => smooth(grid, round, 0)).toThrow(/cannot be smoothed/)
  })
})

describe('filling between slices', () => {
  const grid = gridAround(50, [2, 2, 2])
  const disc = (z: number, x: number, r: number) =>
    cover(grid, sweptDisc(grid, layerOfPlane(grid, { pointMm: [x, 0, z], normal: [0, 0, 1] }), [x, 0, z], [x, 0, z], r))
  const areaMm2 = (body: CoverageBox, z: number) => {
    const slice = { start: [0, 0, 25 + z / 2] as Vec3, size: [grid.dimensions[0], grid.dimensions[1], 1] as Vec3 }
    return inBox(body, slice).reduce((sum, value) => sum + value / 255, 0) * 4
  }

  it('lets the radius run linearly between concentric discs', () => {
    const body = fillBetweenSlices(grid, combineCoverage(disc(-10, 0, 12), disc(10, 0, 22), 'union'), 2)
    for (const z of [-8, -4, 0, 6]) {
      expect(areaMm2(body, z) / (Math.PI * (17 + z / 2) ** 2)).toBeCloseTo(1, 1.8)
    }
    expect(areaMm2(body, -10)).toBeCloseTo(areaMm2(disc(-10, 0, 12), -10), 6)
  })

  it('follows a body that runs obliquely', () => {
    const body = fillBetweenSlices(grid, combineCoverage(disc(-10, -20, 9), disc(10, 20, 9), 'union'), 2)
    expect(areaMm2(body, 0) / (Math.PI * 81)).toBeCloseTo(1, 1.5)
  })

  it('gives a ball back from every third slice within 2 % of its volume between the outermost', () => {
    const r = 24
    let slices = emptyCoverage()
    for (let z = -18; z <= 18; z += 6) slices = combineCoverage(slices, disc(z, 0, Math.sqrt(r * r - z * z)), 'union')
    const got = coverageVolumeMl(grid, fillBetweenSlices(grid, slices, 2))
    // Slices of 2 mm from −19 to 19 mm.
    const expected = (Math.PI * (r * r * 38 - (2 / 3) * 19 ** 3)) / 1000
    expect(Math.abs(got / expected - 1)).toBeLessThan(0.02)
  })

  it('works across every axis and says where there is no gap', () => {
    for (const axis of [0, 1, 2] as const) {
      const normal: [number, number, number] = [0, 0, 0]
      normal[axis] = 1
      const at = (place: number) => {
        const p: [number, number, number] = [0, 0, 0]
        p[axis] = place
        return cover(grid, sweptDisc(grid, layerOfPlane(grid, { pointMm: p, normal }), p, p, 10))
      }
      const body = fillBetweenSlices(grid, combineCoverage(at(-8), at(8), 'union'), axis)
      expect(coverageVolumeMl(grid, body)).toBeCloseTo((Math.PI * 100 * 18) / 1000, 1)
    }
    expect(() => fillBetweenSlices(grid, disc(0, 0, 10), 2)).toThrow(/no empty slice/)
    expect(() => fillBetweenSlices(grid, emptyCoverage(), 2)).toThrow(/no empty slice/)
  })
})

describe('islands', () => {
  const grid = gridAround(40, [2, 2, 2])
  const two = combineCoverage(ball(grid, [-20, 0, 0], 8), ball(grid, [18, 4, 2], 12), 'union')

  it('are told apart, largest first, each with its own volume', () => {
    const found = islands(grid, two)
    expect(found.map((one) => one.volumeMl / ballMl(12))).toHaveLength(2)
    expect(found[0]!.volumeMl / ballMl(12)).toBeCloseTo(1, 2)
    expect(found[1]!.volumeMl / ballMl(8)).toBeCloseTo(1, 2)
    expect(largestIsland(grid, two)).toEqual(ball(grid, [18, 4, 2], 12))
    expect(withoutSmallIslands(grid, two, 3)).toEqual(ball(grid, [18, 4, 2], 12))
    expect(withoutSmallIslands(grid, two, 1)).toEqual(two)
    expect(withoutSmallIslands(grid, two, 100).coverage).toHaveLength(0)
    expect(() => withoutSmallIslands(grid, two, -1)).toThrow(/no volume/)
  })

  it('add up to the structure, bit for bit', () => {
    const small = gridAround(8, [2, 2, 2])
    fc.assert(
      fc.property(rough(small), (body) => {
        const sum = islands(small, body).reduce(
          (all, one) => combineCoverage(all, one.content, 'union'),
          emptyCoverage(),
        )
        expect(sum).toEqual(body)
        const total = islands(small, body).reduce((all, one) => all + one.volumeMl, 0)
        expect(total).toBeCloseTo(coverageVolumeMl(small, body), 9)
      }),
    )
  })

  it('with holes are filled, an open channel only slice by slice', () => {
    const hollow = combineCoverage(ball(grid, [0, 0, 0], 20), ball(grid, [3, 0, 0], 9), 'difference')
    expect(fillHoles(hollow)).toEqual(ball(grid, [0, 0, 0], 20))
    const tube = combineCoverage(
      ball(grid, [0, 0, 0], 20),
      cover(grid, capsule(grid, [0, 0, -40], [0, 0, 40], 5)),
      'difference',
    )
    expect(fillHoles(tube)).toEqual(cropped(tube))
    expect(coverageVolumeMl(grid, fillHoles(tube, 2)) / ballMl(20)).toBeGreaterThan(0.985)
  })
})

describe('boolean operations', () => {
  const grid = gridAround(8, [2, 2, 2])
  const ml = (body: CoverageBox) => coverageVolumeMl(grid, body)

  it('obey |A ∪ B| = |A| + |B| − |A ∩ B|, |A ∖ B| = |A| − |A ∩ B| and A △ B = (A ∪ B) ∖ (A ∩ B)', () => {
    fc.assert(
      fc.property(rough(grid), rough(grid), (a, b) => {
        const both = ml(combineCoverage(a, b, 'intersection'))
        expect(ml(combineCoverage(a, b, 'union'))).toBeCloseTo(ml(a) + ml(b) - both, 9)
        expect(ml(combineCoverage(a, b, 'difference'))).toBeCloseTo(ml(a) - both, 9)
        expect(combineCoverage(a, b, 'union')).toEqual(combineCoverage(b, a, 'union'))
        expect(combineCoverage(a, a, 'union')).toEqual(a)
        expect(combineCoverage(a, a, 'difference').coverage).toHaveLength(0)
        const union = combineCoverage(a, b, 'union')
        const shared = combineCoverage(a, b, 'intersection')
        expect(combineCoverage(a, b, 'symmetric-difference')).toEqual(combineCoverage(union, shared, 'difference'))
      }),
    )
  })
})

describe('mirroring', () => {
  it('twice in a plane across an axis of the grid gives the structure back bit for bit', () => {
    const grid = gridAround(40, [2, 3, 2.5])
    fc.assert(
      fc.property(mm(-3, 3), fc.constantFrom(0, 1, 2), (at, axis) => {
        const normal: [number, number, number] = [0, 0, 0]
        normal[axis] = 1
        const plane = { pointMm: [at, at, at] as Vec3, normal }
        const body = ball(grid, [6, -4, 3], 13)
        const once = mirror(grid, body, plane)
        expect(coverageVolumeMl(grid, once)).toBe(coverageVolumeMl(grid, body))
        expect(mirror(grid, once, plane)).toEqual(body)
      }),
    )
  })

  it('in the sagittal plane of a turned image keeps the volume and moves the middle', () => {
    const grid = gridAround(45, [2, 2, 2], [0, 0, 0], rotation(0.1, -0.15, 0.2))
    const once = mirror(grid, ball(grid, [20, 5, 0], 11), { pointMm: [2, 0, 0], normal: [1, 0, 0] })
    const there = ball(grid, [-16, 5, 0], 11)
    expect(coverageVolumeMl(grid, once) / ballMl(11)).toBeCloseTo(1, 2)
    expect(coverageVolumeMl(grid, combineCoverage(once, there, 'symmetric-difference'))).toBeLessThan(0.2 * ballMl(11))
  })

  it('loses what falls outside the image', () => {
    const grid = gridAround(20, [2, 2, 2])
    const plane = { pointMm: [16, 0, 0] as Vec3, normal: [1, 0, 0] as Vec3 }
    expect(mirror(grid, ball(grid, [-10, 0, 0], 5), plane).coverage).toHaveLength(0)
  })
})

describe('a drawn structure', () => {
  it('has the same volume on any grid, within 1 %', () => {
    fc.assert(
      fc.property(spacing, offset, (spacingMm, centre) => {
        const grid = gridAround(30, [2, 2, 2])
        const other = gridAround(34, spacingMm, [1, -1, 0.5], rotation(0.1, 0.05, -0.2))
        const body = ball(grid, centre, 15)
        const moved = coverageOfMask(resampleMask(maskOfCoverage(grid, body), other))
        expect(Math.abs(coverageVolumeMl(other, moved) / coverageVolumeMl(grid, body) - 1)).toBeLessThan(0.01)
      }),
      { numRuns: 15 },
    )
  })

  it('survives the way to a fractional mask and back', () => {
    const grid = gridAround(20, [2, 2, 2])
    const body = ball(grid, [1, 2, 3], 9)
    const mask = maskOfCoverage(grid, body)
    expect(maskVolumeMl(mask)).toBeCloseTo(coverageVolumeMl(grid, body), 5)
    expect(coverageOfMask(mask)).toEqual(body)
  })
})
