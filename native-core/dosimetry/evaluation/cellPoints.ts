/**
 * Where in its cell of a structure the dose is taken.
 *
 * At the centres of cells all of a layer would take one dose, so that the histogram of a dose that grows along an axis had steps. Each
 * point is moved within its cell instead, by the additive sequence of the plastic number (Roberts 2018, "The unreasonable effectiveness
 * of quasirandom sequences"), which fills the cell evenly and is the same on every run. In voxels that are only partly inside, points are
 * drawn together into the part that is: cut off by a plane at right angles to the gradient of the fractions.
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

/** Draws an offset from a voxel's centre (index units) into the part `fraction` of the voxel that lies in the direction `inside`. */
export function drawIn(offset: Float64Array, fraction: number, inside: Vec3): void {
  const along = inside[0] * offset[0]! + inside[1] * offset[1]! + inside[2] * offset[2]!
  const width = Math.abs(inside[0]) + Math.abs(inside[1]) + Math.abs(inside[2])
  const move = (1 - fraction) * (width / 2 - along)
  for (let axis = 0; axis < 3; axis++) offset[axis]! += move * inside[axis]!
}
