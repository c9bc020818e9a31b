import type { Analysis } from '../../contracts/analysis.ts'
import type { BiologyResult } from '../../contracts/biology.ts'
import type { LesionResponse } from '../../contracts/biologyResponse.ts'
import type { VoxelDoseResult, VoxelEngine } from '../../contracts/doseMaps.ts'

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
}

/** A lesion's response over time by the settings that a person kept; null where it cannot be computed, which `problem` says. */
export interface ReportedResponse {
  readonly identity: string
  readonly response: LesionResponse | null
  readonly problem: string
}

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
  ): Promise<Uint8Array>
  csv(
    analysis: Analysis,
    voxelDoses?: readonly ReportedVoxelDose[],
    biology?: BiologyResult | null,
    responses?: readonly ReportedResponse[],
  ): string
  json(
    analysis: Analysis,
    voxelDoses?: readonly ReportedVoxelDose[],
    biology?: BiologyResult | null,
    responses?: readonly ReportedResponse[],
  ): string
}
