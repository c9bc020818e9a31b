/** Volumes and mean values of structures against analytic ones. */
import { describe, expect, it } from 'vitest'
import {
  indexToPatient,
  maskStatistics,
  maskVolumeMl,
  rasteriseContours,
  voxelCount,
} from '../../native-core/imaging/index.ts'
import { cut, ellipsoid, gridAround, rotation, sphere, sphereRadiusMm } from '../../native-core/imaging/testShapes.ts'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/index.ts'

const cases: readonly { volumesMl: number[]; spacingsMm: number[]; offsets: number[] }[] = [
  { volumesMl: [1, 1.3, 2, 5], spacingsMm: [1, 2, 3, 5], offsets: [0, 0.21, 0.5, 0.83] },
  { volumesMl: [20, 150, 1000], spacingsMm: [3, 5], offsets: [0.37] },
]
const grids: readonly (readonly [string, Vec3])[] = [
  ['1 mm CT', [1, 1, 1]],
  ['CT of 0.98 × 0.98 × 3 mm', [0.98, 0.98, 3]],
  ['CT of 3.4 × 3.4 × 5 mm', [3.4, 3.4, 5]],
  ['SPECT of 4.8 mm', [4.8, 4.8, 4.8]],
  ['SPECT of 6.8 mm', [6.8, 6.8, 6.8]],
]

describe('spheres of 1 mL to 1 L, contours every 1 to 5 mm at any offset: volume within 1 % of 4/3·π·r³', () => {
  for (const [name, spacing] of grids) {
    for (const direction of ['straight', 'oblique'] as const) {
      it(`on ${direction} ${name}`, () => {
        const axes = direction === 'straight' ? rotation(0, 0, 0) : rotation(0.3, -0.5, 0.8)
        for (const { volumesMl, spacingsMm, offsets } of cases) {
          for (const volumeMl of volumesMl) {
            const r = sphereRadiusMm(volumeMl)
            const grid = gridAround(r + 8, spacing, [0.3, -0.7, 1.1], axes)
            for (const h of spacingsMm) {
              for (const offset of offsets) {
                const mask = rasteriseContours(cut(sphere(r), h, offset * h), grid, { sliceThicknessMm: h })
                const error = maskVolumeMl(mask) / volumeMl - 1
                expect(Math.abs(error), `${volumeMl} mL, contours every ${h} mm at ${offset * h} mm`).toBeLessThan(0.01)
              }
            }
          }
        }
      })
    }
  }
})

describe('ellipsoids with at least three contours: volume within 1 % of 4/3·π·abc', () => {
  for (const [a, b, c] of [
    [6, 6, 12],
    [12, 6, 8],
    [20, 9, 13],
    [35, 25, 50],
    [9, 9, 7.6],
  ] as const) {
    it(`semi-axes ${a}, ${b}, ${c} mm`, () => {
      for (const h of [1, 2, 3, 5].filter((step) => 2 * c >= 3 * step)) {
        for (const offset of [0, 0.3, 0.5, 0.7]) {
          const contours = cut(ellipsoid(a, b, c), h, offset * h)
          const mask = rasteriseContours(contours, gridAround(Math.max(a, b, c) + 8, [4.8, 4.8, 4.8]), {
            sliceThicknessMm: h,
          })
          const error = maskVolumeMl(mask) / ((4 / 3) * Math.PI * a * b * c * 1e-3) - 1
          expect(Math.abs(error), `contours every ${h} mm at ${offset * h} mm`).toBeLessThan(0.01)
        }
      }
    })
  }
})

describe('mean of a blurred ball in voxels weighted by their part inside it, against 20³ samples a voxel: within 1 %', () => {
  /** Concentration of a blurred ball: 1 inside, falling to 0 over some millimetres. */
  const blurred = (r: number, x: number, y: number, z: number): number =>
    1 / (1 + Math.exp((Math.hypot(x, y, z) - r) / 2.5))

  const imageOf = (grid: ImageGrid, r: number): Float32Array => {
    const values = new Float32Array(voxelCount(grid))
    let n = 0
    for (let k = 0; k < grid.dimensions[2]; k++)
      for (let j = 0; j < grid.dimensions[1]; j++)
        for (let i = 0; i < grid.dimensions[0]; i++) values[n++] = blurred(r, ...indexToPatient(grid, [i, j, k]))
    return values
  }

  /** Mean over voxels weighted by the part of each that lies in the ball, found by sampling each voxel finely. */
  const expectedMean = (grid: ImageGrid, values: Float32Array, r: number): number => {
    const samples = 20
    let [sum, weight, n] = [0, 0, 0]
    for (let k = 0; k < grid.dimensions[2]; k++)
      for (let j = 0; j < grid.dimensions[1]; j++)
        for (let i = 0; i < grid.dimensions[0]; i++, n++) {
          const [x, y, z] = indexToPatient(grid, [i, j, k])
          let inside = 0
          const step = (m: number): number => ((m + 0.5) / samples - 0.5) * grid.spacingMm[0]
          if (Math.abs(Math.hypot(x, y, z) - r) > grid.spacingMm[0]) inside = Math.hypot(x, y, z) < r ? samples ** 3 : 0
          else
            for (let c = 0; c < samples; c++)
              for (let b = 0; b < samples; b++)
                for (let a = 0; a < samples; a++) if (Math.hypot(x + step(a), y + step(b), z + step(c)) < r) inside++
          sum += inside * values[n]!
          weight += inside
        }
    return sum / weight
  }

  for (const volumeMl of [3, 10, 40]) {
    it(`${volumeMl} mL on 3.4 mm voxels`, () => {
      const r = sphereRadiusMm(volumeMl)
      const grid = gridAround(r + 10, [3.4, 3.4, 3.4], [0.4, 0.9, -0.6])
      const values = imageOf(grid, r)
      const expected = expectedMean(grid, values, r)
      for (const offset of [0, 1.3, 2.5]) {
        const mask = rasteriseContours(cut(sphere(r), 5, offset), grid, { sliceThicknessMm: 5 })
        expect(Math.abs(maskStatistics(mask, values).mean / expected - 1)).toBeLessThan(0.01)
      }
    })
  }
})
