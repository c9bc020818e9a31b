import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaBetween, bodyEnd } from './areaModel.ts'
import { polygonCoverage } from './coverage.ts'
import { signedDistance } from './distance.ts'
import { smoothOutline } from './smoothOutline.ts'
import type { PlaneLattice } from './coverage.ts'
import type { PlanePolygon } from './stack.ts'

const lattice: PlaneLattice = { u0: 0, v0: 0, pitchMm: 1, columns: 24, rows: 24 }
const polygon = (...points: readonly (readonly [number, number])[]): PlanePolygon => ({
  uv: Float64Array.from(points.flat()),
  areaMm2: 0,
})
const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)
const areaOf = (uv: Float64Array): number => {
  let twice = 0
  for (let i = 0; i < uv.length; i += 2) {
    const j = (i + 2) % uv.length
    twice += uv[i]! * uv[j + 1]! - uv[j]! * uv[i + 1]!
  }
  return twice / 2
}

describe('pixel coverage by polygons', () => {
  it('is the exact part of every pixel for a box', () => {
    const found = polygonCoverage([polygon([3.25, 4.5], [9.75, 4.5], [9.75, 8], [3.25, 8])], lattice)
    const part = (low: number, high: number, n: number): number =>
      Math.max(0, Math.min(high, n + 0.5) - Math.max(low, n - 0.5))
    for (let row = 0; row < 24; row++)
      for (let column = 0; column < 24; column++)
        expect(found[row * 24 + column]!).toBeCloseTo(part(3.25, 9.75, column) * part(4.5, 8, row), 6)
  })

  it('sums to the area of any triangle', () => {
    const point = fc.tuple(fc.double({ min: 0, max: 22, noNaN: true }), fc.double({ min: 0, max: 22, noNaN: true }))
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        const triangle = polygon(a, b, c)
        const found = polygonCoverage([triangle], lattice)
        expect(sum(found)).toBeCloseTo(Math.abs(areaOf(triangle.uv)), 3)
        expect(found.every((value) => value >= 0 && value <= 1 + 1e-6)).toBe(true)
      }),
    )
  })

  it('cuts out inner polygons of either winding', () => {
    const outer = polygon([2, 2], [20, 2], [20, 20], [2, 20])
    const inner = [[5.3, 6.1], [5.3, 12.4], [11.2, 12.4], [11.2, 6.1]] as const // prettier-ignore
    for (const hole of [polygon(...inner), polygon(...[...inner].reverse())]) {
      expect(sum(polygonCoverage([outer, hole], lattice))).toBeCloseTo(324 - 5.9 * 6.3, 3)
    }
  })

  it('counts both loops of a figure of eight, but for the pixel where it crosses itself', () => {
    const eight = polygon([2, 2], [12, 12], [12, 2], [2, 12])
    expect(Math.abs(sum(polygonCoverage([eight], lattice)) - 50)).toBeLessThanOrEqual(0.5 + 1e-6)
  })
})

describe('signed distance', () => {
  it('is that to a circle, inside and outside', () => {
    const circle = polygon(...Array.from({ length: 360 }, (_, n) => {
      const t = (2 * Math.PI * n) / 360
      return [11.7 + 7.3 * Math.cos(t), 12.1 + 7.3 * Math.sin(t)] as const
    })) // prettier-ignore
    const found = signedDistance(polygonCoverage([circle], lattice), 24, 24)!
    for (let row = 0; row < 24; row++)
      for (let column = 0; column < 24; column++)
        expect(Math.abs(found[row * 24 + column]! - (7.3 - Math.hypot(column - 11.7, row - 12.1)))).toBeLessThan(0.12)
  })

  it('is null where nothing is covered', () => {
    expect(signedDistance(new Float32Array(576), 24, 24)).toBeNull()
  })

  it('agrees with a search over all pixels of a checkered image', () => {
    const image = new Float32Array(576)
    for (const [x, y] of [[3, 4], [4, 4], [18, 5], [9, 17], [10, 18], [20, 20]] as const) image[y * 24 + x] = 1 // prettier-ignore
    const found = signedDistance(image, 24, 24)!
    for (let n = 0; n < 576; n++) {
      // A single full pixel's 0.5 level is a diamond half a pixel around its centre.
      let nearest = Infinity
      for (let m = 0; m < 576; m++) {
        if (image[m] === 1)
          nearest = Math.min(nearest, Math.hypot((n % 24) - (m % 24), Math.floor(n / 24) - Math.floor(m / 24)))
      }
      expect(found[n]! > 0).toBe(image[n] === 1)
      if (image[n] === 0) {
        expect(-found[n]!).toBeLessThanOrEqual(nearest - 0.5 + 0.15)
        expect(-found[n]!).toBeGreaterThanOrEqual(nearest - 0.75)
      }
    }
  })
})

describe('smoothed outlines', () => {
  const regular = (n: number, r: number): Float64Array =>
    Float64Array.from({ length: 2 * n }, (_, i) =>
      i % 2 === 0 ? r * Math.cos((Math.PI * i) / n) : r * Math.sin((Math.PI * (i - 1)) / n),
    )

  it('of points on a circle have the circle’s area', () => {
    for (const n of [12, 18, 40, 90]) {
      expect(Math.abs(areaOf(smoothOutline(regular(n, 8))) / (Math.PI * 64) - 1)).toBeLessThan(0.004)
    }
  })

  it('of unevenly spaced points on an ellipse have the ellipse’s area', () => {
    const points: number[] = []
    for (let t = 0, n = 0; t < 2 * Math.PI - 0.05; t += n++ % 2 === 0 ? 0.12 : 0.3)
      points.push(11 * Math.cos(t), 7 * Math.sin(t))
    const area = Math.PI * 77
    expect(Math.abs(areaOf(Float64Array.from(points)) / area - 1)).toBeGreaterThan(0.008)
    expect(Math.abs(areaOf(smoothOutline(Float64Array.from(points))) / area - 1)).toBeLessThan(0.002)
  })

  it('leave polygons with real corners and long straight sides alone', () => {
    const square = Float64Array.of(0, 0, 20, 0, 20, 20, 0, 20)
    expect([...smoothOutline(square)]).toEqual([...square])
    const octagon = regular(8, 30)
    expect(areaOf(smoothOutline(octagon))).toBeCloseTo(areaOf(octagon), 6)
  })

  it('are not upset by rounding: jitter of 0.05 mm changes the area by under 0.2 %', () => {
    const exact = regular(120, 20)
    const rough = exact.map((value, n) => value + 0.05 * Math.sin(n * n * 1.7))
    expect(Math.abs(areaOf(smoothOutline(rough)) / (Math.PI * 400) - 1)).toBeLessThan(0.002)
  })
})

describe('area model', () => {
  const sphereArea = (r: number, z: number): number => Math.PI * (r * r - z * z)

  it('is exact for a sphere between contours and beyond them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 7, max: 40, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (r, part) => {
          const h = r / 3
          const top = r - part * h
          fc.pre(part > 0.01)
          const zs = [top, top - h, top - 2 * h, top - 3 * h]
          const end = bodyEnd(zs.map((z) => sphereArea(r, z)), [h, h, h], h, Math.PI) // prettier-ignore
          expect(end.kind).toBe('closed')
          expect(end.lengthMm).toBeCloseTo(r - top, 6)
          expect(end.area(0.4 * end.lengthMm)).toBeCloseTo(sphereArea(r, top + 0.4 * end.lengthMm), 4)
          const knot = (z: number): { w: number; areaMm2: number } => ({ w: z, areaMm2: sphereArea(r, z) })
          const between = areaBetween(knot(zs[2]!), knot(zs[1]!), knot(zs[3]!), knot(zs[0]!), 0)
          expect(between(0.3 * h)).toBeCloseTo(sphereArea(r, zs[2]! + 0.3 * h), 4)
        },
      ),
    )
  })

  it('ends prisms flat, half a slice on', () => {
    const end = bodyEnd([50, 50, 50], [4, 4], 4, 3)
    expect(end).toMatchObject({ kind: 'flat', lengthMm: 2 })
    expect(bodyEnd([50], [], 6, 3)).toMatchObject({ kind: 'flat', lengthMm: 3 })
  })

  it('ends flat where areas grow towards the end', () => {
    expect(bodyEnd([80, 60, 50], [4, 4], 4, 3)).toMatchObject({ kind: 'flat', lengthMm: 2 })
  })

  it('comes to the tip of a cone', () => {
    const cone = (z: number): number => 2 * (10 - z) ** 2
    const end = bodyEnd([cone(8), cone(5), cone(2)], [3, 3], 3, 3)
    expect(end.kind).toBe('closed')
    expect(end.lengthMm).toBeCloseTo(2, 3)
  })

  it('closes a lying cylinder where the squared areas do', () => {
    const lying = (z: number): number => 60 * Math.sqrt(225 - z * z)
    const end = bodyEnd([13, 8, 3, -2].map(lying), [5, 5, 5], 5, 10)
    expect(end.kind).toBe('closed')
    expect(end.lengthMm).toBeCloseTo(2, 6)
  })

  it('takes four symmetric areas for a rounded body, also with rounding', () => {
    const areas = [4.27, 6.02, 6.02, 4.269].map((r) => Math.PI * r * r)
    const end = bodyEnd(areas, [3, 3, 3], 3, Math.PI)
    expect(end.kind).toBe('closed')
    expect(end.lengthMm).toBeCloseTo(6.2035 - 4.5, 1)
  })

  it('never gives a negative area between deep neighbours', () => {
    const area = areaBetween(
      { w: 0, areaMm2: 1 },
      { w: 5, areaMm2: 1 },
      { w: -5, areaMm2: 900 },
      { w: 10, areaMm2: 900 },
      0,
    )
    for (let t = 0; t <= 5; t += 0.5) expect(area(t)).toBeGreaterThan(0)
  })
})
