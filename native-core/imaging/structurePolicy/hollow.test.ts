import { describe, expect, it } from 'vitest'
import { ballStack } from '../../../tests/phantoms/analytic.ts'
import { maskVolumeMl, rasteriseContours } from '../index.ts'
import type { ImageGrid } from '../types.ts'
import { hollowParts, isHollowName } from './index.ts'

const grid = (spacing: number): ImageGrid => {
  const n = Math.round(100 / spacing)
  const first = -((n - 1) * spacing) / 2
  return {
    dimensions: [n, n, n],
    spacingMm: [spacing, spacing, spacing],
    originMm: [first, first, first],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
}
const ball = (radiusMm: number, on: ImageGrid) =>
  rasteriseContours(ballStack(radiusMm, { centreMm: [0, 0, 0], sliceSpacingMm: 2, planeZMm: 0 }), on)
const ballMl = (r: number): number => ((4 / 3) * Math.PI * r ** 3) / 1000

describe('hollowParts', () => {
  it.each([
    [2, 3],
    [4, 3],
    [3, 5],
  ])('splits a ball of 40 mm on voxels of %i mm at a wall of %i mm', (spacing, wallThicknessMm) => {
    const organ = ball(40, grid(spacing))
    const { wall, content } = hollowParts(organ, { kind: 'thickness', wallThicknessMm }, 'BLADDER')
    const truth = ballMl(40 - wallThicknessMm)
    expect(Math.abs(maskVolumeMl(content) / truth - 1)).toBeLessThan(0.01)
    expect(Math.abs(maskVolumeMl(wall) / (ballMl(40) - truth) - 1)).toBeLessThan(0.04)
    expect(maskVolumeMl(wall) + maskVolumeMl(content)).toBeCloseTo(maskVolumeMl(organ), 1)
  })

  it('takes the outline of the content, or that of the wall', () => {
    const on = grid(2)
    const [outer, inner] = [ball(40, on), ball(36, on)]
    const { wall } = hollowParts(outer, { kind: 'content', content: inner }, 'STOMACH')
    expect(Math.abs(maskVolumeMl(wall) / (ballMl(40) - ballMl(36)) - 1)).toBeLessThan(0.02)
    const { content } = hollowParts(outer, { kind: 'wall', wall }, 'STOMACH')
    expect(Math.abs(maskVolumeMl(content) / ballMl(36) - 1)).toBeLessThan(0.01)
  })

  it('refuses a wall that fills the organ, and a content that does', () => {
    const organ = ball(20, grid(4))
    expect(() => hollowParts(organ, { kind: 'thickness', wallThicknessMm: 25 }, 'BLADDER')).toThrow(/wall of 25 mm/)
    expect(() => hollowParts(organ, { kind: 'content', content: organ }, 'BLADDER')).toThrow(
      expect.objectContaining({ code: 'structures.no-wall' }),
    )
    expect(() => hollowParts(organ, { kind: 'wall', wall: ball(30, grid(4)) }, 'BLADDER')).toThrow(
      expect.objectContaining({ code: 'structures.no-content' }),
    )
  })
})

describe('isHollowName', () => {
  it.each(['STOMACH', 'Urinary Bladder', 'Harnblase', 'gallbladder', 'Dünndarm', 'heart', 'Côlon'])('%s is', (name) =>
    expect(isHollowName(name)).toBe(true),
  )
  it.each(['LIVER', 'Bladder_wall', 'heart blood pool', 'BLOOD_POOL', 'KIDNEY_L', 'Blasenwand'])('%s is not', (name) =>
    expect(isHollowName(name)).toBe(false),
  )
})
