/** Minimisation of a smooth function of a few variables. */

export interface Minimum {
  readonly x: number[]
  readonly value: number
  readonly gradient: number[]
  readonly iterations: number
  readonly converged: boolean
}

export interface MinimiseOptions {
  readonly maximumIterations?: number
  /** Ends when every |gradient| is below this times max(1, |value|)^½. Default 1e-6. */
  readonly gradientTolerance?: number
  /** Longest step of one variable in one iteration. Default 1. */
  readonly largestStep?: number
  /** Called after each iteration; true stops with what there is. */
  readonly stop?: (iteration: number) => boolean
}

/** The value with its gradient; a value that is not finite counts as out of bounds. */
export type Objective = (x: readonly number[]) => { readonly value: number; readonly gradient: readonly number[] }

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * (b[i] ?? 0), 0)

/**
 * Quasi-Newton minimum by BFGS with the inverse Hessian and a backtracking line search that asks for Armijo's decrease and skips updates
 * without positive curvature (Nocedal & Wright 2006, alg. 6.1, sections 3.1 and 6.1).
 */
export function minimiseBfgs(objective: Objective, start: readonly number[], options: MinimiseOptions = {}): Minimum {
  const { maximumIterations = 300, gradientTolerance = 1e-6, largestStep = 1, stop } = options
  const n = start.length
  let x = [...start]
  let { value, gradient } = objective(x)
  let inverse = identity(n)
  let fresh = true
  const small = (): boolean =>
    gradient.every((g) => Math.abs(g) <= gradientTolerance * Math.sqrt(Math.max(1, Math.abs(value))))
  const result = (iterations: number): Minimum => ({
    x,
    value,
    gradient: [...gradient],
    iterations,
    converged: Number.isFinite(value) && small(),
  })
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    if (!Number.isFinite(value) || small() || stop?.(iteration)) return result(iteration)
    let direction = inverse.map((row) => -dot(row, gradient))
    if (!(dot(direction, gradient) < 0)) {
      inverse = identity(n)
      fresh = true
      direction = gradient.map((g) => -g)
    }
    const longest = Math.max(...direction.map(Math.abs))
    const slope = dot(direction, gradient)
    let step = Math.min(1, largestStep / longest)
    let next = objective(moved(x, direction, step))
    while (!(next.value <= value + 1e-4 * step * slope) && step * longest > 1e-14) {
      step *= Number.isFinite(next.value) ? clamp(quadraticStep(value, slope, next.value, step)) * step : 0.1
      next = objective(moved(x, direction, step))
    }
    if (!(next.value < value)) {
      if (fresh) return result(iteration)
      inverse = identity(n)
      fresh = true
      continue
    }
    const s = direction.map((d) => d * step)
    const y = next.gradient.map((g, i) => g - (gradient[i] ?? 0))
    if (fresh) inverse = identity(n, dot(s, y) > 0 ? dot(s, y) / dot(y, y) : 1)
    update(inverse, s, y)
    fresh = false
    x = moved(x, s, 1)
    value = next.value
    gradient = next.gradient
  }
  return result(maximumIterations)
}

const moved = (x: readonly number[], d: readonly number[], step: number): number[] =>
  x.map((v, i) => v + step * (d[i] ?? 0))
const clamp = (share: number): number => Math.min(0.5, Math.max(0.1, share))

/** Minimum of the parabola through value, slope and the value at `step`, as a share of `step`. */
const quadraticStep = (value: number, slope: number, next: number, step: number): number =>
  (-slope * step) / (2 * (next - value - slope * step))

function identity(n: number, scale = 1): number[][] {
  return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? scale : 0)))
}

/** H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ, ρ = 1/yᵀs. */
function update(inverse: number[][], s: readonly number[], y: readonly number[]): void {
  const ys = dot(y, s)
  if (!(ys > 1e-12 * Math.sqrt(dot(y, y) * dot(s, s)))) return
  const hy = inverse.map((row) => dot(row, y))
  const factor = (1 + dot(y, hy) / ys) / ys
  inverse.forEach((row, i) => {
    for (let j = 0; j < row.length; j++) {
      const si = s[i] ?? 0
      const sj = s[j] ?? 0
      row[j] = (row[j] ?? 0) + factor * si * sj - ((hy[i] ?? 0) * sj + si * (hy[j] ?? 0)) / ys
    }
  })
}
