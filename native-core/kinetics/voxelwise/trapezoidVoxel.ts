/** The trapezoidal rule in one voxel, with stated ends and its variance in closed form. */
import { DEFAULT_VOXELWISE } from './trapezoid.ts'
import type { VoxelFitPlan } from './types.ts'

/** Of the voxel that was integrated last; in s and the unit of the values. */
export interface TrapezoidSolution {
  state: 'fitted' | 'structure-shape' | 'zero'
  integral: number
  integralSd: number
  before: number
  after: number
  tailRatePerS: number
  atPhysicalRate: boolean
}

export interface TrapezoidSolver {
  readonly solution: TrapezoidSolution
  /** Integrates the values (NaN: not imaged). `shapeIsFree` false: the structure's shape, only the size is found. */
  readonly solve: (values: ArrayLike<number>, shapeIsFree: boolean) => void
}

/** Below this |ln(a/b)| a piece is as good as straight, and its slopes are ½ each. */
const STRAIGHT = 1e-4

/**
 * Makes the rule for the voxels of one label: pieces between the images, head and tail as `plan.trapezoid` says. Negative values count as
 * nothing. The rate of a tail around the structure's is the mean of that of the voxel's last two images and the structure's, weighted by their
 * variances (that of the structure by the spread of the slow rate); none is below physical decay, none falls by more than
 * `DEFAULT_VOXELWISE.steepestFall` over the time between the last two.
 *
 * The variance is that of first order, Σ (∂I/∂yᵢ)²σᵢ² + (∂I/∂λ)²·(the prior's part of λ), σᵢ that of the value that the structure's shape expects
 * in the voxel (as `createVoxelSolver` weighs), images independent of each other.
 */
export function createTrapezoidSolver(plan: VoxelFitPlan, label: number): TrapezoidSolver {
  const { timesS, physicalRatePerS: physical, trapezoid, noise } = plan
  const prior = plan.priors[label]
  const means = prior?.means
  if (!trapezoid || !prior || !means) throw new Error(`label ${label} has no trapezoid`)
  const { rule, beforeFirst, afterLast } = trapezoid
  const n = timesS.length
  const variance = new Float64Array(n)
  const slope = new Float64Array(n)
  /** Structure's rate, its variance and how much it counts: physical decay is known. */
  const ownRate = afterLast === 'physical-decay' ? physical : Math.max(physical, prior.slowRatePerS)
  const rateVariance = afterLast === 'physical-decay' ? 0 : (prior.spread.slowRate * ownRate) ** 2
  const solution: TrapezoidSolution = {
    state: 'zero',
    integral: 0,
    integralSd: 0,
    before: 0,
    after: 0,
    tailRatePerS: ownRate,
    atPhysicalRate: false,
  }
  const head = (firstS: number): number => {
    if (beforeFirst === 'constant') return firstS
    return beforeFirst === 'linear-from-zero' ? firstS / 2 : Math.expm1(physical * firstS) / physical
  }

  /** Integral of a piece; adds its slopes. */
  function piece(i: number, j: number, from: number, to: number): number {
    const span = (timesS[j] as number) - (timesS[i] as number)
    const x = rule === 'linear-log' && to > 0 && from > to ? Math.log(from / to) : 0
    const isStraight = x < STRAIGHT
    slope[i] = (slope[i] as number) + span * (isStraight ? 0.5 : (x - 1 + to / from) / (x * x))
    slope[j] = (slope[j] as number) + span * (isStraight ? 0.5 : (from / to - 1 - x) / (x * x))
    return span * (isStraight ? (from + to) / 2 : (from - to) / x)
  }

  /** Integrates a curve into the solution; the last two that are seen give the tail where they count. False: none is seen. */
  function integrate(values: ArrayLike<number>, level: number): boolean {
    slope.fill(0)
    let [first, before, last] = [-1, -1, -1]
    let between = 0
    const at = (i: number): number => Math.max(0, values[i] as number)
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(values[i])) continue
      if (first < 0) first = i
      else between += piece(last, i, at(last), at(i))
      before = last
      last = i
    }
    if (first < 0) return false
    const factor = head(timesS[first] as number)
    slope[first] = (slope[first] as number) + factor
    let [rate, own, left] = [ownRate, 0, 1]
    let span = 1
    if (afterLast !== 'physical-decay' && before >= 0 && at(before) > 0 && at(last) > 0) {
      span = (timesS[last] as number) - (timesS[before] as number)
      const seen = Math.log(at(before) / at(last)) / span
      // What the two values say of the rate, by what is expected of them where that is more than nothing.
      const relative = (i: number): number => (variance[i] as number) / Math.max(level * (means?.[i] ?? 0), at(i)) ** 2
      const seenVariance = (relative(before) + relative(last)) / span ** 2
      own = afterLast === 'last-two' || rateVariance === Infinity ? 1 : rateVariance / (rateVariance + seenVariance)
      left = 1 - own
      rate = own === 1 ? seen : own * seen + left * ownRate
    }
    const bounded = Math.max(physical, Math.min(rate, Math.log(DEFAULT_VOXELWISE.steepestFall) / span))
    rate = before >= 0 && own > 0 ? bounded : Math.max(physical, rate)
    const after = at(last) / rate
    slope[last] = (slope[last] as number) + 1 / rate
    if (own > 0) {
      slope[before] = (slope[before] as number) - (after * own) / (rate * span * at(before))
      slope[last] = (slope[last] as number) + (after * own) / (rate * span * at(last))
    }
    let sum = Number.isFinite(rateVariance) ? ((after / rate) * left) ** 2 * rateVariance : 0
    for (let i = 0; i < n; i++) if (!Number.isNaN(values[i])) sum += (slope[i] as number) ** 2 * (variance[i] as number)
    solution.before = factor * at(first)
    solution.after = after
    solution.integral = solution.before + between + after
    solution.integralSd = Math.sqrt(sum)
    solution.tailRatePerS = rate
    solution.atPhysicalRate = rate <= physical && afterLast !== 'physical-decay'
    return true
  }

  const whole = { integral: 0, before: 0, after: 0, rate: ownRate, relativeVariance: 0 }
  integrate(means, 1)
  whole.integral = solution.integral
  whole.before = solution.before
  whole.after = solution.after
  whole.rate = solution.tailRatePerS
  whole.relativeVariance =
    whole.integral > 0 && Number.isFinite(rateVariance)
      ? (whole.after / whole.rate / whole.integral) ** 2 * rateVariance
      : 0

  /** Only the size is found: by least squares around the means of the structure. */
  function scale(values: ArrayLike<number>): void {
    let [norm, product] = [0, 0]
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(values[i]) || !((variance[i] as number) > 0)) continue
      const mean = means?.[i] ?? 0
      norm += mean ** 2 / (variance[i] as number)
      product += (mean * (values[i] as number)) / (variance[i] as number)
    }
    const size = norm > 0 ? Math.max(0, product / norm) : 0
    solution.state = size > 0 ? 'structure-shape' : 'zero'
    solution.integral = size * whole.integral
    solution.before = size * whole.before
    solution.after = size * whole.after
    solution.tailRatePerS = whole.rate
    solution.atPhysicalRate = false
    solution.integralSd = norm > 0 ? whole.integral * Math.sqrt(1 / norm + size ** 2 * whole.relativeVariance) : 0
  }

  function solve(values: ArrayLike<number>, shapeIsFree: boolean): void {
    let [sum, expected, seen] = [0, 0, 0]
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(values[i])) continue
      sum += values[i] as number
      expected += means?.[i] ?? 0
      seen++
    }
    const level = expected > 0 ? Math.max(0, sum / expected) : 0
    for (let i = 0; i < n; i++) {
      const scaleOf = prior?.noiseScale[i] ?? 1
      const { fraction, absolute } = noise[i] ?? { fraction: 0, absolute: 0 }
      variance[i] = scaleOf ** 2 * ((fraction * level * (means?.[i] ?? 0)) ** 2 + absolute ** 2)
    }
    const isEnough = seen >= (afterLast === 'last-two' || rateVariance === Infinity ? 2 : 1)
    if (shapeIsFree && isEnough && integrate(values, level) && solution.integral > 0) solution.state = 'fitted'
    else scale(values)
  }

  return { solution, solve }
}
