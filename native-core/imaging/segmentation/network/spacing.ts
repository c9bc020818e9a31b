/** Resampling of an image to the spacing of a network, axis after axis. */
import type { ImageGrid, Vec3 } from '../../types.ts'
import type { NetworkDescription } from './types.ts'

type Interpolation = 'cubic' | 'linear' | 'nearest'

/** Pole of the cubic B-spline's inverse filter (Unser, Aldroubi, Eden 1993, IEEE Trans. Signal Process. 41, 834). */
const POLE = Math.sqrt(3) - 2

/**
 * The grid with about the given spacing between the same outer faces: n' = round(n · spacing / wanted) voxels, at least one, so that the true
 * spacing is n · spacing / n' (as nnU-Net does).
 */
export function gridAtSpacing(grid: ImageGrid, wantedMm: Vec3): ImageGrid {
  const count = (axis: 0 | 1 | 2): number =>
    Math.max(1, Math.round((grid.dimensions[axis] * grid.spacingMm[axis]) / wantedMm[axis]))
  const dimensions: Vec3 = [count(0), count(1), count(2)]
  const spacing = (axis: 0 | 1 | 2): number => (grid.dimensions[axis] * grid.spacingMm[axis]) / dimensions[axis]
  const spacingMm: Vec3 = [spacing(0), spacing(1), spacing(2)]
  const d = grid.direction
  const shift = (axis: 0 | 1 | 2): number => (spacingMm[axis] - grid.spacingMm[axis]) / 2
  const origin = (row: 0 | 1 | 2): number =>
    grid.originMm[row] + d[3 * row]! * shift(0) + d[3 * row + 1]! * shift(1) + d[3 * row + 2]! * shift(2)
  return { dimensions, spacingMm, originMm: [origin(0), origin(1), origin(2)], direction: d }
}

/**
 * Values at the voxel centres of `target`, which has the same outer faces as `source`: separable cubic B-spline or linear interpolation, beyond the outermost centres
 * the value there. Along the one axis of a strongly anisotropic grid the nearest plane is taken (nnU-Net's separate treatment of that axis); an axis
 * with the same number of voxels is left as it is.
 */
export function toSpacing(
  values: Float32Array,
  source: ImageGrid,
  target: ImageGrid,
  { interpolation, nearestPlaneAboveRatio }: NetworkDescription['resampling'],
): Float32Array {
  const coarse =
    coarseAxis(source.spacingMm, nearestPlaneAboveRatio) ?? coarseAxis(target.spacingMm, nearestPlaneAboveRatio)
  let size = source.dimensions
  let out = values
  for (const axis of [0, 1, 2] as const) {
    if (size[axis] === target.dimensions[axis]) continue
    out = alongAxis(out, size, axis, target.dimensions[axis], axis === coarse ? 'nearest' : interpolation)
    size = [0, 1, 2].map((other) => (other === axis ? target.dimensions[axis] : size[other]!)) as unknown as Vec3
  }
  return out
}

/** The one axis whose spacing is more than `ratio` times the smallest; null where there is none or more than one as large. */
export function coarseAxis(spacingMm: Vec3, ratio: number | null): 0 | 1 | 2 | null {
  const largest = Math.max(...spacingMm)
  if (ratio === null || !(largest / Math.min(...spacingMm) > ratio)) return null
  const axes = ([0, 1, 2] as const).filter((axis) => spacingMm[axis] === largest)
  return axes.length === 1 ? axes[0]! : null
}

function alongAxis(
  values: Float32Array,
  size: Vec3,
  axis: 0 | 1 | 2,
  count: number,
  interpolation: Interpolation,
): Float32Array {
  const n = size[axis]
  const stride = [1, size[0], size[0] * size[1]][axis]!
  const outer = (size[0] * size[1] * size[2]) / (n * stride)
  const out = new Float32Array(outer * count * stride)
  const weights = weightsFor(n, count, interpolation)
  const line = new Float64Array(n)
  for (let block = 0; block < outer; block++) {
    for (let inner = 0; inner < stride; inner++) {
      const from = block * n * stride + inner
      for (let i = 0; i < n; i++) line[i] = values[from + i * stride]!
      if (interpolation === 'cubic') toCoefficients(line)
      const to = block * count * stride + inner
      for (let i = 0; i < count; i++) {
        let sum = 0
        for (let tap = 4 * i; tap < 4 * i + 4; tap++) sum += weights.weight[tap]! * line[weights.index[tap]!]!
        out[to + i * stride] = sum
      }
    }
  }
  return out
}

/** Four indices (mirrored at the outermost centres) and weights for each of `count` places along n voxels. */
function weightsFor(n: number, count: number, interpolation: Interpolation) {
  const index = new Int32Array(4 * count)
  const weight = new Float64Array(4 * count)
  for (let i = 0; i < count; i++) {
    const place = Math.min(n - 1, Math.max(0, ((i + 0.5) * n) / count - 0.5))
    const low = Math.floor(place)
    const t = place - low
    const four =
      interpolation === 'nearest'
        ? [0, Number(t < 0.5), Number(t >= 0.5), 0]
        : interpolation === 'linear'
          ? [0, 1 - t, t, 0]
          : [(1 - t) ** 3 / 6, 2 / 3 - t * t + t ** 3 / 2, 2 / 3 - (1 - t) ** 2 + (1 - t) ** 3 / 2, t ** 3 / 6]
    four.forEach((value, tap) => {
      index[4 * i + tap] = mirrored(low - 1 + tap, n)
      weight[4 * i + tap] = value
    })
  }
  return { index, weight }
}

/** Index of a signal that is mirrored about its first and last sample. */
function mirrored(index: number, n: number): number {
  if (n === 1) return 0
  const period = 2 * (n - 1)
  const folded = ((index % period) + period) % period
  return folded < n ? folded : period - folded
}

/** Samples to cubic B-spline coefficients in place, mirrored at both ends (Unser 1999, IEEE Signal Process. Mag. 16(6), 22, box 2). */
function toCoefficients(line: Float64Array): void {
  const n = line.length
  if (n === 1) return
  let power = POLE
  let sum = line[0]!
  // Exact for the mirrored signal: the causal sum over one period.
  const last = POLE ** (n - 1)
  let back = last * last * (1 / POLE)
  sum += last * line[n - 1]!
  for (let i = 1; i < n - 1; i++) {
    sum += (power + back) * line[i]!
    power *= POLE
    back /= POLE
  }
  const gain = (1 - POLE) * (1 - 1 / POLE)
  line[0] = (gain * sum) / (1 - last * last)
  for (let i = 1; i < n; i++) line[i] = gain * line[i]! + POLE * line[i - 1]!
  line[n - 1] = (POLE / (POLE * POLE - 1)) * (line[n - 1]! + POLE * line[n - 2]!)
  for (let i = n - 2; i >= 0; i--) line[i] = POLE * (line[i + 1]! - line[i]!)
}
