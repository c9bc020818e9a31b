/** From a report document to the bytes of a PDF/A-3a. */
import type { ReportDocument } from '../../services/ports/reportDocument.ts'
import { layoutOf } from './layout.ts'
import {
  FONTS,
  LayoutBuilderClass,
  PdfDocumentClass,
  RendererClass,
  standardTableLayouts,
  SvgMeasureClass,
} from './pdfmake.ts'
import type { LayoutNode, PdfDocument } from './pdfmake.ts'
import { printable } from './printable.ts'
import { DEFAULT_STYLE, PAGE } from './style.ts'
import { tagWhileDrawing, writeStructure } from './tags.ts'

/** Sets and draws a report. Deterministic: creation date and identifier of the file follow from the document. */
export async function renderPdf(wanted: ReportDocument): Promise<Uint8Array<ArrayBuffer>> {
  const created = new Date(wanted.createdAt)
  const pdf = new PdfDocumentClass(
    FONTS,
    {},
    {},
    {},
    {
      size: [PAGE.width, PAGE.height],
      pdfVersion: '1.7',
      subset: 'PDF/A-3a',
      tagged: true,
      displayTitle: true,
      compress: true,
      lang: wanted.language,
      fontLayoutCache: true,
      bufferPages: false,
      autoFirstPage: false,
      font: null,
      info: {
        Title: wanted.title,
        Author: wanted.author,
        Subject: wanted.subject,
        Keywords: wanted.keywords,
        Creator: wanted.author,
        Producer: 'pdfmake',
        CreationDate: created,
        ModDate: created,
      },
    },
    null,
    () => true,
  )
  const regular = pdf.provideFont('Roboto', false, false)
  const medium = pdf.provideFont('Roboto', true, false)
  const { document, replaced } = printable(wanted, (code) => regular.font.hasGlyphForCodePoint(code))
  const said = replaced ? withReplacementNote(document) : document

  const layout = layoutOf(said, (text, size, strong) => (strong ? medium : regular).widthOfString(text, size))
  const builder = new LayoutBuilderClass(
    { width: PAGE.width, height: PAGE.height, orientation: 'portrait' },
    { left: PAGE.left, top: PAGE.top, right: PAGE.right, bottom: PAGE.bottom },
    new SvgMeasureClass(),
  )
  builder.registerTableLayouts(standardTableLayouts)
  // Lines remember the node that they are of, so that they can be tagged when they are drawn.
  const buildLine = builder.buildNextLine.bind(builder)
  builder.buildNextLine = (node: LayoutNode) => {
    const line = buildLine(node)
    if (line) line.source = { node }
    return line
  }
  const pages = builder.layoutDocument(
    layout.content,
    pdf,
    {},
    DEFAULT_STYLE,
    null,
    layout.header,
    layout.footer,
    null,
    undefined,
  )
  const renderer = new RendererClass(pdf)
  tagWhileDrawing(renderer, pdf)
  renderer.renderPages(pages)
  writeStructure(layout.root, pdf)
  return finish(pdf)
}

function withReplacementNote(document: ReportDocument): ReportDocument {
  const note =
    'Some characters, perhaps of a name, are in a script that this typeface does not have and are printed as a replacement sign. The JSON report has them in full.'
  const [first, ...rest] = document.blocks
  return { ...document, blocks: [...(first ? [first] : []), { kind: 'paragraph', text: note, quiet: true }, ...rest] }
}

function finish(pdf: PdfDocument): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    pdf.on('data', (chunk) => chunks.push(chunk))
    pdf.on('error', reject)
    pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    pdf.end()
  })
}
