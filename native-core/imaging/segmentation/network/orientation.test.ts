import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { patientToIndex } from '../../grid.ts'
import { gridAround, rotation } from '../../testShapes.ts'
import type { Mat3 } from '../../types.ts'
import { turnedGrid, turnedValues, turnTo } from './orientation.ts'
import { imageOf } from './testNetwork.ts'
import type { NetworkDescription } from './types.ts'

const AXES: readonly NetworkDescription['axes'][] = [
  ['S', 'A', 'R'],
  ['S', 'P', 'L'],
  ['P', 'S', 'L'],
  ['R', 'I', 'A'],
  ['I', 'L', 'P'],
]
const AXIAL: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]
const SAGITTAL: Mat3 = [0, 0, 1, 1, 0, 0, 0, -1, 0]
const LEFT_HANDED: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, -1]

describe('turning to the axes of a network', () => {
  it('moves voxels and their places alike, whatever the orientation', () => {
    const angle = fc.double({ min: -0.6, max: 0.6, noNaN: true })
    fc.assert(
      fc.property(
        fc.constantFrom(...AXES),
        fc.oneof(
          fc.constantFrom(AXIAL, SAGITTAL, LEFT_HANDED),
          fc.tuple(angle, angle, angle).map((a) => rotation(...a)),
        ),
        (axes, direction) => {
          const grid = gridAround(8, [2, 3, 5], [10, -20, 30], direction)
          const value = (place: readonly number[]): number => place[0]! + 3 * place[1]! - 2 * place[2]!
          const turn = turnTo(axes, grid)
          const turned = turnedGrid(grid, turn)
          const values = turnedValues(imageOf(grid, value), grid, turn)
          const expected = imageOf(turned, value)
          values.forEach((found, n) => expect(Math.abs(found - expected[n]!)).toBeLessThan(1e-3))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('lets tensor axes run in the named directions', () => {
    for (const direction of [AXIAL, SAGITTAL, LEFT_HANDED]) {
      const grid = gridAround(8, [2, 3, 5], [0, 0, 0], direction)
      const turned = turnedGrid(grid, turnTo(['P', 'S', 'R'], grid))
      // Index x grows to the right (−x), y upwards (+z), z to the back (+y).
      expect(turned.direction.map((v) => v + 0)).toEqual([-1, 0, 0, 0, 0, 1, 0, 1, 0])
      const [x] = patientToIndex(turned, [-100, 0, 0])
      expect(x).toBeGreaterThan(patientToIndex(turned, [0, 0, 0])[0])
    }
  })

  it('tells how far the image is turned', () => {
    const grid = gridAround(8, [2, 2, 2], [0, 0, 0], rotation(0, 0, Math.PI / 9))
    expect(turnTo(['S', 'A', 'R'], grid).obliquityDegrees).toBeCloseTo(20, 6)
    expect(turnTo(['S', 'A', 'R'], gridAround(8, [2, 2, 2])).obliquityDegrees).toBe(0)
  })
})
