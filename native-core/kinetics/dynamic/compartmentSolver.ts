/** The fit of one voxel's curve by a compartment model, without allocation where it is repeated. */
import { factorise, STRIDE, substitute } from '../voxelwise/cholesky.ts'
import { RATE_RANGE_PER_S } from './compartmentFit.ts'
import type { CompartmentModelId, FramedInput } from './compartments.ts'
import type { CompartmentPrior, CompartmentSolution, CompartmentSolver } from './compartmentSolverTypes.ts'
import { compartmentStarts, SHAPES } from './compartmentStarts.ts'
import { createPlace, dot, tissueOf } from './compartmentTissue.ts'
import type { Place } from './compartmentTissue.ts'
import { tabulate } from './convolutionTable.ts'

/** So many of the best starts are followed. */
const FOLLOWED = { '1tcm': 1, '2tcm-irreversible': 2, '2tcm': 2 } as const
const MOST_STEPS = 100
const MOST_DAMPINGS = 12
const LEAST_DAMPING = 1e-3
const LARGEST_STEP = 1
/** Of a logarithm: the search has ended. */
const SMALLEST_STEP = 1e-7
/** Or so little of χ² was gained: the rest is far below a standard deviation. */
const SMALLEST_GAIN = 1e-11
/** Around a prior a hundredth of a standard deviation is enough. */
const SMALLEST_STEP_AROUND = 1e-3
const SMALLEST_GAIN_AROUND = 1e-6
/** A variance that changed by less than this share is not taken again. */
const SAME_VARIANCE = 0.05
const [LOWEST, HIGHEST] = RATE_RANGE_PER_S.map(Math.log) as [number, number]

/**
 * Minimises Σ w²(y − a·T(k2, k3, k4) − V_b·C_blood)² over the logarithms of the rates, a = (1 − V_b)·K1 ≥ 0 and V_b from 0 to 1 following from them
 * (variable projection: Golub & Pereyra 1973, the step of Kaufman 1975, damped as Marquardt 1963). T is the frame average of the impulse response for
 * K1 = 1, from a table (`tabulate`).
 *
 * With a prior the rates are the most probable ones (maximum a posteriori): Σ w²(y − f)²/variance + Σ ((ψ − mean)/spread)² is minimised, the variance
 * of a weighted frame that of the curve's own residuals: of the best start, then once more of what was found.
 *
 * @param weights one over the standard deviation of each frame
 * @param fraction V_b where it is given, null where it is fitted
 */
export function createCompartmentSolver(
  { plasma, wholeBlood }: FramedInput,
  model: CompartmentModelId,
  weights: readonly number[],
  fraction: number | null,
  prior: CompartmentPrior | null = null,
): CompartmentSolver {
  const n = plasma.frameCount
  const m = SHAPES[model]
  // θ is at most the sum of the three rates.
  const evaluate = tissueOf(tabulate(plasma, 3 * Math.exp(HIGHEST), weights), n)
  const blood = wholeBlood.average.map((v, i) => v * (weights[i] ?? 0))
  const bloodSquare = dot(blood, blood)
  const y = new Float64Array(n)
  const linear = { a: 0, b: 0, cost: 0, square: 0, cross: 0 }
  const normal = new Float64Array(STRIDE * STRIDE)
  const system = new Float64Array(STRIDE * STRIDE)
  const factor = new Float64Array(STRIDE * STRIDE)
  const [gradient, step] = [new Float64Array(STRIDE), new Float64Array(STRIDE)]
  const across = Array.from({ length: m }, () => new Float64Array(n))
  const free: number[] = []
  let [here, there] = [createPlace(m, n), createPlace(m, n)]
  /** 1/spread² of each ψ, times the variance of the present curve. */
  const precision = Float64Array.from({ length: m }, (_, k) => (prior ? 1 / (prior.spread[k] ?? 1) ** 2 : 0))
  const pull = new Float64Array(m)
  const freedom = Math.max(1, n - m - (fraction === null ? 2 : 1))
  const smallestStep = prior ? SMALLEST_STEP_AROUND : SMALLEST_STEP
  const smallestGain = prior ? SMALLEST_GAIN_AROUND : SMALLEST_GAIN
  const mean = Float64Array.from({ length: m }, (_, k) => prior?.mean[k] ?? 0)
  const evidence = { psi: new Float64Array(m), spreadLeft: new Float64Array(m), cost: 0 }
  const solution: CompartmentSolution = { k1: 0, k2: 0, k3: 0, k4: 0, bloodFraction: fraction ?? 0 }

  /** Best a and b for a column T. */
  function project(square: number, cross: number, ty: number, by: number, yy: number): void {
    let [a, b] = [0, 0]
    if (fraction === null) {
      const determinant = square * bloodSquare - cross * cross
      if (determinant > 1e-14 * square * bloodSquare) {
        a = (ty * bloodSquare - by * cross) / determinant
        b = (by * square - ty * cross) / determinant
      }
      if (!(b > 0) || !(a > 0)) [a, b] = [square > 0 ? Math.max(0, ty / square) : 0, 0]
    } else a = square > 0 ? Math.max(0, ty / square) : 0
    linear.a = a
    linear.b = b
    linear.square = square
    linear.cross = cross
    linear.cost = Math.max(0, yy - 2 * (a * ty + b * by) + a * a * square + 2 * a * b * cross + b * b * bloodSquare)
  }

  function projected({ tissue }: Place): number {
    project(dot(tissue, tissue), dot(tissue, blood), dot(tissue, y), dot(blood, y), 0)
    // By the residuals: the difference of sums would lose a small cost in rounding.
    let cost = 0
    for (let i = 0; i < n; i++)
      cost += ((y[i] as number) - linear.a * (tissue[i] as number) - linear.b * (blood[i] as number)) ** 2
    linear.cost = cost
    return cost
  }

  function penalty(psi: Float64Array): number {
    let sum = 0
    for (let k = 0; k < m; k++) sum += (pull[k] as number) * ((psi[k] as number) - (mean[k] as number)) ** 2
    return sum
  }

  function linearise({ psi, tissue, slopes }: Place): void {
    const { a, b, square, cross } = linear
    const hasBlood = b > 0
    const determinant = square * bloodSquare - cross * cross
    slopes.forEach((slope, k) => {
      const [st, sb] = [dot(slope, tissue), hasBlood ? dot(slope, blood) : 0]
      const byTissue = hasBlood ? (st * bloodSquare - sb * cross) / determinant : st / square
      const byBlood = hasBlood ? (sb * square - st * cross) / determinant : 0
      const own = across[k] as Float64Array
      let g = 0
      for (let i = 0; i < n; i++) {
        const value = a * ((slope[i] as number) - byTissue * (tissue[i] as number) - byBlood * (blood[i] as number))
        own[i] = value
        g += value * ((y[i] as number) - a * (tissue[i] as number) - b * (blood[i] as number))
      }
      gradient[k] = g - (pull[k] as number) * ((psi[k] as number) - (mean[k] as number))
    })
    for (let k = 0; k < m; k++)
      for (let l = 0; l <= k; l++)
        normal[k * STRIDE + l] = normal[l * STRIDE + k] =
          dot(across[k] as Float64Array, across[l] as Float64Array) + (k === l ? (pull[k] as number) : 0)
  }

  /** Places of the rates that may move. */
  function findFree({ psi }: Place): void {
    free.length = 0
    for (let k = 0; k < m; k++) {
      const [value, g] = [psi[k] as number, gradient[k] as number]
      const isHeld = (value <= LOWEST && g <= 0) || (value >= HIGHEST && g >= 0)
      if (!isHeld && (normal[k * STRIDE + k] as number) > 0) free.push(k)
    }
  }

  /** A damped step from `here` to `there`; its largest part, NaN where the system cannot be solved. */
  function advance(damping: number): number {
    const count = free.length
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const value = normal[(free[a] as number) * STRIDE + (free[b] as number)] as number
        system[a * STRIDE + b] = a === b ? value * (1 + damping) : value
      }
      step[a] = gradient[free[a] as number] as number
    }
    if (!factorise(system, count, factor)) return NaN
    substitute(factor, count, step)
    there.psi.set(here.psi)
    let largest = 0
    for (let a = 0; a < count; a++) {
      const k = free[a] as number
      const before = here.psi[k] as number
      const move = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step[a] as number))
      const next = Math.max(LOWEST, Math.min(HIGHEST, before + move))
      largest = Math.max(largest, Math.abs(next - before))
      there.psi[k] = next
    }
    return largest
  }

  /** Searches from `here`; true where it came to an end. */
  function search(): boolean {
    evaluate(here)
    let cost = projected(here) + penalty(here.psi)
    let damping = LEAST_DAMPING
    for (let iteration = 0; iteration < MOST_STEPS; iteration++) {
      if (!(linear.a > 0)) return false
      linearise(here)
      findFree(here)
      if (free.length === 0) return true
      let [isDownhill, largest, gained] = [false, NaN, Infinity]
      for (let attempt = 0; attempt < MOST_DAMPINGS && !isDownhill; attempt++) {
        largest = advance(damping)
        if (Number.isFinite(largest)) {
          evaluate(there)
          const next = projected(there) + penalty(there.psi)
          if (next <= cost) {
            isDownhill = true
            gained = cost - next
            cost = next
            ;[here, there] = [there, here]
            damping = damping < 1e-9 ? 0 : damping / 10
          } else if (largest < smallestStep) break
        }
        if (!isDownhill) damping = Math.max(LEAST_DAMPING, damping * 10)
      }
      if (!isDownhill) projected(here)
      if (largest < smallestStep || gained < smallestGain * cost) return true
      if (!isDownhill) return false
    }
    return false
  }

  const starts = compartmentStarts(model).map((psi) => {
    const place = { ...createPlace(m, n), psi }
    evaluate(place)
    const { tissue } = place
    return { psi, tissue, square: dot(tissue, tissue), cross: dot(tissue, blood) }
  })
  const costs = new Float64Array(starts.length)

  /** The place of the best start; it is not found again. */
  function nextStart(): number {
    let best = 0
    for (let s = 1; s < costs.length; s++) if ((costs[s] as number) < (costs[best] as number)) best = s
    costs[best] = Infinity
    return best
  }

  function solve(curve: ArrayLike<number>): boolean {
    for (let i = 0; i < n; i++) {
      const measured = (curve[i] as number) * (weights[i] as number)
      y[i] = fraction === null ? measured : measured - fraction * (blood[i] as number)
    }
    const [by, yy] = [dot(blood, y), dot(y, y)]
    let least = Infinity
    starts.forEach(({ tissue, square, cross }, s) => {
      project(square, cross, dot(tissue, y), by, yy)
      costs[s] = linear.a > 0 ? linear.cost : Infinity
      least = Math.min(least, costs[s])
    })
    if (!prior) return follow(FOLLOWED[model])
    let variance = least / freedom
    setVariance(variance)
    starts.forEach(({ psi }, s) => (costs[s] = (costs[s] as number) + penalty(psi)))
    if (!follow(1)) return false
    const own = evidence.cost / freedom
    if (Math.abs(own / variance - 1) > SAME_VARIANCE) {
      variance = own
      setVariance(variance)
      here.psi.set(evidence.psi)
      if (!search()) return false
      keep()
    }
    spreadLeft(variance)
    return isInside()
  }

  function setVariance(variance: number): void {
    for (let k = 0; k < m; k++) pull[k] = variance * (precision[k] as number)
  }

  /** Searches from so many of the best starts; false where none leads inside the range of the rates. */
  function follow(count: number): boolean {
    let best = Infinity
    for (let followed = 0; followed < count; followed++) {
      const start = nextStart()
      const first = starts[start]
      if (!first) break
      here.psi.set(first.psi)
      if (!search()) continue
      const cost = linear.cost + penalty(here.psi)
      if (!(cost < best)) continue
      best = cost
      keep()
    }
    return best < Infinity && isInside()
  }

  function keep(): void {
    const [k2 = 0, k3 = 0, k4 = 0] = Array.from(here.psi, Math.exp)
    const bloodFraction = fraction ?? linear.b
    Object.assign(solution, { k1: linear.a / (1 - bloodFraction), k2, k3, k4, bloodFraction })
    evidence.psi.set(here.psi)
    evidence.cost = linear.cost
  }

  /** What is not known of each ψ: the diagonal of the inverse of the normal matrix. */
  function spreadLeft(variance: number): void {
    linearise(here)
    evidence.spreadLeft.fill(0)
    if (!factorise(normal, m, factor)) return
    for (let k = 0; k < m; k++) {
      step.fill(0)
      step[k] = 1
      substitute(factor, m, step)
      evidence.spreadLeft[k] = variance * (step[k] as number)
    }
  }

  const isInside = (): boolean => {
    const { k2, k3, k4, bloodFraction } = solution
    return (
      bloodFraction < 1 &&
      [k2, k3, k4].slice(0, m).every((rate) => Math.log(rate) > LOWEST + EDGE && Math.log(rate) < HIGHEST - EDGE)
    )
  }

  return { solution, evidence, solve }
}

/** Of the logarithm of a rate: nearer to the edge of its range it lies on it. */
const EDGE = 1e-9
