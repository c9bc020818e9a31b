/** The fit of one voxel: least squares with a Gaussian prior of the shape, the size eliminated. */
import { LARGEST_SHARE_BEFORE_FIRST } from '../defaults.ts'
import { factorise, STRIDE, substitute } from './cholesky.ts'
import type { Administration } from '../parametric/response.ts'
import { evaluateInfusedShape, integrateInfusedShapeTo } from './infusedShape.ts'
import { evaluateShape, integrateShape, integrateShapeTo } from './shape.ts'

/** What all voxels of one label share, in scaled units (time over the last time). */
export interface VoxelProblem {
  readonly parameters: 1 | 2 | 3
  readonly times: Float64Array
  /** null: a bolus. */
  readonly administration: Administration | null
  /** Working parameters of the structure's curve, inside the bounds. */
  readonly mean: Float64Array
  /** Standard deviations around it: 0 fixes a parameter, Infinity leaves it free. */
  readonly spread: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Of each image: share of the expected value, and in the unit of the values. */
  readonly noiseFraction: Float64Array
  readonly noiseAbsolute: Float64Array
}

/** `unfinished`: the best shape of a search that did not come to an end. */
export type VoxelState = 'fitted' | 'unfinished' | 'structure-shape' | 'zero'

/** Of the voxel that was solved last; the arrays are reused. */
export interface VoxelSolution {
  state: VoxelState
  size: number
  readonly psi: Float64Array
  integral: number
  integralSd: number
  /** λ1 sits on its lower bound. */
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

const MOST_STEPS = 60
const MOST_DAMPINGS = 12
/** A step of the logarithmic parameters below this ends the search; the next would be its square. */
const SMALLEST_STEP = 1e-5
/** The first round only finds weights. */
const ROUGH_STEP = 1e-3
const LARGEST_STEP = 1.5
/** A gain in χ² below this ends the search too: the rest is a hundred-thousandth of a standard deviation. */
const SMALLEST_GAIN = 1e-10
/** The damping goes down after a step that gained more than the first share of what it promised, up below the second. */
const GOOD_SHARE = 0.75
const POOR_SHARE = 0.25
const LEAST_DAMPING = 1e-3
/** An integral less certain than this, relative to itself, was not found. */
const LARGEST_UNCERTAINTY = 100

/**
 * Makes a solver for the voxels of one label. Minimised is Σ ((yᵢ − B·s(tᵢ; ψ))/σᵢ)² + Σ ((ψk − meank)/spreadk)², with B ≥ 0 eliminated
 * (variable projection: Golub & Pereyra, SIAM J Numer Anal 10 (1973) 413; the step of Kaufman, BIT 15 (1975) 49), by Gauss–Newton steps,
 * damped (Marquardt, J SIAM 11 (1963) 431) where they do not lead downhill, inside bounds. σᵢ follows from the value that the structure's
 * shape expects in this voxel, then, once more, from its mean with that of the curve found; not from the measured one: weights that carry
 * the noise of what they weigh bias the size.
 *
 * The uncertainty of the integral is that of the normal approximation at the mode (Laplace), gᵀ(JᵀWJ + P)⁻¹g; a slow rate on its physical
 * bound counts as free, other parameters on a bound as known. Where the structure's shape is used, the spread itself stands for P⁻¹.
 */
export function createVoxelSolver(problem: VoxelProblem): VoxelSolver {
  const { parameters: m, times, administration, mean, spread, lower, upper, noiseFraction, noiseAbsolute } = problem
  const n = times.length
  const evaluate = (at: Float64Array, value: Float64Array, slopes: Float64Array): void =>
    administration
      ? evaluateInfusedShape(m, at, times, administration, value, slopes)
      : evaluateShape(m, at, times, value, slopes)
  const integrateTo = (at: Float64Array, time: number): number =>
    administration ? integrateInfusedShapeTo(m, at, time, administration) : integrateShapeTo(m, at, time)
  const precision = Float64Array.from(spread, (sd) => (sd > 0 ? 1 / sd ** 2 : 0))
  const isFixed = Uint8Array.from(spread, (sd) => (sd > 0 ? 0 : 1))
  const expected = new Float64Array(n)
  const expectedSlope = new Float64Array(m * n)
  evaluate(mean, expected, expectedSlope)
  /** Values that it takes to find what nothing is believed of. */
  const needed = 1 + spread.filter((sd) => sd === Infinity).length

  const y = new Float64Array(n)
  const weight = new Float64Array(n)
  let shape = new Float64Array(n)
  let slope = new Float64Array(m * n)
  let trialShape = new Float64Array(n)
  let trialSlope = new Float64Array(m * n)
  let psi = new Float64Array(m)
  let trial = new Float64Array(m)
  const pull = new Float64Array(m)
  const slopeAcross = new Float64Array(m * n)
  const gradient = new Float64Array(m)
  const normal = new Float64Array(STRIDE * STRIDE)
  const system = new Float64Array(STRIDE * STRIDE)
  const factor = new Float64Array(STRIDE * STRIDE)
  const step = new Float64Array(STRIDE)
  const free = new Int32Array(m)
  let freeCount = 0
  const isProportional = noiseFraction.some((share) => share > 0)
  const integralSlope = new Float64Array(m)
  /** Of the last `project`. */
  const found = { size: 0, norm: 0, chiSquare: 0 }
  const solution: VoxelSolution = {
    state: 'zero',
    size: 0,
    psi: new Float64Array(m),
    integral: 0,
    integralSd: 0,
    atPhysicalRate: false,
    variance: new Float64Array(m),
  }

  /** Best size for a shape, and what is left. */
  function project(s: Float64Array): void {
    let norm = 0
    let product = 0
    for (let i = 0; i < n; i++) {
      const ws = (weight[i] as number) * (s[i] as number)
      norm += ws * (s[i] as number)
      product += ws * (y[i] as number)
    }
    const size = norm > 0 && product > 0 ? product / norm : 0
    let chiSquare = 0
    for (let i = 0; i < n; i++) {
      const r = (y[i] as number) - size * (s[i] as number)
      chiSquare += (weight[i] as number) * r * r
    }
    found.size = size
    found.norm = norm
    found.chiSquare = chiSquare
  }

  function penalty(at: Float64Array): number {
    let sum = 0
    for (let k = 0; k < m; k++) sum += (precision[k] as number) * ((at[k] as number) - (mean[k] as number)) ** 2
    return sum
  }

  /**
   * The normal equations of ψ with the size eliminated: `normal`, `gradient` (of half the cost, downhill) and `pull` = how the best size
   * answers to ψk, −∂ ln B/∂ψk.
   */
  function linearise(): void {
    const { size, norm } = found
    for (let k = 0; k < m; k++) {
      let product = 0
      for (let i = 0; i < n; i++) product += (weight[i] as number) * (shape[i] as number) * (slope[k * n + i] as number)
      const share = product / norm
      pull[k] = share
      let g = 0
      for (let i = 0; i < n; i++) {
        const across = (slope[k * n + i] as number) - share * (shape[i] as number)
        slopeAcross[k * n + i] = across
        g += (weight[i] as number) * across * ((y[i] as number) - size * (shape[i] as number))
      }
      gradient[k] = size * g - (precision[k] as number) * ((psi[k] as number) - (mean[k] as number))
      for (let l = 0; l <= k; l++) {
        let sum = 0
        for (let i = 0; i < n; i++)
          sum += (weight[i] as number) * (slopeAcross[k * n + i] as number) * (slopeAcross[l * n + i] as number)
        sum *= size * size
        if (k === l) sum += precision[k] as number
        normal[k * STRIDE + l] = sum
        normal[l * STRIDE + k] = sum
      }
    }
  }

  /** The rows and columns `free` of the normal matrix into `system`, damped. */
  function gather(count: number, damping: number): void {
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++) {
        const value = normal[(free[a] as number) * STRIDE + (free[b] as number)] as number
        system[a * STRIDE + b] = a === b ? value * (1 + damping) : value
      }
  }

  /** Searches from the present ψ until its steps are below `end`; true where it came to an end. */
  function search(end: number): boolean {
    project(shape)
    let cost = found.chiSquare + penalty(psi)
    let damping = 0
    for (let iteration = 0; iteration < MOST_STEPS; iteration++) {
      if (!(found.size > 0)) return false
      linearise()
      let count = 0
      for (let k = 0; k < m; k++) {
        const g = gradient[k] as number
        const value = psi[k] as number
        if (isFixed[k] || (value <= (lower[k] as number) && g <= 0) || (value >= (upper[k] as number) && g >= 0))
          continue
        if ((normal[k * STRIDE + k] as number) > 0) free[count++] = k
      }
      if (count === 0) return true
      let isDownhill = false
      let largest = 0
      let gained = Infinity
      for (let attempt = 0; attempt < MOST_DAMPINGS && !isDownhill; attempt++) {
        gather(count, damping)
        if (factorise(system, count, factor)) {
          largest = advance(count)
          evaluate(trial, trialShape, trialSlope)
          project(trialShape)
          const next = found.chiSquare + penalty(trial)
          isDownhill = next <= cost
          if (isDownhill) {
            gained = cost - next
            const share = gained / promised(count)
            cost = next
            ;[psi, trial] = [trial, psi]
            ;[shape, trialShape] = [trialShape, shape]
            ;[slope, trialSlope] = [trialSlope, slope]
            if (share > GOOD_SHARE) damping = damping > LEAST_DAMPING ? damping / 10 : 0
            else if (share < POOR_SHARE) damping = Math.max(LEAST_DAMPING, damping) * 10
            continue
          }
          // So small a step that only rounding makes it uphill.
          if (largest < end) break
        }
        damping = damping === 0 ? LEAST_DAMPING : damping * 10
      }
      if (!isDownhill) project(shape)
      if (largest < end || gained < SMALLEST_GAIN) return true
      if (!isDownhill) return false
    }
    return false
  }

  /** Takes the step for `free` into `trial`, inside bounds; answers with its largest part. */
  function advance(count: number): number {
    for (let a = 0; a < count; a++) step[a] = gradient[free[a] as number] as number
    substitute(factor, count, step)
    trial.set(psi)
    let largest = 0
    for (let a = 0; a < count; a++) {
      const k = free[a] as number
      const move = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step[a] as number))
      const next = Math.max(lower[k] as number, Math.min(upper[k] as number, (psi[k] as number) + move))
      largest = Math.max(largest, Math.abs(next - (psi[k] as number)))
      trial[k] = next
    }
    return largest
  }

  /** How much the step to `trial` should have gained were the curve linear. */
  function promised(count: number): number {
    let gain = 0
    for (let a = 0; a < count; a++) {
      const k = free[a] as number
      const move = (trial[k] as number) - (psi[k] as number)
      gain += 2 * move * (gradient[k] as number)
      for (let b = 0; b < count; b++) {
        const l = free[b] as number
        gain -= move * (normal[k * STRIDE + l] as number) * ((trial[l] as number) - (psi[l] as number))
      }
    }
    return gain
  }

  /** Integral and uncertainties at ψ; false where the images do not determine the integral, or all lie in the tail of what was found. */
  function conclude(isFitted: boolean): boolean {
    const { size, norm } = found
    linearise()
    const integral = integrateShape(m, psi, integralSlope)
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
        if (!isFixed[k] && value < (upper[k] as number) && (k === 0 || !isAtLower)) free[count++] = k
      }
      for (gather(count, 0); !factorise(system, count, factor); gather(count, 0)) count = withoutLeastKnown(count)
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
    if (isFitted && integrateTo(psi, times[0] as number) > LARGEST_SHARE_BEFORE_FIRST * integral) return false
    if (isFitted && !(variance < (LARGEST_UNCERTAINTY * size * integral) ** 2)) return false
    solution.size = size
    solution.psi.set(psi)
    solution.integral = size * integral
    solution.integralSd = Math.sqrt(variance)
    solution.atPhysicalRate = (psi[0] as number) <= (lower[0] as number)
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
    psi.set(mean)
    shape.set(expected)
    slope.set(expectedSlope)
  }

  /**
   * Weights by the noise of what is expected: `level` times the structure's shape, from the second round on its mean with the curve found. (By
   * the curve alone an image that it misses would get no noise, and have the whole curve follow it.) Those of images that do not hold the
   * voxel are 0.
   */
  function weigh(
    values: Float64Array,
    level: number,
    found: { readonly size: number; readonly s: Float64Array } | null,
  ): void {
    for (let i = 0; i < n; i++) {
      const first = level * (expected[i] as number)
      const value = found ? (first + found.size * (found.s[i] as number)) / 2 : first
      const variance = ((noiseFraction[i] as number) * value) ** 2 + (noiseAbsolute[i] as number) ** 2
      weight[i] = !Number.isNaN(values[i]) && variance > 0 ? 1 / variance : 0
    }
  }

  /** Two rounds of weights; true where the last search came to an end. */
  function fit(values: Float64Array, level: number): boolean {
    const isEnded = search(isProportional ? ROUGH_STEP : SMALLEST_STEP)
    if (!isProportional || !(found.size > 0)) return isEnded
    weigh(values, level, { size: found.size, s: shape })
    return search(SMALLEST_STEP)
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
    weigh(values, level, null)
    for (let i = 0; i < n; i++) y[i] = Number.isNaN(values[i]) ? 0 : (values[i] as number)
    useStructureShape()
    if (shapeIsFree && seen >= needed) {
      const isEnded = fit(values, level)
      if (found.size > 0 && conclude(true)) {
        solution.state = isEnded ? 'fitted' : 'unfinished'
        return
      }
    }
    if (shapeIsFree) {
      weigh(values, level, null)
      useStructureShape()
    }
    project(shape)
    if (found.size > 0 && conclude(false)) {
      solution.state = 'structure-shape'
      return
    }
    solution.state = 'zero'
    solution.size = 0
    solution.psi.set(mean)
    solution.integral = 0
    solution.integralSd = found.norm > 0 ? integrateShape(m, mean, integralSlope) / Math.sqrt(found.norm) : 0
    solution.atPhysicalRate = false
    solution.variance.fill(0)
  }

  function residuals(square: Float64Array, left: Float64Array): void {
    const { size, norm } = found
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
