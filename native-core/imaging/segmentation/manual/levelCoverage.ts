/** Coverage of the part of a sampled field that lies above a level. */
import type { Vec3 } from '../../types.ts'
import { boxCut } from './boxCut.ts'

/** Below this slope (in units of the field a millimetre, relative to its range) a field is flat: there is no boundary to place. */
const FLAT = 1e-9

/**
 * How much of each voxel lies above a level, 0 to 1, the field being linear within a voxel along its slope: the boundary is a plane that cuts the voxel
 * where the field has the level. `values` are one a voxel at its centre, x fastest in a box of `size`.
 */
export class LevelCoverage {
  readonly #values: ArrayLike<number>
  readonly #size: Vec3
  readonly #spacingMm: Vec3

  constructor(values: ArrayLike<number>, size: Vec3, spacingMm: Vec3) {
    this.#values = values
    this.#size = size
    this.#spacingMm = spacingMm
  }

  /** The voxel's slope and its extents along the slope's direction, for asking at many levels. */
  slopeAt(n: number): readonly [steepness: number, a: number, b: number, c: number] {
    const [nx, ny, nz] = this.#size
    const s = this.#spacingMm
    const x = n % nx
    const y = Math.floor(n / nx) % ny
    const z = Math.floor(n / (nx * ny))
    const gx = this.#slope(n, x, nx, 1) / s[0]
    const gy = this.#slope(n, y, ny, nx) / s[1]
    const gz = this.#slope(n, z, nz, nx * ny) / s[2]
    const steepness = Math.hypot(gx, gy, gz)
    if (!(steepness > FLAT)) return [0, 0, 0, 0]
    return [
      steepness,
      (Math.abs(gx) * s[0]) / steepness,
      (Math.abs(gy) * s[1]) / steepness,
      (Math.abs(gz) * s[2]) / steepness,
    ]
  }

  /** The part of voxel n above the level; NaN counts as below. */
  above(n: number, level: number, [steepness, a, b, c] = this.slopeAt(n)): number {
    const over = this.#values[n]! - level
    if (!(steepness > 0)) return over >= 0 ? 1 : 0
    return boxCut(a, b, c, over / steepness)
  }

  #slope(n: number, place: number, count: number, stride: number): number {
    const before = place > 0 ? n - stride : n
    const after = place < count - 1 ? n + stride : n
    return before === after ? 0 : (this.#values[after]! - this.#values[before]!) / ((after - before) / stride)
  }
}
