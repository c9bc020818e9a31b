/** What a slice view is told to show. Plain data, so that it can go to the worker and be compared in tests. */
import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import type { Affine } from './affine.ts'
import type { ColourMapName } from './colourMaps.ts'
import type { ComparisonMode } from './comparison.ts'
import type { Window } from './composite.ts'

export interface ImageLayer {
  readonly id: string
  readonly grid: ImageGrid
  readonly toWorld: Affine
  readonly unit: string
  /** Divide a stored value by this to show it in `unit`. */
  readonly perUnit: number
}

export interface StructureLayer {
  readonly id: string
  readonly name: string
  readonly toWorld: Affine
  readonly colour: string
  readonly dash: readonly number[]
  readonly emphasised: boolean
  /** Standard uncertainty that all values of the emission layer inside it share, relative; left out where there is none to tell. */
  readonly relativeUncertainty?: number
}

/** A line of equal value of the emission layer: an isodose. */
export interface LevelLine {
  /** In the stored unit of the voxels. */
  readonly value: number
  readonly label: string
  readonly colour: string
  readonly dash: readonly number[]
}

/** A second pair of images on the first, to judge their registration. */
export interface Comparison {
  readonly ct: ImageLayer | null
  readonly emission: ImageLayer | null
  readonly emissionWindow: Window
  readonly mode: ComparisonMode
  /** What the two are called in the reading: "fixed", "moving". */
  readonly names: readonly [first: string, second: string]
}

export interface Picture {
  readonly ct: ImageLayer | null
  readonly emission: ImageLayer | null
  /** Standard deviation of each voxel of the emission layer, in its units; left out where it has none. */
  readonly emissionSd?: ImageLayer
  readonly ctWindow: Window
  readonly emissionWindow: Window
  readonly map: ColourMapName
  readonly blend: number
  readonly structures: readonly StructureLayer[]
  /** Opacity of the inside of structures, 0 to 1. */
  readonly fill: number
  /** Lines of the emission layer; none for activity. */
  readonly levels: readonly LevelLine[]
  readonly comparison?: Comparison | null
  /** A loaded deformation in the coordinates of the views whose bent grid lines are drawn. */
  readonly field?: { readonly id: string; readonly stepMm: number } | null
}

export interface Sight {
  readonly centreMm: Vec3
  readonly crosshairMm: Vec3
  readonly mmPerPx: number
}

/** One step of scrolling: the finest spacing of the images along an axis of patient space. */
export function scrollStepMm(picture: Picture, axis: 0 | 1 | 2): number {
  const base = picture.ct ?? picture.emission
  if (!base) return 1
  const { direction, spacingMm } = base.grid
  // The index axis that runs closest along the wanted axis of space.
  const along = ([0, 1, 2] as const).reduce((best, index) =>
    Math.abs(direction[axis * 3 + index] as number) > Math.abs(direction[axis * 3 + best] as number) ? index : best,
  )
  return spacingMm[along]
}
