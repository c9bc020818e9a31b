import type { BedMapResult } from '../../contracts/bedMaps.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { BiologyResult } from '../../contracts/biology.ts'
import type {
  ClonesResult,
  ClonesSettings,
  LesionResponse,
  LesionResponseSettings,
  MarkerResponse,
  MarkerSettings,
} from '../../contracts/biologyResponse.ts'
import type { VoxelDoseResult, VoxelEngine } from '../../contracts/doseMaps.ts'
import type { PairPrediction } from '../../contracts/pair.ts'

/** Inputs beside the analysis that a report states. `printedAt` is the only thing that may differ between equal inputs. */
export interface ReportContext {
  /** ISO date and time to print; also the PDF's creation date. */
  readonly printedAt: string
  readonly operator: string
}

/** A voxel dose of the analysis, and the engine that made it: names of its parameters, their defaults, its sources. */
export interface ReportedVoxelDose {
  readonly result: VoxelDoseResult
  readonly engine: VoxelEngine
  /** Its BED maps, where there are present ones. */
  readonly bed?: BedMapResult
}

interface Reported<Kind extends string, Settings, Response> {
  readonly kind: Kind
  /** The lesion, or the name of the marker. */
  readonly identity: string
  readonly settings: Settings
  /** null where it cannot be computed, which `problem` says. */
  readonly response: Response | null
  readonly problem: string
}

export type ReportedLesion = Reported<'lesion', LesionResponseSettings, LesionResponse>
export type ReportedMarker = Reported<'marker', MarkerSettings, MarkerResponse>
export type ReportedClones = Reported<'clones', ClonesSettings, ClonesResult>
/** A response over time by the settings that a person kept: of a lesion, of a marker, of clones to schedules. */
export type ReportedResponse = ReportedLesion | ReportedMarker | ReportedClones

/**
 * Writes the three forms of a report, with the same numbers. Same analysis, voxel doses, biological effect and context, same bytes; without voxel
 * doses or effect there is no word of them.
 */
export interface ReportWriter {
  pdf(
    analysis: Analysis,
    context: ReportContext,
    voxelDoses?: readonly ReportedVoxelDose[],
    biology?: BiologyResult | null,
    responses?: readonly ReportedResponse[],
    pairs?: readonly PairPrediction[],
  ): Promise<Uint8Array>
  csv(
    analysis: Analysis,
    voxelDoses?: readonly ReportedVoxelDose[],
    biology?: BiologyResult | null,
    responses?: readonly ReportedResponse[],
    pairs?: readonly PairPrediction[],
  ): string
  json(
    analysis: Analysis,
    voxelDoses?: readonly ReportedVoxelDose[],
    biology?: BiologyResult | null,
    responses?: readonly ReportedResponse[],
    pairs?: readonly PairPrediction[],
  ): string
}
