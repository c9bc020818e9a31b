/** The fit of one voxel's curve by a compartment model, without allocation where it is repeated. */
import { factorise, STRIDE, substitute } from '../voxelwise/cholesky.ts'
import { RATE_RANGE_PER_S } from './compartmentFit.ts'
import { impulseResponse } from './compartments.ts'
import type { CompartmentModelId, FramedInput } from './compartments.ts'
import { tabulate } from './convolutionTable.ts'

/** Of the voxel that was solved last; rates in 1/s, zero where the model lacks them. */
export interface CompartmentSolution {
  k1: number
  k2: number
  k3: number
  k4: number
  bloodFraction: number
}

export interface CompartmentSolver {
  readonly solution: CompartmentSolution
  /** Fits a curve, Bq/mL decay-corrected; false where there is no answer. */
  readonly solve: (curve: ArrayLike<number>) => boolean
}

/** Logarithms of k2, k3, k4, the tissue's curve for K1 = 1 there, and its derivatives by them. */
interface Place {
  readonly psi: Float64Array
  readonly tissue: Float64Array
  readonly slopes: readonly Float64Array[]
}

/** k2, k3, k4 of the starts, /min, as even steps of the logarithm. */
const STARTS_PER_MIN = { k2: [0.01, 2, 9], k3: [0.003, 0.5, 6], k4: [0.003, 0.3, 5] } as const
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
const SHAPES = { '1tcm': 1, '2tcm-irreversible': 2, '2tcm': 3 } as const
const [LOWEST, HIGHEST] = RATE_RANGE_PER_S.map(Math.log) as [number, number]

/**
 * Minimises Σ w²(y − a·T(k2, k3, k4) − V_b·C_blood)² over the logarithms of the rates, a = (1 − V_b)·K1 ≥ 0 and V_b from 0 to 1 following from them
 * (variable projection: Golub & Pereyra 1973, the step of Kaufman 1975, damped as Marquardt 1963). T is the frame average of the impulse response for
 * K1 = 1, from a table (`tabulate`).
 *
 * @param weights one over the standard deviation of each frame
 * @param fraction V_b where it is given, null where it is fitted
 */
export function createCompartmentSolver(
  { plasma, wholeBlood }: FramedInput,
  model: CompartmentModelId,
  weights: readonly number[],
  fraction: number | null,
): CompartmentSolver {
  const n = plasma.frameCount
  const m = SHAPES[model]
  // θ is at most the sum of the three rates.
  const table = tabulate(plasma, 3 * Math.exp(HIGHEST), weights)
  const blood = wholeBlood.average.map((v, i) => v * (weights[i] ?? 0))
  const bloodSquare = dot(blood, blood)
  const y = new Float64Array(n)
  const [average, derivative] = [new Float64Array(n), new Float64Array(n)]
  const linear = { a: 0, b: 0, cost: 0, square: 0, cross: 0 }
  const normal = new Float64Array(STRIDE * STRIDE)
  const system = new Float64Array(STRIDE * STRIDE)
  const factor = new Float64Array(STRIDE * STRIDE)
  const [gradient, step] = [new Float64Array(STRIDE), new Float64Array(STRIDE)]
  const across = Array.from({ length: m }, () => new Float64Array(n))
  const free: number[] = []
  const state = (): Place => ({
    psi: new Float64Array(m),
    tissue: new Float64Array(n),
    slopes: Array.from({ length: m }, () => new Float64Array(n)),
  })
  let [here, there] = [state(), state()]
  const solution: CompartmentSolution = { k1: 0, k2: 0, k3: 0, k4: 0, bloodFraction: fraction ?? 0 }

  /** T and its derivatives by the logarithms of the rates. */
  function evaluate({ psi, tissue, slopes }: Place): void {
    const rates = Array.from(psi, Math.exp)
    const [k2 = 0, k3 = 0, k4 = 0] = rates
    tissue.fill(0)
    slopes.forEach((slope) => slope.fill(0))
    for (const { theta, share, dTheta, dShare } of impulseResponse({ k1: 1, k2, k3, k4 })) {
      table.at(theta, average, derivative)
      for (let i = 0; i < n; i++) tissue[i] = (tissue[i] as number) + share * (average[i] as number)
      slopes.forEach((slope, k) => {
        const rate = rates[k] as number
        const [byShare, byTheta] = [rate * (dShare[k] ?? 0), rate * share * (dTheta[k] ?? 0)]
        for (let i = 0; i < n; i++)
          slope[i] = (slope[i] as number) + byShare * (average[i] as number) + byTheta * (derivative[i] as number)
      })
    }
  }

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

  function linearise({ tissue, slopes }: Place): void {
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
      gradient[k] = g
    })
    for (let k = 0; k < m; k++)
      for (let l = 0; l <= k; l++)
        normal[k * STRIDE + l] = normal[l * STRIDE + k] = dot(across[k] as Float64Array, across[l] as Float64Array)
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
    let cost = projected(here)
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
          const next = projected(there)
          if (next <= cost) {
            isDownhill = true
            gained = cost - next
            cost = next
            ;[here, there] = [there, here]
            damping = damping < 1e-9 ? 0 : damping / 10
          } else if (largest < SMALLEST_STEP) break
        }
        if (!isDownhill) damping = Math.max(LEAST_DAMPING, damping * 10)
      }
      if (!isDownhill) projected(here)
      if (largest < SMALLEST_STEP || gained < SMALLEST_GAIN * cost) return true
      if (!isDownhill) return false
    }
    return false
  }

  const starts = startsOf(model).map((psi) => {
    const place = { ...state(), psi }
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
    starts.forEach(({ tissue, square, cross }, s) => {
      project(square, cross, dot(tissue, y), by, yy)
      costs[s] = linear.a > 0 ? linear.cost : Infinity
    })
    let best = Infinity
    for (let followed = 0; followed < FOLLOWED[model]; followed++) {
      const start = nextStart()
      const first = starts[start]
      if (!first) break
      here.psi.set(first.psi)
      if (!search() || !(linear.cost < best)) continue
      best = linear.cost
      keep()
    }
    return best < Infinity && isInside()
  }

  function keep(): void {
    const [k2 = 0, k3 = 0, k4 = 0] = Array.from(here.psi, Math.exp)
    const bloodFraction = fraction ?? linear.b
    Object.assign(solution, { k1: linear.a / (1 - bloodFraction), k2, k3, k4, bloodFraction })
  }

  const isInside = (): boolean => {
    const { k2, k3, k4, bloodFraction } = solution
    return (
      bloodFraction < 1 &&
      [k2, k3, k4].slice(0, m).every((rate) => Math.log(rate) > LOWEST + EDGE && Math.log(rate) < HIGHEST - EDGE)
    )
  }

  return { solution, solve }
}

/** Of the logarithm of a rate: nearer to the edge of its range it lies on it. */
const EDGE = 1e-9

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

function startsOf(model: CompartmentModelId): Float64Array[] {
  const logs = ([from, to, count]: readonly [number, number, number]): number[] =>
    Array.from({ length: count }, (_, i) => Math.log((from / 60) * (to / from) ** (i / (count - 1))))
  const axes = [STARTS_PER_MIN.k2, STARTS_PER_MIN.k3, STARTS_PER_MIN.k4].slice(0, SHAPES[model]).map(logs)
  return axes
    .reduce<number[][]>((found, axis) => found.flatMap((before) => axis.map((own) => [...before, own])), [[]])
    .map((psi) => Float64Array.from(psi))
}
