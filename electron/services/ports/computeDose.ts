/** Maps of dose, their structures and their comparison: what is asked of `Compute`, and what it answers. */
import type {
  EngineParameterValues,
  StructureMeanDose,
  VoxelDose,
} from '../../../native-core/dosimetry/engines/types.ts'
import type { HuDensityTable, ImageGrid, Mat4, StructureShape } from '../../../native-core/imaging/index.ts'
import type { ChainEmissions } from '../../../native-core/physics/emissions/index.ts'
import type { MeasureStructure, StructureRules } from './computeStructures.ts'

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
