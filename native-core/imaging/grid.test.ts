import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/index.ts'
import {
  IDENTITY_MAT4,
  applyMat4,
  assertAffine,
  assertValidGrid,
  gridCentreMm,
  gridExtentMm,
  indexToPatient,
  invertAffine,
  isRigidBasis,
  isRigidTransform,
  isSameGrid,
  multiplyMat4,
  patientToIndex,
  voxelCount,
  voxelOffset,
  voxelVolumeMl,
  volumeScale,
} from './index.ts'
import { gridAround, rigid, rotation } from './testShapes.ts'
import type { ImageGrid, Mat3, Vec3 } from './types.ts'

const grid: ImageGrid = {
  dimensions: [4, 5, 6],
  spacingMm: [2, 3, 4],
  originMm: [10, 20, 30],
  direction: [0, 0, 1, 1, 0, 0, 0, 1, 0],
}
const number = fc.double({ min: -300, max: 300, noNaN: true })
const angle = fc.double({ min: -3, max: 3, noNaN: true })
const near = (a: readonly number[], b: readonly number[], tolerance = 1e-6): void =>
  a.forEach((value, n) => expect(Math.abs(value - b[n]!)).toBeLessThan(tolerance))

describe('grids', () => {
  it('place voxels by columns of the direction', () => {
    // Column 0 of the direction is +y, column 1 +z, column 2 +x.
    expect(indexToPatient(grid, [0, 0, 0])).toEqual([10, 20, 30])
    expect(indexToPatient(grid, [1, 0, 0])).toEqual([10, 22, 30])
    expect(indexToPatient(grid, [0, 1, 0])).toEqual([10, 20, 33])
    expect(indexToPatient(grid, [0, 0, 1])).toEqual([14, 20, 30])
  })

  it('index to patient and back is the identity', () => {
    fc.assert(
      fc.property(fc.tuple(number, number, number), fc.tuple(angle, angle, angle), (p, [a, b, c]) => {
        const turned = gridAround(50, [1.3, 2.7, 4.1], [7, -8, 9], rotation(a, b, c))
        near(indexToPatient(turned, patientToIndex(turned, p)), p)
      }),
    )
  })

  it('count voxels, their volume and their place in memory', () => {
    expect(voxelCount(grid)).toBe(120)
    expect(voxelVolumeMl(grid)).toBeCloseTo(0.024, 12)
    expect(voxelOffset(grid, 3, 4, 5)).toBe(119)
    expect(voxelOffset(grid, 0, 0, 1)).toBe(20)
  })

  it('extend to the outer faces of their voxels', () => {
    const { low, high } = gridExtentMm(grid)
    near(low, [10 - 2, 20 - 1, 30 - 1.5])
    near(high, [10 + 22, 20 + 7, 30 + 13.5])
    near(gridCentreMm(grid), [20, 23, 36])
  })

  it('are the same within a hundredth of a millimetre at every corner', () => {
    expect(isSameGrid(grid, { ...grid, originMm: [10.005, 20, 30] })).toBe(true)
    expect(isSameGrid(grid, { ...grid, originMm: [10.02, 20, 30] })).toBe(false)
    expect(isSameGrid(grid, { ...grid, spacingMm: [2, 3, 4.01] })).toBe(false)
    expect(isSameGrid(grid, { ...grid, dimensions: [4, 5, 7] })).toBe(false)
  })

  it('are refused where they cannot be', () => {
    const bad: Partial<ImageGrid>[] = [
      { dimensions: [4, 5, 0] },
      { dimensions: [4.5, 5, 6] },
      { spacingMm: [2, -3, 4] },
      { spacingMm: [2, NaN, 4] },
      { originMm: [Infinity, 0, 0] },
      { direction: [1, 0, 0, 0, 1, 0, 0, 0.2, 1] },
      { direction: [1, 0, 0, 0, 1, 0, 0, 0, 2] },
    ]
    for (const change of bad) expect(() => assertValidGrid({ ...grid, ...change })).toThrow(InputError)
    expect(() => assertValidGrid(grid)).not.toThrow()
    // Left-handed: slices stored feet first.
    expect(() => assertValidGrid({ ...grid, direction: [1, 0, 0, 0, 1, 0, 0, 0, -1] })).not.toThrow()
  })
})

describe('transforms', () => {
  it('inverse and product undo each other', () => {
    fc.assert(
      fc.property(fc.tuple(angle, angle, angle), fc.tuple(number, number, number), ([a, b, c], t: Vec3) => {
        const m = rigid(rotation(a, b, c), t)
        near(multiplyMat4(m, invertAffine(m)), IDENTITY_MAT4)
        near(applyMat4(invertAffine(m), applyMat4(m, [1, 2, 3])), [1, 2, 3])
      }),
    )
  })

  it('the product does the right-hand one first', () => {
    const shift = rigid([1, 0, 0, 0, 1, 0, 0, 0, 1], [5, 0, 0])
    const turn = rigid([0, -1, 0, 1, 0, 0, 0, 0, 1], [0, 0, 0])
    near(applyMat4(multiplyMat4(turn, shift), [1, 0, 0]), [0, 6, 0])
  })

  it('rigid ones are told from others', () => {
    const mirror: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, -1]
    expect(isRigidTransform(rigid(rotation(0.3, 0.2, 0.1), [1, 2, 3]))).toBe(true)
    expect(isRigidTransform(rigid(mirror, [0, 0, 0]))).toBe(false)
    expect(isRigidBasis(mirror)).toBe(true)
    expect(isRigidTransform([1.1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])).toBe(false)
    expect(volumeScale([2, 0, 0, 0, 0, 3, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1])).toBe(6)
  })

  it('what is not an invertible affine map is refused', () => {
    const identity = [...IDENTITY_MAT4]
    const changed = (n: number, value: number): number[] => identity.map((v, i) => (i === n ? value : v))
    for (const m of [identity.slice(1), changed(0, NaN), changed(12, 1), changed(15, 2), changed(0, 0)]) {
      expect(() => assertAffine(m)).toThrow(InputError)
    }
  })
})
