/** Parametric images of compartment models: each voxel's own fit, the linear parameters eliminated. */
import { checkBloodFraction, PARAMETERS, RATE_RANGE_PER_S } from './compartmentFit.ts'
import type { CompartmentOptions } from './compartmentFit.ts'
import { derivedOf } from './compartmentDerived.ts'
import { COMPARTMENT_MODELS, frameInput } from './compartments.ts'
import type { CompartmentModelId } from './compartments.ts'
import { compartmentPrior } from './compartmentPrior.ts'
import { createCompartmentSolver } from './compartmentSolver.ts'
import type { CompartmentPrior } from './compartmentSolverTypes.ts'
import { checkCurve } from './fitQuality.ts'
import { fillMaps, madeMaps, meanCurve, voxelWeights } from './voxels.ts'
import type { ParametricMap, ParametricMaps, VoxelCounts, VoxelFrames } from './voxels.ts'
import type { ArterialInput, FrameWeighting } from './types.ts'

export interface VoxelCompartmentOptions {
  /** By the counts of the voxels' mean: all voxels have the same. */
  readonly weighting: FrameWeighting
  readonly bloodFraction: CompartmentOptions['bloodFraction']
  /**
   * Of the two-tissue models: `estimated`: rates around those of all voxels, whose mean and spread are estimated from them (`compartmentPrior`), where
   * there are enough; `none`: each voxel alone, as a structure is fitted.
   */
  readonly regularisation: 'estimated' | 'none'
  /** When the input arrives after the time it is given for, s. */
  readonly delayS: number
}

export const DEFAULT_VOXEL_COMPARTMENT_OPTIONS: VoxelCompartmentOptions = {
  weighting: { kind: 'counts' },
  bloodFraction: { kind: 'fitted' },
  regularisation: 'estimated',
  delayS: 0,
}

/** Everything that a range of voxels needs besides the images: plain data. */
export interface CompartmentMapsPlan {
  readonly model: CompartmentModelId
  readonly input: ArterialInput
  readonly delayS: number
  /** V_b where it is given, null where it is fitted. */
  readonly bloodFraction: number | null
  /** One over the standard deviation of each frame, the same for all voxels. */
  readonly weights: readonly number[]
  /** null: each voxel alone. */
  readonly prior: CompartmentPrior | null
  readonly maps: readonly Omit<ParametricMap, 'values'>[]
}

/**
 * The first half of `voxelCompartments`: its checks and what all voxels share.
 *
 * @throws InputError `dynamic.few-frames`, `dynamic.curve`, `dynamic.blood-fraction`, `dynamic.voxels`.
 */
export function prepareCompartments(
  scan: VoxelFrames,
  input: ArterialInput,
  model: CompartmentModelId,
  options: Partial<VoxelCompartmentOptions> = {},
): CompartmentMapsPlan {
  const { weighting, bloodFraction, regularisation, delayS } = { ...DEFAULT_VOXEL_COMPARTMENT_OPTIONS, ...options }
  checkBloodFraction(bloodFraction)
  const isFitted = bloodFraction.kind === 'fitted'
  const names = [...ratesOf(model), ...(isFitted ? (['V_b'] as const) : [])]
  checkCurve(meanCurve(scan), names.length)
  const weights = voxelWeights(scan, weighting)
  const fraction = isFitted ? null : bloodFraction.value
  const prior =
    model === '1tcm' || regularisation === 'none'
      ? null
      : compartmentPrior(scan, frameInput(input, scan.schedule, delayS), model, weights, fraction)
  const maps = [
    ...names.map((name) => ({ name, title: PARAMETERS[name].title, unit: PARAMETERS[name].unit })),
    ...derivedOf(model, ONES, null, []).map(({ name, title, unit }) => ({ name, title, unit })),
  ]
  return {
    model,
    input,
    delayS,
    bloodFraction: fraction,
    weights,
    prior,
    // What regularises a map is said with it.
    maps: prior ? maps.map((map) => ({ ...map, title: `${map.title}, rates around those of all voxels` })) : maps,
  }
}

/**
 * The second half: fits a range of voxels into `values`, in the order of the plan's maps.
 *
 * @throws InputError of the input; CancelledError where `progress` of the scan answers false
 */
export function fitCompartmentRange(
  { model, input, delayS, bloodFraction, weights, prior }: CompartmentMapsPlan,
  scan: VoxelFrames,
  values: readonly Float32Array[],
  range: readonly [number, number],
): VoxelCounts {
  const framed = frameInput(input, scan.schedule, delayS)
  const { solve, solution } = createCompartmentSolver(framed, model, weights, bloodFraction, prior)
  const rateCount = ratesOf(model).length
  const derivedAt = rateCount + (bloodFraction === null ? 1 : 0)
  const [lowest, highest] = RATE_RANGE_PER_S
  const answer = (curve: Float64Array, out: Float64Array): boolean => {
    if (!solve(curve)) return false
    const { k1, k2, k3, k4 } = solution
    if (!(k1 > lowest && k1 < highest)) return false
    const rates = [k1, k2, k3, k4]
    for (let j = 0; j < rateCount; j++) out[j] = rates[j] as number
    if (bloodFraction === null) out[rateCount] = solution.bloodFraction
    derivedOf(model, solution, null, []).forEach(({ value }, j) => (out[derivedAt + j] = value))
    return true
  }
  return fillMaps(scan, answer, values, range)
}

/**
 * A compartment model in each voxel by weighted least squares, as `fitCompartments` does for a structure: K1 and V_b follow from the other rates
 * (`createCompartmentSolver`), which start from the best of a grid of basis functions (Gunn et al., NeuroImage 6 (1997) 279) and are then fitted. Maps
 * are rate constants, V_b where it is fitted, and V_T, BP_ND or K_i. A voxel has no answer where its search did not end, a rate constant lies on the
 * edge of its range, or there is no activity. Single voxels are noisy: rates beyond K1 and K_i of two-tissue models spread widely.
 *
 * @throws InputError of `prepareCompartments` and the input; CancelledError.
 */
export function voxelCompartments(
  scan: VoxelFrames,
  input: ArterialInput,
  model: CompartmentModelId,
  options: Partial<VoxelCompartmentOptions> = {},
): ParametricMaps {
  const plan = prepareCompartments(scan, input, model, options)
  const size = scan.frames[0]?.length ?? 0
  const values = plan.maps.map(() => new Float32Array(size).fill(NaN))
  return madeMaps(plan.maps, values, fitCompartmentRange(plan, scan, values, [0, size]))
}

const ONES = { k1: 1, k2: 1, k3: 1, k4: 1 } as const

function ratesOf(model: CompartmentModelId): (typeof COMPARTMENT_MODELS)[number]['rates'] {
  const definition = COMPARTMENT_MODELS.find(({ id }) => id === model)
  if (!definition) throw new RangeError(`no compartment model ${model}`)
  return definition.rates
}
