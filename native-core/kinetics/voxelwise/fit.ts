/** Voxelwise fits: the plan for all voxels, then each voxel by itself, in any order and on any number of threads. */
import { CancelledError } from '../../errors/index.ts'
import { VOXEL_MODELS } from './models.ts'
import { prepareVoxelFit } from './plan.ts'
import { voxelProblem } from './problem.ts'
import { createTrapezoidSolver } from './trapezoidVoxel.ts'
import { VOXEL_FLAG } from './types.ts'
import type {
  VoxelFitCounts,
  VoxelFitMaps,
  VoxelFitPlan,
  VoxelFitRequest,
  VoxelFitResult,
  VoxelModelId,
} from './types.ts'
import { createVoxelSolver } from './voxel.ts'
import type { VoxelState } from './voxel.ts'

export { prepareVoxelFit }

/** Part of the hash of every result. Raised with every change that may change a number. */
export const VOXEL_FIT_VERSION = '1.2.0'

/** Voxels between two looks at `progress`. */
const LOOK = 0x1fff

/** Empty maps for `voxels` voxels, on shared memory where threads are to fill them. */
export function voxelFitMaps(
  voxels: number,
  plan: Pick<VoxelFitPlan, 'model'>,
  options: { readonly terms?: boolean; readonly shared?: boolean } = {},
): VoxelFitMaps {
  const buffer = (bytes: number): ArrayBufferLike =>
    options.shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)
  const map = (): Float32Array => new Float32Array(buffer(4 * voxels))
  const isCurve = plan.model !== 'trapezoid'
  const phases = isCurve ? VOXEL_MODELS[plan.model].phases : 0
  return {
    integral: map(),
    integralSd: map(),
    halfLifeS: map(),
    flags: new Uint8Array(buffer(voxels)),
    terms:
      options.terms && isCurve ? Array.from({ length: phases }, () => ({ amplitude: map(), ratePerS: map() })) : null,
    outside: isCurve ? null : { before: map(), after: map() },
  }
}

/**
 * Fits the voxels `from` (inclusive) to `to` (exclusive) into `maps`. A voxel's answer depends on its own values and the plan only, so any
 * division into ranges gives the same bits.
 *
 * @param values as in `VoxelFitRequest`
 * @throws CancelledError where `progress` (of this range) answers false
 */
export function fitVoxelRange(
  plan: VoxelFitPlan,
  { values, labels = null }: Pick<VoxelFitRequest, 'values' | 'labels'>,
  maps: VoxelFitMaps,
  [from, to]: readonly [number, number],
  progress?: (fraction: number) => boolean,
): void {
  const fit = plan.model === 'trapezoid' ? trapezoidOf(plan, maps) : curveOf(plan, plan.model, maps)
  const images = plan.timesS.length
  const curve = new Float64Array(images)
  for (let voxel = from; voxel < to; voxel++) {
    if (((voxel - from) & LOOK) === 0 && progress?.((voxel - from) / (to - from)) === false)
      throw new CancelledError('The voxelwise fit')
    let seen = 0
    let sum = 0
    for (let image = 0; image < images; image++) {
      const value = (values[image] as Float32Array)[voxel] as number
      curve[image] = value
      if (Number.isNaN(value)) continue
      seen++
      sum += value
    }
    if (seen === 0) {
      maps.flags[voxel] = VOXEL_FLAG.unseen
      continue
    }
    const isNegligible = sum / seen < plan.threshold
    const state = fit(voxel, labels ? (labels[voxel] as number) : 0, curve, !isNegligible)
    let flags = isNegligible ? VOXEL_FLAG.negligible : 0
    if (state === 'fitted') flags |= VOXEL_FLAG.converged
    else if (state === 'unfinished') flags |= VOXEL_FLAG.unfinished
    else if (state === 'zero') flags |= VOXEL_FLAG.zero
    else if (!isNegligible) flags |= VOXEL_FLAG.structureShape
    // Told with the state of what holds anything.
    maps.flags[voxel] = (maps.flags[voxel] as number) | flags
  }
}

/** Fits a voxel into the maps, whose flags it sets to `atPhysicalRate` or nothing; answers with what was found. */
type FitVoxel = (voxel: number, label: number, curve: Float64Array, shapeIsFree: boolean) => VoxelState

function curveOf(plan: VoxelFitPlan, model: VoxelModelId, maps: VoxelFitMaps): FitVoxel {
  const problems = plan.priors.map((_, label) => voxelProblem({ ...plan, model }, label))
  const solvers = problems.map(createVoxelSolver)
  const last = plan.timesS[plan.timesS.length - 1] as number
  const shape = problems[0]?.shape
  if (!shape) throw new Error('a plan without a prior')
  const amplitude = new Float64Array(shape.phases)
  const rate = new Float64Array(shape.phases)
  return (voxel, label, curve, shapeIsFree) => {
    const solver = solvers[label]
    if (!solver) throw new Error('a label without a prior')
    solver.solve(curve, shapeIsFree)
    const { solution } = solver
    maps.integralSd[voxel] = solution.integralSd * last
    maps.flags[voxel] = solution.atPhysicalRate ? VOXEL_FLAG.atPhysicalRate : 0
    if (solution.state === 'zero') return solution.state
    maps.integral[voxel] = solution.integral * last
    shape.terms(solution.psi, amplitude, rate)
    maps.halfLifeS[voxel] = (Math.LN2 * last) / (rate[0] as number)
    maps.terms?.forEach((term, phase) => {
      term.amplitude[voxel] = solution.size * (amplitude[phase] as number)
      term.ratePerS[voxel] = (rate[phase] as number) / last
    })
    return solution.state
  }
}

function trapezoidOf(plan: VoxelFitPlan, maps: VoxelFitMaps): FitVoxel {
  const solvers = plan.priors.map((_, label) => createTrapezoidSolver(plan, label))
  return (voxel, label, curve, shapeIsFree) => {
    const solver = solvers[label]
    if (!solver) throw new Error('a label without a prior')
    solver.solve(curve, shapeIsFree)
    const { solution } = solver
    maps.integralSd[voxel] = solution.integralSd
    maps.flags[voxel] = solution.atPhysicalRate ? VOXEL_FLAG.atPhysicalRate : 0
    if (solution.state === 'zero') return solution.state
    maps.integral[voxel] = solution.integral
    maps.halfLifeS[voxel] = Math.LN2 / solution.tailRatePerS
    if (maps.outside) {
      maps.outside.before[voxel] = solution.before
      maps.outside.after[voxel] = solution.after
    }
    return solution.state
  }
}

/** How many voxels each flag is on. */
export function summariseVoxelFit(maps: Pick<VoxelFitMaps, 'flags'>): VoxelFitCounts {
  const of: Record<keyof typeof VOXEL_FLAG, number> = {
    converged: 0,
    atPhysicalRate: 0,
    negligible: 0,
    structureShape: 0,
    zero: 0,
    unseen: 0,
    unfinished: 0,
  }
  const names = Object.keys(VOXEL_FLAG) as (keyof typeof VOXEL_FLAG)[]
  for (const flags of maps.flags) for (const name of names) if ((flags & VOXEL_FLAG[name]) !== 0) of[name]++
  return { all: maps.flags.length, ...of }
}

/**
 * Fits a curve in each voxel and integrates it from the injection to infinity: maximum a posteriori, the shape around that of the voxel's
 * structure, the size free (`createVoxelSolver`). Spread and noise are estimated from the voxels (`estimateSpread`) or stated.
 * Values are Bq/mL (the integral is then Bq·s/mL), or Gy/s (Gy).
 *
 * @throws InputError of `prepareVoxelFit`; CancelledError.
 */
export function fitVoxels(request: VoxelFitRequest, options: { readonly terms?: boolean } = {}): VoxelFitResult {
  const plan = prepareVoxelFit(request)
  const voxels = request.values[0]?.length ?? 0
  const maps = voxelFitMaps(voxels, plan, options)
  fitVoxelRange(plan, request, maps, [0, voxels], request.progress)
  return { plan, maps, counts: summariseVoxelFit(maps) }
}
