/** The three forms of a report, from one analysis. */
import type { Analysis } from '../../contracts/analysis.ts'
import type { BiologyResult } from '../../contracts/biology.ts'
import type { BedMapResult } from '../../contracts/bedMaps.ts'
import type { VoxelDoseResult } from '../../contracts/doseMaps.ts'
import type { PairPrediction } from '../../contracts/pair.ts'
import type { ReportedResponse, ReportedVoxelDose, ReportWriter } from '../ports/reportWriter.ts'
import type { Typesetter } from '../ports/reportDocument.ts'
import { reportDocument } from './content.ts'
import { csvText } from './csv.ts'
import { biologyRows } from './sections/biologyRows.ts'
import { pairRows } from './sections/pair.ts'
import { responseRows } from './sections/responseRows.ts'
import { NUMBER_COLUMNS, numberRows } from './table.ts'
import type { NumberRow } from './table.ts'

/** A report writer that has its pages set by `typesetter`. */
export function createReportWriter(typesetter: Typesetter): ReportWriter & { close(): Promise<void> } {
  return {
    pdf: (analysis, context, voxelDoses, biology, responses, pairs) =>
      typesetter.pdf(reportDocument(analysis, context, voxelDoses, biology, responses, pairs)),
    csv: reportCsv,
    json: reportJson,
    close: () => typesetter.close(),
  }
}

/** All numbers as one table, a row a quantity, in full precision (see table.ts). */
export function reportCsv(
  analysis: Analysis,
  voxelDoses: readonly ReportedVoxelDose[] = [],
  biology: BiologyResult | null = null,
  responses: readonly ReportedResponse[] = [],
  pairs: readonly PairPrediction[] = [],
): string {
  return csvOfRows([
    ...numberRows(analysis, voxelDoses),
    ...(biology ? biologyRows(biology) : []),
    ...responseRows(responses),
    ...pairRows(pairs),
  ])
}

/** Biological effect alone, in the columns of the report. */
export const biologyCsv = (biology: BiologyResult): string => csvOfRows(biologyRows(biology))

function csvOfRows(rows: readonly NumberRow[]): string {
  const records = rows.map((r) => [
    r.cycle,
    r.structure,
    r.hoursAfterInjection,
    r.quantity,
    r.value,
    r.standardUncertainty,
    r.unit,
    r.note,
  ])
  return csvText(NUMBER_COLUMNS, records)
}

/**
 * The whole analysis, in SI units as its schema says, and where there are voxel doses, `voxelDoses`: `voxelDoseSchema` without maps,
 * histograms and staleness, which the store has, with `bed` (`bedMapSchema`, likewise) where BED maps are present. Where there is an effect, `biology` (`biologyResultSchema`); where settings of a response over time
 * are kept, `responses`; where something was predicted from diagnostic scans, `predictedFromDiagnosticScans` (`pairPredictionSchema`).
 */
export function reportJson(
  analysis: Analysis,
  voxelDoses: readonly ReportedVoxelDose[] = [],
  biology: BiologyResult | null = null,
  responses: readonly ReportedResponse[] = [],
  pairs: readonly PairPrediction[] = [],
): string {
  const doses = voxelDoses.map(({ result, bed }) => ({
    ...numbersOf(result),
    ...(bed ? { bed: bedNumbersOf(bed) } : {}),
  }))
  const beside = {
    ...(doses.length > 0 ? { voxelDoses: doses } : {}),
    ...(biology ? { biology } : {}),
    ...(responses.length > 0 ? { responses } : {}),
    ...(pairs.length > 0 ? { predictedFromDiagnosticScans: pairs } : {}),
  }
  return `${JSON.stringify({ ...analysis, ...beside }, null, 2)}\n`
}

function bedNumbersOf({ bedId, version, createdAt, curves, elsewhere, tissues, voxels, ...others }: BedMapResult) {
  return {
    ...{ bedId, version, createdAt, curves, elsewhere, tissues, voxels },
    structures: others.structures.map(withoutHistogram),
    remarks: others.remarks,
  }
}

const withoutHistogram = (structure: object) =>
  Object.fromEntries(Object.entries(structure).filter(([key]) => key !== 'histogram'))

function numbersOf(result: VoxelDoseResult) {
  const { doseId, cycle, quantity, timePointId, hoursAfterInjection, engine, activityMap, createdAt } = result.summary
  const { nuclide, gridOfImage, emittedJ, depositedJ, activity, facts, remarks } = result
  return {
    summary: { doseId, cycle, quantity, timePointId, hoursAfterInjection, engine, activityMap, createdAt },
    nuclide,
    gridOfImage,
    emittedJ,
    depositedJ,
    activity,
    structures: result.structures.map(withoutHistogram),
    facts,
    remarks,
  }
}
