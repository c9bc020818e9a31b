import { afterEach, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, shallowRef, type App } from 'vue'
import ReportPreview from './components/ReportPreview.vue'
import type { PdfReport } from './pdfDocument.ts'

const opened = vi.hoisted(() => new Map<string, (report: PdfReport) => void>())
vi.mock('./pdfDocument.ts', () => ({
  openReport: (id: string) => new Promise<PdfReport>((resolve) => opened.set(id, resolve)),
}))

let app: App | null = null
afterEach(() => {
  app?.unmount()
  app = null
  document.body.replaceChildren()
})

function file(): PdfReport & { readonly close: ReturnType<typeof vi.fn<() => Promise<void>>> } {
  const page = { number: 1, aspect: 0.7, draw: () => Promise.resolve(), text: () => Promise.resolve('') }
  return { pages: [page], close: vi.fn(() => Promise.resolve()) }
}

const firstPage = (): Element | null => document.querySelector('.sheet')

it('draws the pages of another report anew, and keeps those of the one before until it is there', async () => {
  const reportId = shallowRef('one')
  app = createApp({ render: () => h(ReportPreview, { reportId: reportId.value }) })
  app.mount(document.body.appendChild(document.createElement('div')))
  const [one, two] = [file(), file()]
  await vi.waitFor(() => expect(opened.has('one')).toBe(true))
  opened.get('one')?.(one)
  await vi.waitFor(() => expect(firstPage()).not.toBeNull())
  const before = firstPage()
  reportId.value = 'two'
  await vi.waitFor(() => expect(opened.has('two')).toBe(true))
  await nextTick()
  expect(firstPage()).toBe(before)
  expect(one.close).not.toHaveBeenCalled()
  opened.get('two')?.(two)
  // A page draws itself when it is put up: the same element would stay as it is.
  await vi.waitFor(() => expect(firstPage()).not.toBe(before))
  await vi.waitFor(() => expect(one.close).toHaveBeenCalledOnce())
})
