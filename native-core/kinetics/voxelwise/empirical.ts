/** Spread and noise of a structure's voxels, estimated from them. */
import { NOISE_SCALE_RANGE, SPREAD_RANGE } from './defaults.ts'
import type { VoxelProblem } from './problem.ts'
import { createVoxelSolver } from './voxel.ts'

export interface EmpiricalSpread {
  /** Standard deviation of each working parameter. */
  readonly spread: number[]
  /** Factor on the noise of each image: one for all where the images cannot tell them apart. */
  readonly noiseScale: number[]
  /** Voxels that took part in the last round. */
  readonly voxels: number
}

const ROUNDS = 30
/** Changes of all logarithms below this end the rounds. */
const SETTLED = 0.005

const within = (value: number, [low, high]: readonly [number, number]): number => Math.min(high, Math.max(low, value))

/**
 * What the second moments of the contrasts between so many images can tell besides one spread a parameter: one noise, or one for each image.
 * Asked for are more moments than unknowns.
 */
export function canEstimate(images: number, parameters: number): 'nothing' | 'one-noise' | 'noise-by-image' {
  const moments = (images * (images - 1)) / 2
  if (moments > parameters + images) return 'noise-by-image'
  return moments > parameters + 1 ? 'one-noise' : 'nothing'
}

/**
 * Empirical Bayes by the fixed-point rules of the evidence (MacKay, Neural Comput 4 (1992) 415, for many voxels with one
 * prior): with γ = 1 − posterior variance/spread² the share of a parameter that a voxel's own images determine,
 * spread² ← Σ (ψ − mean)² / Σ γ and noise² ← noise²·Σ ((y − f)/σ)² / Σ (1 − leverage), over the voxels, until they stay. Values may hold
 * NaN. Spreads stay within `SPREAD_RANGE`, factors on the noise within `NOISE_SCALE_RANGE`; a spread of 0 or Infinity stays as it is.
 */
export function estimateSpread(problem: VoxelProblem, voxels: readonly Float64Array[]): EmpiricalSpread {
  const m = problem.mean.length
  const n = problem.times.length
  const isByImage = canEstimate(n, m) === 'noise-by-image'
  let spread = [...problem.spread]
  let noiseScale = new Array<number>(n).fill(1)
  let used = 0
  for (let round = 0; round < ROUNDS; round++) {
    const scale = (noise: number, image: number): number => noise * (noiseScale[image] as number)
    const solver = createVoxelSolver({
      ...problem,
      spread: Float64Array.from(spread),
      noiseFraction: problem.noiseFraction.map(scale),
      noiseAbsolute: problem.noiseAbsolute.map(scale),
    })
    const sums = sumOver(solver, voxels, problem, spread)
    used = sums.used
    const nextSpread = spread.map((sd, k) => {
      if (!(sd > 0) || sd === Infinity) return sd
      const share = sums.shares[k] as number
      return share > 0 ? within(Math.sqrt((sums.deviations[k] as number) / share), SPREAD_RANGE) : SPREAD_RANGE[0]
    })
    const total = (list: Float64Array): number => list.reduce((sum, one) => sum + one, 0)
    const nextScale = noiseScale.map((factor, image) => {
      const square = isByImage ? (sums.squares[image] as number) : total(sums.squares)
      const left = isByImage ? (sums.left[image] as number) : total(sums.left)
      return left > 0 ? within(factor * Math.sqrt(square / left), NOISE_SCALE_RANGE) : factor
    })
    const isSettled =
      nextScale.every((factor, image) => Math.abs(Math.log(factor / (noiseScale[image] as number))) < SETTLED) &&
      nextSpread.every((sd, k) => sd === spread[k] || Math.abs(Math.log(sd / (spread[k] as number))) < SETTLED)
    spread = nextSpread
    noiseScale = nextScale
    if (isSettled) break
  }
  return { spread, noiseScale, voxels: used }
}

/** One round over the voxels: squared deviations and determined shares of the parameters, squared residuals and what is left of the images. */
function sumOver(
  { solve, solution, residuals }: ReturnType<typeof createVoxelSolver>,
  voxels: readonly Float64Array[],
  { times, mean }: VoxelProblem,
  spread: readonly number[],
): Record<'deviations' | 'shares' | 'squares' | 'left', Float64Array> & { readonly used: number } {
  const m = mean.length
  const n = times.length
  const [deviations, shares] = [new Float64Array(m), new Float64Array(m)]
  const [squares, left] = [new Float64Array(n), new Float64Array(n)]
  const [square, rest] = [new Float64Array(n), new Float64Array(n)]
  let used = 0
  for (const values of voxels) {
    solve(values, true)
    if (solution.state !== 'fitted') continue
    used++
    residuals(square, rest)
    for (let i = 0; i < n; i++) {
      squares[i] = (squares[i] as number) + (square[i] as number)
      left[i] = (left[i] as number) + (rest[i] as number)
    }
    for (let k = 0; k < m; k++) {
      const sd = spread[k] as number
      if (!(sd > 0)) continue
      deviations[k] = (deviations[k] as number) + ((solution.psi[k] as number) - (mean[k] as number)) ** 2
      shares[k] = (shares[k] as number) + Math.max(0, 1 - (solution.variance[k] as number) / sd ** 2)
    }
  }
  return { deviations, shares, squares, left, used }
}
