/** Work that takes longer than a blink, done off the calling thread. Implemented by adapters/compute with worker threads. */
import type { VoxelDose } from '../../../native-core/dosimetry/engines/types.ts'
import type { LesionsFound } from '../../../native-core/imaging/segmentation/lesions/index.ts'
import type { ParametricMaps } from '../../../native-core/kinetics/dynamic/index.ts'
import type { VoxelFitResult } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { SegmentedRegion } from '../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { ScanAdvice } from '../../contracts/scanTime.ts'
import type { ResponseAnswer, ResponseTask } from '../biology/responseTask.ts'
import type { PhantomAnswer, PhantomTask } from '../calibrations/analysePhantom.ts'
import type { PopulationAnswer, PopulationTask } from '../populations/populationTask.ts'
import type { RegistrationAnswer, RegistrationTask } from '../registration/registrationTask.ts'
import type { WarpKind, WarpTask, WarpTasks } from '../registration/warpTask.ts'
import type { ScanTimeTask } from '../scanTimes/scanTimeTask.ts'
import type { SegmentationTask } from '../segmentation/segmentationTask.ts'
import type {
  DisplayMask,
  DisplayMaskTask,
  LesionsTask,
  MeasureTask,
  StructureMeasurement,
  StructureUptake,
  UptakeTask,
} from './computeStructures.ts'
import type { BedMapAnswer, BedMapTask } from './computeBed.ts'
import type { CompartmentMapsTask } from './computeDynamic.ts'
import type { ActivityMap, ActivityMapTask, CarriedImages, FittedMapTask, VoxelFitTask } from './computeActivity.ts'
import type {
  CompareDosesTask,
  ComparedDoses,
  StructureDoseStatistics,
  StructureDosesTask,
  VoxelDoseAnswer,
  VoxelDoseTask,
} from './computeDose.ts'

export type * from './computeActivity.ts'
export type * from './computeBed.ts'
export type * from './computeDose.ts'
export type * from './computeDynamic.ts'
export type * from './computeJobs.ts'
export type * from './computeStructures.ts'
export type { LesionsFound }
export type { PhantomAnswer, PhantomTask }
export type { PopulationAnswer, PopulationTask }
export type { RegistrationAnswer, RegistrationTask, WarpKind, WarpTask, WarpTasks }
export type { ResponseAnswer, ResponseTask }
export type { ScanTimeTask }
export type { SegmentationTask, SegmentedRegion }

export interface ComputeOptions {
  readonly progress?: (fraction: number) => void
  readonly signal?: AbortSignal
}

export interface VoxelDoseOptions extends ComputeOptions {
  /** A dose to look at while it goes on, from engines that give one. */
  readonly onIntermediate?: (dose: VoxelDose) => void
}

export interface Compute {
  measure(task: MeasureTask, options?: ComputeOptions): Promise<readonly StructureMeasurement[]>
  uptake(task: UptakeTask, options?: ComputeOptions): Promise<readonly StructureUptake[]>
  displayMasks(task: DisplayMaskTask, options?: ComputeOptions): Promise<readonly DisplayMask[]>
  activityMap(task: ActivityMapTask, options?: ComputeOptions): Promise<ActivityMap>
  /** The first half of an activity map whose voxels are fitted. @throws InputError `tia.images`; CancelledError. */
  carryImages(task: ActivityMapTask, options?: ComputeOptions): Promise<CarriedImages>
  /** The same bits whatever the number of threads. @throws InputError of `prepareVoxelFit`; CancelledError. */
  fitVoxels(task: VoxelFitTask, options?: ComputeOptions): Promise<VoxelFitResult>
  /** The same bits whatever the number of threads. @throws InputError of `prepareCompartments` and the input; CancelledError. */
  compartmentMaps(task: CompartmentMapsTask, options?: ComputeOptions): Promise<ParametricMaps>
  /** @throws InputError of `runPopulationTask`; CancelledError. */
  fitPopulation(task: PopulationTask, options?: ComputeOptions): Promise<PopulationAnswer>
  /** @throws InputError of `analysePhantom`; CancelledError. */
  analysePhantom(task: PhantomTask, options?: ComputeOptions): Promise<PhantomAnswer>
  /** @throws InputError of `runScanTimeTask`; CancelledError. */
  adviseScanTime(task: ScanTimeTask, options?: ComputeOptions): Promise<readonly ScanAdvice[]>
  /** @throws InputError of `runResponseTask`; CancelledError. */
  computeResponse(job: ResponseTask, options?: ComputeOptions): Promise<ResponseAnswer>
  /** The second half of an activity map whose voxels are fitted. */
  fittedMap(task: FittedMapTask, options?: ComputeOptions): Promise<ActivityMap>
  /** In the order of the structures; null for one without a body in the map. */
  structureDoses(
    task: StructureDosesTask,
    options?: ComputeOptions,
  ): Promise<readonly (StructureDoseStatistics | null)[]>
  compareDoses(task: CompareDosesTask, options?: ComputeOptions): Promise<ComparedDoses>
  /** @throws InputError of `bedMaps`; CancelledError. */
  bedMap(task: BedMapTask, options?: ComputeOptions): Promise<BedMapAnswer>
  /** @throws InputError of `findLesions`; CancelledError. */
  findLesions(task: LesionsTask, options?: ComputeOptions): Promise<LesionsFound>
  /**
   * Brings matter, activity and structures to the computing grid and runs an engine there (`runDoseTask`).
   *
   * @throws InputError of the checks and the engine; CancelledError.
   */
  voxelDose(task: VoxelDoseTask, options?: VoxelDoseOptions): Promise<VoxelDoseAnswer>
  /** @throws InputError of the registration; CancelledError. */
  registerImages(task: RegistrationTask, options?: ComputeOptions): Promise<RegistrationAnswer>
  /**
   * Images, activity, structures or doses carried through a registration, its Jacobian, or how structures agree (`WarpTasks`).
   *
   * @throws InputError of the kernels (`kernels/deformation.ts`); CancelledError.
   */
  warp<K extends WarpKind>(task: WarpTask<K>, options?: ComputeOptions): Promise<WarpTasks[K]['answer']>
  /** A structure found semi-automatically (`segmentRegion`). @throws InputError of its methods; CancelledError. */
  segmentRegion(task: SegmentationTask, options?: ComputeOptions): Promise<SegmentedRegion>
  close(): Promise<void>
}
