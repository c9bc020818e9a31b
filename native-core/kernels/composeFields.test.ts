import { beforeAll, describe, expect, it } from 'vitest'
import { applyMat4, composeDeformations, indexToPatient, mapPoint, voxelCount } from '../imaging/index.ts'
import type { Mat4, Vec3 } from '../imaging/index.ts'
import { indexOf } from '../imaging/deformation.ts'
import { cube, humpDeformation, humpsAt, turned } from '../imaging/testDeformations.ts'
import type { Hump } from '../imaging/testDeformations.ts'
import { isBuilt } from './built.test-support.ts'
import { composeFields } from './composeFields.ts'
import { allowMainThread } from './index.ts'

const A: Mat4 = [0.96, -0.28, 0, 7, 0.28, 0.96, 0, -3, 0, 0, 1, 6, 0, 0, 0, 1]
const B: Mat4 = [1, 0, 0.1, -4, 0, 1.05, 0, 2, -0.1, 0, 1, 5, 0, 0, 0, 1]
const innerHumps: readonly Hump[] = [
  { centreMm: [-5, -8, 4], sigmaMm: 20, amplitudeMm: [6, -5, 7] },
  { centreMm: [20, 8, -14], sigmaMm: 24, amplitudeMm: [-4, 5, 3] },
]
const outerHumps: readonly Hump[] = [{ centreMm: [8, 4, -6], sigmaMm: 25, amplitudeMm: [-8, 6, 5] }]
const inner = humpDeformation(turned(cube(40, 4), 0.2), innerHumps, A)
const outer = humpDeformation(turned(cube(45, 5), -0.3), outerHumps, B)
const grid = cube(25, 4)

const plus = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
/** outer(inner(x)) in closed form, without any grid. */
function composition(x: Vec3): Vec3 {
  const between = applyMat4(A, plus(x, humpsAt(innerHumps, x)))
  return applyMat4(B, plus(between, humpsAt(outerHumps, between)))
}
const apart = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

/**
 * Of trilinear interpolation at a spacing h, for the length of the vector: at most h²/8 times the second derivative along each of three axes, which
 * of a Gaussian hump is at most amplitude/σ².
 */
const interpolationError = (humps: readonly Hump[], h: number): number =>
  humps.reduce(
    (sum, { amplitudeMm, sigmaMm }) => sum + (3 * h * h * Math.hypot(...amplitudeMm)) / (8 * sigmaMm ** 2),
    0,
  )

describe.skipIf(!isBuilt)('composeFields (skipped where the kernels are not built)', () => {
  beforeAll(allowMainThread)

  it('is the composition of the closed forms in every voxel, within the error of interpolation of the two fields', () => {
    const found = composeFields(outer, inner, grid)
    // What the inner field is off, the outer one changes by its matrix and its slope: less than twice here.
    const bound = 2 * interpolationError(innerHumps, 4) + 1.2 * interpolationError(outerHumps, 5)
    expect(bound).toBeLessThan(1)
    let most = 0
    for (let n = 0; n < voxelCount(grid); n++) {
      const x = indexToPatient(grid, indexOf(grid, n))
      most = Math.max(most, apart(mapPoint(found, x), composition(x)))
    }
    expect(most).toBeLessThan(bound)
    // It is no matrix alone: the displacements matter by far more than the bound.
    const [middle, beyond] = [composition([0, 0, 0]), applyMat4(found.fixedToMoving, [0, 0, 0])]
    expect(apart(middle, beyond)).toBeGreaterThan(4 * bound)
  })

  it('is what its twin in plain TypeScript gives, also where the fields end', () => {
    const small = humpDeformation(cube(14, 4), innerHumps, A)
    const around = cube(12, 9)
    const [a, b] = [composeFields(outer, small, around), composeDeformations(outer, small, around)]
    expect(a.fixedToMoving).toEqual(b.fixedToMoving)
    a.displacementMm.forEach((mm, n) => {
      if (!(Math.abs(mm - b.displacementMm[n]!) < 2e-4)) expect(mm).toBeCloseTo(b.displacementMm[n]!, 4)
    })
  })
})
