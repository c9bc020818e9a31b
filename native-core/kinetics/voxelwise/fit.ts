/** Voxelwise fits: the plan for all voxels, then each voxel by itself, in any order and on any number of threads. */
import { CancelledError } from '../../errors/index.ts'
import { prepareVoxelFit, voxelProblem } from './plan.ts'
import { VOXEL_MODELS } from './shape.ts'
import { VOXEL_FLAG } from './types.ts'
import type { VoxelFitCounts, VoxelFitMaps, VoxelFitPlan, VoxelFitRequest, VoxelFitResult } from './types.ts'
import { createVoxelSolver } from './voxel.ts'

export { prepareVoxelFit }

/** Part of the hash of every result. Raised with every change that may change a number. */
export const VOXEL_FIT_VERSION = '1.1.0'

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
  const { phases } = VOXEL_MODELS[plan.model]
  return {
    integral: map(),
    integralSd: map(),
    halfLifeS: map(),
    flags: new Uint8Array(buffer(voxels)),
    terms: options.terms ? Array.from({ length: phases }, () => ({ amplitude: map(), ratePerS: map() })) : null,
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
  const solvers = plan.priors.map((_, label) => createVoxelSolver(voxelProblem(plan, label)))
  const { shapeParameters: parameters } = VOXEL_MODELS[plan.model]
  const images = plan.timesS.length
  const last = plan.timesS[images - 1] as number
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
    const solver = solvers[labels ? (labels[voxel] as number) : 0]
    if (!solver) throw new Error('a label without a prior')
    const isNegligible = sum / seen < plan.threshold
    solver.solve(curve, !isNegligible)
    const { solution } = solver
    let flags = isNegligible ? VOXEL_FLAG.negligible : 0
    maps.integralSd[voxel] = solution.integralSd * last
    if (solution.state === 'zero') {
      maps.flags[voxel] = flags | VOXEL_FLAG.zero
      continue
    }
    if (solution.state === 'fitted') flags |= VOXEL_FLAG.converged
    else if (solution.state === 'unfinished') flags |= VOXEL_FLAG.unfinished
    else if (!isNegligible) flags |= VOXEL_FLAG.structureShape
    if (solution.atPhysicalRate) flags |= VOXEL_FLAG.atPhysicalRate
    maps.flags[voxel] = flags
    maps.integral[voxel] = solution.integral * last
    const rate = Math.exp(solution.psi[0] as number) / last
    maps.halfLifeS[voxel] = Math.LN2 / rate
    if (maps.terms) writeTerms(maps.terms, voxel, parameters, solution.size, solution.psi, rate, last)
  }
}

function writeTerms(
  terms: NonNullable<VoxelFitMaps['terms']>,
  voxel: number,
  parameters: 1 | 2 | 3,
  size: number,
  psi: Float64Array,
  rate: number,
  last: number,
): void {
  const [slow, fast] = terms
  const share = parameters === 3 ? 1 / (1 + Math.exp(-(psi[2] as number))) : 0
  if (slow) {
    slow.amplitude[voxel] = size * (1 - share)
    slow.ratePerS[voxel] = rate
  }
  if (fast) {
    fast.amplitude[voxel] = size * (2 * share - 1)
    fast.ratePerS[voxel] = rate + Math.exp(psi[1] as number) / last
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
