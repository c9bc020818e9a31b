/** What all voxels of one label share: their shape, where it is expected and within which bounds. */
import { inTimeUnit } from '../parametric/response.ts'
import { heldShape } from './models.ts'
import type { HeldShape } from './models.ts'
import { SMALLEST_SHARE } from './prior.ts'
import { createVoxelShape } from './sumShape.ts'
import type { VoxelShape } from './sumShape.ts'
import type { VoxelFitPlan, VoxelModelId, VoxelParameter, VoxelPrior } from './types.ts'

/** In scaled units: time over the last time. */
export interface VoxelProblem {
  readonly shape: VoxelShape
  readonly times: Float64Array
  /** Working parameters of the structure's curve, inside the bounds. */
  readonly mean: Float64Array
  /** Standard deviations around it: 0 fixes a parameter, Infinity leaves it free. */
  readonly spread: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** Of each image: share of the expected value, and in the unit of the values. */
  readonly noiseFraction: Float64Array
  readonly noiseAbsolute: Float64Array
}

/** Beyond this a phase has fallen by e¹² at the first image: the images say nothing about it. As in the fit of structures. */
const MOST_FALL = 12
/** λ2 − λ1 over one last time. As in the fit of structures. */
const SMALLEST_DIFFERENCE = 1e-3

const logit = (share: number): number => Math.log(share / (1 - share))
const RATE_PHASE: Partial<Record<VoxelParameter, number>> = { slowRate: 0, fastRate: 1, thirdRate: 2 }

/** The problem of a label's voxels. */
export function voxelProblem(plan: VoxelFitPlan & { readonly model: VoxelModelId }, label: number): VoxelProblem {
  const prior = plan.priors[label]
  if (!prior) throw new Error(`label ${label} has no prior`)
  const last = plan.timesS[plan.timesS.length - 1] as number
  const inSeconds = heldShape(plan.model, plan.physicalRatePerS, plan.fixed, plan.circulationRatePerS ?? undefined)
  const held: HeldShape = { ...inSeconds, rates: inSeconds.rates.map((rate) => rate && rate * last) }
  const shape = createVoxelShape(plan.model, held, plan.administration && inTimeUnit(plan.administration, last))
  const physical = plan.physicalRatePerS * last
  const largest = Math.max((MOST_FALL * last) / (plan.timesS[0] as number), 2 * physical)
  const bounds = shape.parameters.map((parameter) => boundsOf(parameter, held, physical, largest))
  const array = (of: (parameter: VoxelParameter, k: number) => number): Float64Array =>
    Float64Array.from(shape.parameters, of)
  return {
    shape,
    times: Float64Array.from(plan.timesS, (time) => time / last),
    mean: array((parameter, k) => {
      const { lower, upper } = bounds[k] as (typeof bounds)[number]
      return Math.min(upper, Math.max(lower, meanOf(parameter, prior, last)))
    }),
    spread: array((parameter) => prior.spread[parameter] ?? 0),
    lower: array((_, k) => bounds[k]?.lower ?? NaN),
    upper: array((_, k) => bounds[k]?.upper ?? NaN),
    noiseFraction: Float64Array.from(
      plan.noise,
      ({ fraction }, image) => fraction * (prior.noiseScale[image] as number),
    ),
    noiseAbsolute: Float64Array.from(
      plan.noise,
      ({ absolute }, image) => absolute * (prior.noiseScale[image] as number),
    ),
  }
}

/** Below a rate that is held, phases that are free share the way up to it: their order stays. */
function boundsOf(
  parameter: VoxelParameter,
  { rates }: HeldShape,
  physical: number,
  largest: number,
): { readonly lower: number; readonly upper: number } {
  const phase = RATE_PHASE[parameter]
  if (phase === undefined) return { lower: logit(SMALLEST_SHARE), upper: -logit(SMALLEST_SHARE) }
  const above = rates.findIndex((rate, k) => k > phase && rate !== null)
  let upper = largest
  if (above > 0) {
    const below = rates.findLastIndex((rate, k) => k < phase && rate !== null)
    const from = below < 0 ? 0 : (rates[below] as number)
    upper = Math.min(largest, ((rates[above] as number) - from) / (above - below - 1) - SMALLEST_DIFFERENCE)
  }
  const lower = phase === 0 ? physical : SMALLEST_DIFFERENCE
  return { lower: Math.log(lower), upper: Math.log(Math.max(lower, upper)) }
}

function meanOf(parameter: VoxelParameter, prior: VoxelPrior, last: number): number {
  const { slowRatePerS: slow, fastRatePerS, thirdRatePerS } = prior
  const fast = fastRatePerS ?? 0
  switch (parameter) {
    case 'slowRate':
      return Math.log(slow * last)
    case 'fastRate':
      return Math.log(Math.max(SMALLEST_DIFFERENCE, (fast - slow) * last))
    case 'thirdRate':
      return Math.log(Math.max(SMALLEST_DIFFERENCE, ((thirdRatePerS ?? 0) - fast) * last))
    case 'startShare':
      return logit(prior.startShare ?? 0.5)
    case 'phaseShare':
      return logit(prior.phaseShare ?? 0.5)
  }
}
