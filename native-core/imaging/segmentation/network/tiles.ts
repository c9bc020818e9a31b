/** Where a network looks: overlapping boxes over an image, and how much each voxel of a box counts. */
import type { Vec3 } from '../../types.ts'

/** Standard deviation of the Gaussian weights as part of the box (Isensee et al. 2021, nnU-Net: 1/8). */
const SIGMA_OF_SIZE = 1 / 8

/**
 * First indices of boxes of `size` voxels over `length` (≥ size) voxels of an axis: from end to end, evenly, not further apart than
 * step · size, rounded to whole voxels.
 */
export function tileStarts(length: number, size: number, step: number): number[] {
  const last = length - size
  const intervals = Math.ceil(last / (step * size))
  return Array.from({ length: intervals + 1 }, (_, n) => (intervals === 0 ? 0 : Math.round((last * n) / intervals)))
}

/**
 * Weights along one axis: a Gaussian around voxel ⌊size/2⌋ with σ = size/8, 1 at its top. That of a voxel is the product of the three axes'.
 */
export function gaussianWeights(size: number): Float64Array {
  const centre = Math.floor(size / 2)
  const sigma = size * SIGMA_OF_SIZE
  return Float64Array.from({ length: size }, (_, n) => Math.exp(-((n - centre) ** 2) / (2 * sigma * sigma)))
}

/** A size that holds both the image and the box, and how many voxels of padding stand before the image along each axis (half of them, rounded down). */
export function paddedSize(size: Vec3, patch: Vec3): { readonly size: Vec3; readonly before: Vec3 } {
  const larger = (axis: 0 | 1 | 2): number => Math.max(size[axis], patch[axis])
  const before = (axis: 0 | 1 | 2): number => Math.floor((larger(axis) - size[axis]) / 2)
  return { size: [larger(0), larger(1), larger(2)], before: [before(0), before(1), before(2)] }
}

/** Boxes with the same first plane, in the order of those planes. */
export interface TileLayer {
  readonly z: number
  readonly starts: readonly Vec3[]
}

/** All boxes over a padded image, layer after layer. */
export function tileLayers(size: Vec3, patch: Vec3, step: number): TileLayer[] {
  const [xs, ys, zs] = ([0, 1, 2] as const).map((axis) => tileStarts(size[axis], patch[axis], step)) as [
    number[],
    number[],
    number[],
  ]
  return zs.map((z) => ({ z, starts: ys.flatMap((y) => xs.map((x): Vec3 => [x, y, z])) }))
}

/** The voxels of a box of a padded image, x fastest; zero beyond the image (the mean of a normalised one). */
export function cutPatch(
  values: Float32Array,
  size: Vec3,
  before: Vec3,
  start: Vec3,
  patch: Vec3,
  into: Float32Array,
): void {
  const [nx, ny, nz] = size
  const [px, py, pz] = patch
  into.fill(0)
  const x0 = start[0] - before[0]
  const low = Math.max(0, -x0)
  const high = Math.min(px, nx - x0)
  if (high <= low) return
  for (let k = 0; k < pz; k++) {
    const z = start[2] - before[2] + k
    if (z < 0 || z >= nz) continue
    for (let j = 0; j < py; j++) {
      const y = start[1] - before[1] + j
      if (y < 0 || y >= ny) continue
      const row = x0 + nx * (y + ny * z)
      into.set(values.subarray(row + low, row + high), px * (j + py * k) + low)
    }
  }
}

/** A box with some of its axes reversed (0 x, 1 y, 2 z), channel after channel: reversing again gives the box back. */
export function mirroredPatch(values: Float32Array, patch: Vec3, axes: readonly number[]): Float32Array {
  if (axes.length === 0) return values
  const [px, py, pz] = patch
  const voxels = px * py * pz
  const out = new Float32Array(values.length)
  const flips = [0, 1, 2].map((axis) => axes.includes(axis))
  for (let base = 0; base < values.length; base += voxels) {
    let n = base
    for (let k = 0; k < pz; k++) {
      const z = flips[2] ? pz - 1 - k : k
      for (let j = 0; j < py; j++) {
        const row = base + px * ((flips[1] ? py - 1 - j : j) + py * z)
        for (let i = 0; i < px; i++) out[n++] = values[row + (flips[0] ? px - 1 - i : i)]!
      }
    }
  }
  return out
}

/** Every choice of some of the axes, the empty one first. */
export function mirrorings(axes: readonly number[]): number[][] {
  return axes.reduce<number[][]>((all, axis) => [...all, ...all.map((chosen) => [...chosen, axis])], [[]])
}
