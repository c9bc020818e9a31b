/** Blurred balls in closed form, and what lies above a level in one: for tests. */
import { erf } from '../../../statistics/index.ts'
import { indexToPatient, voxelCount } from '../../grid.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'

export interface Ball {
  readonly centreMm: Vec3
  readonly radiusMm: number
  readonly value: number
}

/** A uniform ball of value 1 blurred by a Gaussian of standard deviation σ, at distance r of its centre: the convolution in closed form. */
export function blurredBall(radiusMm: number, sigmaMm: number, rMm: number): number {
  const s = Math.SQRT2 * sigmaMm
  const r = Math.max(rMm, 1e-4 * sigmaMm)
  const [p, q] = [(radiusMm + r) / s, (radiusMm - r) / s]
  return 0.5 * (erf(q) + erf(p)) - (sigmaMm / (Math.sqrt(2 * Math.PI) * r)) * (Math.exp(-q * q) - Math.exp(-p * p))
}

/** Sum of blurred balls at the voxel centres. */
export function imageOfBalls(grid: ImageGrid, balls: readonly Ball[], sigmaMm: number, background = 0): Float32Array {
  const [nx, ny] = grid.dimensions
  return Float32Array.from({ length: voxelCount(grid) }, (_, n) => {
    const p = indexToPatient(grid, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))])
    return balls.reduce((sum, { centreMm: c, radiusMm, value }) => {
      const r = Math.hypot(p[0] - c[0], p[1] - c[1], p[2] - c[2])
      return sum + value * blurredBall(radiusMm, sigmaMm, r)
    }, background)
  })
}

/** Radius at which a blurred ball of value 1 has the level (it falls all the way out). */
export function radiusAtLevel(radiusMm: number, sigmaMm: number, level: number): number {
  let [low, high] = [0, radiusMm + 8 * sigmaMm]
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2
    if (blurredBall(radiusMm, sigmaMm, middle) > level) low = middle
    else high = middle
  }
  return low
}

/** Integral of a blurred ball of value 1 within `toMm` of its centre, in value · mL (Simpson's rule over shells). */
export function integralWithin(radiusMm: number, sigmaMm: number, toMm: number): number {
  const steps = 400
  const h = toMm / steps
  let sum = 0
  for (let n = 0; n <= steps; n++) {
    const weight = n === 0 || n === steps ? 1 : n % 2 === 1 ? 4 : 2
    sum += weight * 4 * Math.PI * (n * h) ** 2 * blurredBall(radiusMm, sigmaMm, n * h)
  }
  return (sum * h) / 3 / 1000
}
