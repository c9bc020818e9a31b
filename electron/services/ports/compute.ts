/** Work that takes longer than a blink, done off the calling thread. Implemented by adapters/compute with worker threads. */
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

/**
 * One job for a worker thread. Slots of `control` (an Int32Array on shared memory): 0 is set to 1 by the caller to cancel; 1 is the
 * progress in per mille.
 */
export type ComputeJob = { readonly control: Int32Array } & (
  | { readonly name: 'measure'; readonly task: MeasureTask }
  | { readonly name: 'displayMasks'; readonly task: DisplayMaskTask }
)

export interface Compute {
  measure(task: MeasureTask, options?: ComputeOptions): Promise<readonly StructureMeasurement[]>
  displayMasks(task: DisplayMaskTask, options?: ComputeOptions): Promise<readonly DisplayMask[]>
  close(): Promise<void>
}
