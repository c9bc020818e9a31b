import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outlineSlice } from './contours.ts'
import { ball, carve, columnZ, union } from './implicit.ts'
import { IDENTITY, rigidMotion } from './rigid.ts'

function area({ pointsMm: p }: { pointsMm: Float64Array }): number {
  let twice = 0
  for (let i = 0; i < p.length; i += 3) {
    const j = (i + 3) % p.length
    twice += p[i]! * p[j + 1]! - p[j]! * p[i + 1]!
  }
  return twice / 2
}

const frame = { xRangeMm: [-40, 40], yRangeMm: [-40, 40], minimumAreaMm2: 1 } as const

describe('outlineSlice', () => {
  it('encloses the area π(r² − z²) of a cut ball, from inside, within the square of step over radius', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 8, max: 30, noNaN: true }),
        fc.double({ min: -0.9, max: 0.9, noNaN: true }),
        (radius, part) => {
          const z = radius * part
          const found = outlineSlice(ball([1.3, -2.1, 0], radius), IDENTITY, { ...frame, zMm: z, stepMm: 1 })
          const exact = Math.PI * (radius ** 2 - z ** 2)
          const cut = Math.sqrt(radius ** 2 - z ** 2)
          return (
            found.length === 1 &&
            area(found[0]!) <= exact * (1 + 1e-6) &&
            area(found[0]!) > exact * (1 - 0.34 / cut ** 2)
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  it('puts every corner on the surface and in the plane', () => {
    const [contour] = outlineSlice(ball([0, 0, 5], 20), IDENTITY, { ...frame, zMm: -3, stepMm: 1.5 })
    for (let i = 0; i < contour!.pointsMm.length; i += 3) {
      const [x, y, z] = contour!.pointsMm.slice(i, i + 3) as unknown as [number, number, number]
      expect(z).toBe(-3)
      expect(Math.hypot(x, y, z - 5)).toBeCloseTo(20, 3)
    }
  })

  it('finds separate parts as separate outlines and holes with the other sense', () => {
    const two = outlineSlice(union(ball([-15, 0, 0], 8), ball([15, 0, 0], 8)), IDENTITY, {
      ...frame,
      zMm: 0,
      stepMm: 1,
    })
    expect(two.map(area).map(Math.sign)).toEqual([1, 1])
    const ring = outlineSlice(carve(columnZ([0, 0], [20, 20], -9, 9), 0, columnZ([0, 0], [8, 8], -99, 99)), IDENTITY, {
      ...frame,
      zMm: 0,
      stepMm: 1,
    })
    expect(ring.map(area).map(Math.sign).sort()).toEqual([-1, 1])
    expect(ring.reduce((sum, c) => sum + area(c), 0) / (Math.PI * (400 - 64))).toBeCloseTo(1, 2)
  })

  it('follows the motion of the body', () => {
    // Image coordinates 3 mm to the left of the body's: the ball appears 3 mm further right.
    const [contour] = outlineSlice(ball([0, 0, 0], 10), rigidMotion([0, 0, 0], [3, 0, 0]), {
      ...frame,
      zMm: 0,
      stepMm: 1,
    })
    const xs = contour!.pointsMm.filter((_, i) => i % 3 === 0)
    expect((Math.min(...xs) + Math.max(...xs)) / 2).toBeCloseTo(-3, 2)
  })

  it('returns nothing where the solid is not', () => {
    expect(outlineSlice(ball([0, 0, 0], 10), IDENTITY, { ...frame, zMm: 11, stepMm: 1 })).toEqual([])
  })
})
