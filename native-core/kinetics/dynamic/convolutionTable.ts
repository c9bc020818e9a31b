/** Convolutions of one input with any exponential, from a table: for models that are fitted in very many voxels. */
import { convolve } from './convolution.ts'
import type { FramedCurve } from './convolution.ts'

export interface ConvolutionTable {
  readonly frameCount: number
  /** Frame averages of c ⊗ e^(−θt) and their derivatives by θ, times the factor of each frame. θ from 0 to the highest. */
  readonly at: (thetaPerS: number, average: Float64Array, derivative: Float64Array) => void
}

/** Places are even in ln(1 + θ/θ0): the curve is linear in θ below θ0, and slow in ln θ above. */
const SCALE_PER_S = 1e-5
/** Cubics between places so near are off by some 1e-7 of the value. */
const STEP = 0.05

/**
 * Tabulates `convolve` with its derivatives and interpolates by Hermite's cubics.
 *
 * @param highestPerS largest rate that is asked for, 1/s
 * @param factors of each frame, as one over its standard deviation
 */
export function tabulate(curve: FramedCurve, highestPerS: number, factors: ArrayLike<number>): ConvolutionTable {
  const n = curve.frameCount
  const last = Math.log1p(highestPerS / SCALE_PER_S)
  const count = Math.max(2, Math.ceil(last / STEP) + 1)
  const step = last / (count - 1)
  const values = new Float64Array(n * count)
  const slopes = new Float64Array(n * count)
  for (let g = 0; g < count; g++) {
    const theta = SCALE_PER_S * Math.expm1(g * step)
    const { average, derivative } = convolve(curve, theta)
    for (let i = 0; i < n; i++) {
      values[g * n + i] = (average[i] as number) * (factors[i] as number)
      slopes[g * n + i] = (derivative[i] as number) * (factors[i] as number) * (SCALE_PER_S + theta) * step
    }
  }
  return {
    frameCount: n,
    at: (thetaPerS, average, derivative) => {
      const place = Math.log1p(thetaPerS / SCALE_PER_S) / step
      const g = Math.max(0, Math.min(count - 2, Math.floor(place)))
      const t = place - g
      const [a, b] = [(1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2]
      const [c, d] = [t * t * (3 - 2 * t), t * t * (t - 1)]
      const [da, db, dd] = [6 * t * (t - 1), (1 - t) * (1 - 3 * t), t * (3 * t - 2)]
      const perTheta = 1 / (step * (SCALE_PER_S + thetaPerS))
      const at = g * n
      for (let i = 0; i < n; i++) {
        const [v0, v1] = [values[at + i] as number, values[at + n + i] as number]
        const [s0, s1] = [slopes[at + i] as number, slopes[at + n + i] as number]
        average[i] = a * v0 + b * s0 + c * v1 + d * s1
        derivative[i] = (da * (v0 - v1) + db * s0 + dd * s1) * perTheta
      }
    },
  }
}
