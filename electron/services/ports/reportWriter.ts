import type { Analysis } from '../../contracts/analysis.ts'

/** Inputs beside the analysis that a report states. `printedAt` is the only thing that may differ between equal inputs. */
export interface ReportContext {
  /** ISO date and time to print; also the PDF's creation date. */
  readonly printedAt: string
  readonly operator: string
}

/** Writes the three forms of a report, with the same numbers. Same analysis and context, same bytes. */
export interface ReportWriter {
  pdf(analysis: Analysis, context: ReportContext): Promise<Uint8Array>
  csv(analysis: Analysis): string
  json(analysis: Analysis): string
}
