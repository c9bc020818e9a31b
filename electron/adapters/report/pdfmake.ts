/**
 * The parts of pdfmake that a report is set with, typed as far as they are used. Its own entry is not, because tags (which text is a
 * heading, a table cell, a figure) have to be put in between its layout and its drawing; pdfmake is pinned to an exact version.
 */
import { createRequire } from 'node:module'
import path from 'node:path'

const requireModule = createRequire(import.meta.url)
const partOf = (name: string): unknown => (requireModule(`pdfmake/js/${name}`) as { default: unknown }).default

/** A node of a pdfmake document definition, with the tag that its content gets. */
export interface LayoutNode {
  [property: string]: unknown
}

/** pdfkit's marked content and structure elements (ISO 32000-1, 14.7 and 14.8). */
export interface StructureContent {
  readonly refs: readonly unknown[]
}
export interface StructureElement {
  add(child: StructureElement | StructureContent): StructureElement
  end(): void
}

export interface PdfFont {
  widthOfString(text: string, size: number): number
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean }
}

export interface PdfDocument {
  provideFont(family: string, bold: boolean, italics: boolean): PdfFont
  markContent(tag: string, options?: Record<string, unknown>): unknown
  markStructureContent(tag: string, options?: Record<string, unknown>): StructureContent
  endMarkedContent(): unknown
  struct(type: string, options?: Record<string, unknown>): StructureElement
  addStructure(element: StructureElement): unknown
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  end(): void
}

/** A laid out line of text; `source` is added by our builder. */
export interface LaidLine {
  source?: { readonly node: LayoutNode }
}
export interface LaidSvg {
  readonly x: number
  readonly y: number
  readonly _width: number
  readonly _height: number
}

export interface LayoutBuilder {
  registerTableLayouts(layouts: unknown): void
  buildNextLine(node: LayoutNode): LaidLine | null
  layoutDocument(
    content: unknown,
    pdf: PdfDocument,
    styles: Record<string, unknown>,
    defaultStyle: Record<string, unknown>,
    background: unknown,
    header: unknown,
    footer: unknown,
    watermark: unknown,
    pageBreakBefore: unknown,
  ): unknown
}

export interface Renderer {
  renderPages(pages: unknown): void
  renderLine(line: LaidLine, x: number, y: number): void
  renderSVG(svg: LaidSvg & LayoutNode): void
  renderVector(vector: unknown): void
}

export const PdfDocumentClass = partOf('PDFDocument') as new (
  fonts: unknown,
  images: unknown,
  patterns: unknown,
  attachments: unknown,
  options: Record<string, unknown>,
  virtualFs: null,
  mayRead: () => boolean,
) => PdfDocument

export const LayoutBuilderClass = partOf('LayoutBuilder') as new (
  pageSize: { width: number; height: number; orientation: string },
  margins: { left: number; top: number; right: number; bottom: number },
  svgMeasure: unknown,
) => LayoutBuilder

export const SvgMeasureClass = partOf('SVGMeasure') as new () => unknown
export const RendererClass = partOf('Renderer') as new (pdf: PdfDocument) => Renderer
export const standardTableLayouts = (requireModule('pdfmake/js/tableLayouts') as { tableLayouts: unknown }).tableLayouts

const fontFolder = path.join(path.dirname(requireModule.resolve('pdfmake/package.json')), 'fonts', 'Roboto')

/** Roboto 3 as pdfmake brings it (SIL Open Font License 1.1): Latin, Greek and Cyrillic, tabular figures by default. */
export const FONTS = {
  Roboto: {
    normal: path.join(fontFolder, 'Roboto-Regular.ttf'),
    bold: path.join(fontFolder, 'Roboto-Medium.ttf'),
    italics: path.join(fontFolder, 'Roboto-Italic.ttf'),
    bolditalics: path.join(fontFolder, 'Roboto-MediumItalic.ttf'),
  },
}
