/** The fit of one voxel: least squares with a Gaussian prior of the shape, the size eliminated. */
import { LARGEST_SHARE_BEFORE_FIRST } from '../defaults.ts'
import { factorise, STRIDE, substitute } from './cholesky.ts'
import type { VoxelProblem } from './problem.ts'
import { createWorkspace, gather, linearise, project } from './projection.ts'
import { search } from './search.ts'

/** `unfinished`: the best shape of a search that did not come to an end. */
export type VoxelState = 'fitted' | 'unfinished' | 'structure-shape' | 'zero'

/** Of the voxel that was solved last; the arrays are reused. */
export interface VoxelSolution {
  state: VoxelState
  size: number
  readonly psi: Float64Array
  integral: number
  integralSd: number
  /** A slow rate that is free sits on its lower bound. */
  atPhysicalRate: boolean
  /** Posterior variance of each ψ; 0 where fixed or on a bound. */
  readonly variance: Float64Array
}

export interface VoxelSolver {
  readonly solution: VoxelSolution
  /** Fits the values (NaN: not imaged) into `solution`. `shapeIsFree` false: the structure's shape, only the size is found. */
  readonly solve: (values: Float64Array, shapeIsFree: boolean) => void
  /**
   * Of the voxel fitted last, image by image: ((y − f)/σ)² into `square`, and the share of it that the fit did not use up, one less its
   * leverage, into `left`. Both 0 where it was not imaged.
   */
  readonly residuals: (square: Float64Array, left: Float64Array) => void
}

/** A step of the logarithmic parameters below this ends the search; the next would be its square. */
const SMALLEST_STEP = 1e-5
/** The first round only finds weights. */
const ROUGH_STEP = 1e-3
/** An integral less certain than this, relative to itself, was not found. */
const LARGEST_UNCERTAINTY = 100

/**
 * Makes a solver for the voxels of one label. Minimised is Σ ((yᵢ − B·s(tᵢ; ψ))/σᵢ)² + Σ ((ψk − meank)/spreadk)², with B ≥ 0 eliminated
 * (variable projection: Golub & Pereyra, SIAM J Numer Anal 10 (1973) 413; the step of Kaufman, BIT 15 (1975) 49), by Gauss–Newton steps
 * inside bounds (`search`). σᵢ follows from the value that the structure's shape expects in this voxel, then, once more, from its mean with
 * that of the curve found; not from the measured one: weights that carry the noise of what they weigh bias the size.
 *
 * The uncertainty of the integral is that of the normal approximation at the mode (Laplace), gᵀ(JᵀWJ + P)⁻¹g; a slow rate on its physical
 * bound counts as free, other parameters on a bound as known. Where the structure's shape is used, the spread itself stands for P⁻¹.
 */
export function createVoxelSolver(problem: VoxelProblem): VoxelSolver {
  const { shape: curve, times, mean, spread, lower, upper, noiseFraction, noiseAbsolute } = problem
  const work = createWorkspace(problem)
  const { n, m, y, weight, precision, isFixed, pull, slopeAcross, normal, system, factor, step, free } = work
  const expected = new Float64Array(n)
  const expectedSlope = new Float64Array(m * n)
  curve.evaluate(mean, times, expected, expectedSlope)
  /** Values that it takes to find what nothing is believed of. */
  const needed = 1 + spread.filter((sd) => sd === Infinity).length
  const slowRate = curve.parameters.indexOf('slowRate')
  let freeCount = 0
  const isProportional = noiseFraction.some((share) => share > 0)
  const integralSlope = new Float64Array(m)
  const solution: VoxelSolution = {
    state: 'zero',
    size: 0,
    psi: new Float64Array(m),
    integral: 0,
    integralSd: 0,
    atPhysicalRate: false,
    variance: new Float64Array(m),
  }

  /** Integral and uncertainties at ψ; false where the images do not determine the integral, or all lie in the tail of what was found. */
  function conclude(isFitted: boolean): boolean {
    const { size, norm, psi } = work
    linearise(work)
    const integral = curve.integrate(psi, integralSlope)
    // How the integral follows ψ where the size does too.
    for (let k = 0; k < m; k++)
      integralSlope[k] = size * ((integralSlope[k] as number) - integral * (pull[k] as number))
    let variance = integral ** 2 / norm
    solution.variance.fill(0)
    if (isFitted) {
      let count = 0
      for (let k = 0; k < m; k++) {
        const value = psi[k] as number
        const isAtLower = value <= (lower[k] as number)
        if (!isFixed[k] && value < (upper[k] as number) && (k === slowRate || !isAtLower)) free[count++] = k
      }
      for (gather(work, count, 0); !factorise(system, count, factor); gather(work, count, 0))
        count = withoutLeastKnown(count)
      freeCount = count
      for (let a = 0; a < count; a++) {
        step.fill(0)
        step[a] = 1
        substitute(factor, count, step)
        const k = free[a] as number
        solution.variance[k] = step[a] as number
        for (let b = 0; b < count; b++)
          variance += (integralSlope[k] as number) * (integralSlope[free[b] as number] as number) * (step[b] as number)
      }
    } else
      for (let k = 0; k < m; k++)
        if ((precision[k] as number) > 0) variance += (integralSlope[k] as number) ** 2 / (precision[k] as number)
    if (isFitted && curve.integrateTo(psi, times[0] as number) > LARGEST_SHARE_BEFORE_FIRST * integral) return false
    if (isFitted && !(variance < (LARGEST_UNCERTAINTY * size * integral) ** 2)) return false
    solution.size = size
    solution.psi.set(psi)
    solution.integral = size * integral
    solution.integralSd = Math.sqrt(variance)
    solution.atPhysicalRate = slowRate >= 0 && (psi[slowRate] as number) <= (lower[slowRate] as number)
    return true
  }

  /** Takes the parameter that the images say least about out of `free`: it counts as known, as on a bound. */
  function withoutLeastKnown(count: number): number {
    let least = 0
    const known = (a: number): number => normal[(free[a] as number) * STRIDE + (free[a] as number)] as number
    for (let a = 1; a < count; a++) if (known(a) < known(least)) least = a
    for (let a = least; a < count - 1; a++) free[a] = free[a + 1] as number
    return count - 1
  }

  function useStructureShape(): void {
    work.psi.set(mean)
    work.shape.set(expected)
    work.slope.set(expectedSlope)
  }

  /**
   * Weights by the noise of what is expected: `level` times the structure's shape, from the second round on its mean with the curve found. (By
   * the curve alone an image that it misses would get no noise, and have the whole curve follow it.) Those of images that do not hold the
   * voxel are 0.
   */
  function weigh(values: Float64Array, level: number, isFound: boolean): void {
    for (let i = 0; i < n; i++) {
      const first = level * (expected[i] as number)
      const value = isFound ? (first + work.size * (work.shape[i] as number)) / 2 : first
      const variance = ((noiseFraction[i] as number) * value) ** 2 + (noiseAbsolute[i] as number) ** 2
      weight[i] = !Number.isNaN(values[i]) && variance > 0 ? 1 / variance : 0
    }
  }

  /** Two rounds of weights; true where the last search came to an end. */
  function fit(values: Float64Array, level: number): boolean {
    const isEnded = search(work, isProportional ? ROUGH_STEP : SMALLEST_STEP)
    if (!isProportional || !(work.size > 0)) return isEnded
    weigh(values, level, true)
    return search(work, SMALLEST_STEP)
  }

  function solve(values: Float64Array, shapeIsFree: boolean): void {
    let sum = 0
    let expectedSum = 0
    let seen = 0
    for (let i = 0; i < n; i++) {
      const value = values[i] as number
      if (Number.isNaN(value)) continue
      sum += value
      expectedSum += expected[i] as number
      seen++
    }
    const level = expectedSum > 0 ? Math.max(0, sum / expectedSum) : 0
    weigh(values, level, false)
    for (let i = 0; i < n; i++) y[i] = Number.isNaN(values[i]) ? 0 : (values[i] as number)
    useStructureShape()
    if (shapeIsFree && seen >= needed) {
      const isEnded = fit(values, level)
      if (work.size > 0 && conclude(true)) {
        solution.state = isEnded ? 'fitted' : 'unfinished'
        return
      }
    }
    if (shapeIsFree) {
      weigh(values, level, false)
      useStructureShape()
    }
    project(work, work.shape)
    if (work.size > 0 && conclude(false)) {
      solution.state = 'structure-shape'
      return
    }
    solution.state = 'zero'
    solution.size = 0
    solution.psi.set(mean)
    solution.integral = 0
    solution.integralSd = work.norm > 0 ? curve.integrate(mean, integralSlope) / Math.sqrt(work.norm) : 0
    solution.atPhysicalRate = false
    solution.variance.fill(0)
  }

  function residuals(square: Float64Array, left: Float64Array): void {
    const { size, norm, shape } = work
    for (let i = 0; i < n; i++) {
      const w = weight[i] as number
      const s = shape[i] as number
      square[i] = w * ((y[i] as number) - size * s) ** 2
      let leverage = (w * s * s) / norm
      step.fill(0)
      for (let a = 0; a < freeCount; a++) step[a] = size * (slopeAcross[(free[a] as number) * n + i] as number)
      substitute(factor, freeCount, step)
      for (let a = 0; a < freeCount; a++)
        leverage += w * size * (slopeAcross[(free[a] as number) * n + i] as number) * (step[a] as number)
      left[i] = w > 0 ? Math.max(0, 1 - leverage) : 0
    }
  }

  return { solution, solve, residuals }
}
