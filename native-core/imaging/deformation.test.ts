import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../../tests/laws/seed.ts'
import { InputError } from '../errors/index.ts'
import {
  IDENTITY_MAT4,
  affineAfterDeformation,
  applyMat4,
  assertNotFolded,
  assertValidDeformation,
  composeDeformations,
  deformationAfterAffine,
  deformationOfAffine,
  foldingOf,
  inversePoint,
  invertDeformationReference,
  jacobianDeterminantsReference,
  mapPoint,
  multiplyMat4,
} from './index.ts'
import { cube, humpDeformation, turned } from './testDeformations.ts'
import type { Deformation, Mat4, Vec3 } from './types.ts'

const grid = turned({ ...cube(13, 8), dimensions: [13, 12, 11], spacingMm: [8, 9, 10] }, 0.4)
const rigid: Mat4 = [0.96, -0.28, 0, 7, 0.28, 0.96, 0, -3, 0, 0, 1, 12, 0, 0, 0, 1]
const stretch: Mat4 = [1.1, 0.05, 0, 2, 0, 0.9, 0.02, 1, 0, 0, 1.2, -4, 0, 0, 0, 1]
const bent = humpDeformation(grid, [{ centreMm: [0, -8, 4], sigmaMm: 17, amplitudeMm: [6, -5, 7] }], rigid)

const near = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
const coordinate = fc.double({ min: -70, max: 70, noNaN: true })
const point = fc.tuple(coordinate, coordinate, coordinate)
const within = fc.double({ min: -20, max: 20, noNaN: true })
const inner: fc.Arbitrary<Vec3> = fc.tuple(within, within, within)

describe('a point through a deformation', () => {
  it('is moved by u first and by the matrix then', () => {
    const shift: Deformation = { ...bent, displacementMm: new Float32Array(bent.displacementMm.length).fill(2) }
    expect(near(mapPoint(shift, [1, 2, 3]), applyMat4(rigid, [3, 4, 5]))).toBeLessThan(1e-6)
  })

  it('is moved by the matrix alone beyond the grid, by the nearest plane in the outer half voxel', () => {
    const plain = { ...cube(3, 10), dimensions: [3, 3, 3] as Vec3 }
    const all = { grid: plain, displacementMm: new Float32Array(81).fill(1), fixedToMoving: IDENTITY_MAT4 }
    expect(mapPoint(all, [14.9, 0, 0])).toEqual([15.9, 1, 1])
    expect(mapPoint(all, [15.1, 0, 0])).toEqual([15.1, 0, 0])
  })

  it('comes back: the inverse of its image is the point, wherever it lies', () => {
    fc.assert(
      fc.property(point, (p) => {
        const x: Vec3 = [p[0], p[1], p[2]]
        expect(near(mapPoint(bent, inversePoint(bent, mapPoint(bent, x))), mapPoint(bent, x))).toBeLessThan(1e-4)
      }),
      { numRuns: 200 },
    )
  })

  it('has no way back out of a gap at the edge of the grid', () => {
    const plain = cube(5, 10)
    const inward = {
      grid: plain,
      displacementMm: new Float32Array(375).map((_, n) => (n % 3 === 0 ? 8 : 0)),
      fixedToMoving: IDENTITY_MAT4,
    }
    expect(() => inversePoint(inward, [-22, 0, 0])).toThrow(/no counterpart/)
    expect(inversePoint(inward, [0, 0, 0])[0]).toBeCloseTo(-8, 5)
    expect(inversePoint(inward, [-40, 0, 0])).toEqual([-40, 0, 0])
  })
})

describe('the Jacobian determinant', () => {
  it('is that of the matrix where nothing is displaced, and beyond the grid', () => {
    const jacobian = jacobianDeterminantsReference(deformationOfAffine(stretch), cube(3, 5))
    for (const one of jacobian) expect(one).toBeCloseTo(1.1 * 0.9 * 1.2, 6)
  })

  it('is that of the derivatives of a hump', () => {
    const fine = cube(41, 2)
    const hump = { centreMm: [3, -2, 1] as Vec3, sigmaMm: 14, amplitudeMm: [4, 3, -5] as Vec3 }
    const found = jacobianDeterminantsReference(humpDeformation(fine, [hump]))
    // det(I + a ⊗ ∇h) = 1 + a · ∇h.
    for (const [i, j, k] of [
      [20, 20, 20],
      [25, 17, 22],
      [12, 26, 19],
    ] as const) {
      const x = [i, j, k].map((n) => (n - 20) * 2)
      const d = x.map((value, axis) => value - hump.centreMm[axis]!)
      const height = Math.exp(-(d[0]! ** 2 + d[1]! ** 2 + d[2]! ** 2) / (2 * 14 * 14))
      const expected = 1 - d.reduce((sum, value, axis) => sum + (hump.amplitudeMm[axis]! * value * height) / 196, 0)
      expect(found[i + 41 * (j + 41 * k)]).toBeCloseTo(expected, 2)
    }
  })

  it('of a smooth field is positive; a fold is found and refused', () => {
    expect(foldingOf(bent).smallest).toBeGreaterThan(0.2)
    expect(() => assertNotFolded(bent)).not.toThrow()
    const folded = humpDeformation(cube(15, 4), [{ centreMm: [0, 0, 0], sigmaMm: 8, amplitudeMm: [30, 0, 0] }])
    const { smallest, foldedShare } = foldingOf(folded)
    expect(smallest).toBeLessThan(0)
    expect(foldedShare).toBeGreaterThan(0)
    expect(() => assertNotFolded(folded)).toThrow(/folds: its Jacobian determinant falls to/)
  })

  it('finds a fold of one voxel that central differences do not see', () => {
    const plain = cube(9, 1)
    const u = new Float32Array(3 * 729)
    for (let n = 0; n < 729; n++) if (n % 9 === 4) u[3 * n] = 1.5
    const zigzag = { grid: plain, displacementMm: u, fixedToMoving: IDENTITY_MAT4 }
    expect(Math.min(...jacobianDeterminantsReference(zigzag).filter((_, n) => n % 9 === 4))).toBeCloseTo(1, 6)
    expect(foldingOf(zigzag).smallest).toBeCloseTo(-0.5, 6)
  })
})

describe('one after the other', () => {
  it('a matrix after a deformation is exact', () => {
    const both = affineAfterDeformation(stretch, bent)
    expect(near(mapPoint(both, [4, 5, 6]), applyMat4(stretch, mapPoint(bent, [4, 5, 6])))).toBeLessThan(1e-9)
  })

  it('a rigid matrix before one is exact, any other to the resolution of the grid', () => {
    fc.assert(
      fc.property(inner, (x) => {
        const turnedFirst = deformationAfterAffine(bent, rigid)
        expect(near(mapPoint(turnedFirst, x), mapPoint(bent, applyMat4(rigid, x)))).toBeLessThan(1e-4)
        const stretchedFirst = deformationAfterAffine(bent, stretch)
        expect(near(mapPoint(stretchedFirst, x), mapPoint(bent, applyMat4(stretch, x)))).toBeLessThan(0.6)
      }),
      { numRuns: 20 },
    )
  })

  it('two deformations act in their order', () => {
    const fine = cube(31, 3)
    const one = humpDeformation(fine, [{ centreMm: [5, 0, 0], sigmaMm: 16, amplitudeMm: [4, 3, 0] }], rigid)
    const other = humpDeformation(fine, [{ centreMm: [0, 6, 10], sigmaMm: 18, amplitudeMm: [-3, 0, 5] }], stretch)
    const both = composeDeformations(other, one)
    expect(both.fixedToMoving).toEqual(multiplyMat4(stretch, rigid))
    fc.assert(
      fc.property(inner, (x) => {
        expect(near(mapPoint(both, x), mapPoint(other, mapPoint(one, x)))).toBeLessThan(0.1)
      }),
      { numRuns: 60 },
    )
  })

  it('does not fold on the way back where the field ends before it has faded out, though there is a step', () => {
    const cut = humpDeformation(cube(9, 5), [{ centreMm: [18, 0, 0], sigmaMm: 30, amplitudeMm: [11, 4, 0] }])
    expect(foldingOf(cut).smallest).toBeGreaterThan(0.3)
    expect(foldingOf(invertDeformationReference(cut, cube(25, 4))).smallest).toBeGreaterThan(0.3)
  })

  it('a deformation and its inverse lead back', () => {
    const fine = cube(41, 2)
    const hump = humpDeformation(fine, [{ centreMm: [5, 0, 0], sigmaMm: 14, amplitudeMm: [5, 3, -4] }], rigid)
    const back = invertDeformationReference(hump, cube(61, 2))
    fc.assert(
      fc.property(inner, (x) => {
        expect(near(mapPoint(back, mapPoint(hump, x)), x)).toBeLessThan(0.15)
      }),
      { numRuns: 60 },
    )
  })
})

describe('what is no deformation', () => {
  it.each([
    ['of another size', { ...bent, displacementMm: new Float32Array(5) }, 'deformation.size'],
    [
      'with a displacement that is no number',
      { ...bent, displacementMm: bent.displacementMm.map((v, n) => (n === 7 ? NaN : v)) },
      'deformation.not-finite',
    ],
    ['with a singular matrix', { ...bent, fixedToMoving: rigid.map((v, n) => (n < 4 ? 0 : v)) }, 'transform.invalid'],
    ['with an impossible grid', { ...bent, grid: { ...grid, spacingMm: [1, 0, 1] as Vec3 } }, 'geometry.invalid-grid'],
  ])('is refused %s', (_, wrong, code) => {
    try {
      assertValidDeformation(wrong)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).code).toBe(code)
    }
  })
})
