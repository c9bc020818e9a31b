/** Smoothing that keeps the volume. */
import { InputError } from '../../../errors/index.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { cropped, inBox, widenedBox } from './boxes.ts'
import { boxCut } from './boxCut.ts'
import { FULL, type CoverageBox } from './types.ts'

const MOST_SD_MM = 50

/** The kernel ends at so many standard deviations. */
const KERNEL_REACH = 3

/**
 * Rounds a structure off: its coverage is convolved with a Gaussian of standard deviation `sdMm`, and the level is taken at which what lies above it
 * has the volume of before (to a ten-thousandth). Bumps and notches smaller than the Gaussian go; what is thinner may break apart.
 *
 * Throws InputError `segmentation.smoothing` for a standard deviation that is not between 0 and 50 mm.
 */
export function smooth(grid: ImageGrid, source: CoverageBox, sdMm: number): CoverageBox {
  if (!(sdMm > 0 && sdMm <= MOST_SD_MM)) {
    throw new InputError(
      'segmentation.smoothing',
      `A structure cannot be smoothed by ${sdMm} mm.`,
      `Give a standard deviation of more than 0 and at most ${MOST_SD_MM} mm.`,
    )
  }
  const content = cropped(source)
  if (content.coverage.length === 0) return content
  const s = grid.spacingMm
  const reach = s.map((spacing) => Math.ceil((KERNEL_REACH * sdMm) / spacing) + 1) as unknown as Vec3
  const box = widenedBox(grid, content.box, reach)
  const coverage = inBox(content, box)
  let wanted = 0
  for (let n = 0; n < coverage.length; n++) wanted += coverage[n]! / FULL
  const blurred = blur(
    Float32Array.from(coverage, (value) => value / FULL),
    box.size,
    s,
    sdMm,
  )
  return cropped({ box, coverage: aboveLevel(blurred, box.size, s, wanted) })
}

/** The separable convolution; beyond the box is nothing. */
function blur(values: Float32Array, size: Vec3, s: Vec3, sdMm: number): Float32Array {
  let from = values
  const strides = [1, size[0], size[0] * size[1]]
  for (const axis of [0, 1, 2] as const) {
    if (size[axis] === 1) continue
    const kernel = gaussian(sdMm / s[axis])
    const half = (kernel.length - 1) / 2
    const to = new Float32Array(from.length)
    const stride = strides[axis]!
    for (let n = 0; n < from.length; n++) {
      const value = from[n]!
      if (value === 0) continue
      const place = Math.floor(n / stride) % size[axis]
      for (let k = Math.max(-half, -place); k <= Math.min(half, size[axis] - 1 - place); k++) {
        to[n + k * stride]! += value * kernel[k + half]!
      }
    }
    from = to
  }
  return from
}

/** Weights of a Gaussian averaged over each voxel, in sum 1. */
function gaussian(sd: number): Float64Array {
  const half = Math.max(1, Math.ceil(KERNEL_REACH * sd))
  const weights = new Float64Array(2 * half + 1)
  const STEPS = 8
  for (let n = -half; n <= half; n++) {
    for (let step = 0; step < STEPS; step++) {
      const x = n - 0.5 + (step + 0.5) / STEPS
      weights[n + half]! += Math.exp((-x * x) / (2 * sd * sd))
    }
  }
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** Coverage of the part above the level at which Σ coverage is `wanted` voxels. */
function aboveLevel(values: Float32Array, size: Vec3, s: Vec3, wanted: number): Uint8Array {
  const [nx, ny, nz] = size
  // Of each voxel with a value: the slope (per mm) and the voxel's extents along its direction.
  const places: number[] = []
  for (let n = 0; n < values.length; n++) if (values[n]! > 1e-4) places.push(n)
  const slopes = new Float64Array(4 * places.length)
  const value = (x: number, y: number, z: number): number => values[x + nx * (y + ny * z)]!
  places.forEach((n, index) => {
    const x = n % nx
    const y = Math.floor(n / nx) % ny
    const z = Math.floor(n / (nx * ny))
    const slope = (low: number, high: number, steps: number, spacing: number) =>
      steps === 0 ? 0 : (high - low) / (steps * spacing)
    const [x0, x1] = [Math.max(0, x - 1), Math.min(nx - 1, x + 1)]
    const [y0, y1] = [Math.max(0, y - 1), Math.min(ny - 1, y + 1)]
    const [z0, z1] = [Math.max(0, z - 1), Math.min(nz - 1, z + 1)]
    const gx = slope(value(x0, y, z), value(x1, y, z), x1 - x0, s[0])
    const gy = slope(value(x, y0, z), value(x, y1, z), y1 - y0, s[1])
    const gz = slope(value(x, y, z0), value(x, y, z1), z1 - z0, s[2])
    const steepness = Math.hypot(gx, gy, gz)
    slopes.set([steepness, Math.abs(gx) * s[0], Math.abs(gy) * s[1], Math.abs(gz) * s[2]], 4 * index)
  })
  const part = (index: number, level: number): number => {
    const over = values[places[index]!]! - level
    const steepness = slopes[4 * index]!
    if (steepness < 1e-9) return over > 0 ? 1 : 0
    return boxCut(
      slopes[4 * index + 1]! / steepness,
      slopes[4 * index + 2]! / steepness,
      slopes[4 * index + 3]! / steepness,
      over / steepness,
    )
  }
  let low = 0
  let high = 1
  for (let step = 0; step < 18; step++) {
    const level = (low + high) / 2
    let sum = 0
    for (let index = 0; index < places.length; index++) sum += part(index, level)
    if (sum > wanted) low = level
    else high = level
  }
  const coverage = new Uint8Array(values.length)
  const level = (low + high) / 2
  places.forEach((n, index) => (coverage[n] = Math.round(FULL * part(index, level))))
  return coverage
}
