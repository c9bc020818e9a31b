/**
 * Least squares over any `ParametricCurve`: Levenberg–Marquardt (Moré 1978 scaling) with the analytic Jacobian on the working parameters,
 * from several starts, with a Gaussian prior as further residuals and a robust loss by iterative reweighting.
 */
import { solveLeastSquares } from '../../statistics/index.ts'
import { DEFAULT_LIMITS, lossOf, weightOf } from './loss.ts'
import type { Loss } from './loss.ts'
import type { WhitenedPrior } from './prior.ts'
import type { ParametricCurve, StartPoints } from './types.ts'

export interface CurveProblem {
  readonly curve: ParametricCurve
  readonly points: StartPoints
  /** φ where a parameter is held, else null. */
  readonly fixed: readonly (number | null)[]
  readonly lower: readonly number[]
  readonly upper: readonly number[]
  readonly prior: WhitenedPrior | null
  readonly loss: Loss
}

export interface CurveSolution {
  readonly phi: readonly number[]
  /** Σ((y − f)/σ)² without the weights of a robust loss. */
  readonly chiSquare: number
  /** Σρ(r) and the squared residuals of the prior. */
  readonly cost: number
  readonly converged: boolean
  readonly iterations: number
  readonly bound: readonly ('none' | 'lower' | 'upper')[]
  /** Weight of each point by the robust loss; 1 without. */
  readonly weights: readonly number[]
  /** Rows √w·∂f/∂φ/σ of the points, then those of the prior. */
  readonly jacobian: readonly (readonly number[])[]
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

interface System {
  readonly residual: readonly number[]
  readonly jacobian: readonly (readonly number[])[]
  readonly weights: readonly number[]
  /** Σρ(r) and the squared residuals of the prior. */
  readonly cost: number
}

/**
 * Residuals with the weights that the loss gives them here, so that each step is one of iteratively reweighted least squares and the gradient
 * is that of Σρ.
 */
function system(problem: CurveProblem, phi: readonly number[]): System {
  const { curve, points, prior, loss } = problem
  const gradient = new Float64Array(phi.length)
  const residual: number[] = []
  const jacobian: number[][] = []
  const weights: number[] = []
  let cost = 0
  points.timesS.forEach((timeS, i) => {
    const sigma = at(points.sigmaBq, i)
    const plain = (at(points.activityBq, i) - curve.value(phi, timeS, gradient)) / sigma
    const weight = weightOf(loss, plain)
    const root = Math.sqrt(weight)
    weights.push(weight)
    residual.push(plain * root)
    jacobian.push(Array.from(gradient, (v) => (v / sigma) * root))
    cost += lossOf(loss, plain)
  })
  for (const row of prior?.rows ?? []) {
    residual.push(-row.reduce((s, v, j) => s + v * (at(phi, j) - at(prior?.mean as number[], j)), 0))
    jacobian.push([...row])
    cost += (residual[residual.length - 1] as number) ** 2
  }
  return { residual, jacobian, weights, cost: Number.isFinite(cost) ? cost : Infinity }
}

/** Largest move of one parameter in a step: those on a log or logit scale by a factor of e². */
const stepLimit = (problem: CurveProblem, j: number): number =>
  problem.curve.parameters[j]?.scale === 'linear' ? Infinity : 2

/** Parameters that may move: not held, and not pressed against a bound. */
function movable(problem: CurveProblem, phi: readonly number[], { residual, jacobian }: System): number[] {
  return phi.flatMap((v, j) => {
    if (problem.fixed[j] !== null && problem.fixed[j] !== undefined) return []
    const slope = jacobian.reduce((s, row, i) => s + at(row, j) * at(residual, i), 0)
    const pressed = (v <= at(problem.lower, j) && slope <= 0) || (v >= at(problem.upper, j) && slope >= 0)
    return pressed ? [] : [j]
  })
}

interface Descent {
  readonly phi: readonly number[]
  readonly system: System
  readonly converged: boolean
  readonly iterations: number
}

/** First-order condition: each free column is (nearly) at a right angle to the residual, or the residual is of rounding size. */
function isStationary(problem: CurveProblem, phi: readonly number[], now: System): boolean {
  const size = Math.sqrt(now.cost)
  const { activityBq, sigmaBq } = problem.points
  const magnitude = Math.sqrt(activityBq.reduce((s, v, i) => s + (v / at(sigmaBq, i)) ** 2, 0))
  if (size <= 1e-10 * magnitude) return true
  return movable(problem, phi, now).every((j) => {
    const norm = Math.sqrt(now.jacobian.reduce((s, row) => s + at(row, j) ** 2, 0))
    const slope = now.jacobian.reduce((s, row, i) => s + at(row, j) * at(now.residual, i), 0)
    return Math.abs(slope) <= norm * (1e-6 * size + 1e-10 * magnitude)
  })
}

function descend(problem: CurveProblem, start: readonly number[], most: number): Descent {
  let phi = start.map((v, j) => problem.fixed[j] ?? Math.min(at(problem.upper, j), Math.max(at(problem.lower, j), v)))
  let now = system(problem, phi)
  const scale = new Array<number>(phi.length).fill(1e-300)
  let damping = 1e-3
  let iterations = 0
  for (; iterations < most; iterations++) {
    const columns = movable(problem, phi, now)
    if (columns.length === 0) return { phi, system: now, converged: true, iterations }
    for (const j of columns)
      scale[j] = Math.max(at(scale, j), Math.sqrt(now.jacobian.reduce((s, row) => s + at(row, j) ** 2, 0)))
    let accepted = false
    let stalled = false
    for (let attempt = 0; attempt < 40; attempt++) {
      const rows = now.jacobian.map((row) => columns.map((j) => at(row, j)))
      const right = [...now.residual]
      columns.forEach((j, k) => {
        rows.push(columns.map((_, c) => (c === k ? Math.sqrt(damping) * at(scale, j) : 0)))
        right.push(0)
      })
      const step = solveLeastSquares(rows, right).x
      const next = [...phi]
      let largest = 0
      columns.forEach((j, k) => {
        const limit = stepLimit(problem, j)
        const move = Math.max(-limit, Math.min(limit, at(step, k)))
        next[j] = Math.min(at(problem.upper, j), Math.max(at(problem.lower, j), at(phi, j) + move))
        largest = Math.max(largest, Math.abs(at(next, j) - at(phi, j)) / (Math.abs(at(phi, j)) + 1e-6))
      })
      const trial = system(problem, next)
      if (trial.cost <= now.cost) {
        const gain = now.cost - trial.cost
        stalled = largest < 1e-13 || (gain <= 1e-15 * (now.cost + 1e-20) && largest < 1e-9)
        phi = next
        now = trial
        damping = damping < 1e-14 ? 0 : damping / 8
        accepted = true
        break
      }
      if (largest < 1e-13) break
      damping = Math.max(damping * 6, 1e-12)
    }
    if (!accepted || stalled) break
  }
  return { phi, system: now, converged: isStationary(problem, phi, now), iterations }
}

/**
 * The best of the descents from `starts`; null where the curve is not finite at any of them. Tukey's loss has many minima: it starts where
 * Huber's ends.
 */
export function minimise(problem: CurveProblem, starts: readonly (readonly number[])[]): CurveSolution | null {
  const { loss, points, curve } = problem
  let best: Descent | null = null
  let iterations = 0
  for (const start of starts) {
    const first = loss.kind === 'tukey' ? descend(gentle(problem, loss.limit), start, 300).phi : start
    const found = descend(problem, first, 300)
    iterations += found.iterations
    const { cost } = found.system
    if (Number.isFinite(cost) && (!best || cost < best.system.cost - 1e-12 * (best.system.cost + 1e-12))) best = found
  }
  if (!best) return null
  if (!best.converged) {
    // Large residuals make the convergence linear and slow: the winner gets the time it needs.
    best = descend(problem, best.phi, 5000)
    iterations += best.iterations
  }
  const { phi, system: end, converged } = best
  return {
    phi,
    chiSquare: points.timesS.reduce(
      (s, timeS, i) => s + ((at(points.activityBq, i) - curve.value(phi, timeS)) / at(points.sigmaBq, i)) ** 2,
      0,
    ),
    cost: end.cost,
    converged,
    iterations,
    bound: phi.map((v, j) => boundAt(problem, j, v)),
    weights: end.weights,
    jacobian: end.jacobian,
  }
}

/** Huber's loss with a limit in the ratio of the two losses' usual ones. */
const gentle = (problem: CurveProblem, limit: number): CurveProblem => ({
  ...problem,
  loss: { kind: 'huber', limit: (limit * DEFAULT_LIMITS.huber) / DEFAULT_LIMITS.tukey },
})

function boundAt({ fixed, lower, upper }: CurveProblem, j: number, value: number): 'none' | 'lower' | 'upper' {
  if (fixed[j] !== null && fixed[j] !== undefined) return 'none'
  if (value <= at(lower, j) + 1e-9) return 'lower'
  return value >= at(upper, j) - 1e-9 ? 'upper' : 'none'
}
