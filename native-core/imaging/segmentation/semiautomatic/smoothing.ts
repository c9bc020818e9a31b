/** A Gaussian convolution of the values of a box, and their slopes. */
import type { ImageGrid, Vec3, VoxelBox } from '../../types.ts'

/** The kernel ends at so many standard deviations: what is left out weighs 6e-5. */
const REACH_SD = 4

/**
 * The image in a box, convolved with a Gaussian of standard deviation `sdMm` (0: as it is). Voxels of the image around
 * the box count; beyond the image it is as at its edge.
 */
export function smoothedIn(
  { grid, values }: { readonly grid: ImageGrid; readonly values: ArrayLike<number> },
  box: VoxelBox,
  sdMm: number,
): Float32Array {
  const n = grid.dimensions
  const kernels = grid.spacingMm.map((mm) => gaussian(sdMm / mm))
  // One axis after the other; the box is still as wide as the axes that are left need it.
  let low = box.start.map((first, axis) => Math.max(0, first - (kernels[axis]!.length >> 1)))
  let size = box.start.map(
    (first, axis) => Math.min(n[axis]!, first + box.size[axis]! + (kernels[axis]!.length >> 1)) - low[axis]!,
  )
  let from = new Float32Array(size[0]! * size[1]! * size[2]!)
  let at = 0
  for (let z = 0; z < size[2]!; z++)
    for (let y = 0; y < size[1]!; y++) {
      const line = low[0]! + n[0] * (low[1]! + y + n[1] * (low[2]! + z))
      for (let x = 0; x < size[0]!; x++) from[at++] = values[line + x]!
    }
  for (const axis of [2, 1, 0] as const) {
    const kernel = kernels[axis]!
    const half = kernel.length >> 1
    const target = size.map((count, a) => (a === axis ? box.size[axis] : count))
    const to = new Float32Array(target[0]! * target[1]! * target[2]!)
    const stride = [1, size[0]!, size[0]! * size[1]!][axis]!
    const offset = box.start[axis] - low[axis]!
    at = 0
    for (let z = 0; z < target[2]!; z++)
      for (let y = 0; y < target[1]!; y++)
        for (let x = 0; x < target[0]!; x++) {
          const place = offset + [x, y, z][axis]!
          const line = (axis === 0 ? 0 : x) + size[0]! * ((axis === 1 ? 0 : y) + size[1]! * (axis === 2 ? 0 : z))
          let sum = 0
          for (let k = -half; k <= half; k++) {
            const index = place + k
            sum +=
              kernel[k + half]! *
              from[line + stride * (index < 0 ? 0 : index >= size[axis]! ? size[axis]! - 1 : index)]!
          }
          to[at++] = sum
        }
    from = to
    low = low.map((first, a) => (a === axis ? box.start[axis] : first))
    size = target
  }
  return from
}

/** Weights at whole voxels, in sum 1; a single one for no smoothing. */
function gaussian(sd: number): Float64Array {
  const half = sd > 0 ? Math.ceil(REACH_SD * sd) : 0
  const weights = Float64Array.from({ length: 2 * half + 1 }, (_, n) =>
    half === 0 ? 1 : Math.exp(-((n - half) ** 2) / (2 * sd * sd)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** Slopes along the three axes, per mm: central differences of the fourth order, of lower ones at the ends. */
export function slopes(
  values: Float32Array,
  size: Vec3,
  spacingMm: Vec3,
): readonly [Float32Array, Float32Array, Float32Array] {
  const strides = [1, size[0], size[0] * size[1]] as const
  const along = (axis: 0 | 1 | 2): Float32Array => {
    const out = new Float32Array(values.length)
    const stride = strides[axis]
    const last = size[axis] - 1
    if (last === 0) return out
    for (let start = 0; start < values.length; start += stride * size[axis])
      for (let inner = 0; inner < stride; inner++)
        for (let place = 0, n = start + inner; place <= last; place++, n += stride) {
          if (place >= 2 && place <= last - 2) {
            const near = values[n + stride]! - values[n - stride]!
            const far = values[n + 2 * stride]! - values[n - 2 * stride]!
            out[n] = (8 * near - far) / (12 * spacingMm[axis])
            continue
          }
          const before = place > 0 ? n - stride : n
          const after = place < last ? n + stride : n
          out[n] = (values[after]! - values[before]!) / (((after - before) / stride) * spacingMm[axis])
        }
    return out
  }
  return [along(0), along(1), along(2)]
}

/**
 * The value between voxel centres, in index coordinates; beyond the outermost ones as there. Along each axis there are
 * at least two voxels, or the one is taken.
 */
export function trilinear(values: Float32Array, [nx, ny, nz]: Vec3, x: number, y: number, z: number): number {
  const cx = Math.max(0, Math.min(nx - 2, Math.floor(x)))
  const cy = Math.max(0, Math.min(ny - 2, Math.floor(y)))
  const cz = Math.max(0, Math.min(nz - 2, Math.floor(z)))
  const fx = nx < 2 ? 0 : Math.max(0, Math.min(1, x - cx))
  const fy = ny < 2 ? 0 : Math.max(0, Math.min(1, y - cy))
  const fz = nz < 2 ? 0 : Math.max(0, Math.min(1, z - cz))
  const right = nx > 1 ? 1 : 0
  const back = ny > 1 ? nx : 0
  const up = nz > 1 ? nx * ny : 0
  const a = cx + nx * (cy + ny * cz)
  const b = a + back
  const c = a + up
  const d = c + back
  const low =
    (1 - fy) * ((1 - fx) * values[a]! + fx * values[a + right]!) +
    fy * ((1 - fx) * values[b]! + fx * values[b + right]!)
  const high =
    (1 - fy) * ((1 - fx) * values[c]! + fx * values[c + right]!) +
    fy * ((1 - fx) * values[d]! + fx * values[d + right]!)
  return (1 - fz) * low + fz * high
}

/** Weights of the four samples about a place at `t` (0 to 1) between the middle two: cubic convolution (Keys 1981, a = −½). */
function cubicWeights(t: number, to: Float64Array): void {
  const [t2, t3] = [t * t, t * t * t]
  to[0] = -0.5 * t3 + t2 - 0.5 * t
  to[1] = 1.5 * t3 - 2.5 * t2 + 1
  to[2] = -1.5 * t3 + 2 * t2 + 0.5 * t
  to[3] = 0.5 * t3 - 0.5 * t2
}

/**
 * The value between voxel centres by cubic convolution, in index coordinates; beyond the outermost ones as there. Of a
 * curved image it is off by the third power of the spacing, `trilinear` by the second.
 */
export function tricubic(values: Float32Array, size: Vec3): (x: number, y: number, z: number) => number {
  const [nx, ny, nz] = size
  const [wx, wy, wz] = [new Float64Array(4), new Float64Array(4), new Float64Array(4)]
  const within = (index: number, count: number): number => (index < 0 ? 0 : index >= count ? count - 1 : index)
  return (x, y, z) => {
    const [px, py, pz] = [
      Math.max(0, Math.min(nx - 1, x)),
      Math.max(0, Math.min(ny - 1, y)),
      Math.max(0, Math.min(nz - 1, z)),
    ]
    const [cx, cy, cz] = [Math.floor(px), Math.floor(py), Math.floor(pz)]
    cubicWeights(px - cx, wx)
    cubicWeights(py - cy, wy)
    cubicWeights(pz - cz, wz)
    const [x0, x1, x2, x3] = [within(cx - 1, nx), cx, within(cx + 1, nx), within(cx + 2, nx)]
    let sum = 0
    for (let c = 0; c < 4; c++) {
      const slice = ny * within(cz + c - 1, nz)
      for (let b = 0; b < 4; b++) {
        const row = nx * (within(cy + b - 1, ny) + slice)
        sum +=
          wz[c]! *
          wy[b]! *
          (wx[0]! * values[row + x0]! +
            wx[1]! * values[row + x1]! +
            wx[2]! * values[row + x2]! +
            wx[3]! * values[row + x3]!)
      }
    }
    return sum
  }
}
