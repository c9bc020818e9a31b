/** Parametric images of compartment models. */
import { InputError } from '../../../../native-core/errors/index.ts'
import { COMPARTMENT_MODELS } from '../../../../native-core/kinetics/dynamic/index.ts'
import type {
  CompartmentModelId,
  ParametricMaps,
  VoxelCompartmentOptions,
  VoxelFrames,
} from '../../../../native-core/kinetics/dynamic/index.ts'
import type { Compute, ComputeOptions } from '../../ports/compute.ts'
import { inputOf, weightingOf } from './analyse.ts'
import type { ScanSources } from './structures.ts'

/** Compartment models that are fitted voxel by voxel; a comparison of them is not. */
export const COMPARTMENTS: readonly CompartmentModelId[] = COMPARTMENT_MODELS.map(({ id }) => id)

/**
 * The maps in units of the core. V_b is fitted in each voxel where it is not given.
 *
 * @throws InputError `dynamic.no-input`, `dynamic.delay` for a delay that is to be fitted, those of the core; CancelledError.
 */
export async function compartmentImages(
  model: CompartmentModelId,
  scan: Omit<VoxelFrames, 'progress'>,
  { input, options }: ScanSources,
  compute: Pick<Compute, 'compartmentMaps'>,
  how: ComputeOptions,
): Promise<ParametricMaps> {
  const { fitDelayWithinS, bloodFraction, delayS } = options
  if (fitDelayWithinS !== undefined)
    throw new InputError(
      'dynamic.delay',
      'The delay of the input is not fitted voxel by voxel.',
      'Give delayS (--delay-s), for example as the fit of a structure has found it.',
    )
  const asked: Partial<VoxelCompartmentOptions> = {
    weighting: weightingOf(options),
    delayS,
    ...(bloodFraction === undefined ? {} : { bloodFraction: { kind: 'fixed', value: bloodFraction } }),
  }
  return await compute.compartmentMaps({ scan, input: inputOf(input, model), model, options: asked }, how)
}
