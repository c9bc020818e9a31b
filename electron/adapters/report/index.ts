/**
 * Sets reports as PDF, each in a worker thread of its own so that nothing else waits: A4, PDF/A-3a, tagged, with embedded Roboto
 * (SIL Open Font License 1.1, from pdfmake). Implements the port `Typesetter`.
 */
import { Worker } from 'node:worker_threads'
import type { ReportDocument, Typesetter } from '../../services/ports/reportDocument.ts'
import { workerUrl } from '../../workers/workerUrl.ts'

/** What the worker answers. */
export type PdfAnswer = { readonly pdf: Uint8Array } | { readonly error: string }

export function createTypesetter(): Typesetter {
  const running = new Set<Worker>()
  return {
    pdf: (document) => setInWorker(document, running),
    close: async () => {
      await Promise.all([...running].map((worker) => worker.terminate()))
    },
  }
}

function setInWorker(document: ReportDocument, running: Set<Worker>): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl('reportPdf'), { workerData: document })
    running.add(worker)
    worker.once('message', (answer: PdfAnswer) => {
      if ('pdf' in answer) resolve(answer.pdf)
      else reject(new Error(`The report could not be set: ${answer.error}`))
    })
    worker.once('error', reject)
    worker.once('exit', (code) => {
      running.delete(worker)
      reject(new Error(`The report's worker ended (${code}) without an answer`))
    })
  })
}
