/** The PDF as it is in the store, drawn page by page by pdf.js; loaded when a report is first looked at. */
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs'
import { resourceUrl, trustedWorker } from '../../bridge/index.ts'
import workerUrl from './pdf.worker.ts?worker&url'

export interface PdfPage {
  readonly number: number
  /** Width over height. */
  readonly aspect: number
  /** Draws the page at that width in device pixels. A page that is being drawn is stopped first. */
  draw(canvas: HTMLCanvasElement, widthPx: number): Promise<void>
  /** The words of the page, for screen readers. */
  text(): Promise<string>
}

export interface PdfReport {
  readonly pages: readonly PdfPage[]
  close(): Promise<void>
}

/** Fetches and opens a report. Throws where it cannot be read. */
export async function openReport(reportId: string): Promise<PdfReport> {
  const response = await fetch(resourceUrl('report', reportId))
  if (!response.ok) throw new Error(`The report could not be read (status ${response.status})`)
  const data = new Uint8Array(await response.arrayBuffer())
  const port = trustedWorker(workerUrl, 'pdf')
  const worker = new pdfjs.PDFWorker({ port: port as never })
  // No WebAssembly, no forms: the content security policy allows neither, and our reports need neither.
  const task = pdfjs.getDocument({ data, worker, useWasm: false, enableXfa: false })
  const document = await task.promise
  const pages: PdfPage[] = []
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number)
    const size = page.getViewport({ scale: 1 })
    let drawing: ReturnType<typeof page.render> | null = null
    pages.push({
      number,
      aspect: size.width / size.height,
      async draw(canvas, widthPx) {
        drawing?.cancel()
        const viewport = page.getViewport({ scale: widthPx / size.width })
        canvas.width = Math.round(viewport.width)
        canvas.height = Math.round(viewport.height)
        drawing = page.render({ canvas, viewport })
        try {
          await drawing.promise
        } catch (error) {
          if (!(error instanceof pdfjs.RenderingCancelledException)) throw error
        }
      },
      async text() {
        const content = await page.getTextContent()
        return content.items.map((item) => ('str' in item ? item.str : '')).join(' ')
      },
    })
  }
  return {
    pages,
    async close() {
      await task.destroy()
      worker.destroy()
      port.terminate()
    },
  }
}
