/** Worker thread that sets one report and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import type { PdfAnswer } from '../adapters/report/index.ts'
import { renderPdf } from '../adapters/report/renderPdf.ts'
import type { ReportDocument } from '../services/ports/reportDocument.ts'

try {
  const pdf = await renderPdf(workerData as ReportDocument)
  parentPort!.postMessage({ pdf } satisfies PdfAnswer, [pdf.buffer])
} catch (error) {
  parentPort!.postMessage({
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  } satisfies PdfAnswer)
}
