/** Work that takes longer than a blink, done off the calling thread. Implemented by adapters/compute with worker threads. */
import type {
  EngineParameterValues,
  StructureMeanDose,
  VoxelDose,
} from '../../../native-core/dosimetry/engines/types.ts'
import type { ChainEmissions } from '../../../native-core/physics/emissions/index.ts'
import type { HuDensityTable, ImageGrid, Mat4, StructureShape, VoxelBox } from '../../../native-core/imaging/index.ts'

export interface ComputeOptions {
  readonly progress?: (fraction: number) => void
  readonly signal?: AbortSignal
}

export interface MeasureStructure {
  readonly name: string
  readonly kind: 'organ' | 'lesion' | 'other'
  readonly shape: StructureShape
}

export interface MeasureTask {
  readonly emission: { readonly grid: ImageGrid; readonly values: Float32Array; readonly factorToBqPerMl: number }
  /** CT of the same session, for mass; null leaves density out. */
  readonly ct: { readonly grid: ImageGrid; readonly values: Float32Array } | null
  readonly structures: readonly MeasureStructure[]
  /** Brings the shapes' patient coordinates to those of the images; null where they are the same. */
  readonly shapeToImage: Mat4 | null
  readonly lesionsInOrgans: 'exclude' | 'include'
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
  /** Why nothing could be measured; '' if it could. */
  readonly problem: string
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
)

/** What a dose worker answers; errors cannot carry their class between threads. */
export type DoseJobAnswer =
  | { readonly kind: 'done'; readonly answer: VoxelDoseAnswer }
  | { readonly kind: 'input'; readonly code: string; readonly message: string; readonly hint: string }
  | { readonly kind: 'cancelled' }

export interface Compute {
  measure(task: MeasureTask, options?: ComputeOptions): Promise<readonly StructureMeasurement[]>
  displayMasks(task: DisplayMaskTask, options?: ComputeOptions): Promise<readonly DisplayMask[]>
  /**
   * Brings matter, activity and structures to the computing grid and runs an engine there (`runDoseTask`).
   *
   * @throws InputError of the checks and the engine; CancelledError.
   */
  voxelDose(task: VoxelDoseTask, options?: VoxelDoseOptions): Promise<VoxelDoseAnswer>
  close(): Promise<void>
}
