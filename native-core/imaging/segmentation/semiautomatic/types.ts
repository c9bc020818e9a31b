import type { FractionalMask, ImageGrid, Vec3, VoxelBox } from '../../types.ts'

/**
 * An image to segment: one finite number a voxel, x fastest. `unit` is that of the values, for what is said about them;
 * '' where it is not known.
 */
export interface SegmentationImage {
  readonly grid: ImageGrid
  readonly values: Float32Array | Float64Array | Int16Array
  readonly unit: string
  /**
   * Full width at half maximum of its point spread, mm; null for an image whose resolution is not known but counts
   * (emission), left out where it does not (CT, or sharp ones). An ask that names one goes before it.
   */
  readonly fwhmMm?: number | null | undefined
}

/**
 * What the resolution of the image does to a found volume, for a uniform ball (see `resolution.ts`).
 */
export interface ResolutionEffect {
  readonly fwhmMm: number
  /** Radius of a ball of the found volume. */
  readonly foundRadiusMm: number
  /** Radius of the ball that looks like this; null where a point does. */
  readonly likeRadiusMm: number | null
  /** Found volume over that ball's. */
  readonly volumeRatio: number | null
}

/** Where to look: only the voxels of `box`; from `seedMm` (LPS) where there is one. */
interface Place {
  readonly box: VoxelBox
  readonly seedMm: Vec3 | null
}

/**
 * What lies around a structure, in the image's unit: given, or the median of a shell at these distances from its
 * boundary.
 */
export type Background =
  | { readonly kind: 'given'; readonly value: number }
  | { readonly kind: 'shell'; readonly fromMm: number; readonly toMm: number }

/** See `threshold.ts`. Without a seed the box' all, or with `isConnected` the piece at its largest value. */
export interface ThresholdAsk extends Place {
  readonly method: 'threshold'
  readonly from: number
  /** null: no upper end. */
  readonly to: number | null
  readonly isConnected: boolean
}

/** See `relativeThreshold.ts`. */
export interface RelativeThresholdAsk extends Place {
  readonly method: 'relative-threshold'
  /** 0 to 1. */
  readonly part: number
  /** Of the largest voxel, or of the highest mean in a ball of 1 mL. */
  readonly of: 'maximum' | 'peak'
  /** null: a part of the value itself, not of the contrast. */
  readonly background: Background | null
  readonly isConnected: boolean
}

/** See `adaptiveThreshold.ts`. */
export interface AdaptiveThresholdAsk extends Place {
  readonly method: 'adaptive-threshold'
  /** Full width at half maximum of the image's point spread, taken as Gaussian. */
  readonly fwhmMm: number
  readonly of: 'maximum' | 'peak'
  readonly background: Background
}

/** See `contrastThreshold.ts`: a · mean70 + b · background with the camera's own coefficients. */
export interface ContrastThresholdAsk extends Place {
  readonly method: 'contrast-threshold'
  readonly a: number
  readonly b: number
  readonly background: Background
}

/** See `gradientEdge.ts`. */
export interface GradientAsk extends Place {
  readonly method: 'gradient'
  /** Standard deviation of the Gaussian that the image is smoothed with. */
  readonly smoothingSdMm: number
  /**
   * Resolution of the image, full width at half maximum, to correct for the curvature of the boundary; null where it is
   * not known.
   */
  readonly fwhmMm: number | null
}

/** See `regionGrowing.ts`. It begins at the seed. */
export interface RegionGrowingAsk extends Place {
  readonly method: 'region-growing'
  readonly seedMm: Vec3
  readonly rule:
    | { readonly kind: 'tolerance'; readonly tolerance: number }
    | { readonly kind: 'statistics'; readonly standardDeviations: number; readonly startRadiusMm: number }
}

/**
 * See `randomWalker.ts`. Voxels of the image (x fastest, of the whole grid) that are known to lie inside and outside.
 */
export interface RandomWalkerAsk extends Place {
  readonly method: 'random-walker'
  readonly inside: readonly number[] | Int32Array
  readonly outside: readonly number[] | Int32Array
  readonly beta: number
  /** The length that differences are taken over; null: the largest spacing of the grid. */
  readonly edgeLengthMm: number | null
}

/** See `levelSet.ts`. It begins as a ball about the seed. */
export interface LevelSetAsk extends Place {
  readonly method: 'level-set'
  readonly seedMm: Vec3
  readonly startRadiusMm: number
  /** Weight of the boundary's curvature against the image; its mean over the surface does not count. */
  readonly curvatureMm: number
  /** `two-means`: Chan and Vese's; `range`: inside are values from … to. */
  readonly data: { readonly kind: 'two-means' } | { readonly kind: 'range'; readonly from: number; readonly to: number }
}

export type SegmentationAsk =
  | ThresholdAsk
  | RelativeThresholdAsk
  | AdaptiveThresholdAsk
  | ContrastThresholdAsk
  | GradientAsk
  | RegionGrowingAsk
  | RandomWalkerAsk
  | LevelSetAsk

export type SegmentationMethod = SegmentationAsk['method']

/** `progress` is told how far the work is, 0 to 1; answering false stops it (CancelledError). */
export interface SegmentationControl {
  readonly progress?: (fraction: number) => boolean
}

export interface SegmentedRegion {
  /** On the image's grid. */
  readonly mask: FractionalMask
  /** It goes on beyond the box: what was found is cut off there. */
  readonly isCut: boolean
  /** Null where the resolution is not known, does not count, or nothing can be said. */
  readonly resolution: ResolutionEffect | null
  /** What was asked and what was found; a name ends with its unit, but for values in the image's own. */
  readonly parameters: Readonly<Record<string, number | string | boolean>>
  /** In words, with numbers and units. */
  readonly description: string
  /** What a person should know before using it. */
  readonly remarks: readonly string[]
}

/** What a method finds in the ask's box, before the piece is taken out that was asked for. */
export interface Found {
  /** Of each voxel of the box, 0 to 255. */
  readonly coverage: Uint8Array
  /** The voxel of the box whose piece is wanted; null: all of it. */
  readonly pieceAt: number | null
  readonly parameters: SegmentedRegion['parameters']
  readonly description: string
  readonly remarks: readonly string[]
}
