/** Work that takes longer than a blink, done off the calling thread. Implemented by adapters/compute with worker threads. */
import type {
  EngineParameterValues,
  StructureMeanDose,
  VoxelDose,
} from '../../../native-core/dosimetry/engines/types.ts'
import type {
  Deformation,
  FractionalMask,
  HuDensityTable,
  ImageGrid,
  Mat4,
  StructureShape,
  Vec3,
  VoxelBox,
} from '../../../native-core/imaging/index.ts'
import type { LesionAsk, LesionsFound } from '../../../native-core/imaging/segmentation/lesions/index.ts'
import type { ExponentialTerm, VoxelwiseOptions } from '../../../native-core/kinetics/index.ts'
import type {
  VoxelFitMaps,
  VoxelFitPlan,
  VoxelFitRequest,
  VoxelFitResult,
} from '../../../native-core/kinetics/voxelwise/index.ts'
import type { HollowOrgan } from '../../contracts/protocol.ts'
import type { ScanAdvice } from '../../contracts/scanTime.ts'
import type { PhantomAnswer, PhantomTask } from '../calibrations/analysePhantom.ts'
import type { PopulationAnswer, PopulationTask } from '../populations/populationTask.ts'
import type { ResponseAnswer, ResponseTask } from '../biology/responseTask.ts'
import type { ScanTimeTask } from '../scanTimes/scanTimeTask.ts'
import type { RegistrationAnswer, RegistrationTask } from '../registration/registrationTask.ts'
import type { WarpKind, WarpTask, WarpTasks } from '../registration/warpTask.ts'
import type { SegmentationTask } from '../segmentation/segmentationTask.ts'
import type { SegmentedRegion } from '../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { ChainEmissions } from '../../../native-core/physics/emissions/index.ts'

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

export interface MeasureStructure {
  readonly name: string
  readonly kind: 'organ' | 'lesion' | 'other'
  readonly shape: StructureShape
}

/** Rules on structures that claim the same voxels; see `services/analysis/policyMasks.ts`. */
export interface StructureRules {
  readonly lesionsInOrgans: 'exclude' | 'include'
  /** From the highest rank down; left out: 'none'. */
  readonly overlapPriority?: 'none' | readonly string[]
  /** By structure name; left out: none. */
  readonly hollowOrgans?: Readonly<Record<string, HollowOrgan>>
}

/** What is done about the resolution of an emission image where its voxels are measured. */
export type ImageCorrection =
  | { readonly method: 'gtm'; readonly fwhmMm: Vec3; readonly fwhmRelativeUncertainty: number }
  | {
      readonly method: 'richardson-lucy'
      readonly fwhmMm: Vec3
      readonly fwhmRelativeUncertainty: number
      readonly iterations: number
    }
  /** Only measures what lies around each structure, for the recovery curve. */
  | { readonly method: 'surroundings'; readonly fwhmMm: Vec3 }

export interface MeasureTask extends StructureRules {
  readonly emission: { readonly grid: ImageGrid; readonly values: Float32Array; readonly factorToBqPerMl: number }
  /** CT of the same session, for mass; null leaves density out. */
  readonly ct: { readonly grid: ImageGrid; readonly values: Float32Array } | null
  readonly structures: readonly MeasureStructure[]
  /** Brings the shapes' patient coordinates to those of the images; null where they are the same. */
  readonly shapeToImage: Mat4 | null
  /** Left out or null: none. */
  readonly correction?: ImageCorrection | null
  readonly huDensity: HuDensityTable
  /** Distance between contour planes to assume for a structure with a single contour, mm. */
  readonly sliceThicknessMm: number
}

export interface StructureMeasurement {
  readonly name: string
  readonly kind: 'organ' | 'lesion' | 'other'
  /** After the lesion policy, all of it, inside the image or not. */
  readonly volumeMl: number
  readonly fractionInsideImage: number
  readonly meanBqPerMl: number
  /** Standard deviation of the voxel values inside. */
  readonly sdBqPerMl: number
  /**
   * Mean concentration of the voxels on the outline over that inside: how fast counts grow with the volume, d ln C / d ln V of
   * Gear et al. (2018). 0 where no voxel is cut by the outline.
   */
  readonly edgeToMean: number
  /** Mean mass density by CT; null without CT. */
  readonly densityGPerMl: number | null
  /** The outline reaches the edge of the images: only a part of the structure was imaged. */
  readonly cutByFieldOfView: boolean
  /** Lesions that were taken out of it. */
  readonly withoutLesions: readonly string[]
  /** Structures of higher rank that took their voxels out of it. */
  readonly withoutHigher?: readonly string[]
  /** Structures of its kind that it shares voxels with, each pair named once; by what the rules left. */
  readonly overlaps?: readonly { readonly name: string; readonly volumeMl: number; readonly shareOfSmaller: number }[]
  /** Centre of mass in the images' patient coordinates (LPS, mm); null or left out where it lies outside. */
  readonly centroidMm?: Vec3 | null
  /** x of the body's middle by the CT; null or left out without one. */
  readonly bodyMidlineMm?: number | null
  /** Wall and content of a hollow organ; left out for others. */
  readonly hollow?: HollowMeasurement
  /** What the resolution does to its mean; left out where it was not corrected in the image. */
  readonly correction?: MeasuredCorrection
  /** Mean around it, from one to two widths of the point spread function on, without other structures; null where there is no such place. */
  readonly surroundings?: { readonly meanBqPerMl: number; readonly standardUncertaintyBqPerMl: number } | null
  /** Why nothing could be measured; '' if it could. */
  readonly problem: string
}

export interface HollowMeasurement {
  readonly wallMl: number
  /** Mean mass densities by CT; null without CT. */
  readonly wallDensityGPerMl: number | null
  readonly contentMl: number
  readonly contentDensityGPerMl: number | null
  /** Why wall and content could not be told apart; '' if they could. */
  readonly problem: string
}

export interface MeasuredCorrection {
  /** Mean of the image over the corrected mean. */
  readonly coefficient: number
  /** Of the corrected mean, from the width of the point spread function: common to all time points. */
  readonly relativeUncertainty: number
  readonly remarks: readonly string[]
}

/** Outlines as masks for display: fractions 0–255 on the voxels of a box of the grid. */
export interface DisplayMaskTask {
  readonly grid: ImageGrid
  readonly structures: readonly MeasureStructure[]
  readonly sliceThicknessMm: number
}

export interface DisplayMask {
  readonly name: string
  readonly box: VoxelBox
  readonly fractions: Uint8Array
  readonly volumeMl: number
}

/** Images of one or more time points, to be made one map of activity on one grid. */
export interface ActivityMapTask extends StructureRules {
  /** The grid of the map, in the reference time point's patient coordinates. */
  readonly grid: ImageGrid
  /** `dose`: integrated over time; `dose-rate`: the one image as it is. */
  readonly quantity: 'dose' | 'dose-rate'
  /** In the order of time. */
  readonly images: readonly {
    readonly grid: ImageGrid
    readonly values: Float32Array
    readonly factorToBqPerMl: number
    readonly timeS: number
    /** Patient coordinates of the image to those of the reference; null where they are the same. */
    readonly toReference: Mat4 | null
    /** From the reference's patient coordinates to those of the image: carries its activity, instead of `toReference`. */
    readonly toImage?: Deformation
  }[]
  readonly physicalRatePerS: number
  readonly voxelwise: VoxelwiseOptions
  /**
   * With the mean that the structure's own curve gives, Bq·s/mL or Bq/mL (null where it has none), and that curve, slowest phase first, for
   * fits of its voxels.
   */
  readonly structures: readonly (MeasureStructure & {
    readonly expectedPerMl: number | null
    readonly terms?: readonly ExponentialTerm[] | null
  })[]
  /** Brings the shapes' patient coordinates to those of the reference; null where they are the same. */
  readonly shapeToReference: Mat4 | null
  readonly sliceThicknessMm: number
  /** Richardson–Lucy on each image before it is brought to the grid; other methods correct means, not voxels. Left out or null: none. */
  readonly correction?: ImageCorrection | null
  /** Whether each structure's voxels are scaled to the mean that is expected of it. */
  readonly matchStructures: boolean
}

export interface MatchedStructure {
  readonly name: string
  /** Mean in the map as the images give it, before any scaling. NaN-free: null where nothing of it lies in the map. */
  readonly mapPerMl: number | null
  readonly expectedPerMl: number | null
  /** Mean of the map after scaling over what was expected; null where either is missing. */
  readonly agreement: number | null
  /** Why it was not scaled though it should be; '' otherwise. */
  readonly note: string
}

export interface ActivityMap {
  /** Bq·s/mL or Bq/mL on the task's grid; finite, not negative. */
  readonly activityPerMl: Float32Array
  /** Σ over the grid, Bq·s or Bq, before and after the structures were matched. */
  readonly totalBeforeMatching: number
  readonly total: number
  readonly structures: readonly MatchedStructure[]
  /** Each structure on the grid after the rules, of a hollow organ its wall; null where it has no body there. */
  readonly masks: readonly (FractionalMask | null)[]
  readonly voxels: {
    readonly all: number
    readonly negligible: number
    readonly unseen: number
    /** Set to zero. */
    readonly negative: number
  }
  /** Of images that a deformation carried, in Bq at their time: all of the image, and what came to lie in the grid. Left out where there is none. */
  readonly carried?: readonly { readonly timeS: number; readonly totalBefore: number; readonly totalAfter: number }[]
  /** Share of the map before the first and after the last image, as extrapolated; 0 for a dose rate. */
  readonly shareBefore: number
  readonly shareAfter: number
  /** Where the voxels were fitted. */
  readonly fit?: ActivityMapFit
}

export interface ActivityMapFit extends Pick<VoxelFitResult, 'plan' | 'counts'> {
  /** Standard uncertainty of the map by noise and spread, in its unit, scaled with it; and the slowest effective half-life. */
  readonly uncertaintyPerMl: Float32Array
  readonly halfLifeS: Float32Array
}

/** The images of a cycle on one grid, with its structures there: what fits of its voxels start from. */
export interface CarriedImages {
  /** Bq/mL at the time of each image; NaN where it does not hold a voxel. On shared memory. */
  readonly values: readonly Float32Array[]
  /** Structure of each voxel, counted from 1 in the order of the task; 0: none. On shared memory. */
  readonly labels: Uint8Array | Uint16Array
  /** As in `ActivityMap`, and what the activity of each structure is in. */
  readonly masks: readonly ({ readonly source: FractionalMask; readonly target: FractionalMask } | null)[]
  readonly carried: NonNullable<ActivityMap['carried']>
}

/** Fits in all voxels, on all threads. Images, labels and answers are on shared memory. */
export type VoxelFitTask = Omit<VoxelFitRequest, 'progress'> & { readonly terms?: boolean }

/** Fitted voxels, to be made an activity map. */
export interface FittedMapTask {
  readonly grid: ImageGrid
  readonly structures: ActivityMapTask['structures']
  readonly matchStructures: boolean
  readonly images: Pick<CarriedImages, 'masks' | 'carried'>
  readonly fit: VoxelFitResult
}

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

/** A dose map to be looked at structure by structure. */
export interface StructureDosesTask extends StructureRules {
  readonly grid: ImageGrid
  readonly doseGy: Float32Array
  readonly statisticalSdGy: Float32Array | null
  readonly structures: readonly (MeasureStructure & {
    /** Of the mean dose, without the engine's noise; null where it is not known. */
    readonly relativeUncertainty: number | null
  })[]
  /** As in `ActivityMapTask`. */
  readonly shapeToReference: Mat4 | null
  readonly sliceThicknessMm: number
}

/** Of one structure; see the contract `voxelDoseStructureSchema`. */
export interface StructureDoseStatistics {
  readonly volumeMl: number
  readonly insideGrid: number
  /** Over the volume inside the grid. */
  readonly meanGy: number
  readonly minimumGy: number
  readonly maximumGy: number
  readonly d98Gy: number
  readonly d50Gy: number
  readonly d2Gy: number
  readonly homogeneity: number | null
  readonly histogram: {
    readonly doseGy: number[]
    readonly cumulative: number[]
    readonly lower: number[] | null
    readonly upper: number[] | null
    readonly differentialPerGy: number[]
  }
}

/** Two doses in the same patient coordinates, on whatever grids. */
export interface CompareDosesTask {
  readonly reference: { readonly grid: ImageGrid; readonly doseGy: Float32Array }
  readonly evaluated: { readonly grid: ImageGrid; readonly doseGy: Float32Array }
  readonly dosePercent: number
  readonly distanceMm: number
  readonly isLocal: boolean
  readonly thresholdPercent: number
}

/** On the grid of the reference; see the contract `doseComparisonSchema`. */
export interface ComparedDoses {
  readonly differenceGy: Float32Array
  readonly gamma: Float32Array
  readonly passRate: number
  readonly evaluatedVoxels: number
  readonly outsideVoxels: number
  readonly meanGamma: number
  readonly largestGamma: number
  readonly meanDifferenceGy: number
  readonly rmsDifferenceGy: number
  readonly relativeMeanDifference: number | null
}

/** An image in which lesions are looked for; see `findLesions`. */
export interface LesionsTask {
  readonly image: { readonly grid: ImageGrid; readonly values: Float32Array }
  readonly ask: LesionAsk
}

/** A dose map by one engine. Volumes are best on SharedArrayBuffer: they are then not copied. */
export interface VoxelDoseTask {
  readonly engine: string
  /** Complete and checked (`engineParameters`). */
  readonly parameters: EngineParameterValues
  readonly quantity: 'dose' | 'dose-rate'
  /** Bq·s/mL for dose, Bq/mL for dose rate, on its own grid. */
  readonly activity: { readonly grid: ImageGrid; readonly values: Float32Array }
  /** HU on its own grid, in the same patient coordinates; null: water everywhere. */
  readonly ct: { readonly grid: ImageGrid; readonly values: Float32Array } | null
  /** Where the dose is computed. */
  readonly grid: ImageGrid
  readonly huDensity: HuDensityTable
  readonly source: ChainEmissions
  readonly structures: readonly { readonly name: string; readonly shape: StructureShape }[]
  /** Distance between contour planes to assume for a structure with a single contour, mm. */
  readonly sliceThicknessMm: number
  readonly threads: number
  readonly memoryLimitBytes: number
  /** Whether the answer is to hold what an engine needs to go on later (`dose.resumeState`): it is large. */
  readonly keepState?: boolean
  /** State of an earlier, stopped run of the same task, to go on from. */
  readonly resumeFrom?: unknown
}

export interface StructureDose extends StructureMeanDose {
  /** In the computing grid. */
  readonly volumeMl: number
  /** Lowest and highest dose of the voxels with any part in it. */
  readonly minimumGy: number
  readonly maximumGy: number
}

export interface VoxelDoseAnswer {
  /** `remarks` also tell what was done to the input. */
  readonly dose: Omit<VoxelDose, 'structures'> & { readonly structures: readonly StructureDose[] }
  /** g/mL, as computed with; null where the engine was given water everywhere. */
  readonly densityGPerMl: Float32Array | null
}

export interface VoxelDoseOptions extends ComputeOptions {
  /** A dose to look at while it goes on, from engines that give one. */
  readonly onIntermediate?: (dose: VoxelDose) => void
}

/**
 * One job for a worker thread. Slots of `control` (an Int32Array on shared memory): 0 is set to 1 by the caller to cancel; 1 is the
 * progress in per mille.
 */
export type ComputeJob = { readonly control: Int32Array } & (
  | { readonly name: 'measure'; readonly task: MeasureTask }
  | { readonly name: 'displayMasks'; readonly task: DisplayMaskTask }
  | { readonly name: 'activityMap'; readonly task: ActivityMapTask }
  | { readonly name: 'carryImages'; readonly task: ActivityMapTask }
  | { readonly name: 'fittedMap'; readonly task: FittedMapTask }
  | { readonly name: 'structureDoses'; readonly task: StructureDosesTask }
  | { readonly name: 'compareDoses'; readonly task: CompareDosesTask }
  | { readonly name: 'findLesions'; readonly task: LesionsTask }
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

export interface Compute {
  measure(task: MeasureTask, options?: ComputeOptions): Promise<readonly StructureMeasurement[]>
  displayMasks(task: DisplayMaskTask, options?: ComputeOptions): Promise<readonly DisplayMask[]>
  activityMap(task: ActivityMapTask, options?: ComputeOptions): Promise<ActivityMap>
  /** The first half of an activity map whose voxels are fitted. @throws InputError `tia.images`; CancelledError. */
  carryImages(task: ActivityMapTask, options?: ComputeOptions): Promise<CarriedImages>
  /** The same bits whatever the number of threads. @throws InputError of `prepareVoxelFit`; CancelledError. */
  fitVoxels(task: VoxelFitTask, options?: ComputeOptions): Promise<VoxelFitResult>
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
