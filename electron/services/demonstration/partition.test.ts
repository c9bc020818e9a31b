import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ball, columnZ, ellipsoid, halfSpace } from './implicit.ts'
import { partitionGrid } from './partition.ts'
import { IDENTITY, rigidMotion } from './rigid.ts'

const grid = (n: number, spacing: readonly [number, number, number]) =>
  ({
    dimensions: [n, n, n],
    spacingMm: spacing,
    originMm: spacing.map((s) => (-(n - 1) / 2) * s) as [number, number, number],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }) as const

/** Volume of each solid in mm³, and the sum of all fractions of each voxel. */
function volumes(
  solids: Parameters<typeof partitionGrid>[1],
  spacing: readonly [number, number, number],
  cell: number,
  motion = IDENTITY,
) {
  const g = grid(16, spacing)
  const of = new Map<number, number>()
  const sums = new Float64Array(16 ** 3)
  const voxel = spacing[0] * spacing[1] * spacing[2]
  partitionGrid(g, solids, motion, cell, (v, s, f) => {
    of.set(s, (of.get(s) ?? 0) + f * voxel)
    sums[v]! += f
  })
  return { of, sums }
}

describe('partitionGrid', () => {
  it('shares out every voxel exactly once', () => {
    const { sums } = volumes(
      [ball([3, 1, 2], 18), ellipsoid([-8, 0, 0], [20, 9, 15]), halfSpace('z', 3, 'below')],
      [5, 5, 7],
      1,
    )
    for (const s of sums) expect(s).toBeCloseTo(1, 9)
  })

  it('gives the volume of balls anywhere, under any motion, within 0.5 % at cells of a tenth of the radius', () => {
    const small = fc.double({ min: -4, max: 4, noNaN: true })
    fc.assert(
      fc.property(small, small, small, fc.double({ min: 10, max: 22, noNaN: true }), small, (x, y, z, r, turn) => {
        const { of } = volumes(
          [ball([x, y, z], r)],
          [4.1, 4.3, 5],
          r / 10,
          rigidMotion([turn, -turn, 2 * turn], [z, x, y]),
        )
        return Math.abs(of.get(0)! / ((4 / 3) * Math.PI * r ** 3) - 1) < 0.005
      }),
      { numRuns: 40 },
    )
  })

  it('is exact for planes along the grid wherever they cut a cell', () => {
    for (const at of [0, 0.3, 1.11, 2.499]) {
      const { of } = volumes([halfSpace('z', at, 'below')], [5, 5, 5], 5)
      expect(of.get(0)!).toBeCloseTo(80 * 80 * (40 + at), 6)
    }
  })

  it('lets earlier solids hide later ones', () => {
    const { of } = volumes([ball([0, 0, 0], 10), ball([0, 0, 0], 20)], [5, 5, 5], 1)
    const ratio = of.get(1)! / of.get(0)!
    expect(ratio).toBeCloseTo(7, 1)
  })

  it('finds the volume of a column with flat ends within 0.2 %', () => {
    const { of } = volumes([columnZ([0, 0], [22, 17], -13.3, 14.7)], [5, 5, 5], 0.7)
    expect(of.get(0)! / (Math.PI * 22 * 17 * 28)).toBeCloseTo(1, 2)
    expect(Math.abs(of.get(0)! / (Math.PI * 22 * 17 * 28) - 1)).toBeLessThan(0.002)
  })
})
