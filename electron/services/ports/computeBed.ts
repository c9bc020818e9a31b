/** Maps of biologically effective dose: what is asked of `Compute`, and what it answers. Gy of BED where a dose is not named. */
import type { ImageGrid, Mat4 } from '../../../native-core/imaging/index.ts'
import type { VoxelDoseRateTerm, VoxelTissue } from '../../../native-core/radiobiology/index.ts'
import type { StructureDoseStatistics } from './computeDose.ts'
import type { MeasureStructure, StructureRules } from './computeStructures.ts'

/** An absorbed dose of one cycle on a grid, with what its structures are believed to answer with. */
export interface BedMapTask extends StructureRules {
  readonly grid: ImageGrid
  readonly doseGy: Float32Array
  readonly statisticalSdGy: Float32Array | null
  /** Curve of each voxel, of which the shape counts; null: each voxel has the curve of its structure. */
  readonly terms: readonly VoxelDoseRateTerm[] | null
  readonly structures: readonly (MeasureStructure & {
    readonly tissue: VoxelTissue | null
    /** For the equivalent uniform BED; null where it is not known. */
    readonly alphaPerGy: number | null
    /** Of the mean absorbed dose, without the engine's noise; null where it is not known. */
    readonly relativeUncertainty: number | null
  })[]
  /** Of voxels in no structure that has a tissue; null: they get no BED. */
  readonly elsewhere: VoxelTissue | null
  /** As in `ActivityMapTask`. */
  readonly shapeToReference: Mat4 | null
  readonly sliceThicknessMm: number
}

/** Of one structure, all of it with its own tissue; means and EUBED are over the voxels. */
export interface BedStatistics extends StructureDoseStatistics {
  /** Mean absorbed dose, as `meanGy` over the voxels by the part of each inside. */
  readonly meanDoseGy: number
  /** Mean of BED where the absorbed dose is one standard uncertainty more, less the mean: without the engine's noise; null where it is not known. */
  readonly dependenceOnDose: number | null
  readonly eubedGy: number | null
}

export interface BedMapAnswer {
  readonly bedGy: Float32Array
  readonly eqd2Gy: Float32Array
  readonly g: Float32Array
  /** Of the structure that each voxel has its parameters from, its place in the list from 1 on; 0: elsewhere. */
  readonly labels: Uint8Array | Uint16Array
  readonly voxels: {
    readonly all: number
    readonly withBed: number
    readonly ownCurve: number
    readonly unknown: number
  }
  /** In the order of the structures; null for one without a tissue or without a body in the map. */
  readonly structures: readonly (BedStatistics | null)[]
}
