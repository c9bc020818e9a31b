import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InputError } from '../errors/index.ts'
import { indexToPatient, voxelCount, voxelVolumeMl } from './index.ts'
import { resampleActivity, resampleTrilinear } from './resample.ts'
import { gridAround, rigid, rotation } from './testShapes.ts'
import type { ImageGrid } from './types.ts'

const grid = gridAround(12, [3, 4, 5], [1, 2, 3])

const fill = (of: ImageGrid, f: (x: number, y: number, z: number) => number): Float32Array => {
  const values = new Float32Array(voxelCount(of))
  let n = 0
  for (let k = 0; k < of.dimensions[2]; k++)
    for (let j = 0; j < of.dimensions[1]; j++)
      for (let i = 0; i < of.dimensions[0]; i++) values[n++] = f(...indexToPatient(of, [i, j, k]))
  return values
}

const linear = (x: number, y: number, z: number): number => 5 + 0.3 * x - 0.2 * y + 0.1 * z
const total = (values: Float32Array, of: ImageGrid): number => values.reduce((sum, v) => sum + v, 0) * voxelVolumeMl(of)

describe('trilinear resampling', () => {
  it('reproduces linear functions between voxel centres, whatever the grids', () => {
    const inner = gridAround(5, [1.1, 1.2, 1.3], [1, 2, 3], rotation(0.4, -0.6, 0.9))
    const found = resampleTrilinear({ grid, values: fill(grid, linear) }, inner)
    const expected = fill(inner, linear)
    found.forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 4))
  })

  it('moves with the transform', () => {
    const m = rigid([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 0, 0])
    const found = resampleTrilinear({ grid, values: fill(grid, linear) }, grid, { transform: m, fill: NaN })
    // Moved 3 mm along x: the value at a place is what was 3 mm before it.
    const expected = fill(grid, (x, y, z) => linear(x - 3, y, z))
    found.forEach((value, n) => {
      if (n % grid.dimensions[0] === 0) expect(value).toBeNaN()
      else expect(value).toBeCloseTo(expected[n]!, 4)
    })
  })

  it('keeps the edge value up to the voxel faces and fills beyond', () => {
    const line: ImageGrid = {
      dimensions: [2, 1, 1],
      spacingMm: [4, 4, 4],
      originMm: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    }
    const fine: ImageGrid = { ...line, dimensions: [13, 1, 1], spacingMm: [1, 4, 4], originMm: [-4, 0, 0] }
    const found = resampleTrilinear({ grid: line, values: Float32Array.of(10, 20) }, fine, { fill: -1 })
    expect([...found]).toEqual([-1, -1, 10, 10, 10, 12.5, 15, 17.5, 20, 20, 20, -1, -1])
  })

  it('refuses sizes that do not fit', () => {
    expect(() => resampleTrilinear({ grid, values: new Float32Array(3) }, grid)).toThrow(InputError)
  })
})

describe('activity-conserving resampling', () => {
  const angle = fc.double({ min: -3, max: 3, noNaN: true })
  const values = fill(grid, (x, y, z) => 100 + x * y - z)

  it('keeps the total where all is inside, on parallel and oblique grids', () => {
    fc.assert(
      fc.property(
        fc.tuple(angle, angle, angle),
        fc.boolean(),
        fc.constantFrom(1.7, 4.4, 6.8),
        ([a, b, c], isOblique, s) => {
          const target = gridAround(
            40,
            [s, s, 1.3 * s],
            [0, 0, 0],
            isOblique ? rotation(a, b, c) : [0, 1, 0, 0, 0, -1, 1, 0, 0],
          )
          const found = resampleActivity({ grid, values }, target)
          expect(total(found, target) / total(values, grid)).toBeCloseTo(1, 6)
        },
      ),
      { numRuns: 8 },
    )
  })

  it('splits and joins voxels by their overlap', () => {
    const line: ImageGrid = {
      dimensions: [4, 1, 1],
      spacingMm: [2, 2, 2],
      originMm: [0, 0, 0],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    }
    // Voxels of 3 mm from −1 mm: [−1, 2], [2, 5], [5, 8].
    const target: ImageGrid = { ...line, dimensions: [3, 1, 1], spacingMm: [3, 2, 2], originMm: [0.5, 0, 0] }
    const found = resampleActivity({ grid: line, values: Float32Array.of(6, 3, 9, 12) }, target)
    expect([...found]).toEqual([(2 * 6 + 3) / 3, (3 + 2 * 9) / 3, (2 * 12) / 3])
  })

  it('leaves a uniform concentration uniform inside, to 1 % on oblique grids', () => {
    const big = gridAround(30, [4, 4, 4])
    const target = gridAround(8, [3, 3, 3], [0, 0, 0], rotation(0.5, 0.7, -0.2))
    const found = resampleActivity({ grid: big, values: new Float32Array(voxelCount(big)).fill(7) }, target)
    found.forEach((value) => expect(Math.abs(value / 7 - 1)).toBeLessThan(0.01))
  })
})
