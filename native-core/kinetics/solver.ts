/**
 * Weighted least squares for a block model in normalised units: Levenberg–Marquardt with the analytic Jacobian on all parameters, inside bounds, from
 * the best starts of a grid of rates.
 */
import { solveLeastSquares } from '../statistics/index.ts'
import { evaluateBlocks, ratesOf } from './models/blocks.ts'
import type { TacModel } from './models/blocks.ts'
import type { Administration } from './parametric/response.ts'
import { startsOf } from './solverStarts.ts'

export interface FitProblem {
  readonly model: TacModel
  /** Times, values and sigmas in normalised units. */
  readonly t: readonly number[]
  readonly y: readonly number[]
  readonly sigma: readonly number[]
  /** Physical decay constant in the same time unit: the lower bound of λ1. */
  readonly physicalRate: number
  readonly largestRate: number
  /** In the same time unit. */
  readonly administration: Administration
  readonly smallestDifference: number
  /** Gaussian prior of ln(λm − λ_phys) of the fastest phase. */
  readonly prior: { readonly mean: number; readonly sd: number } | null
}

export interface FitSolution {
  readonly theta: number[]
  readonly chiSquare: number
  /** χ² plus the squared prior residual. */
  readonly cost: number
  readonly converged: boolean
  readonly iterations: number
  /** Bounds each parameter sits on. */
  readonly bound: readonly ('none' | 'lower' | 'upper')[]
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

interface System {
  readonly residual: number[]
  readonly jacobian: number[][]
  readonly cost: number
}

/** Rows of r = (y − f)/σ and of −dr/dθ, with the prior as a last row. */
export function buildSystem(problem: FitProblem, theta: readonly number[]): System {
  const { model, t, y, sigma, prior } = problem
  const n = model.blocks.length
  const m = model.rateCount
  const value = new Float64Array(n)
  const slope = new Float64Array(n * m)
  const residual: number[] = []
  const jacobian: number[][] = []
  let cost = 0
  for (let i = 0; i < t.length; i++) {
    evaluateBlocks(model, theta, at(t, i), value, slope, problem.administration)
    const row: number[] = []
    let f = 0
    for (let b = 0; b < n; b++) {
      f += at(theta, b) * at(value, b)
      row.push(at(value, b) / at(sigma, i))
    }
    for (let k = 0; k < m; k++) {
      let s = 0
      for (let b = 0; b < n; b++) s += at(theta, b) * at(slope, b * m + k)
      row.push(s / at(sigma, i))
    }
    const r = (at(y, i) - f) / at(sigma, i)
    residual.push(r)
    jacobian.push(row)
    cost += r * r
  }
  if (prior) {
    const fastest = at(ratesOf(model, theta), m - 1)
    const excess = Math.max(fastest - problem.physicalRate, 1e-300)
    const r = (prior.mean - Math.log(excess)) / prior.sd
    const row = new Array<number>(n + m).fill(0)
    for (let k = 0; k < m; k++) row[n + k] = Math.exp(at(theta, n + k)) / excess / prior.sd
    residual.push(r)
    jacobian.push(row)
    cost += r * r
  }
  return { residual, jacobian, cost }
}

interface Bounds {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

function boundsOf(problem: FitProblem): Bounds {
  const { model, physicalRate, largestRate, smallestDifference } = problem
  const lower = model.blocks.map((b) => (b.free ? -Infinity : 0))
  const upper = model.blocks.map(() => Infinity)
  for (let k = 0; k < model.rateCount; k++) {
    lower.push(Math.log(k === 0 ? physicalRate : smallestDifference))
    upper.push(Math.log(largestRate))
  }
  return { lower, upper }
}

/** Levenberg–Marquardt (Moré 1978 scaling) with projection on the bounds. */
function descend(problem: FitProblem, start: readonly number[], bounds: Bounds, most: number): FitSolution {
  const size = start.length
  let theta = start.map((v, i) => Math.min(at(bounds.upper, i), Math.max(at(bounds.lower, i), v)))
  let system = buildSystem(problem, theta)
  const scale = new Array<number>(size).fill(1e-12)
  let damping = 1e-3
  let converged = false
  let iterations = 0
  for (; iterations < most; iterations++) {
    const gradient = theta.map((_, j) =>
      system.jacobian.reduce((s, row, i) => s + at(row, j) * at(system.residual, i), 0),
    )
    const free = theta.map((v, j) => {
      if (v <= at(bounds.lower, j) && at(gradient, j) <= 0) return false
      return !(v >= at(bounds.upper, j) && at(gradient, j) >= 0)
    })
    const columns = free.flatMap((isFree, j) => (isFree ? [j] : []))
    for (const j of columns) {
      const norm = Math.sqrt(system.jacobian.reduce((s, row) => s + at(row, j) ** 2, 0))
      scale[j] = Math.max(at(scale, j), norm)
    }
    if (columns.length === 0) {
      converged = true
      break
    }
    let accepted = false
    let stalled = false
    for (let attempt = 0; attempt < 40; attempt++) {
      const rows = system.jacobian.map((row) => columns.map((j) => at(row, j)))
      const rhs = [...system.residual]
      if (damping > 0) {
        columns.forEach((j, k) => {
          const row = new Array<number>(columns.length).fill(0)
          row[k] = Math.sqrt(damping) * at(scale, j)
          rows.push(row)
          rhs.push(0)
        })
      }
      const step = solveLeastSquares(rows, rhs).x
      const next = [...theta]
      columns.forEach((j, k) => {
        const limit = j < problem.model.blocks.length ? Infinity : 2
        const move = Math.max(-limit, Math.min(limit, at(step, k)))
        next[j] = Math.min(at(bounds.upper, j), Math.max(at(bounds.lower, j), at(theta, j) + move))
      })
      const trial = buildSystem(problem, next)
      const largestMove = Math.max(
        ...columns.map((j) => Math.abs(at(next, j) - at(theta, j)) / (Math.abs(at(theta, j)) + 1e-6)),
      )
      if (trial.cost <= system.cost) {
        const gain = system.cost - trial.cost
        stalled = largestMove < 1e-13 || (gain <= 1e-15 * (system.cost + 1e-20) && largestMove < 1e-9)
        theta = next
        system = trial
        damping = damping < 1e-14 ? 0 : damping / 8
        accepted = true
        break
      }
      if (largestMove < 1e-13) break
      damping = Math.max(damping * 6, 1e-12)
    }
    if (!accepted || stalled) {
      converged = isStationary(problem, theta, system, bounds)
      break
    }
  }
  const chiSquare = system.residual.slice(0, problem.t.length).reduce((s, r) => s + r * r, 0)
  const bound = theta.map((v, j) => {
    const tolerance = j < problem.model.blocks.length ? 1e-12 : 1e-9
    if (v <= at(bounds.lower, j) + tolerance) return 'lower' as const
    return v >= at(bounds.upper, j) - tolerance ? ('upper' as const) : ('none' as const)
  })
  return { theta, chiSquare, cost: system.cost, converged, iterations, bound }
}

/** First-order condition: the projected gradient, as the cosine between residual and each free column, is small. */
function isStationary(problem: FitProblem, theta: readonly number[], system: System, bounds: Bounds): boolean {
  const residualNorm = Math.sqrt(system.cost)
  // A residual of rounding size is an exact fit: the direction of rounding noise means nothing.
  const magnitude = Math.sqrt(problem.y.reduce((s, v, i) => s + (v / at(problem.sigma, i)) ** 2, 0))
  if (residualNorm <= 1e-10 * magnitude) return true
  return theta.every((v, j) => {
    const norm = Math.sqrt(system.jacobian.reduce((s, row) => s + at(row, j) ** 2, 0))
    if (norm === 0) return true
    const slope = system.jacobian.reduce((s, row, i) => s + at(row, j) * at(system.residual, i), 0)
    if (v <= at(bounds.lower, j) && slope <= 0) return true
    if (v >= at(bounds.upper, j) && slope >= 0) return true
    return Math.abs(slope) <= 1e-6 * norm * residualNorm + 1e-10 * norm * magnitude
  })
}

/** The best of several descents. */
export function solve(problem: FitProblem): FitSolution {
  const bounds = boundsOf(problem)
  let best: FitSolution | null = null
  for (const start of startsOf(problem, 6)) {
    const solution = descend(problem, start, bounds, 300)
    if (!best || solution.cost < best.cost - 1e-12 * (best.cost + 1e-12)) best = solution
  }
  if (!best) throw new Error('no start for a time–activity fit')
  if (best.converged) return best
  // Large residuals make the convergence linear and slow: the winner gets the time it needs.
  const polished = descend(problem, best.theta, bounds, 5000)
  return { ...polished, iterations: best.iterations + polished.iterations }
}
