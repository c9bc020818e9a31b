import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyMat4, isRigidTransform } from '../../../../native-core/imaging/transform.ts'
import type { Mat4, Vec3 } from '../../../../native-core/imaging/types.ts'
import '../../../../tests/laws/seed.ts'
import { betweenPoints, moved, numbersOf, poseOf, rigidPart, shiftBetween, turned } from './pose.ts'

const mm = fc.double({ min: -300, max: 300, noNaN: true })
const point = fc.tuple(mm, mm, mm)
const turn = (most: number) => fc.double({ min: -most, max: most, noNaN: true })
const close = (a: readonly number[], b: readonly number[], digits = 6) =>
  a.forEach((value, n) => expect(value).toBeCloseTo(b[n]!, digits))
const IDENTITY: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

describe('a pose', () => {
  it('is told by its numbers, and made of them again', () => {
    fc.assert(
      fc.property(point, fc.tuple(turn(179), turn(89), turn(179)), point, (shiftMm, turnDeg, centre) => {
        const pose = poseOf({ shiftMm, turnDeg }, centre)
        expect(isRigidTransform(pose)).toBe(true)
        const numbers = numbersOf(pose, centre)
        close(numbers.shiftMm, shiftMm)
        close(numbers.turnDeg, turnDeg)
        // Its centre is only moved.
        close(
          applyMat4(pose, centre),
          [0, 1, 2].map((n) => centre[n]! + shiftMm[n]!),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('is the same map where the turn about y is a right angle', () => {
    const pose = poseOf({ shiftMm: [1, 2, 3], turnDeg: [20, 90, 30] }, [5, 6, 7])
    close(poseOf(numbersOf(pose, [5, 6, 7]), [5, 6, 7]), pose)
  })

  it('turns a quarter about the axis of a view: right becomes down', () => {
    // Axial: right is +x, down is +y, seen from the feet; about the point (10, 0, 0).
    close(applyMat4(turned(IDENTITY, 2, 90, [10, 0, 0]), [12, 0, 5]), [10, 2, 5])
    close(applyMat4(moved(turned(IDENTITY, 2, 90, [10, 0, 0]), [0, 0, 4]), [12, 0, 5]), [10, 2, 9])
  })

  it('leaves the point it is turned about, and is turned back', () => {
    fc.assert(
      fc.property(point, point, fc.constantFrom(0, 1, 2), turn(180), (start, about, axis, degrees) => {
        const pose = poseOf({ shiftMm: start, turnDeg: [10, -20, 30] }, [0, 0, 0])
        const once = turned(pose, axis, degrees, about)
        const place = (m: Mat4, p: Vec3) => applyMat4(m, p)
        close(turned(once, axis, -degrees, about), pose)
        // What lay on the pivot lies there still.
        const onPivot = place(betweenPoints(IDENTITY, pose)!, about)
        close(place(once, onPivot), about)
      }),
      { numRuns: 100 },
    )
  })

  it('keeps the turn of an affine map and the place of a point', () => {
    const pose = poseOf({ shiftMm: [4, 5, 6], turnDeg: [0, 0, 25] }, [0, 0, 0])
    const stretched = pose.map((value, n) => (n % 4 === 3 ? value : value * 1.1))
    close(numbersOf(rigidPart(stretched, [30, 40, 50]), [0, 0, 0]).turnDeg, [0, 0, 25])
    close(applyMat4(rigidPart(stretched, [30, 40, 50]), [30, 40, 50]), applyMat4(stretched, [30, 40, 50]))
  })
})

describe('the map between two time points', () => {
  it('goes by way of the reference', () => {
    const [a, b] = [shiftBetween([0, 0, 0], [1, 2, 3]), shiftBetween([0, 0, 0], [10, 0, 0])]
    close(applyMat4(betweenPoints(a, b)!, [0, 0, 0]), [-9, 2, 3])
    expect(betweenPoints(null, b)).toBeNull()
  })
})
