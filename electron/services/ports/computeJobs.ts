/** What `adapters/compute` sends to its workers, and how they answer. */
import type { VoxelFitMaps, VoxelFitPlan } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { ResponseTask } from '../biology/responseTask.ts'
import type { PhantomTask } from '../calibrations/analysePhantom.ts'
import type { PopulationTask } from '../populations/populationTask.ts'
import type { RegistrationTask } from '../registration/registrationTask.ts'
import type { WarpTask } from '../registration/warpTask.ts'
import type { ScanTimeTask } from '../scanTimes/scanTimeTask.ts'
import type { SegmentationTask } from '../segmentation/segmentationTask.ts'
import type { DisplayMaskTask, LesionsTask, MeasureTask, UptakeTask } from './computeStructures.ts'
import type { ActivityMapTask, FittedMapTask, VoxelFitTask } from './computeActivity.ts'
import type { BedMapTask } from './computeBed.ts'
import type { CompareDosesTask, StructureDosesTask } from './computeDose.ts'

/**
 * One job for a worker thread. Slots of `control` (an Int32Array on shared memory): 0 is set to 1 by the caller to cancel; 1 is the
 * progress in per mille.
 */
export type ComputeJob = { readonly control: Int32Array } & (
  | { readonly name: 'measure'; readonly task: MeasureTask }
  | { readonly name: 'uptake'; readonly task: UptakeTask }
  | { readonly name: 'displayMasks'; readonly task: DisplayMaskTask }
  | { readonly name: 'activityMap'; readonly task: ActivityMapTask }
  | { readonly name: 'carryImages'; readonly task: ActivityMapTask }
  | { readonly name: 'fittedMap'; readonly task: FittedMapTask }
  | { readonly name: 'structureDoses'; readonly task: StructureDosesTask }
  | { readonly name: 'compareDoses'; readonly task: CompareDosesTask }
  | { readonly name: 'bedMap'; readonly task: BedMapTask }
  | { readonly name: 'findLesions'; readonly task: LesionsTask }
)

/** One job for the worker of voxelwise fits. */
export type VoxelKineticsJob = { readonly control: Int32Array } & (
  | { readonly name: 'plan'; readonly task: VoxelFitTask }
  | {
      readonly name: 'range'
      readonly plan: VoxelFitPlan
      readonly task: Pick<VoxelFitTask, 'values' | 'labels'>
      readonly maps: VoxelFitMaps
      readonly range: readonly [number, number]
    }
)

/** How a worker tells of its end; errors cannot carry their class between threads. */
export type WorkerAnswer<T> =
  | { readonly kind: 'done'; readonly answer: T }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'input'; readonly code: string; readonly message: string; readonly hint: string }

/** One job for a registration worker; `control` as in `ComputeJob`. */
export type RegistrationJob = { readonly control: Int32Array } & (
  { readonly name: 'register'; readonly task: RegistrationTask } | { readonly name: 'warp'; readonly task: WarpTask }
)

/** One job for a segmentation worker; `control` as in `ComputeJob`. */
export interface SegmentationJob {
  readonly control: Int32Array
  readonly task: SegmentationTask
}

/** One job for a worker that fits populations; `control` as in `ComputeJob`. */
export interface PopulationJob {
  readonly control: Int32Array
  readonly task: PopulationTask
}

/** One job for a worker that analyses phantoms; `control` as in `ComputeJob`. */
export interface CalibrationJob {
  readonly control: Int32Array
  readonly task: PhantomTask
}

/** One job for a worker that advises when to scan; slot 0 of `control` is set to 1 to cancel. */
export interface ScanTimeJob {
  readonly control: Int32Array
  readonly task: ScanTimeTask
}

/** One job for a worker of responses over time; it does not look at `control`. */
export interface ResponseJob {
  readonly control: Int32Array
  readonly job: ResponseTask
}
