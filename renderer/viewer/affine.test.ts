import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import {
  apply,
  applyLinear,
  boundsOf,
  compose,
  fromMatrix4,
  identity,
  indexToPatient,
  invert,
  patientToIndex,
  type Affine,
} from './affine.ts'

const part = fc.double({ min: -50, max: 50, noNaN: true })
const point = fc.tuple(part, part, part)
const angle = fc.double({ min: -3, max: 3, noNaN: true })

/** A rotation about z then x, with a shift. */
function rigid(a: number, b: number, [x, y, z]: Vec3): Affine {
  const [c, s, k, t] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)]
  return [c, -s, 0, x, s * k, c * k, -t, y, s * t, c * t, k, z]
}
const close = (a: Vec3, b: Vec3) => a.forEach((value, axis) => expect(value).toBeCloseTo(b[axis]!, 6))

describe('affine maps', () => {
  it('compose as functions do', () => {
    fc.assert(
      fc.property(angle, angle, point, angle, angle, point, point, (a, b, s, c, d, t, p) => {
        const f = rigid(a, b, s)
        const g = rigid(c, d, t)
        close(apply(compose(f, g), p), apply(f, apply(g, p)))
      }),
    )
  })

  it('are undone by their inverse', () => {
    fc.assert(
      fc.property(angle, angle, point, point, (a, b, s, p) => {
        const f = rigid(a, b, s)
        close(apply(invert(f), apply(f, p)), p)
      }),
    )
  })

  it('map directions without their offset', () => {
    expect(applyLinear([2, 0, 0, 100, 0, 1, 0, 100, 0, 0, 1, 100], [1, 2, 3])).toEqual([2, 2, 3])
  })

  it('refuse what cannot be inverted or is not affine', () => {
    expect(() => invert([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])).toThrow(RangeError)
    expect(() => fromMatrix4([...identity, 0, 0, 0.1, 1])).toThrow(RangeError)
    expect(() => fromMatrix4([1, 2, 3])).toThrow(RangeError)
    expect(fromMatrix4([...identity, 0, 0, 0, 1])).toEqual(identity)
  })
})

describe('grids', () => {
  const oblique: ImageGrid = {
    dimensions: [4, 5, 6],
    spacingMm: [2, 3, 4],
    originMm: [10, 20, 30],
    // Columns are the axes: i along +y, j along −x, k along +z.
    direction: [0, -1, 0, 1, 0, 0, 0, 0, 1],
  }

  it('takes the columns of the direction as index axes', () => {
    expect(apply(indexToPatient(oblique), [1, 0, 0])).toEqual([10, 22, 30])
    expect(apply(indexToPatient(oblique), [0, 1, 0])).toEqual([7, 20, 30])
    expect(apply(indexToPatient(oblique), [0, 0, 2])).toEqual([10, 20, 38])
    close(apply(patientToIndex(oblique), [7, 22, 38]), [1, 1, 2])
  })

  it('are bounded by the edges of their voxels', () => {
    expect(boundsOf(oblique)).toEqual({ min: [10 - 4.5 * 3, 19, 28], max: [11.5, 20 + 3.5 * 2, 30 + 5.5 * 4] })
  })
})
