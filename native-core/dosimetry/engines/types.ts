/**
 * The contract of dose engines. An engine is a plug-in: a plain object that says what it is, what it needs and gives, and computes.
 * The registry (`registry.ts`) lists them; a plan records id, version and parameters of the engine that made its dose.
 *
 * Voxel engines take maps on one grid; table engines take time-integrated activities of named sources. Both work on decays (Bq·s, giving
 * Gy) and on activities (Bq, giving Gy/s): the arithmetic is the same, `quantity` only names the result.
 */
import type { ImageGrid, FractionalMask } from '../../imaging/index.ts'
import type { ChainEmissions } from '../../physics/emissions/types.ts'
import type { Medium } from '../../physics/media/types.ts'

export type Evidence = 'verified' | 'transcribed' | 'designed' | 'unverified'

export interface EngineSource {
  readonly citation: string
  readonly evidence: Evidence
}

/** What the dose came from: the radiation that the decay sent out, whatever carried the energy in the end. */
export const RADIATIONS = ['electron', 'photon', 'alpha', 'recoil'] as const
export type Radiation = (typeof RADIATIONS)[number]

export type EngineNeed =
  'activity-map' | 'density-map' | 'media-map' | 'structures' | 'activity-table' | 'masses' | 'native-kernels'

/** One knob of an engine. Values travel as plain JSON: `{ [id]: number | string | boolean }`. */
export type EngineParameter = {
  readonly id: string
  readonly label: string
  readonly description: string
} & (
  | {
      readonly kind: 'number'
      /** SI inside; the unit as it is shown ("", "s", "MeV", "%"). */
      readonly unit: string
      readonly default: number
      readonly min: number
      readonly max: number
      readonly integer?: boolean
    }
  | { readonly kind: 'choice'; readonly default: string; readonly choices: readonly { id: string; label: string }[] }
  | { readonly kind: 'flag'; readonly default: boolean }
  /** Name of one of the input's structures; '' for none. */
  | { readonly kind: 'structure'; readonly default: '' }
)

export type EngineParameterValues = Readonly<Record<string, number | string | boolean>>

interface EngineIdentity {
  readonly id: string
  readonly name: string
  /** Raised with every change that may change a number. */
  readonly version: string
  /** One paragraph for the user: what it does, what it leaves out. */
  readonly description: string
  readonly needs: readonly EngineNeed[]
  readonly radiations: readonly Radiation[]
  readonly givesUncertainty: boolean
  readonly parameters: readonly EngineParameter[]
  readonly sources: readonly EngineSource[]
}

/** How a run talks to its caller. `control`: slot 0 cancels, slot 1 is progress in per mille (see `native-core/kernels`). */
export interface EngineRun {
  readonly parameters: EngineParameterValues
  readonly threads: number
  readonly control: Int32Array | null
  /** Seconds of a steady clock: for engines that can stop at a time. */
  readonly nowS?: () => number
  /** A dose to look at while it goes on; called now and then on the engine's thread. */
  readonly onIntermediate?: (result: VoxelDose) => void
  /** Whether `resumeState` is wanted: it is as large as all that was counted. */
  readonly keepState?: boolean
  /** State of an earlier, stopped run of the same input and seed, to go on from. */
  readonly resumeFrom?: unknown
}

export interface VoxelDoseInput {
  readonly grid: ImageGrid
  readonly quantity: 'dose' | 'dose-rate'
  /** Decays per mL of each voxel (Bq·s/mL) for dose, Bq/mL for dose rate. Finite and not negative: see `prepareVoxelInput`. */
  readonly activityPerMl: Float32Array
  /** g/mL; positive. */
  readonly densityGPerMl: Float32Array
  /** Index into `media` of each voxel. */
  readonly mediumIndex: Uint8Array
  readonly media: readonly Medium[]
  readonly source: ChainEmissions
  /** Structures whose mean dose and its statistical uncertainty are wanted history by history (stop criterion), on `grid`. */
  readonly structures: readonly { readonly name: string; readonly mask: FractionalMask }[]
}

export interface StructureMeanDose {
  readonly name: string
  readonly massKg: number
  readonly doseGy: number
  /** Statistical standard uncertainty of the mean; null for engines without statistics. */
  readonly statisticalSdGy: number | null
  readonly byRadiationGy: Readonly<Partial<Record<Radiation, number>>>
}

/** Gy (or Gy/s for a dose rate) on the input's grid. */
export interface VoxelDose {
  readonly quantity: 'dose' | 'dose-rate'
  readonly doseGy: Float32Array
  /** Only what the source sends out. Their sum is `doseGy`. */
  readonly byRadiationGy: Readonly<Partial<Record<Radiation, Float32Array>>>
  /** Statistical standard deviation of each voxel's dose; null for engines without statistics. */
  readonly statisticalSdGy: Float32Array | null
  readonly structures: readonly StructureMeanDose[]
  /** Energy: emitted (without neutrinos) and deposited in the grid, J (or W). The rest left the grid. */
  readonly emittedJ: number
  readonly depositedJ: number
  /** Plain JSON for the summary: decays simulated, seconds, decays/s, kernels used, cut-offs. */
  readonly facts: Readonly<Record<string, number | string | boolean>>
  /** Rules that were applied to the input and what they changed, in sentences. */
  readonly remarks: readonly string[]
  /** To go on later, if the engine can and `keepState` asked for it; structured-cloneable. */
  readonly resumeState?: unknown
}

export interface VoxelDoseEngine extends EngineIdentity {
  readonly scale: 'voxel'
  /** Blocks its thread until done. Throws InputError for bad input before work starts, CancelledError when cancelled. */
  readonly compute: (input: VoxelDoseInput, run: EngineRun, data: EngineData) => VoxelDose
}

export interface TableSource {
  /** Name of the source region, as the engine knows it ("Liver"), or of the sphere. */
  readonly region: string
  /** Decays (Bq·s) for dose, Bq for dose rate. */
  readonly activity: number
  /** Patient's mass of the region; null: the reference mass. */
  readonly massKg: number | null
}

export interface TableDoseInput {
  readonly quantity: 'dose' | 'dose-rate'
  readonly sources: readonly TableSource[]
  readonly source: ChainEmissions
}

export interface TableDose {
  readonly quantity: 'dose' | 'dose-rate'
  readonly targets: readonly {
    readonly region: string
    readonly massKg: number
    readonly doseGy: number
    readonly byRadiationGy: Readonly<Partial<Record<Radiation, number>>>
    readonly bySourceGy: Readonly<Record<string, number>>
  }[]
  readonly facts: Readonly<Record<string, number | string | boolean>>
  readonly remarks: readonly string[]
}

export interface TableDoseEngine extends EngineIdentity {
  readonly scale: 'organ' | 'sphere' | 'cell'
  readonly compute: (input: TableDoseInput, run: EngineRun, data: EngineData) => TableDose
}

export type DoseEngine = VoxelDoseEngine | TableDoseEngine

/** The data sets that engines read, parsed. Each is asked for when needed: an engine that lacks one throws InputError `dose.data`. */
export interface EngineData {
  /** `resources/dosimetry/<name>.json`, parsed as JSON. */
  readonly dosimetryTable: (name: string) => unknown
  /** `resources/materials/<name>.json`, parsed as JSON. */
  readonly materialTable: (name: string) => unknown
}
