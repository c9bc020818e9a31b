import type { FractionalMask, Mat4, StructureShape, Vec3 } from '../../types.ts'

/** A structure that a search refers to by its name. */
export interface NamedRegion {
  readonly name: string
  readonly shape: StructureShape
}

/** The value that a voxel must reach, in the image's unit. */
export type LesionThreshold =
  | { readonly kind: 'fixed'; readonly value: number }
  /**
   * meanFactor · mean + sdFactor · sd of the image in a reference region (liver, blood pool): the form of PERCIST and of the PSMA
   * tumour volume rules. The factors are the rule's, and the user's to give. The region is shrunk first, so that its blurred edge does not count.
   */
  | {
      readonly kind: 'reference'
      readonly region: NamedRegion
      readonly meanFactor: number
      readonly sdFactor: number
      readonly shrinkMm: number
    }

export interface LesionAsk {
  readonly threshold: LesionThreshold
  /** Where uptake is expected without disease. */
  readonly physiologic: readonly NamedRegion[]
  /** Physiologic structures are widened by so much: what spills out of them is theirs. */
  readonly marginMm: number
  /** A region with more than this part of its volume in the widened structures is flagged as physiologic, 0 to 1. */
  readonly physiologicShare: number
  readonly minimumVolumeMl: number
  /** Two peaks are two lesions where the saddle between them lies deeper below the lower one than this part of it, 0 to 1. At 1 nothing is split. */
  readonly splitDepth: number
  /** Each region is outlined again at this part of its own maximum; null: at the threshold. */
  readonly localPart: number | null
  /** Structures to say where a lesion lies; the physiologic ones if left out. */
  readonly landmarks?: readonly NamedRegion[]
  /** x of the body's middle (LPS, mm; `structurePolicy/midline.ts`), to tell sides; null or left out where it is not known. */
  readonly bodyMidlineXMm?: number | null
  /** Brings patient coordinates of the structures to those of the image; the identity if left out. */
  readonly structuresToImage?: Mat4
}

export type LesionFlag =
  /** Most of it lies in physiologic structures. */
  | 'physiologic'
  /** Flagged as physiologic, but a part as large as a lesion lies outside: one may join it. */
  | 'beyond-physiologic'
  /** It touches another candidate; they were parted at the saddle. */
  | 'split'
  /** It reaches a face of the image: a part of it may not have been imaged. */
  | 'cut-by-image'
  /** Its own threshold lies below that of the search. */
  | 'local-below-threshold'
  /** A weaker peak above the threshold of the search lies in the same region, outside its own threshold. */
  | 'shoulder-left-out'

/** Where a lesion lies, as seen from a structure. */
export interface LesionPlace {
  readonly structure: string
  /** From the lesion's centre to the structure; 0 inside. */
  readonly distanceMm: number
  /** "in LIVER", "12 mm from LIVER, left, above": the patient's left. */
  readonly words: string
}

export interface LesionCandidate {
  readonly mask: FractionalMask
  readonly volumeMl: number
  /** In the image's unit. */
  readonly maximum: number
  /** Highest mean of a ball of 1 mL about a voxel of the lesion (`semiautomatic/peak.ts`); null where none lies wholly in the image. */
  readonly peak: number | null
  readonly mean: number
  /** mean · volume, in the image's unit · mL: Bq for an image in Bq/mL. */
  readonly total: number
  /** Centroid of the volume, LPS. */
  readonly centreMm: Vec3
  /** What it was outlined at, in the image's unit. */
  readonly threshold: number
  readonly physiologicShare: number
  readonly flags: readonly LesionFlag[]
  /** Each flag in words, with its numbers. */
  readonly reasons: readonly string[]
  /** null without landmarks in the image. */
  readonly place: LesionPlace | null
  /** Of the patient; null where the body's middle is not known. */
  readonly side: 'left' | 'right' | 'middle' | null
  readonly review: 'to-review'
}

export interface LesionsFound {
  /** By total uptake, the largest first. */
  readonly candidates: readonly LesionCandidate[]
  readonly threshold: number
  /** Of the reference region; null for a fixed threshold. */
  readonly reference: {
    readonly name: string
    readonly mean: number
    readonly sd: number
    readonly volumeMl: number
  } | null
  /** Regions below the smallest volume. */
  readonly tooSmall: { readonly count: number; readonly volumeMl: number }
}

/** Called with 0 to 1; false cancels. */
export interface LesionControl {
  readonly progress?: (fraction: number) => boolean
}
