/** What is drawn, and what the window and its drawing worker say to each other. Coordinates are those of the time point's images (LPS, mm). */
import type {
  MaskRef,
  StructureMethod,
  StructureReview,
  StructureToSave,
} from '../../../../electron/contracts/index.ts'
import type { BooleanOperation, ThresholdRule } from '../../../../native-core/imaging/segmentation/manual/index.ts'
import type {
  SegmentationAsk,
  SegmentationImage,
  SegmentedRegion,
} from '../../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import type { ImageGrid, Vec3 } from '../../../../native-core/imaging/types.ts'
import type { Polyline, SlicePlane } from '../../../viewer/index.ts'

/** The images that a time point has; structures are drawn on the voxels of one of them. */
export type ImageRole = 'ct' | 'emission'

export interface DrawnStructure {
  readonly id: string
  readonly name: string
  readonly kind: MaskRef['kind']
  readonly type: string
  readonly colourRgb: readonly [number, number, number] | null
  readonly origin: string
  readonly method: StructureMethod
  readonly review: StructureReview
  readonly identity: string | null
  /** The stored structure that this one still is, to the bit; null once its voxels were changed. */
  readonly keptId: string | null
}

export interface StructureState extends DrawnStructure {
  readonly volumeMl: number
  /** The middle of the box around it; null where nothing is drawn. */
  readonly middleMm: Vec3 | null
  /** It differs from what was last opened or saved. */
  readonly isChanged: boolean
}

export interface DrawingState {
  /** Grows with every change that is seen. */
  readonly revision: number
  readonly structures: readonly StructureState[]
  /** The edit that is shown and not yet committed; its words, what it found. Null where none is. */
  readonly pending: {
    readonly label: string
    readonly note: string
    readonly beforeMl: number
    readonly afterMl: number
  } | null
  readonly undoLabel: string | null
  readonly redoLabel: string | null
  /** Something differs from what was last opened or saved. */
  readonly isChanged: boolean
}

export type DrawMode = 'add' | 'remove'

/** Methods that find a region from a point on; see the files of their names in `native-core/imaging/segmentation/semiautomatic`. */
export type FindMethod =
  | { readonly kind: 'adaptive-threshold'; readonly fwhmMm: number }
  /** `fwhmMm`: resolution of the image; null where it is not known. */
  | { readonly kind: 'gradient'; readonly fwhmMm: number | null }
  | { readonly kind: 'statistics'; readonly standardDeviations: number; readonly startRadiusMm: number }
  | { readonly kind: 'level-set'; readonly startRadiusMm: number }

/** Resolution of an emission image (FWHM, mm), null where it is not known; left out for CT. */
export type ImageFwhm = number | null

/** What an edit does to the chosen structure. `normal` is that of the view's plane. */
export type Operation =
  | {
      readonly kind: 'brush'
      readonly mode: DrawMode
      readonly isBall: boolean
      readonly pointsMm: readonly Vec3[]
      readonly normal: Vec3
      readonly radiusMm: number
    }
  | {
      readonly kind: 'area'
      readonly tool: 'polygon' | 'freehand'
      readonly mode: DrawMode | 'intersect'
      readonly pointsMm: readonly Vec3[]
      readonly normal: Vec3
    }
  | {
      readonly kind: 'threshold'
      readonly mode: DrawMode | 'replace'
      readonly image: ImageRole
      readonly rule: ThresholdRule
      readonly pointMm: Vec3
      readonly halfSideMm: number
      readonly isConnected: boolean
      readonly fwhmMm?: ImageFwhm
    }
  | {
      readonly kind: 'find'
      readonly mode: DrawMode | 'replace'
      readonly image: ImageRole
      readonly method: FindMethod
      readonly pointMm: Vec3
      readonly halfSideMm: number
      readonly fwhmMm?: ImageFwhm
    }
  /** Random walker: the structure's own voxels mark the inside, those of another one the outside. */
  | {
      readonly kind: 'walk'
      readonly image: ImageRole
      readonly outsideId: string
      readonly beta: number
      readonly fwhmMm?: ImageFwhm
    }
  | { readonly kind: 'between'; readonly normal: Vec3 }
  | { readonly kind: 'grow'; readonly distanceMm: number }
  | { readonly kind: 'smooth'; readonly sdMm: number }
  | { readonly kind: 'islands'; readonly keep: 'largest' | 'larger' | 'each'; readonly minimumMl: number }
  /** `normal`: slice by slice of that view; null: in space. */
  | { readonly kind: 'fill'; readonly normal: Vec3 | null }
  | { readonly kind: 'combine'; readonly operation: BooleanOperation; readonly otherId: string }
  /** `intoId`: the structure that gets the mirror image; null: the structure itself moves. */
  | { readonly kind: 'mirror'; readonly atMm: Vec3; readonly normal: Vec3; readonly intoId: string | null }

/** The edits whose region is looked for in a worker of its own, which can be stopped. */
export type SearchOperation = Extract<Operation, { kind: 'find' | 'walk' }>

/** A part of an image and what to look for in it. */
export interface SearchTask {
  readonly image: SegmentationImage
  readonly ask: SegmentationAsk
}

export interface SearchCalls {
  search: { ask: SearchTask; answer: SegmentedRegion }
}

/** Where drawing may go. */
export interface DrawRules {
  /** `free`: structures may share voxels; `takes`: organs and lesions lose what this one gains; `gives`: they keep what they have. */
  readonly overlap: 'free' | 'takes' | 'gives'
  readonly insideId: string | null
  /** In the image's own units. */
  readonly value: { readonly image: ImageRole; readonly low: number; readonly high: number } | null
}

export interface StructureSource {
  readonly structure: DrawnStructure
  readonly url: string
  readonly grid: ImageGrid
  readonly boxStart: Vec3
  readonly boxSize: Vec3
}

export interface ImageSource {
  readonly role: ImageRole
  readonly url: string
  readonly grid: ImageGrid
  readonly unit: string
  /** Divide a value by this to show it in `unit`. */
  readonly perUnit: number
}

/** The outline of a structure in a plane, in pixels of the slice; `before` where an edit that is not committed changes it. */
export interface DrawnLines {
  readonly id: string
  readonly lines: readonly Polyline[]
  readonly before: readonly Polyline[] | null
}

export interface DrawingCalls {
  /** Opens a session by its key; one that is open already is left as it is. */
  open: {
    ask: {
      readonly key: string
      readonly role: ImageRole
      readonly grid: ImageGrid
      readonly images: readonly ImageSource[]
      readonly structures: readonly StructureSource[]
    }
    answer: DrawingState
  }
  /** What an edit looks for, with the part of the image that it needs. */
  search: {
    ask: { readonly key: string; readonly id: string; readonly operation: SearchOperation }
    answer: SearchTask
  }
  edit: {
    ask: {
      readonly key: string
      readonly id: string
      readonly operation: Operation
      readonly rules: DrawRules
      /** `more`: drawn on top of what the edit under way has done; `anew`: in place of it. */
      readonly step: 'more' | 'anew'
      /** What was found for it, where that was looked for elsewhere. */
      readonly found?: SegmentedRegion
    }
    answer: DrawingState
  }
  commit: { ask: { readonly key: string }; answer: DrawingState }
  cancel: { ask: { readonly key: string }; answer: DrawingState }
  undo: { ask: { readonly key: string }; answer: DrawingState }
  redo: { ask: { readonly key: string }; answer: DrawingState }
  add: { ask: { readonly key: string; readonly structure: DrawnStructure }; answer: DrawingState }
  remove: { ask: { readonly key: string; readonly id: string }; answer: DrawingState }
  change: {
    ask: { readonly key: string; readonly label: string; readonly structure: DrawnStructure }
    answer: DrawingState
  }
  lines: {
    ask: { readonly key: string; readonly plane: SlicePlane; readonly ids: readonly string[] }
    answer: readonly DrawnLines[]
  }
  /** The structures as they are sent to be stored; empty ones are left out and named. */
  upload: {
    ask: { readonly key: string }
    answer: { readonly structures: readonly StructureToSave[]; readonly empty: readonly string[] }
  }
  /** What is now is what is stored, as the set that `newKey` is of. */
  saved: { ask: { readonly key: string; readonly newKey: string }; answer: DrawingState }
}
