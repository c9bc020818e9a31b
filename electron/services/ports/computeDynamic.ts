/** Parametric images of dynamic PET by models that are fitted: what is asked of `Compute`. */
import type {
  ArterialInput,
  CompartmentMapsPlan,
  CompartmentModelId,
  VoxelCompartmentOptions,
  VoxelFrames,
} from '../../../native-core/kinetics/dynamic/index.ts'

export interface CompartmentMapsTask {
  readonly scan: Omit<VoxelFrames, 'progress'>
  readonly input: ArterialInput
  readonly model: CompartmentModelId
  readonly options: Partial<VoxelCompartmentOptions>
}

/** One job for the worker of these images: a range of the voxels, into maps on shared memory. */
export interface CompartmentMapsJob {
  readonly control: Int32Array
  readonly plan: CompartmentMapsPlan
  readonly scan: CompartmentMapsTask['scan']
  readonly values: readonly Float32Array[]
  readonly range: readonly [number, number]
}
