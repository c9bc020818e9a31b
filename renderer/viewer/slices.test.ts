import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import { apply, compose, identity, indexToPatient, patientToIndex, type Affine } from './affine.ts'
import { inPixels, levelLines, planeOf } from './levelLines.ts'
import { maskOutlines, padded } from './maskOutlines.ts'
import { outlines, type Polyline } from './outline.ts'
import type { SlicePlane } from './planes.ts'
import { shrink } from './projection.ts'
import { reslice, voxelAt, type Volume } from './reslice.ts'

const axisAligned: ImageGrid = {
  dimensions: [6, 5, 4],
  spacingMm: [2, 3, 4],
  originMm: [-5, -6, -6],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}
const turned: ImageGrid = { ...axisAligned, direction: [0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1] }

/** A volume whose values are a linear function of patient coordinates. */
function linear(grid: ImageGrid, [a, b, c, d]: readonly [number, number, number, number]): Volume {
  const [nx, ny, nz] = grid.dimensions
  const m = indexToPatient(grid)
  const values = new Float32Array(nx * ny * nz)
  for (let k = 0, o = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, o++) {
        const x = m[0] * i + m[1] * j + m[2] * k + m[3]
        const y = m[4] * i + m[5] * j + m[6] * k + m[7]
        const z = m[8] * i + m[9] * j + m[10] * k + m[11]
        values[o] = a * x + b * y + c * z + d
      }
  return { values, dimensions: grid.dimensions }
}

const plane = (over: Partial<SlicePlane> = {}): SlicePlane => ({
  originMm: [-2, -2, 0],
  stepRightMm: [0.5, 0, 0],
  stepDownMm: [0, 0.5, 0],
  width: 8,
  height: 8,
  ...over,
})
const coefficient = fc.double({ min: -10, max: 10, noNaN: true })

describe('reslice', () => {
  it.each([
    ['axis-aligned', axisAligned],
    ['turned', turned],
  ])('reproduces a linear field exactly (%s grid)', (_name, grid) => {
    fc.assert(
      fc.property(fc.tuple(coefficient, coefficient, coefficient, coefficient), (f) => {
        const out = new Float32Array(64)
        // In the middle of the grid, where every sample has voxels on all sides.
        const [x, y, z] = apply(indexToPatient(grid), [2.5, 2, 1.5])
        const slice = plane({ originMm: [x - 1.75, y - 1.75, z] })
        reslice(linear(grid, f), patientToIndex(grid), slice, out)
        for (let row = 0; row < 8; row++)
          for (let column = 0; column < 8; column++) {
            const expected = f[0] * (x - 1.75 + 0.5 * column) + f[1] * (y - 1.75 + 0.5 * row) + f[2] * z + f[3]
            expect(out[row * 8 + column]).toBeCloseTo(expected, 3)
          }
      }),
      { numRuns: 30 },
    )
  })

  it('gives the same along the axes of the grid as just off them, in each plane and with either sign', () => {
    const values = Float32Array.from({ length: 120 }, (_, i) => Math.sin(i * 12.9898) * 100)
    const volume: Volume = { values, dimensions: [6, 5, 4] }
    const toIndex = patientToIndex(axisAligned)
    const tilt = 1e-7
    const tilted: Affine = [1, tilt, tilt, 0, -tilt, 1, tilt, 0, -tilt, -tilt, 1, 0]
    const steps: readonly (readonly [Vec3, Vec3])[] = [
      [
        [1.4, 0, 0],
        [0, 1.8, 0],
      ],
      [
        [1.4, 0, 0],
        [0, 0, -1.6],
      ],
      [
        [0, 1.7, 0],
        [0, 0, -1.6],
      ],
      [
        [0, -1.7, 0],
        [-1.4, 0, 0],
      ],
    ]
    for (const [stepRightMm, stepDownMm] of steps) {
      const slice: SlicePlane = {
        originMm: [
          -0.3 - 6 * (stepRightMm[0] + stepDownMm[0]),
          0.2 - 6 * (stepRightMm[1] + stepDownMm[1]),
          0.4 - 6 * (stepRightMm[2] + stepDownMm[2]),
        ],
        stepRightMm,
        stepDownMm,
        width: 13,
        height: 13,
      }
      const along = new Float32Array(169)
      const off = new Float32Array(169)
      reslice(volume, toIndex, slice, along)
      reslice(volume, compose(toIndex, tilted), slice, off)
      expect(along.some((value) => Number.isNaN(value)) && along.some((value) => !Number.isNaN(value))).toBe(true)
      along.forEach((value, at) => {
        expect(Number.isNaN(value)).toBe(Number.isNaN(off[at]!))
        if (!Number.isNaN(value)) expect(off[at]).toBeCloseTo(value, 2)
      })
    }
  })

  it('is NaN outside the voxels and constant in the outer half of the border voxels', () => {
    const volume: Volume = { values: new Float32Array([1, 2]), dimensions: [2, 1, 1] }
    const out = new Float32Array(7)
    reslice(
      volume,
      identity,
      { originMm: [-0.75, 0, 0], stepRightMm: [0.375, 0, 0], stepDownMm: [0, 1, 0], width: 7, height: 1 },
      out,
    )
    expect([...out]).toEqual([NaN, 1, 1, 1.375, 1.75, 2, 2])
  })

  it('gives the value of the voxel that holds a point', () => {
    const volume: Volume = { values: Float32Array.from({ length: 120 }, (_, i) => i), dimensions: [6, 5, 4] }
    const toIndex = patientToIndex(axisAligned)
    expect(voxelAt(volume, toIndex, [-5, -6, -6])).toBe(0)
    expect(voxelAt(volume, toIndex, [-5 + 2 * 3 + 0.9, -6 + 3 * 2 - 1.4, -6 + 4 + 1.9])).toBe(3 + 6 * (2 + 5 * 1))
    expect(voxelAt(volume, toIndex, [-6.1, -6, -6])).toBeNull()
    expect(voxelAt(volume, toIndex, [-5, -6, 9])).toBeNull()
  })
})

const area = ({ points }: Polyline): number => {
  let twice = 0
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length
    twice += points[i]! * points[j + 1]! - points[j]! * points[i + 1]!
  }
  return Math.abs(twice) / 2
}

describe('outlines', () => {
  it('close around a disc with its area and its radius', () => {
    const size = 64
    const field = Float32Array.from(
      { length: size * size },
      (_, at) => 20 - Math.hypot((at % size) - 31.3, Math.floor(at / size) - 30.8),
    )
    const lines = outlines(field, size, size, 0)
    expect(lines).toHaveLength(1)
    expect(lines[0]!.closed).toBe(true)
    expect(area(lines[0]!)).toBeCloseTo(Math.PI * 400, -1)
    for (let i = 0; i < lines[0]!.points.length; i += 2) {
      expect(Math.abs(Math.hypot(lines[0]!.points[i]! - 31.3, lines[0]!.points[i + 1]! - 30.8) - 20)).toBeLessThan(0.02)
    }
  })

  it('finds holes and separate parts', () => {
    const size = 40
    const field = Float32Array.from({ length: size * size }, (_, at) => {
      const r = Math.hypot((at % size) - 12, Math.floor(at / size) - 20)
      const other = Math.hypot((at % size) - 32, Math.floor(at / size) - 20)
      return Math.max(Math.min(9 - r, r - 4), 5 - other)
    })
    const lines = outlines(field, size, size, 0)
    expect(lines.map((line) => line.closed)).toEqual([true, true, true])
    expect(lines.map((line) => Math.round(Math.sqrt(area(line) / Math.PI))).sort()).toEqual([4, 5, 9])
  })

  it('leaves lines open at the edge of the field and takes NaN as outside', () => {
    expect(outlines(new Float32Array([1, 1, 0, 0]), 2, 2, 0.5)).toEqual([
      { points: new Float32Array([0, 0.5, 1, 0.5]), closed: false },
    ])
    expect(outlines(new Float32Array([1, 1, NaN, NaN]), 2, 2, 0.5)[0]?.points).toEqual(
      new Float32Array([0, 0.5, 1, 0.5]),
    )
    expect(outlines(new Float32Array(16), 4, 4, 0.5)).toEqual([])
  })

  it('uses each crossed edge of the lattice exactly once, for any field', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0.2, 0.8, 1), { minLength: 49, maxLength: 49 }), (cells) => {
        const size = 9
        const field = new Float32Array(81)
        cells.forEach((value, at) => (field[(Math.floor(at / 7) + 1) * size + (at % 7) + 1] = value))
        const crossings = new Set<string>()
        for (let y = 0; y < size; y++)
          for (let x = 0; x < size; x++) {
            const inside = field[y * size + x]! >= 0.5
            if (x + 1 < size && inside !== field[y * size + x + 1]! >= 0.5) crossings.add(`h${x},${y}`)
            if (y + 1 < size && inside !== field[(y + 1) * size + x]! >= 0.5) crossings.add(`v${x},${y}`)
          }
        const lines = outlines(field, size, size, 0.5)
        // Surrounded by zeros every line closes, and its points are the crossings.
        expect(lines.every((line) => line.closed)).toBe(true)
        expect(lines.reduce((sum, line) => sum + line.points.length / 2, 0)).toBe(crossings.size)
      }),
    )
  })
})

describe('outlines of masks', () => {
  const cut = (mask: ReturnType<typeof padded>, toWorld: Affine, slice: SlicePlane) =>
    inPixels(maskOutlines(mask.volume, mask.grid, toWorld, planeOf(slice)), slice, planeOf(slice))

  const grid: ImageGrid = {
    dimensions: [40, 40, 20],
    spacingMm: [2, 2, 4],
    originMm: [-39, -39, -38],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const boxStart: Vec3 = [10, 12, 5]
  const boxSize: Vec3 = [8, 6, 4]
  const mask = padded(new Uint8Array(8 * 6 * 4).fill(255), { grid, boxStart, boxSize })
  /** Millimetre for millimetre: pixel (0, 0) at the given point. */
  const flat = (originMm: Vec3, stepRightMm: Vec3, stepDownMm: Vec3): SlicePlane => ({
    originMm,
    stepRightMm,
    stepDownMm,
    width: 100,
    height: 100,
  })

  it('run half-way to the next voxel, where half of its fraction is', () => {
    const lines = cut(mask, identity, flat([-50, -50, -10], [1, 0, 0], [0, 1, 0]))
    expect(lines).toHaveLength(1)
    const xs = [...lines[0]!.points].filter((_, at) => at % 2 === 0)
    const ys = [...lines[0]!.points].filter((_, at) => at % 2 === 1)
    // Voxels 10 to 17 span −20 to −4 mm in x; voxels 12 to 17 span −16 to −4 mm in y; pixels begin at −50.
    expect(Math.min(...xs)).toBeCloseTo(30, 1)
    expect(Math.max(...xs)).toBeCloseTo(46, 1)
    expect(Math.min(...ys)).toBeCloseTo(34, 1)
    expect(Math.max(...ys)).toBeCloseTo(46, 1)
  })

  it('are there in the other planes and absent where the mask is not', () => {
    const coronal = cut(mask, identity, flat([-50, -10, 50], [1, 0, 0], [0, 0, -1]))
    const zs = [...coronal[0]!.points].filter((_, at) => at % 2 === 1).map((pixel) => 50 - pixel)
    // Slices 5 to 8 span −20 to −4 mm.
    expect(Math.min(...zs)).toBeCloseTo(-20, 1)
    expect(Math.max(...zs)).toBeCloseTo(-4, 1)
    expect(cut(mask, identity, flat([-50, -50, 10], [1, 0, 0], [0, 1, 0]))).toEqual([])
  })

  it('move with the registration of their time point', () => {
    const shifted = cut(mask, [1, 0, 0, 7, 0, 1, 0, 0, 0, 0, 1, 0], flat([-50, -50, -10], [1, 0, 0], [0, 1, 0]))
    expect(Math.min(...[...shifted[0]!.points].filter((_, at) => at % 2 === 0))).toBeCloseTo(37, 1)
  })
})

describe('lines of equal value', () => {
  const grid: ImageGrid = {
    dimensions: [41, 41, 9],
    spacingMm: [2, 2, 2],
    originMm: [-40, -40, -8],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  // Falls off by 1 for each mm from the axis: the line of value 40 − r is the circle of radius r.
  const values = Float32Array.from({ length: 41 * 41 * 9 }, (_, at) => {
    const x = (at % 41) * 2 - 40
    const y = (Math.floor(at / 41) % 41) * 2 - 40
    return 40 - Math.hypot(x, y)
  })
  const slice: SlicePlane = {
    originMm: [-40, -40, 0],
    stepRightMm: [0.5, 0, 0],
    stepDownMm: [0, 0.5, 0],
    width: 161,
    height: 161,
  }

  it('are circles of the right radius around a cone, one for each level, and none above its top', () => {
    const of = planeOf(slice)
    const found = levelLines({ values, dimensions: [41, 41, 9] }, grid, identity, of, [30, 15, 45])
    expect(found.map((one) => one.lines.length)).toEqual([1, 1, 0])
    found.slice(0, 2).forEach((one, index) => {
      const [line] = inPixels(one, slice, of)
      const points = line?.points ?? new Float32Array()
      expect(line?.closed).toBe(true)
      for (let at = 0; at < points.length; at += 2) {
        const r = Math.hypot((points[at] as number) * 0.5 - 40, (points[at + 1] as number) * 0.5 - 40)
        expect(Math.abs(r - (index === 0 ? 10 : 25))).toBeLessThan(0.1)
      }
    })
  })
})

describe('projection', () => {
  it('keeps the highest value and the place of the volume', () => {
    const values = new Float32Array(6 * 5 * 4)
    values[5 + 6 * (4 + 5 * 3)] = 9
    const small = shrink({ values, dimensions: [6, 5, 4] }, axisAligned, 3, 'maximum')
    expect(small.grid.dimensions).toEqual([3, 3, 2])
    expect(small.grid.spacingMm).toEqual([4, 6, 8])
    expect(small.grid.originMm).toEqual([-4, -4.5, -4])
    expect(Math.max(...small.values)).toBe(9)
    expect(small.values.at(-1)).toBe(9)
  })

  it('takes the mean of what a block holds, where bone must not thicken', () => {
    const values = new Float32Array(6 * 5 * 4)
    values[5 + 6 * (4 + 5 * 3)] = 9
    values[4 + 6 * (4 + 5 * 3)] = NaN
    // The last block is cut by the edge: four voxels, one of them unknown.
    const small = shrink({ values, dimensions: [6, 5, 4] }, axisAligned, 3, 'mean')
    expect(small.values.at(-1)).toBe(3)
    expect(small.grid.dimensions).toEqual([3, 3, 2])
    expect(shrink({ values: values.fill(-7), dimensions: [6, 5, 4] }, axisAligned, 3, 'mean').values).toEqual(
      new Float32Array(18).fill(-7),
    )
  })

  it('changes nothing where the volume is small enough', () => {
    const values = Float32Array.from({ length: 120 }, (_, i) => i)
    const same = shrink({ values, dimensions: [6, 5, 4] }, axisAligned, 128, 'maximum')
    expect(same.grid).toEqual(axisAligned)
    expect([...same.values]).toEqual([...values])
  })
})
