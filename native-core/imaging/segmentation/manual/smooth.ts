/** Smoothing that keeps the volume. */
import { InputError } from '../../../errors/index.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { cropped, inBox, widenedBox } from './boxes.ts'
import { LevelCoverage } from './levelCoverage.ts'
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
  const places: number[] = []
  for (let n = 0; n < values.length; n++) if (values[n]! > 1e-4) places.push(n)
  const field = new LevelCoverage(values, size, s)
  const slopes = places.map((n) => field.slopeAt(n))
  const part = (index: number, level: number): number => field.above(places[index]!, level, slopes[index])
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
