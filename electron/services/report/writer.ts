/** The three forms of a report, from one analysis. */
import type { Analysis } from '../../contracts/analysis.ts'
import type { ReportWriter } from '../ports/reportWriter.ts'
import type { Typesetter } from '../ports/reportDocument.ts'
import { reportDocument } from './content.ts'
import { csvText } from './csv.ts'
import { NUMBER_COLUMNS, numberRows } from './table.ts'

/** A report writer that has its pages set by `typesetter`. */
export function createReportWriter(typesetter: Typesetter): ReportWriter & { close(): Promise<void> } {
  return {
    pdf: (analysis, context) => typesetter.pdf(reportDocument(analysis, context)),
    csv: reportCsv,
    json: reportJson,
    close: () => typesetter.close(),
  }
}

/** All numbers as one table, a row a quantity, in full precision (see table.ts). */
export function reportCsv(analysis: Analysis): string {
  const records = numberRows(analysis).map((r) => [
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

/** The whole analysis, in SI units as its schema says. */
export function reportJson(analysis: Analysis): string {
  return `${JSON.stringify(analysis, null, 2)}\n`
}
