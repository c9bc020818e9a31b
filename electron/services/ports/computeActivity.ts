/** Maps of activity, with voxels that are fitted: what is asked of `Compute`, and what it answers. */
import type { Deformation, FractionalMask, ImageGrid, Mat4 } from '../../../native-core/imaging/index.ts'
import type { ExponentialTerm, VoxelwiseOptions } from '../../../native-core/kinetics/index.ts'
import type { Administration } from '../../../native-core/kinetics/parametric/index.ts'
import type { VoxelFitRequest, VoxelFitResult } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { ImageCorrection, MeasureStructure, StructureRules } from './computeStructures.ts'

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
  /** How the activity was given, for fits of voxels; left out: all at once. */
  readonly administration?: Administration
  /** Of the protocol, for models that hold it; null or left out: the usual one. */
  readonly circulationRatePerS?: number | null
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
  /** The curve of each voxel, before structures were matched; null where it was not asked for. */
  readonly terms: VoxelFitResult['maps']['terms']
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
