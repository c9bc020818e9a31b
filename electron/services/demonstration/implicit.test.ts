import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildAnatomy } from './anatomy.ts'
import { ball, carve, ellipsoid, grow, tube } from './implicit.ts'
import { resolvePhantomOptions } from './options.ts'

const coordinate = (reach: number) => fc.double({ min: -reach, max: reach, noNaN: true })
const direction = fc
  .tuple(coordinate(1), coordinate(1), coordinate(1))
  .filter(([x, y, z]) => Math.hypot(x, y, z) > 0.1)
  .map(([x, y, z]) => {
    const n = Math.hypot(x, y, z)
    return [x / n, y / n, z / n] as const
  })

describe('implicit solids', () => {
  it('never claim more distance to the surface than there is: every part of every body', () => {
    const bodies = (['slim', 'average', 'large'] as const).map((habitus, i) =>
      buildAnatomy(resolvePhantomOptions({ seed: i + 1, habitus }), 1),
    )
    const solids = bodies.flatMap((b) => [...b.parts, ...b.activityParts].map((p) => p.solid))
    fc.assert(
      fc.property(
        fc.nat(solids.length - 1),
        fc.tuple(coordinate(217), coordinate(217), coordinate(190)),
        direction,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (which, [x, y, z], [dx, dy, dz], part) => {
          const solid = solids[which]!
          const v = solid.value(x, y, z)
          const step = Math.abs(v) * part
          const there = solid.value(x + dx * step, y + dy * step, z + dz * step)
          // Less than |v| away, one is still on the same side.
          return v === 0 || there === 0 || Math.sign(there) === Math.sign(v)
        },
      ),
      { numRuns: 20000 },
    )
  })

  it('give the exact distance for balls and tubes', () => {
    expect(ball([1, 2, 3], 5).value(1, 2, 13)).toBeCloseTo(5, 12)
    const line = tube([[0, 0, 0], [10, 0, 0]], 2) // prettier-ignore
    expect(line.value(5, 0, 7)).toBeCloseTo(5, 12)
    expect(line.value(-3, 4, 0)).toBeCloseTo(3, 12)
  })

  it('have their surface where the formula says', () => {
    const e = ellipsoid([0, 0, 0], [10, 20, 30])
    expect(e.value(10, 0, 0)).toBeCloseTo(0, 12)
    expect(e.value(0, 20, 0)).toBeCloseTo(0, 12)
    expect(e.value(0, 0, 30)).toBeCloseTo(0, 12)
    // Turned by 90° about z, the long axis lies along x.
    expect(ellipsoid([0, 0, 0], [10, 20, 30], 90).value(20, 0, 0)).toBeCloseTo(0, 12)
    expect(grow(ball([0, 0, 0], 5), 2).value(7, 0, 0)).toBeCloseTo(0, 12)
    expect(carve(ball([0, 0, 0], 5), 1, ball([5, 0, 0], 2)).value(2, 0, 0)).toBeCloseTo(0, 12)
  })
})
