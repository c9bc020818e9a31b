/** One voxel's curve at working parameters ψ, its size eliminated: what is left, and its normal equations. */
import { STRIDE } from './cholesky.ts'
import type { VoxelProblem } from './problem.ts'

/** What the search in one voxel works on; the arrays are reused from voxel to voxel, and change places. */
export interface VoxelWorkspace {
  readonly problem: VoxelProblem
  /** Images, and working parameters. */
  readonly n: number
  readonly m: number
  /** Values, 0 where the voxel was not imaged, and their weights 1/σ². */
  readonly y: Float64Array
  readonly weight: Float64Array
  psi: Float64Array
  shape: Float64Array
  /** ∂shape/∂ψk, parameter by parameter. */
  slope: Float64Array
  trial: Float64Array
  trialShape: Float64Array
  trialSlope: Float64Array
  /** 1/spread². */
  readonly precision: Float64Array
  readonly isFixed: Uint8Array
  /** How the best size answers to ψk, −∂ ln B/∂ψk. */
  readonly pull: Float64Array
  readonly slopeAcross: Float64Array
  /** Of half the cost, downhill. */
  readonly gradient: Float64Array
  readonly normal: Float64Array
  readonly system: Float64Array
  readonly factor: Float64Array
  readonly step: Float64Array
  /** Parameters of the last system, in its order. */
  readonly free: Int32Array
  /** Of the last `project`. */
  size: number
  norm: number
  chiSquare: number
}

export function createWorkspace(problem: VoxelProblem): VoxelWorkspace {
  const n = problem.times.length
  const m = problem.mean.length
  return {
    problem,
    n,
    m,
    y: new Float64Array(n),
    weight: new Float64Array(n),
    psi: new Float64Array(m),
    shape: new Float64Array(n),
    slope: new Float64Array(m * n),
    trial: new Float64Array(m),
    trialShape: new Float64Array(n),
    trialSlope: new Float64Array(m * n),
    precision: problem.spread.map((sd) => (sd > 0 ? 1 / sd ** 2 : 0)),
    isFixed: Uint8Array.from(problem.spread, (sd) => (sd > 0 ? 0 : 1)),
    pull: new Float64Array(m),
    slopeAcross: new Float64Array(m * n),
    gradient: new Float64Array(m),
    normal: new Float64Array(STRIDE * STRIDE),
    system: new Float64Array(STRIDE * STRIDE),
    factor: new Float64Array(STRIDE * STRIDE),
    step: new Float64Array(STRIDE),
    free: new Int32Array(m),
    size: 0,
    norm: 0,
    chiSquare: 0,
  }
}

/** Best size for a shape, and what is left. */
export function project(work: VoxelWorkspace, s: Float64Array): void {
  const { n, y, weight } = work
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
  work.size = size
  work.norm = norm
  work.chiSquare = chiSquare
}

/** What the prior costs at ψ. */
export function penalty({ m, precision, problem: { mean } }: VoxelWorkspace, at: Float64Array): number {
  let sum = 0
  for (let k = 0; k < m; k++) sum += (precision[k] as number) * ((at[k] as number) - (mean[k] as number)) ** 2
  return sum
}

/** The normal equations of ψ with the size eliminated: `normal`, `gradient` and `pull`. */
export function linearise(work: VoxelWorkspace): void {
  const { n, m, y, weight, shape, slope, slopeAcross, pull, gradient, normal, precision, psi, size, norm } = work
  const { mean } = work.problem
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
export function gather({ free, normal, system }: VoxelWorkspace, count: number, damping: number): void {
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) {
      const value = normal[(free[a] as number) * STRIDE + (free[b] as number)] as number
      system[a * STRIDE + b] = a === b ? value * (1 + damping) : value
    }
}
