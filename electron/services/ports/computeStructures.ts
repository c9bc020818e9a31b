/** Measuring, drawing and finding structures: what is asked of `Compute`, and what it answers. */
import type {
  HuDensityTable,
  ImageGrid,
  Mat4,
  StructureShape,
  Vec3,
  VoxelBox,
} from '../../../native-core/imaging/index.ts'
import type { LesionAsk } from '../../../native-core/imaging/segmentation/lesions/index.ts'
import type { HollowOrgan } from '../../contracts/protocol.ts'

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

/** Structures whose uptake is measured as they are outlined. */
export type UptakeTask = Pick<MeasureTask, 'emission' | 'structures' | 'shapeToImage' | 'sliceThicknessMm'>

export interface StructureUptake {
  readonly name: string
  readonly kind: 'organ' | 'lesion' | 'other'
  /** Inside the image. */
  readonly volumeMl: number
  readonly fractionOutside: number
  readonly meanBqPerMl: number
  readonly maximumBqPerMl: number
  /** Highest mean in a ball of 1 mL; null where none fits into the image. */
  readonly peakBqPerMl: number | null
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

/** An image in which lesions are looked for; see `findLesions`. */
export interface LesionsTask {
  readonly image: { readonly grid: ImageGrid; readonly values: Float32Array }
  readonly ask: LesionAsk
}
