/** A Gaussian random field on a periodic cube, and the threshold above which a given share of it lies. */
import { RandomStream } from '../../native-core/statistics/index.ts'

/** Normal noise smoothed with a Gaussian of `sigmaVoxels`, of mean 0 and variance 1; `uniform` goes on with the same numbers. */
export function gaussianField(
  side: number,
  sigmaVoxels: number,
  seed: number,
): { field: Float32Array; uniform: () => number } {
  const random = new RandomStream(seed)
  let field = Float32Array.from({ length: side ** 3 }, () => random.normal())
  const reach = Math.min(Math.ceil(4 * sigmaVoxels), Math.floor(side / 2) - 1)
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-((k - reach) ** 2) / (2 * sigmaVoxels ** 2)))
  for (const step of [1, side, side * side]) {
    const smooth = new Float32Array(field.length)
    for (let i = 0; i < field.length; i++) {
      const at = Math.floor(i / step) % side
      const from = i - at * step
      let sum = 0
      for (let k = -reach; k <= reach; k++) sum += kernel[k + reach]! * field[from + ((at + k + side) % side) * step]!
      smooth[i] = sum
    }
    field = smooth
  }
  const mean = field.reduce((a, v) => a + v, 0) / field.length
  const sd = Math.sqrt(field.reduce((a, v) => a + (v - mean) ** 2, 0) / field.length)
  return { field: field.map((v) => (v - mean) / sd), uniform: () => random.uniform() }
}

/** t with the share `share` of a normal distribution above it, by bisection of a quadrature of its density. */
export function thresholdAbove(share: number): number {
  const above = (t: number): number => {
    const steps = 2000
    const width = 12 / steps
    let sum = 0
    for (let i = 0; i < steps; i++) sum += Math.exp(-((t + (i + 0.5) * width) ** 2) / 2) * width
    return sum / Math.sqrt(2 * Math.PI)
  }
  let [low, high] = [-6, 6]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (above(middle) > share) low = middle
    else high = middle
  }
  return (low + high) / 2
}
