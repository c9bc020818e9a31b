/**
 * The most probable φ = μ + C b of one curve, b ~ N(0, I), C a Cholesky factor of the prior's covariance. In b nothing is inverted, so
 * that a parameter without spread (a column of zeros) is no special case.
 */
import { choleskyFactor, choleskySolve } from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'
import { dataCost, observedHessian } from './dataCost.ts'
import type { CurveData, DataCost } from './dataCost.ts'
import { dot, identityMatrix, plus, product, timesVector, transposed, transposedTimes } from './matrices.ts'

export interface ConditionalMode {
  readonly b: number[]
  readonly phi: number[]
  readonly data: DataCost
  /** Data cost + bᵀb. */
  readonly cost: number
  readonly converged: boolean
}

const MOST_STEPS = 200
/** A step that promises less than this is near the mode. */
const NEAR = 1e-3
/** A step shrinks fast where it promises less than this of the one before. */
const FAST = 1e-3
/** Of one step along one axis, in standard deviations of the prior. */
const LONGEST = 3
/** Ends when a step promises to lower the cost by less than this, or by less than rounding shows. */
const SMALLEST_PROMISE = 1e-22
/** From here on the cost cannot tell better from worse, and Newton's steps are taken as long as they shrink. */
const ROUNDING = 1e-10

/**
 * Minimises data cost + bᵀb from `start`, or from 0 where that is better: Levenberg–Marquardt on the expected information, then Newton's steps on the second derivative
 * where that is positive definite, so that the mode is exact enough to be differentiated.
 */
export function conditionalMode(
  data: CurveData,
  mean: readonly number[],
  factor: Matrix,
  start: readonly number[],
): ConditionalMode {
  const phiOf = (b: readonly number[]): number[] => timesVector(factor, b).map((v, i) => v + (mean[i] ?? 0))
  const factorT = transposed(factor)
  const evaluate = (b: readonly number[]): Omit<ConditionalMode, 'converged'> => {
    const phi = phiOf(b)
    const own = dataCost(data, phi)
    return { b: [...b], phi, data: own, cost: own.cost + dot(b, b) }
  }
  const atMean = evaluate(start.map(() => 0))
  let now = start.some((v) => v !== 0) ? evaluate(start) : atMean
  if (!(now.cost <= atMean.cost)) now = atMean
  if (!Number.isFinite(now.cost)) return { ...now, converged: false }
  let damping = 1e-3
  let promise = Infinity
  let newton: number[][] | null = null
  let shrinks = false
  for (let step = 0; step < MOST_STEPS; step++) {
    const half = transposedTimes(factor, now.data.slope, start.length).map((v, i) => v / 2 + (now.b[i] ?? 0))
    // Near the mode the second derivative, which costs most, is kept while steps with it shrink fast.
    if (promise >= NEAR) newton = null
    else if (!newton || !shrinks) newton = newtonFactor(data, now.phi, factor, factorT)
    const root: number[][] | null = newton ?? dampedFactor(curvatureOf(now.data.information, factor, factorT), damping)
    if (!root) return { ...now, converged: false }
    const move = shortened(choleskySolve(root, half).map((v) => -v))
    const before = promise
    promise = -dot(move, half)
    shrinks = promise < before * FAST
    const isTiny = promise < ROUNDING * Math.max(1, Math.abs(now.cost))
    const isRounding = isTiny && newton !== null
    if (promise <= SMALLEST_PROMISE || (isRounding && promise >= before)) return { ...now, converged: true }
    const next = evaluate(now.b.map((v, i) => v + (move[i] ?? 0)))
    if (next.cost <= now.cost || (isRounding && Number.isFinite(next.cost))) {
      now = next
      damping = Math.max(damping / 10, 1e-12)
      continue
    }
    if (isTiny) return { ...now, converged: true }
    promise = Infinity
    damping *= 10
    if (damping > 1e12) return { ...now, converged: false }
  }
  return { ...now, converged: false }
}

/** No longer than `LONGEST`: where a proportional error makes the cost flat, a step knows nothing of what lies far away. */
function shortened(move: readonly number[]): number[] {
  const length = Math.max(...move.map(Math.abs))
  return move.map((v) => (length > LONGEST ? (v * LONGEST) / length : v))
}

/** The best of the modes reached from b = 0 and from ±1 along each axis: a curve far from the mean may have several. */
export function bestMode(data: CurveData, mean: readonly number[], factor: Matrix): ConditionalMode {
  const q = factor[0]?.length ?? 0
  const zero = new Array<number>(q).fill(0)
  const starts = [zero, ...identityMatrix(q).flatMap((axis) => [axis, axis.map((v) => -v)])]
  return starts
    .map((start) => conditionalMode(data, mean, factor, start))
    .reduce((best, mode) =>
      Number(mode.converged) - Number(best.converged) > 0 ||
      (mode.converged === best.converged && mode.cost < best.cost - 1e-9)
        ? mode
        : best,
    )
}

/** I + Cᵀ K C. */
export const curvatureOf = (information: Matrix, factor: Matrix, factorT: Matrix = transposed(factor)): number[][] =>
  plus(product(product(factorT, information), factor), identityMatrix(factor[0]?.length ?? 0))

const dampedFactor = (matrix: Matrix, damping: number): number[][] | null =>
  choleskyFactor(matrix.map((row, i) => row.map((v, j) => (i === j ? v * (1 + damping) : v))))

/** Cholesky factor of I + Cᵀ ½L″ C; null where it is not positive definite. */
function newtonFactor(data: CurveData, phi: readonly number[], factor: Matrix, factorT: Matrix): number[][] | null {
  const second = observedHessian(data, phi).map((row) => row.map((v) => v / 2))
  const matrix = curvatureOf(second, factor, factorT)
  return matrix.every((row) => row.every(Number.isFinite)) ? choleskyFactor(matrix) : null
}

/** Covariance of φ around the mode (Laplace): C (I + Cᵀ K C)⁻¹ Cᵀ. */
export function conditionalCovariance(mode: ConditionalMode, factor: Matrix): number[][] {
  const root = choleskyFactor(curvatureOf(mode.data.information, factor))
  if (!root) throw new Error('I + CᵀKC is positive definite')
  const columns = factor.map((row) => choleskySolve(root, row))
  return factor.map((row) => columns.map((column) => dot(row, column)))
}
