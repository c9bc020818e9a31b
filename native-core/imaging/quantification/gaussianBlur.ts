/** Blurring an image by a Gaussian point spread function. */
import { InputError } from '../../errors/index.ts'
import { normalCdf, FWHM_PER_SIGMA } from '../../statistics/index.ts'
import type { Vec3 } from '../types.ts'

/** Where a kernel ends: what a Gaussian has beyond 4.5 σ on both sides is 7e-6 of it, and is spread over the rest. */
const REACH_SIGMA = 4.5

/** What lies beyond the edges of an image: its mirror image about the outer faces, or nothing. */
export type BeyondEdge = 'mirror' | 'nothing'

export interface GaussianPsf {
  /** Full width at half maximum along each axis of the image grid, mm; 0 leaves an axis as it is. */
  readonly fwhmMm: Vec3
}

/**
 * Weights of a symmetric kernel for voxels of width `spacingMm`: element n is the weight at ±n, with w₀ + 2·Σ wₙ = 1.
 *
 * Each weight is a Gaussian integrated over its voxel, Φ((n+½)Δ/s) − Φ((n−½)Δ/s). Integration itself widens by the variance of a
 * voxel, Δ²/12 (Sheppard), so s² = σ² − Δ²/12 and the kernel has the variance σ² of the point spread function: voxels of an image and
 * parts of voxels in a mask are means over voxels already, and must not be averaged once more. Below σ² = Δ²/12 nothing is blurred.
 *
 * @throws InputError `psf.width` for a width that is negative or not finite
 */
export function gaussianKernel(fwhmMm: number, spacingMm: number): Float64Array {
  if (!(fwhmMm >= 0) || !Number.isFinite(fwhmMm))
    throw new InputError('psf.width', `A point spread function of ${fwhmMm} mm is none.`, 'Give its FWHM in mm.')
  const sigma = fwhmMm / FWHM_PER_SIGMA / spacingMm
  const variance = sigma * sigma - 1 / 12
  if (!(variance > 1e-6)) return Float64Array.of(1)
  const s = Math.sqrt(variance)
  const reach = Math.max(1, Math.ceil(REACH_SIGMA * s))
  const weights = new Float64Array(reach + 1)
  for (let n = 0; n <= reach; n++) weights[n] = normalCdf((0.5 - n) / s) - normalCdf((-0.5 - n) / s)
  const total = weights.reduce((sum, weight, n) => sum + (n === 0 ? weight : 2 * weight), 0)
  return weights.map((weight) => weight / total)
}

/** How many voxels a kernel reaches along each axis. */
export function kernelReach({ fwhmMm }: GaussianPsf, spacingMm: Vec3): Vec3 {
  const along = (axis: 0 | 1 | 2): number => gaussianKernel(fwhmMm[axis], spacingMm[axis]).length - 1
  return [along(0), along(1), along(2)]
}

/**
 * Values (x fastest) blurred along the three axes. Beyond its edges the image goes on as its mirror image, so that a uniform image stays
 * uniform and the total is kept; or there is nothing, and what is blurred over an edge is lost. Either way the blur is its own adjoint.
 *
 * @throws InputError `psf.width`
 */
export function gaussianBlur(
  values: Float32Array | Float64Array,
  dimensions: Vec3,
  spacingMm: Vec3,
  fwhmMm: Vec3,
  beyond: BeyondEdge = 'mirror',
): Float64Array {
  let from = Float64Array.from(values)
  let to = new Float64Array(values.length)
  for (const axis of [0, 1, 2] as const) {
    const kernel = gaussianKernel(fwhmMm[axis], spacingMm[axis])
    if (kernel.length === 1) continue
    blurAxis(from, to, dimensions, axis, kernel, INDEX_BEYOND[beyond])
    ;[from, to] = [to, from]
  }
  return from
}

/** Where the value at an index beyond an edge is taken from; −1 where there is none. */
type IndexBeyond = (index: number, length: number) => number
const INDEX_BEYOND: Readonly<Record<BeyondEdge, IndexBeyond>> = {
  mirror: mirrored,
  nothing: (index, length) => (index >= 0 && index < length ? index : -1),
}

/** One axis: whole rows are added with their weight, so that memory is read in order on every axis but x. */
function blurAxis(
  from: Float64Array,
  to: Float64Array,
  dimensions: Vec3,
  axis: 0 | 1 | 2,
  kernel: Float64Array,
  indexOf: IndexBeyond,
): void {
  const length = dimensions[axis]
  const row = axis === 0 ? 1 : axis === 1 ? dimensions[0] : dimensions[0] * dimensions[1]
  const block = row * length
  const blocks = from.length / block
  if (axis === 0) {
    blurLines(from, to, length, blocks, kernel, indexOf)
    return
  }
  const centre = kernel[0]!
  for (let b = 0; b < blocks; b++) {
    for (let i = 0; i < length; i++) {
      const target = b * block + i * row
      for (let m = 0; m < row; m++) to[target + m] = centre * from[target + m]!
      for (let n = 1; n < kernel.length; n++) {
        const weight = kernel[n]!
        const before = indexOf(i - n, length)
        const after = indexOf(i + n, length)
        const one = b * block + (before < 0 ? after : before) * row
        const other = b * block + after * row
        if (before >= 0 && after >= 0)
          for (let m = 0; m < row; m++) to[target + m]! += weight * (from[one + m]! + from[other + m]!)
        else if (before >= 0 || after >= 0) for (let m = 0; m < row; m++) to[target + m]! += weight * from[one + m]!
      }
    }
  }
}

function blurLines(
  from: Float64Array,
  to: Float64Array,
  length: number,
  lines: number,
  kernel: Float64Array,
  indexOf: IndexBeyond,
): void {
  const reach = kernel.length - 1
  const padded = new Float64Array(length + 2 * reach)
  for (let line = 0, at = 0; line < lines; line++, at += length) {
    for (let i = -reach; i < length + reach; i++) {
      const index = indexOf(i, length)
      padded[i + reach] = index < 0 ? 0 : from[at + index]!
    }
    for (let i = 0; i < length; i++) {
      let sum = kernel[0]! * padded[i + reach]!
      for (let n = 1; n <= reach; n++) sum += kernel[n]! * (padded[i + reach - n]! + padded[i + reach + n]!)
      to[at + i] = sum
    }
  }
}

/** Index of the mirror image about the outer faces: −1 is 0, `length` is `length` − 1, and so on. */
function mirrored(index: number, length: number): number {
  if (index >= 0 && index < length) return index
  const period = 2 * length
  const folded = ((index % period) + period) % period
  return folded < length ? folded : period - 1 - folded
}
