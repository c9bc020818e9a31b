import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import { createReportWriter } from '../../services/report/index.ts'
import { createTypesetter } from './index.ts'

const writer = createReportWriter(createTypesetter())
afterAll(() => writer.close())
const context = { printedAt: '2026-11-22T18:00:00Z', operator: '' }

interface StructNode {
  readonly role?: string
  readonly alt?: string
  readonly type?: string
  readonly id?: string
  readonly children?: readonly StructNode[]
}

interface ReadPdf {
  readonly pages: readonly {
    readonly text: string
    readonly tree: StructNode | null
    readonly taggedItems: number
    readonly items: number
  }[]
  readonly info: Record<string, unknown>
}

/** Reads a PDF with pdf.js: an implementation that has nothing to do with the writer. */
async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const pdf = await getDocument({ data: bytes.slice(), verbosity: 0, useSystemFonts: false }).promise
  const pages = []
  for (let n = 1; n <= pdf.numPages; n++) {
    const page = await pdf.getPage(n)
    const content = await page.getTextContent({ includeMarkedContent: true })
    let text = ''
    let depth: string[] = []
    let taggedItems = 0
    let items = 0
    for (const item of content.items) {
      if ('str' in item) {
        text += item.str + (item.hasEOL ? '\n' : '')
        if (item.str.trim() !== '') {
          items++
          if (depth.length > 0) taggedItems++
        }
      } else if (item.type === 'endMarkedContent') depth = depth.slice(0, -1)
      else depth = [...depth, item.type]
    }
    pages.push({ text, tree: (await page.getStructTree()) as StructNode | null, taggedItems, items })
  }
  const { info } = await pdf.getMetadata()
  return { pages, info: info as Record<string, unknown> }
}

function rolesOf(node: StructNode | null): string[] {
  if (!node) return []
  return [node.role ?? '', ...(node.children ?? []).flatMap(rolesOf)].filter((r) => r !== '')
}

describe('report as PDF', () => {
  let bytes: Uint8Array
  let pdf: ReadPdf
  const analysis = exampleAnalysis()

  beforeAll(async () => {
    bytes = await writer.pdf(analysis, context)
    pdf = await readPdf(bytes)
  })

  it('is the same bytes for the same analysis, and others for another date', async () => {
    expect(Buffer.compare(Buffer.from(await writer.pdf(structuredClone(analysis), context)), Buffer.from(bytes))).toBe(
      0,
    )
    const later = await writer.pdf(analysis, { ...context, printedAt: '2026-11-23T18:00:00Z' })
    expect(Buffer.compare(Buffer.from(later), Buffer.from(bytes))).not.toBe(0)
  })

  it('declares PDF/A-3a, is tagged, titled, dated, and embeds its fonts', () => {
    const raw = Buffer.from(bytes).toString('latin1')
    // Said as booleans: a failure must not print the whole file.
    const says = (pattern: RegExp): boolean => pattern.test(raw)
    expect(says(/<pdfaid:part>3<\/pdfaid:part>\s*<pdfaid:conformance>A<\/pdfaid:conformance>/)).toBe(true)
    expect(says(/\/OutputIntents/)).toBe(true)
    expect(says(/\/Marked true/)).toBe(true)
    expect(says(/\/Lang \(en-GB\)/)).toBe(true)
    expect(pdf.info['Title']).toBe('Absorbed dose report')
    expect(pdf.info['CreationDate']).toBe('D:20261122180000Z')
    const fonts = raw.match(/\/BaseFont \/[A-Z]{6}\+Roboto/g) ?? []
    expect(fonts.length).toBeGreaterThanOrEqual(2)
    expect(says(/\/BaseFont \/(?![A-Z]{6}\+)/)).toBe(false)
    expect(raw.match(/\/FontFile2/g)?.length).toBe(new Set(raw.match(/[A-Z]{6}\+Roboto-\w+/g)).size)
  })

  it('has the patient, the warning and the page number on every page', () => {
    pdf.pages.forEach((page, i) => {
      expect(page.text).toContain('Doe, Jane · ID MRN-17 · born 1960-02-29')
      expect(page.text).toContain('Not for prescription')
      expect(page.text).toContain(`page ${i + 1} of ${pdf.pages.length}`)
    })
  })

  it('marks every piece of text as content of the structure or as an artifact', () => {
    for (const page of pdf.pages) expect(page.taggedItems).toBe(page.items)
  })

  it('has headings, tables with header cells, and figures with alternative text in its structure', () => {
    const roles = pdf.pages.flatMap((p) => rolesOf(p.tree))
    const count = (role: string): number => roles.filter((r) => r === role).length
    expect(count('H1')).toBe(1)
    expect(count('H2')).toBeGreaterThanOrEqual(8)
    expect(count('Figure')).toBe(3)
    for (const role of ['Table', 'TR', 'TH', 'TD', 'P', 'L', 'LI']) expect(count(role), role).toBeGreaterThan(0)
    const figures: StructNode[] = []
    const walk = (n: StructNode | null): void => {
      if (n?.role === 'Figure') figures.push(n)
      n?.children?.forEach(walk)
    }
    pdf.pages.forEach((p) => walk(p.tree))
    for (const f of figures) expect(f.alt).toMatch(/Time–activity curve of (LIVER|TUMOUR|SPLEEN)/)
  })

  it('prints the same doses as the CSV holds, rounded', () => {
    const text = pdf.pages.map((p) => p.text).join('\n')
    const csv = writer
      .csv(analysis)
      .split('\r\n')
      .map((l) => l.split(','))
    const dose = csv.find((r) => r[1] === 'LIVER' && r[3] === 'absorbed dose')!
    expect(dose.slice(4, 6)).toEqual(['6.1634', '0.2871'])
    expect(text).toMatch(/6\.16\s*± 0\.29/u)
  })

  it('sets names that the typeface does not have without losing the page, and says so', async () => {
    const patient: Analysis['patient'] = { ...analysis.patient, name: 'Yamada, Tarō 山田 太郎' }
    const other = await readPdf(await writer.pdf({ ...analysis, patient }, context))
    expect(other.pages[0]!.text).toContain('Yamada, Tarō \uFFFD\uFFFD')
    expect(other.pages[0]!.text).toContain('The JSON report has them in full')
    expect(pdf.pages[0]!.text).not.toContain('The JSON report has them in full')
  })

  it('keeps long names, many structures and many problems on the page', async () => {
    const [cycle] = analysis.cycles
    const structures = Array.from({ length: 40 }, (_, i) => ({
      ...cycle!.structures[i % 3]!,
      name: i === 0 ? 'A very long name with many words that a contouring program invented (edited) v2' : `LESION_${i}`,
    }))
    const problems = Array.from({ length: 60 }, (_, i) => ({
      ...analysis.problems[0]!,
      item: `Series ${i}`,
      message: 'It is so. '.repeat(20),
    }))
    const large = await writer.pdf(
      {
        ...analysis,
        cycles: [{ ...cycle!, structures }],
        problems,
        patient: { ...analysis.patient, mrn: 'X'.repeat(64) },
      },
      context,
    )
    const document = await getDocument({ data: large.slice(), verbosity: 0 }).promise
    expect(document.numPages).toBeLessThan(30)
    for (let n = 1; n <= document.numPages; n++) {
      const { items } = await (await document.getPage(n)).getTextContent()
      for (const item of items) {
        if (!('str' in item) || item.str.trim() === '') continue
        const [x, y] = [item.transform[4] as number, item.transform[5] as number]
        expect(x, item.str).toBeGreaterThanOrEqual(47)
        expect(x + item.width, item.str).toBeLessThanOrEqual(595.28 - 46)
        expect(y, item.str).toBeGreaterThan(20)
        expect(y, item.str).toBeLessThan(841.89 - 25)
      }
    }
  })
})
