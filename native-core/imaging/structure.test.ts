import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CancelledError, InputError } from '../errors/index.ts'
import { maskStatistics, maskVolumeMl, rasteriseContours, rasteriseShape, shapeVolumeMl, voxelCount } from './index.ts'
import {
  cut,
  ellipse,
  ellipsoid,
  gridAround,
  rigid,
  rotation,
  sphere,
  sphereRadiusMm,
  sphereVolumeMl,
} from './testShapes.ts'
import type { FractionalMask, PlanarContour, Vec3 } from './types.ts'
import type { Section } from './testShapes.ts'

const volumeOf = (contours: readonly PlanarContour[], sliceThicknessMm?: number): number =>
  shapeVolumeMl({ kind: 'contours', contours }, sliceThicknessMm === undefined ? {} : { sliceThicknessMm })

const wholeVolume = (mask: FractionalMask): number => maskVolumeMl(mask) + mask.volumeOutsideMl

const centroidMm = (mask: FractionalMask): Vec3 => {
  const { box, fractions, grid } = mask
  let [x, y, z, sum, n] = [0, 0, 0, 0, 0]
  for (let k = 0; k < box.size[2]; k++)
    for (let j = 0; j < box.size[1]; j++)
      for (let i = 0; i < box.size[0]; i++, n++) {
        const f = fractions[n]!
        x += f * (i + box.start[0])
        y += f * (j + box.start[1])
        z += f * (k + box.start[2])
        sum += f
      }
  const s = grid.spacingMm
  const o = grid.originMm
  return [o[0] + (x / sum) * s[0], o[1] + (y / sum) * s[1], o[2] + (z / sum) * s[2]]
}

const lShape: Section = () => [
  [
    [0, 0],
    [30, 0],
    [30, 10],
    [12, 10],
    [12, 25],
    [0, 25],
  ],
]
const L_AREA = 300 + 180

/** `count` slices of a prism, the first at `first`. */
function prism(section: Section, count: number, spacing: number, first = 0): PlanarContour[] {
  return cut((z) => (z > first - 1e-6 && z < first + (count - 0.5) * spacing ? section(z) : []), spacing, first)
}

describe('volumes of bodies from contours', () => {
  it('cylinders and prisms have area × slices × spacing', () => {
    for (const [count, spacing] of [
      [3, 5],
      [10, 3],
      [25, 1],
      [6, 2.5],
    ] as const) {
      expect(volumeOf(prism(lShape, count, spacing)) / ((L_AREA * count * spacing) / 1000)).toBeCloseTo(1, 4)
      const disc = (): [number, number][][] => [ellipse(14, 14, 256)]
      const area = Math.PI * 14 * 14
      expect(volumeOf(prism(disc, count, spacing)) / ((area * count * spacing) / 1000)).toBeCloseTo(1, 3)
    }
  })

  it('a cylinder whose axis is tilted to the slices keeps area × height', () => {
    const tilted: Section = (z) => (Math.abs(z) < 20.1 ? [ellipse(10, 10, 256, 0.7 * z, -0.3 * z)] : [])
    expect(volumeOf(cut(tilted, 4, 0)) / ((Math.PI * 100 * 44) / 1000)).toBeCloseTo(1, 2)
  })

  it('a cylinder that lies along the slices closes between them', () => {
    const lying: Section = (z) => {
      const s2 = 15 * 15 - z * z
      const s = Math.sqrt(Math.max(0, s2))
      return s2 > 0 ? [[[-30, -s], [30, -s], [30, s], [-30, s]]] : [] // prettier-ignore
    }
    for (const offset of [0, 0.7, 1.5, 2.3]) {
      expect(Math.abs(volumeOf(cut(lying, 3, offset)) / ((Math.PI * 225 * 60) / 1000) - 1)).toBeLessThan(0.01)
    }
  })

  it('cones lose no more than their last half slice is unsure of', () => {
    const double: Section = (z) =>
      Math.abs(z) < 20 ? [ellipse(15 * (1 - Math.abs(z) / 20), 15 * (1 - Math.abs(z) / 20))] : []
    for (const offset of [0, 0.5, 1, 1.5]) {
      expect(Math.abs(volumeOf(cut(double, 2, offset)) / ((2 * Math.PI * 225 * 20) / 3 / 1000) - 1)).toBeLessThan(0.01)
    }
  })

  it('holes are left out: inner contours of either winding, and keyholes', () => {
    const outer = ellipse(20, 20, 200)
    const inner = ellipse(8, 8, 100)
    const expected = (Math.PI * (400 - 64) * 30) / 1000
    const same: Section = () => [outer, inner]
    const opposite: Section = () => [outer, [...inner].reverse()]
    const keyhole: Section = () => [
      [...outer, outer[0]!, ...[...inner].reverse().slice(-1), ...[...inner].reverse(), inner[0]!],
    ]
    for (const section of [same, opposite, keyhole]) {
      expect(Math.abs(volumeOf(prism(section, 10, 3)) / expected - 1)).toBeLessThan(0.01)
    }
  })

  it('a spherical shell has the difference of two spheres', () => {
    const shell: Section = (z) => [...sphere(20)(z), ...sphere(12)(z)]
    for (const offset of [0, 0.9, 1.7]) {
      const expected = sphereVolumeMl(20) - sphereVolumeMl(12)
      expect(Math.abs(volumeOf(cut(shell, 2.5, offset)) / expected - 1)).toBeLessThan(0.01)
    }
  })

  it('a contour drawn twice, the other way round, and from another point, counts once', () => {
    const once = cut(sphere(12), 3, 0.4)
    const again = once.map(({ pointsMm }) => {
      const points = Array.from({ length: pointsMm.length / 3 }, (_, n) => pointsMm.slice(3 * n, 3 * n + 3)).reverse()
      const turned = [...points.slice(17), ...points.slice(0, 17)]
      return { pointsMm: Float64Array.from(turned.flatMap((p) => [...p])) }
    })
    expect(volumeOf([...once, ...again])).toBeCloseTo(volumeOf(once), 3)
  })

  it('several parts in a slice add up, and each closes on its own', () => {
    const two: Section = (z) => {
      const big = 100 - z * z
      const small = 49 - (z - 3) ** 2
      return [
        ...(big > 0 ? [ellipse(Math.sqrt(big), Math.sqrt(big), 128, -15)] : []),
        ...(small > 0 ? [ellipse(Math.sqrt(small), Math.sqrt(small), 128, 12)] : []),
      ]
    }
    for (const offset of [0, 0.8, 1.9]) {
      expect(Math.abs(volumeOf(cut(two, 3, offset)) / (sphereVolumeMl(10) + sphereVolumeMl(7)) - 1)).toBeLessThan(0.01)
    }
  })

  it('a body of litres, sampled more coarsely, keeps its volume within 0.05 % on fine and coarse grids', () => {
    const contours = cut(ellipsoid(190, 120, 170, 400), 5, 1.3, undefined, 180)
    const expected = ((4 / 3) * Math.PI * 190 * 120 * 170) / 1000
    expect(Math.abs(volumeOf(contours) / expected - 1)).toBeLessThan(0.0005)
    for (const spacing of [4, 13.6]) {
      const mask = rasteriseContours(contours, gridAround(195, [spacing, spacing, spacing]))
      expect(Math.abs(wholeVolume(mask) / expected - 1)).toBeLessThan(0.0005)
    }
  })

  it('a branching body keeps its volume', () => {
    // Two limbs that join into a trunk: prisms, so the volume is known to half a slice at the joint.
    const limbs: Section = (z) => (z < 20 ? [ellipse(8, 8, 128, -9), ellipse(8, 8, 128, 9)] : [ellipse(22, 10, 128)])
    const contours = cut((z) => (z > -0.1 && z < 39 ? limbs(z) : []), 2, 0)
    const expected = (10 * 2 * 2 * Math.PI * 64 + 10 * 2 * Math.PI * 220) / 1000
    expect(Math.abs(volumeOf(contours) / expected - 1)).toBeLessThan(0.01)
  })

  it('one slice alone is a slab of the given thickness, and an error without it', () => {
    const one = prism(lShape, 1, 5)
    expect(volumeOf(one, 3)).toBeCloseTo((L_AREA * 3) / 1000, 4)
    expect(() => volumeOf(one)).toThrow(InputError)
  })

  it('contours missing on a slice make two parts, contours on every second slice do not', () => {
    const spacing = 3
    const parts = prism(lShape, 12, spacing).filter((_, n) => n < 4 || n > 5)
    expect(volumeOf(parts) / ((L_AREA * 10 * spacing) / 1000)).toBeCloseTo(1, 3)
    const coarse = cut((z) => (z > -0.1 && z < 60 ? lShape(z) : []), 3, 0).filter((_, n) => n < 10 || n % 2 === 0)
    // 10 slices of 3 mm, then 5 of 6 mm: from −1.5 mm to 57 + half of 6 mm.
    expect(volumeOf(coarse) / ((L_AREA * (1.5 + 54 + 3)) / 1000)).toBeCloseTo(1, 2)
  })

  it('slices of unequal spacing make no difference to a sphere', () => {
    const positions = [-9, -7.5, -4, -1, 0.5, 4, 6, 8.8]
    const contours = positions.flatMap((z) => cut((at) => (Math.abs(at - z) < 1e-6 ? sphere(10)(at) : []), 400, z))
    expect(Math.abs(volumeOf(contours) / sphereVolumeMl(10) - 1)).toBeLessThan(0.01)
  })

  it('plane, turned and far-off stacks have the same volume', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true })),
        fc.double({ min: -500, max: 500, noNaN: true }),
        ([a, b], shift) => {
          const place = rigid(rotation(a, b, a - b), [shift, -shift / 2, 17])
          const body = ellipsoid(14, 9, 11)
          expect(volumeOf(cut(body, 3, 1, place)) / volumeOf(cut(body, 3, 1))).toBeCloseTo(1, 3)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('too few points for a circle are bent to it, corners of a box are not', () => {
    const coarse = volumeOf(cut(sphere(12, 18), 2, 0.3))
    expect(Math.abs(coarse / sphereVolumeMl(12) - 1)).toBeLessThan(0.01)
    const box: Section = () => [[[0, 0], [20, 0], [20, 15], [0, 15]]] // prettier-ignore
    expect(volumeOf(prism(box, 5, 4))).toBeCloseTo((300 * 20) / 1000, 4)
  })
})

describe('what contours must not be', () => {
  const square = (z: number, size = 10): number[] => [0, 0, z, size, 0, z, size, size, z, 0, size, z]
  const contours = (...points: number[][]): PlanarContour[] => points.map((p) => ({ pointsMm: Float64Array.from(p) }))
  const codeOf = (list: readonly PlanarContour[]): string => {
    try {
      volumeOf(list, 5)
    } catch (error) {
      if (error instanceof InputError) return error.code
      throw error
    }
    return 'fine'
  }

  it('each fault has its own code', () => {
    expect(codeOf([])).toBe('structure.no-area')
    expect(codeOf(contours([0, 0, 0, 1, 1, 0]))).toBe('structure.no-area')
    expect(codeOf(contours([0, 0, 0, 10, 0, 0, 20, 0, 0]))).toBe('structure.no-area')
    expect(codeOf(contours([0, 0, 0, 1, 0]))).toBe('structure.bad-points')
    expect(codeOf(contours([0, 0, 0, NaN, 0, 0, 1, 1, 0]))).toBe('structure.bad-points')
    expect(codeOf(contours(square(0), [0, 0, 0, 0, 10, 0, 0, 10, 10, 0, 0, 10]))).toBe('structure.mixed-planes')
    expect(codeOf(contours([0, 0, 0, 10, 0, 2, 10, 10, 0, 0, 10, 2]))).toBe('structure.not-planar')
    expect(codeOf(contours(square(0), square(5)))).toBe('fine')
  })

  it('points and lines among good contours are passed over', () => {
    const good = prism(lShape, 4, 5)
    expect(volumeOf([...good, ...contours([1, 1, 0], [0, 0, 5, 9, 9, 5])])).toBe(volumeOf(good))
  })

  it('an invalid grid or transform is refused', () => {
    const shape = { kind: 'contours', contours: prism(lShape, 3, 5) } as const
    const grid = gridAround(40, [4, 4, 4])
    expect(() => rasteriseShape(shape, { ...grid, spacingMm: [4, -4, 4] })).toThrow(InputError)
    expect(() => rasteriseShape(shape, grid, { transform: [1, 0, 0] })).toThrow(InputError)
  })
})

describe('masks from contours', () => {
  const spacings: readonly Vec3[] = [
    [1, 1, 1],
    [0.98, 0.98, 3],
    [3.4, 3.4, 5],
    [4.8, 4.8, 4.8],
    [6.8, 6.8, 6.8],
  ]

  it('hold the volume of the shape on any grid, straight or oblique, and fractions from 0 to 1', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 60, noNaN: true }),
        fc.constantFrom(...spacings),
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -3, max: 3, noNaN: true }))),
        fc.constantFrom(1, 2.5, 5),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (volumeMl, spacing, angles, h, offset, isOblique) => {
          const [a, b, c] = angles as [number, number, number]
          const r = sphereRadiusMm(volumeMl)
          const contours = cut(ellipsoid(1.2 * r, 0.9 * r, r / 1.08), h, offset * h)
          const direction = isOblique ? rotation(a, b, c) : rotation(0, 0, 0)
          const grid = gridAround(1.6 * r + 8, spacing, [a, b, c], direction)
          const mask = rasteriseContours(contours, grid, { sliceThicknessMm: h })
          expect(mask.volumeOutsideMl).toBe(0)
          expect(Math.abs(maskVolumeMl(mask) / volumeOf(contours, h) - 1)).toBeLessThan(0.005)
          expect(mask.fractions.every((f) => f >= 0 && f <= 1)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('lie where the body is', () => {
    const place = rigid(rotation(0, 0, 0), [5.3, -2.1, 7.7])
    for (const spacing of spacings) {
      const mask = rasteriseContours(cut(sphere(13), 4, 1.1, place), gridAround(35, spacing))
      const found = centroidMm(mask)
      for (const [axis, expected] of [5.3, -2.1, 7.7].entries())
        expect(Math.abs(found[axis]! - expected)).toBeLessThan(0.1)
    }
  })

  it('give boundary voxels the part of them that is inside', () => {
    // A box whose faces cut voxels of 4 mm at known places.
    const box: Section = () => [[[-10, -6], [10, -6], [10, 7], [-10, 7]]] // prettier-ignore
    const contours = prism(box, 5, 4, -8)
    const grid = { ...gridAround(20, [4, 4, 4]), originMm: [-18, -18, -18] as Vec3, dimensions: [10, 10, 10] as Vec3 }
    const mask = rasteriseContours(contours, grid)
    const part = (low: number, high: number, centre: number): number =>
      Math.max(0, Math.min(high, centre + 2) - Math.max(low, centre - 2)) / 4
    let n = 0
    for (let k = 0; k < mask.box.size[2]; k++)
      for (let j = 0; j < mask.box.size[1]; j++)
        for (let i = 0; i < mask.box.size[0]; i++, n++) {
          const x = -18 + 4 * (i + mask.box.start[0])
          const y = -18 + 4 * (j + mask.box.start[1])
          const z = -18 + 4 * (k + mask.box.start[2])
          // Five slices from −8 to 8 mm, half a slice beyond on either side.
          const expected = part(-10, 10, x) * part(-6, 7, y) * part(-10, 10, z)
          expect(Math.abs(mask.fractions[n]! - expected), `voxel at ${x}, ${y}, ${z}`).toBeLessThan(0.05)
        }
  })

  it('count what is outside the grid', () => {
    const contours = cut(sphere(20), 2, 0.5)
    const grid = gridAround(15, [3, 3, 3], [15, 0, 0])
    const mask = rasteriseContours(contours, grid)
    expect(mask.volumeOutsideMl).toBeGreaterThan(5)
    expect(wholeVolume(mask) / volumeOf(contours)).toBeCloseTo(1, 2)
    const nowhere = rasteriseContours(contours, gridAround(15, [3, 3, 3], [500, 0, 0]))
    expect(nowhere.fractions).toHaveLength(0)
    expect(nowhere.volumeOutsideMl / volumeOf(contours)).toBeCloseTo(1, 2)
  })

  it('follow a registration, and scale with it', () => {
    const contours = cut(sphere(12), 3, 1)
    const grid = gridAround(60, [3, 3, 3])
    const moved = rasteriseShape({ kind: 'contours', contours }, grid, {
      transform: rigid(rotation(0.4, -0.3, 1.1), [20, -10, 5]),
    })
    expect(maskVolumeMl(moved) / volumeOf(contours)).toBeCloseTo(1, 2)
    const found = centroidMm(moved)
    for (const [axis, expected] of [20, -10, 5].entries()) expect(Math.abs(found[axis]! - expected)).toBeLessThan(0.1)
    const stretched = rasteriseShape({ kind: 'contours', contours }, grid, {
      transform: [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    })
    expect(maskVolumeMl(stretched) / volumeOf(contours)).toBeCloseTo(2, 1)
  })

  it('stop when the caller says so', () => {
    let asked = 0
    const isCancelled = (): boolean => ++asked > 5
    expect(() => rasteriseContours(cut(sphere(20), 1, 0), gridAround(40, [1, 1, 1]), { isCancelled })).toThrow(
      CancelledError,
    )
    expect(asked).toBe(6)
  })

  it('of two halves of a body add up to the whole', () => {
    const grid = gridAround(30, [4.8, 4.8, 4.8])
    const whole = prism(() => [[[-15, -12], [15, -12], [15, 12], [-15, 12]]], 6, 3, -7.5) // prettier-ignore
    const left = prism(() => [[[-15, -12], [1.7, -12], [1.7, 12], [-15, 12]]], 6, 3, -7.5) // prettier-ignore
    const right = prism(() => [[[1.7, -12], [15, -12], [15, 12], [1.7, 12]]], 6, 3, -7.5) // prettier-ignore
    const image = new Float32Array(voxelCount(grid)).map((_, n) => Math.sin(n / 7) + 3)
    const integral = (contours: PlanarContour[]): number =>
      maskStatistics(rasteriseContours(contours, grid), image).integral
    expect((integral(left) + integral(right)) / integral(whole)).toBeCloseTo(1, 2)
  })
})
