/** Gaussian blur of a volume, one axis after the other. */
import { FWHM_PER_SIGMA } from '../../../native-core/statistics/index.ts'

/** Weights of a sampled Gaussian out to five standard deviations, summing to 1; `sigmaVoxels` 0 gives [1]. */
export function gaussianKernel(sigmaVoxels: number): Float64Array {
  const reach = Math.ceil(5 * sigmaVoxels)
  const kernel = new Float64Array(2 * reach + 1)
  let sum = 0
  for (let k = -reach; k <= reach; k++) {
    const w = sigmaVoxels > 0 ? Math.exp((-k * k) / (2 * sigmaVoxels * sigmaVoxels)) : 1
    kernel[k + reach] = w
    sum += w
  }
  return kernel.map((w) => w / sum)
}

/**
 * The volume (x fastest) convolved with a Gaussian of `fwhmMm` in every direction. Outside the volume there is nothing, so what
 * is near the edge leaks out: give it margins. Sums in double precision; returns a new array.
 */
export function gaussianBlur(
  volume: Float32Array,
  dimensions: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
  fwhmMm: number,
): Float32Array {
  let from = Float32Array.from(volume)
  if (!(fwhmMm > 0)) return from
  const [nx, ny, nz] = dimensions
  const strides: [number, number, number] = [1, nx, nx * ny]
  for (let axis = 0; axis < 3; axis++) {
    const n = dimensions[axis]!
    const stride = strides[axis]!
    const kernel = gaussianKernel(fwhmMm / FWHM_PER_SIGMA / spacingMm[axis]!)
    const reach = (kernel.length - 1) / 2
    const to = new Float32Array(nx * ny * nz)
    const line = new Float64Array(n + 2 * reach)
    for (let start = 0; start < from.length; start++) {
      if (Math.floor(start / stride) % n !== 0) continue
      for (let i = 0; i < n; i++) line[i + reach] = from[start + i * stride]!
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * line[i + k]!
        to[start + i * stride] = sum
      }
    }
    from = to
  }
  return from
}
