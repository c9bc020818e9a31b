/**
 * The part of each voxel above a level of a sampled field. Voxels that the level surface passes near to are divided
 * into smaller cells; the field is interpolated there by cubic convolution (Keys, IEEE Trans. Acoust. 29, 1981, a =
 * −½), and the surface cuts each cell as a plane. So the volume of a smooth body hardly depends on the grid that it was
 * sampled on.
 */
import type { Vec3, VoxelBox } from '../../types.ts'
import { boxCut } from '../manual/boxCut.ts'
import { FULL } from '../manual/types.ts'

/** Cells along each axis of a voxel at the level. */
const PARTS = 3
const POINTS = PARTS + 2
const TAPS = 5

/** Values at voxel centres, x fastest; `size` along each axis, at least that of any box that is asked for. */
export interface SampledField {
  readonly values: ArrayLike<number>
  readonly size: Vec3
  readonly spacingMm: Vec3
}

/**
 * Of each voxel of `box` of the field the part where the field is at least `level`, as 0 to 255; beyond its ends the
 * field is as at its ends.
 */
export function coverageAbove(field: SampledField, box: VoxelBox, level: number): Uint8Array {
  const { values, size } = field
  const [nx, ny, nz] = size
  const near = countAbove(field, box, level)
  const coverage = new Uint8Array(near.length)
  const part = cellsAbove(field, level)
  let n = 0
  for (let z = box.start[2]; z < box.start[2] + box.size[2]; z++)
    for (let y = box.start[1]; y < box.start[1] + box.size[1]; y++)
      for (let x = box.start[0]; x < box.start[0] + box.size[0]; x++, n++) {
        if (near[n] === 0) continue
        if (near[n] === 27) coverage[n] = FULL
        else coverage[n] = Math.round(FULL * part(x, y, z))
      }
  return coverage

  /** How many of the 27 voxels about each lie above the level, those beyond the ends as their nearest. */
  function countAbove({ values }: SampledField, { start, size: count }: VoxelBox, limit: number): Uint8Array {
    const [bx, by, bz] = count
    const row = bx + 2
    const slice = row * (by + 2)
    let from = new Uint8Array(slice * (bz + 2))
    let at = 0
    for (let z = -1; z <= bz; z++) {
      const cz = clamp(start[2] + z, nz)
      for (let y = -1; y <= by; y++) {
        const line = nx * (clamp(start[1] + y, ny) + ny * cz)
        for (let x = -1; x <= bx; x++, at++) from[at] = values[line + clamp(start[0] + x, nx)]! >= limit ? 1 : 0
      }
    }
    for (const stride of [1, row, slice]) {
      const to = new Uint8Array(from.length)
      for (let n = stride; n < from.length - stride; n++) to[n] = from[n - stride]! + from[n]! + from[n + stride]!
      from = to
    }
    const out = new Uint8Array(bx * by * bz)
    let n = 0
    for (let z = 1; z <= bz; z++)
      for (let y = 1; y <= by; y++) for (let x = 1; x <= bx; x++, n++) out[n] = from[x + row * y + slice * z]!
    return out
  }

  /** The part of one voxel, from cells of it. */
  function cellsAbove({ spacingMm: s }: SampledField, limit: number) {
    const block = new Float64Array(TAPS ** 3)
    const alongX = new Float64Array(POINTS * TAPS * TAPS)
    const alongY = new Float64Array(POINTS * POINTS * TAPS)
    const points = new Float64Array(POINTS ** 3)
    const h = s.map((mm) => mm / PARTS) as unknown as Vec3
    return (x: number, y: number, z: number): number => {
      gather(x, y, z, block)
      for (let r = 0; r < TAPS * TAPS; r++)
        for (let q = 0; q < POINTS; q++) {
          let sum = 0
          for (let t = 0; t < TAPS; t++) sum += WEIGHTS[TAPS * q + t]! * block[TAPS * r + t]!
          alongX[POINTS * r + q] = sum
        }
      for (let c = 0; c < TAPS; c++)
        for (let q = 0; q < POINTS; q++)
          for (let p = 0; p < POINTS; p++) {
            let sum = 0
            for (let t = 0; t < TAPS; t++) sum += WEIGHTS[TAPS * q + t]! * alongX[p + POINTS * (t + TAPS * c)]!
            alongY[p + POINTS * (q + POINTS * c)] = sum
          }
      for (let q = 0; q < POINTS; q++)
        for (let p = 0; p < POINTS * POINTS; p++) {
          let sum = 0
          for (let t = 0; t < TAPS; t++) sum += WEIGHTS[TAPS * q + t]! * alongY[p + POINTS * POINTS * t]!
          points[p + POINTS * POINTS * q] = sum
        }
      let sum = 0
      for (let c = 1; c <= PARTS; c++)
        for (let b = 1; b <= PARTS; b++)
          for (let a = 1; a <= PARTS; a++) {
            const at = a + POINTS * (b + POINTS * c)
            const over = points[at]! - limit
            const gx = (points[at + 1]! - points[at - 1]!) / (2 * h[0])
            const gy = (points[at + POINTS]! - points[at - POINTS]!) / (2 * h[1])
            const gz = (points[at + POINTS * POINTS]! - points[at - POINTS * POINTS]!) / (2 * h[2])
            const slope = Math.sqrt(gx * gx + gy * gy + gz * gz)
            const [ex, ey, ez] = [Math.abs(gx) * h[0], Math.abs(gy) * h[1], Math.abs(gz) * h[2]]
            const reach = (ex + ey + ez) / 2
            if (over >= reach) sum += 1
            else if (over > -reach) sum += boxCut(ex / slope, ey / slope, ez / slope, over / slope)
          }
      return sum / PARTS ** 3
    }
  }

  function gather(x: number, y: number, z: number, block: Float64Array): void {
    let at = 0
    for (let c = -2; c <= 2; c++) {
      const cz = clamp(z + c, nz)
      for (let b = -2; b <= 2; b++) {
        const line = nx * (clamp(y + b, ny) + ny * cz)
        for (let a = -2; a <= 2; a++, at++) block[at] = values[line + clamp(x + a, nx)]!
      }
    }
  }
}

const clamp = (index: number, count: number): number => (index < 0 ? 0 : index >= count ? count - 1 : index)

/** Weights of the voxels at −2 … 2 for each point along an axis: the middles of the cells and one more at each end. */
const WEIGHTS = Float64Array.from({ length: POINTS * TAPS }, (_, n) => {
  const place = (Math.floor(n / TAPS) - 0.5) / PARTS - 0.5
  return cubicConvolution(Math.abs(place - ((n % TAPS) - 2)))
})

function cubicConvolution(d: number): number {
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0
}
