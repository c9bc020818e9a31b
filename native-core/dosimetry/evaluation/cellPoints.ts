/**
 * Where in its cell of a structure the dose is taken.
 *
 * At the centres of cells all of a layer would take one dose, so that the histogram of a dose that grows along an axis had steps. Each
 * point is moved within its cell instead, by the additive sequence of the plastic number (Roberts 2018, "The unreasonable effectiveness
 * of quasirandom sequences"), which fills the cell evenly and is the same on every run. In voxels that are only partly inside, points are
 * moved into the part that is: what a plane at right angles to the gradient of the fractions cuts off.
 */
import { fractionAt } from '../../imaging/maskAlgebra.ts'
import type { FractionalMask, Vec3 } from '../../imaging/types.ts'

/** The real root of x⁴ = x + 1: powers of its inverse are the steps of the sequence in three dimensions. */
const ROOT = 1.2207440846057596
const STEP = [1 / ROOT, 1 / ROOT ** 2, 1 / ROOT ** 3] as const

/** The point in the unit cube that is `n`-th in the sequence, around its middle: coordinates from −1/2 to 1/2. */
export function spread(n: number, out: Float64Array): void {
  for (let axis = 0; axis < 3; axis++) {
    const x = 0.5 + (n + 1) * STEP[axis]!
    out[axis] = x - Math.floor(x) - 0.5
  }
}

/**
 * Direction into the structure at a voxel with `fraction` between 0 and 1, in index axes, of length 1; null where the fractions around
 * it have no slope.
 */
export function inwards(mask: FractionalMask, i: number, j: number, k: number): Vec3 | null {
  const x = fractionAt(mask, i + 1, j, k) - fractionAt(mask, i - 1, j, k)
  const y = fractionAt(mask, i, j + 1, k) - fractionAt(mask, i, j - 1, k)
  const z = fractionAt(mask, i, j, k + 1) - fractionAt(mask, i, j, k - 1)
  const length = Math.hypot(x, y, z)
  return length > 1e-6 ? [x / length, y / length, z / length] : null
}

/**
 * Moves a point of the unit cube around 0 along `inside` into the part `fraction` of the cube that lies on that side of a plane at right
 * angles to it, so that points that fill the cube evenly fill the part evenly (in that direction).
 */
export function drawIn(point: Float64Array, fraction: number, inside: Vec3): void {
  // An axis to which the plane hardly leans makes the terms cancel; so small a slope moves no point that matters.
  const [a, b, c] = inside.map((value) => Math.max(Math.abs(value), 1e-3)) as unknown as Vec3
  const width = a + b + c
  const along = inside[0] * point[0]! + inside[1] * point[1]! + inside[2] * point[2]! + width / 2
  const wanted = 1 - fraction + fraction * shareBelow(along, a, b, c)
  let low = 0
  let high = width
  for (let round = 0; round < 24; round++) {
    const middle = (low + high) / 2
    if (shareBelow(middle, a, b, c) < wanted) low = middle
    else high = middle
  }
  const move = (low + high) / 2 - along
  for (let axis = 0; axis < 3; axis++) point[axis]! += move * inside[axis]!
}

/** Part of the box a × b × c in which the three coordinates sum to less than s, by inclusion and exclusion of corners. */
function shareBelow(s: number, a: number, b: number, c: number): number {
  const cube = (x: number): number => (x > 0 ? x * x * x : 0)
  return (
    (cube(s) - cube(s - a) - cube(s - b) - cube(s - c) + cube(s - a - b) + cube(s - a - c) + cube(s - b - c)) /
    (6 * a * b * c)
  )
}
