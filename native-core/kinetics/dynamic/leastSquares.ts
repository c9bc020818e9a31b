/** Weighted nonlinear least squares of a few parameters inside bounds: Levenberg–Marquardt with analytic derivatives. */
import { solveLeastSquares } from '../../statistics/index.ts'

/** Weighted residuals r = (y − f)/σ, and the rows of ∂f/∂θ/σ. */
export interface Residuals {
  readonly residual: readonly number[]
  readonly jacobian: readonly (readonly number[])[]
}

export interface Bounds {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

export interface LeastSquaresFit {
  readonly theta: readonly number[]
  readonly chiSquare: number
  readonly atBound: readonly boolean[]
  readonly converged: boolean
  /** (JᵀJ)⁻¹ with rows and columns of zero for parameters on a bound; null where the data do not tell the others apart. */
  readonly inverseNormal: readonly (readonly number[])[] | null
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number
const sumOfSquares = (r: readonly number[]): number => r.reduce((s, v) => s + v * v, 0)

/**
 * The minimum nearest to a start (Moré, Lecture Notes in Mathematics 630 (1978) 105: scaled damping), steps projected on the bounds.
 *
 * @param scaleOfData √Σ(y/σ)²: a residual that is this small beside it is rounding
 */
export function levenbergMarquardt(
  evaluate: (theta: readonly number[]) => Residuals,
  start: readonly number[],
  { lower, upper }: Bounds,
  scaleOfData: number,
): LeastSquaresFit {
  const clamp = (v: number, j: number): number => Math.min(at(upper, j), Math.max(at(lower, j), v))
  let theta: readonly number[] = start.map(clamp)
  let system = evaluate(theta)
  let cost = sumOfSquares(system.residual)
  const scale = start.map(() => 0)
  let damping = 1e-3
  let converged = false
  for (let iteration = 0; iteration < 500 && !converged; iteration++) {
    const { residual, jacobian } = system
    const gradient = theta.map((_, j) => jacobian.reduce((s, row, i) => s + at(row, j) * at(residual, i), 0))
    const columns = theta.flatMap((v, j) => {
      const isHeld = (v <= at(lower, j) && at(gradient, j) <= 0) || (v >= at(upper, j) && at(gradient, j) >= 0)
      return isHeld ? [] : [j]
    })
    for (const j of columns)
      scale[j] = Math.max(at(scale, j), Math.sqrt(jacobian.reduce((s, row) => s + at(row, j) ** 2, 0)), 1e-300)
    if (columns.length === 0) {
      converged = true
      break
    }
    let isAccepted = false
    for (let attempt = 0; attempt < 30 && !isAccepted && !converged; attempt++) {
      const rows = jacobian.map((row) => columns.map((j) => at(row, j)))
      columns.forEach((j, k) => rows.push(columns.map((_, m) => (m === k ? Math.sqrt(damping) * at(scale, j) : 0))))
      const step = solveLeastSquares(rows, [...residual, ...columns.map(() => 0)]).x
      const next = [...theta]
      columns.forEach((j, k) => (next[j] = clamp(at(theta, j) + at(step, k), j)))
      const move = Math.max(
        ...columns.map((j) => Math.abs(at(next, j) - at(theta, j)) / (Math.abs(at(theta, j)) + 1e-3)),
      )
      const trial = evaluate(next)
      const trialCost = sumOfSquares(trial.residual)
      if (trialCost <= cost) {
        converged = move < 1e-12 || (cost - trialCost <= 1e-15 * cost && move < 1e-9)
        ;[theta, system, cost] = [next, trial, trialCost]
        damping = damping < 1e-13 ? 0 : damping / 10
        isAccepted = true
      } else if (move < 1e-12) converged = true
      else damping = Math.max(damping * 8, 1e-12)
    }
    // No way down although steps are not tiny: only rounding can be in the way.
    if (!isAccepted && !converged) break
  }
  const { residual, jacobian } = system
  const atBound = theta.map((v, j) => v <= at(lower, j) || v >= at(upper, j))
  return {
    theta,
    chiSquare: cost,
    atBound,
    converged: isStationary(theta, system, atBound, Math.sqrt(cost), scaleOfData),
    inverseNormal: inverseOf(jacobian, residual, atBound),
  }
}

/** The residual is orthogonal to each free column, or nothing but rounding. */
function isStationary(
  theta: readonly number[],
  { residual, jacobian }: Residuals,
  atBound: readonly boolean[],
  norm: number,
  scaleOfData: number,
): boolean {
  if (norm <= 1e-9 * scaleOfData) return true
  return theta.every((_, j) => {
    if (atBound[j]) return true
    const length = Math.sqrt(jacobian.reduce((s, row) => s + at(row, j) ** 2, 0))
    const slope = jacobian.reduce((s, row, i) => s + at(row, j) * at(residual, i), 0)
    return Math.abs(slope) <= 1e-5 * length * norm
  })
}

function inverseOf(
  jacobian: readonly (readonly number[])[],
  residual: readonly number[],
  atBound: readonly boolean[],
): number[][] | null {
  const free = atBound.flatMap((isHeld, j) => (isHeld ? [] : [j]))
  if (free.length === 0) return atBound.map(() => atBound.map(() => 0))
  const { inverseNormal } = solveLeastSquares(
    jacobian.map((row) => free.map((j) => at(row, j))),
    residual,
    true,
  )
  if (!inverseNormal) return null
  const full = atBound.map(() => atBound.map(() => 0))
  free.forEach((j, a) => free.forEach((k, b) => ((full[j] as number[])[k] = at(inverseNormal[a] ?? [], b))))
  return full
}

/** The best of several starts. */
export function bestOfStarts(
  evaluate: (theta: readonly number[]) => Residuals,
  starts: readonly (readonly number[])[],
  bounds: Bounds,
  scaleOfData: number,
): LeastSquaresFit {
  const fits = starts.map((start) => levenbergMarquardt(evaluate, start, bounds, scaleOfData))
  const best = fits.reduce((a, b) => (b.chiSquare < a.chiSquare ? b : a))
  return best
}
