/** Levenberg–Marquardt for residuals that are computed by integration: central differences, parameters of order one, inside bounds. */
import { solveLeastSquares } from '../../statistics/index.ts'

export interface Residuals {
  /** Of the working parameters; null where the model cannot be computed. */
  readonly at: (working: readonly number[]) => readonly number[] | null
  readonly bounds: readonly (readonly [number, number])[]
}

export interface Descent {
  readonly working: readonly number[]
  readonly residuals: readonly number[]
  readonly jacobian: readonly (readonly number[])[]
  readonly cost: number
  readonly converged: boolean
}

/** Step of central differences: its error, 1e-6, is that of the integration (1e-9) over it. */
const DIFFERENCE = 1e-3
const MOST_STEPS = 120
/** Largest move of one working parameter in a step: a factor of e. */
const LARGEST_MOVE = 1
const AT_BOUND = 1e-9

const at = (list: ArrayLike<number>, i: number): number => list[i] as number
export const costOf = (residuals: readonly number[] | null): number =>
  residuals?.every(Number.isFinite) ? residuals.reduce((sum, r) => sum + r * r, 0) : Infinity

/** Rows ∂r_i/∂w_j by central differences, one-sided where the other side cannot be computed or lies out of bounds. */
export function jacobianOf(problem: Residuals, working: readonly number[], here: readonly number[]): number[][] {
  const columns = working.map((value, j) => {
    const [low, high] = problem.bounds[j] as readonly [number, number]
    const side = (to: number): { readonly to: number; readonly residuals: readonly number[] } => {
      const inside = Math.min(high, Math.max(low, to))
      const residuals = inside === value ? here : problem.at(working.map((one, i) => (i === j ? inside : one)))
      return residuals && Number.isFinite(costOf(residuals))
        ? { to: inside, residuals }
        : { to: value, residuals: here }
    }
    const [down, up] = [side(value - DIFFERENCE), side(value + DIFFERENCE)]
    const span = up.to - down.to
    return here.map((_, i) => (span > 0 ? (at(up.residuals, i) - at(down.residuals, i)) / span : 0))
  })
  return here.map((_, i) => columns.map((column) => at(column, i)))
}

export const boundAt = (problem: Residuals, working: readonly number[], j: number): 'none' | 'lower' | 'upper' => {
  const [low, high] = problem.bounds[j] as readonly [number, number]
  if (at(working, j) <= low + AT_BOUND) return 'lower'
  return at(working, j) >= high - AT_BOUND ? 'upper' : 'none'
}

/** Least squares from one start (Moré 1978 scaling, projection on the bounds); null where the model cannot be computed there. */
export function descend(problem: Residuals, start: readonly number[]): Descent | null {
  let working = start.map((value, j) => {
    const [low, high] = problem.bounds[j] as readonly [number, number]
    return Math.min(high, Math.max(low, value))
  })
  let residuals = problem.at(working)
  let cost = costOf(residuals)
  if (!residuals || cost === Infinity) return null
  let jacobian = jacobianOf(problem, working, residuals)
  const scale = new Array<number>(working.length).fill(1e-300)
  let damping = 1e-2
  let converged = false
  for (let step = 0; step < MOST_STEPS && !converged; step++) {
    const now = residuals
    const slopes = working.map((_, j) => jacobian.reduce((sum, row, i) => sum + at(row, j) * at(now, i), 0))
    // The residual grows along +w where the slope is positive: the move is downhill.
    const columns = working.flatMap((_, j) => {
      const bound = boundAt(problem, working, j)
      return (bound === 'lower' && at(slopes, j) >= 0) || (bound === 'upper' && at(slopes, j) <= 0) ? [] : [j]
    })
    if (columns.length === 0) {
      converged = true
      break
    }
    for (const j of columns) scale[j] = Math.max(at(scale, j), Math.hypot(...jacobian.map((row) => at(row, j))))
    let moved = false
    for (let attempt = 0; attempt < 25 && !moved && !converged; attempt++) {
      const rows = jacobian.map((row) => columns.map((j) => at(row, j)))
      const right = now.map((r) => -r)
      columns.forEach((j, k) => {
        rows.push(columns.map((_, c) => (c === k ? Math.sqrt(damping) * at(scale, j) : 0)))
        right.push(0)
      })
      const move = solveLeastSquares(rows, right).x
      const next = [...working]
      columns.forEach((j, k) => {
        const [low, high] = problem.bounds[j] as readonly [number, number]
        const wanted = at(working, j) + Math.max(-LARGEST_MOVE, Math.min(LARGEST_MOVE, at(move, k)))
        next[j] = Math.min(high, Math.max(low, wanted))
      })
      const length = Math.max(...columns.map((j) => Math.abs(at(next, j) - at(working, j))))
      if (length < 1e-10) {
        converged = true
        break
      }
      const trial = problem.at(next)
      const trialCost = costOf(trial)
      if (trial && trialCost <= cost) {
        const gain = cost - trialCost
        // What is gained is that of rounding and integration: nothing more is to be had.
        converged = length < 1e-7 && gain <= 1e-10 * (cost + 1e-10)
        working = next
        residuals = trial
        cost = trialCost
        damping = damping < 1e-12 ? 0 : damping / 8
        moved = true
      } else damping = Math.max(damping * 8, 1e-10)
    }
    if (!moved) {
      converged ||= isFlat(jacobian, now, columns)
      break
    }
    jacobian = jacobianOf(problem, working, residuals)
  }
  return { working, residuals, jacobian, cost, converged }
}

/** The one that ended lowest, the earliest of equals. */
export const lowestOf = (found: readonly Descent[]): Descent | null =>
  found.reduce<Descent | null>((least, one) => (!least || one.cost < least.cost ? one : least), null)

/** First-order condition to what differences of an integration can show. */
function isFlat(
  jacobian: readonly (readonly number[])[],
  residuals: readonly number[],
  columns: readonly number[],
): boolean {
  const size = Math.hypot(...residuals)
  return columns.every((j) => {
    const slope = jacobian.reduce((sum, row, i) => sum + at(row, j) * at(residuals, i), 0)
    const norm = Math.hypot(...jacobian.map((row) => at(row, j)))
    return Math.abs(slope) <= norm * (1e-4 * size + 1e-7)
  })
}
