import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import { isFinding, orthonormal } from './planes.ts'
import type { Orientation } from './planes.ts'
import { stackPlanes } from './stacking.ts'
import type { Plane, StackShape } from './stacking.ts'
import { add, column, cross, dot, length, scale } from './vectors.ts'

const axial: Orientation = { x: [1, 0, 0], y: [0, 1, 0], normal: [0, 0, 1] }

function shapeOf(orientation: Orientation): StackShape {
  return { orientation, columns: 10, rows: 8, pixelSpacingMm: [2, 3], nominalSpacingMm: 5 }
}

function planesAt(orientation: Orientation, origin: Vec3, steps: readonly number[]): Plane[] {
  return steps.map((step, i) => ({ positionMm: add(origin, scale(orientation.normal, step)), name: `f${i}` }))
}

const anyOrientation = fc
  .tuple(
    fc.double({ min: -3, max: 3, noNaN: true }),
    fc.double({ min: -1.5, max: 1.5, noNaN: true }),
    fc.double({ min: -3, max: 3, noNaN: true }),
  )
  .map(([a, b, c]): Orientation => {
    const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)]
    const x: Vec3 = [ca * cb, sa * cb, -sb]
    const y: Vec3 = [ca * sb * sc - sa * cc, sa * sb * sc + ca * cc, cb * sc]
    return { x, y, normal: cross(x, y) }
  })

describe('stackPlanes', () => {
  it('orders by position along the normal, whatever the order and orientation', () => {
    fc.assert(
      fc.property(
        anyOrientation,
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7, maxLength: 7 }),
        fc.double({ min: 0.5, max: 10, noNaN: true }),
        (orientation, shuffled, spacing) => {
          const origin: Vec3 = [-100, 50, 30]
          const planes = planesAt(
            orientation,
            origin,
            shuffled.map((k) => k * spacing),
          )
          const stack = stackPlanes(planes, shapeOf(orientation))
          expect(stack.kind).toBe('grid')
          if (stack.kind !== 'grid') return
          expect(stack.order.map((i) => shuffled[i])).toEqual([0, 1, 2, 3, 4, 5, 6])
          expect(stack.grid.spacingMm[2]).toBeCloseTo(spacing, 9)
          for (const axis of [0, 1, 2] as const) expect(stack.grid.originMm[axis]).toBeCloseTo(origin[axis], 9)
          const third = column(stack.grid.direction, 2)
          expect(dot(third, orientation.normal)).toBeCloseTo(1, 9)
          expect(stack.grid.dimensions).toEqual([10, 8, 7])
        },
      ),
    )
  })

  it('refuses a missing slice and says how many', () => {
    const stack = stackPlanes(planesAt(axial, [0, 0, 0], [0, 5, 10, 20, 25, 40]), shapeOf(axial))
    expect(stack).toMatchObject({ kind: 'refused', finding: { code: 'geometry.missing-slices' } })
    if (stack.kind === 'refused') expect(stack.finding.message).toMatch(/^3 slice/)
  })

  it('refuses uneven spacing: a half-slice shift, and a slow drift of the gap', () => {
    expect(stackPlanes(planesAt(axial, [0, 0, 0], [0, 5, 10, 17.5, 22.5]), shapeOf(axial))).toMatchObject({
      finding: { code: 'geometry.non-uniform-spacing' },
    })
    const drifting = Array.from({ length: 20 }, (_, i) => 5 * i + 0.02 * i * i)
    expect(stackPlanes(planesAt(axial, [0, 0, 0], drifting), shapeOf(axial))).toMatchObject({
      finding: { code: 'geometry.non-uniform-spacing' },
    })
  })

  it('accepts positions rounded to a hundredth of a millimetre', () => {
    const rounded = Array.from({ length: 50 }, (_, i) => Number((3.27 * i + 0.333).toFixed(2)))
    expect(stackPlanes(planesAt(axial, [0, 0, -849.3], rounded), shapeOf(axial)).kind).toBe('grid')
  })

  it('names duplicates', () => {
    const stack = stackPlanes(planesAt(axial, [0, 0, 0], [0, 5, 5, 10]), shapeOf(axial))
    expect(stack).toEqual({ kind: 'duplicates', pairs: [[1, 2]] })
  })

  it('refuses a sheared stack and gives its angle', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 30, noNaN: true }), (tiltDeg) => {
        const t = (tiltDeg * Math.PI) / 180
        const orientation: Orientation = {
          x: [1, 0, 0],
          y: [0, Math.cos(t), Math.sin(t)],
          normal: [0, -Math.sin(t), Math.cos(t)],
        }
        const planes = Array.from({ length: 12 }, (_, k): Plane => ({ positionMm: [0, 0, 5 * k], name: `f${k}` }))
        const stack = stackPlanes(planes, shapeOf(orientation))
        expect(stack).toMatchObject({ kind: 'refused', finding: { code: 'geometry.gantry-tilt' } })
        if (stack.kind === 'refused') expect(stack.finding.message).toContain(`${tiltDeg.toFixed(1)}°`)
      }),
    )
  })

  it('refuses one slice shifted sideways', () => {
    const planes = planesAt(axial, [0, 0, 0], [0, 5, 10, 15]).map((plane, i) =>
      i === 2 ? { ...plane, positionMm: add(plane.positionMm, [4, 0, 0]) } : plane,
    )
    expect(stackPlanes(planes, shapeOf(axial))).toMatchObject({ finding: { code: 'geometry.slices-shifted' } })
  })

  it('makes one slice of known thickness a grid with a warning, and refuses one without', () => {
    const plane = planesAt(axial, [0, 0, 0], [0])
    expect(stackPlanes(plane, shapeOf(axial))).toMatchObject({ kind: 'grid', findings: [{ severity: 'warning' }] })
    expect(stackPlanes(plane, { ...shapeOf(axial), nominalSpacingMm: null })).toMatchObject({ kind: 'refused' })
  })
})

describe('orthonormal', () => {
  it('removes rounding and keeps the normal right-handed', () => {
    fc.assert(
      fc.property(anyOrientation, (o) => {
        const round = (v: Vec3): Vec3 => [Number(v[0].toFixed(6)), Number(v[1].toFixed(6)), Number(v[2].toFixed(6))]
        const made = orthonormal(round(o.x), round(o.y))
        expect(isFinding(made)).toBe(false)
        if (isFinding(made)) return
        expect(length(made.x)).toBeCloseTo(1, 12)
        expect(dot(made.x, made.y)).toBeCloseTo(0, 12)
        expect(dot(made.normal, o.normal)).toBeCloseTo(1, 5)
      }),
    )
  })

  it('refuses skewed, long and zero directions', () => {
    for (const [a, b] of [
      [
        [1, 0, 0],
        [0.1, 0.995, 0],
      ],
      [
        [1.1, 0, 0],
        [0, 1, 0],
      ],
      [
        [0, 0, 0],
        [0, 1, 0],
      ],
      [
        [1, 0, 0],
        [1, 0, 0],
      ],
    ] as const)
      expect(orthonormal(a, b)).toMatchObject({ code: 'geometry.orientation-not-orthonormal' })
  })
})
