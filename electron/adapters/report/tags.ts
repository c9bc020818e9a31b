/**
 * The structure of a tagged PDF (ISO 32000-1, 14.8): a tree of elements, each with the marked pieces of pages that belong to it. It
 * is planned with the layout, filled while pages are drawn, and written at the end. What is on a page but in no element (rules,
 * running heads, repeated table heads) is an artifact.
 */
import type {
  LaidLine,
  LaidSvg,
  LayoutNode,
  PdfDocument,
  Renderer,
  StructureContent,
  StructureElement,
} from './pdfmake.ts'

export type TagType =
  | 'Document'
  | 'Sect'
  | 'H1'
  | 'H2'
  | 'H3'
  | 'P'
  | 'L'
  | 'LI'
  | 'LBody'
  | 'Table'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'Figure'
  | 'Caption'
  | 'Note'

export class Tag {
  readonly type: TagType
  readonly children: Tag[] = []
  readonly content: StructureContent[] = []
  readonly options: Record<string, unknown>

  constructor(type: TagType, options: Record<string, unknown> = {}) {
    this.type = type
    this.options = options
  }

  /** A new element inside this one. */
  child(type: TagType, options: Record<string, unknown> = {}): Tag {
    const tag = new Tag(type, options)
    this.children.push(tag)
    return tag
  }
}

/** Property of layout nodes that holds their tag. */
const TAG = 'tag'

export function tagged(node: LayoutNode, tag: Tag): LayoutNode {
  return { ...node, [TAG]: tag }
}

/** Makes a renderer put every line and figure that has a tag into its element, and all else into artifacts. */
export function tagWhileDrawing(renderer: Renderer, pdf: PdfDocument): void {
  const drawn = new Set<unknown>()
  const drawLine = renderer.renderLine.bind(renderer)
  const drawSvg = renderer.renderSVG.bind(renderer)
  const drawVector = renderer.renderVector.bind(renderer)

  const asArtifact = (type: 'Layout' | 'Pagination', draw: () => void): void => {
    pdf.markContent('Artifact', { type })
    draw()
    pdf.endMarkedContent()
  }
  const asContent = (tag: Tag, draw: () => void): void => {
    const content = pdf.markStructureContent(tag.type)
    draw()
    pdf.endMarkedContent()
    tag.content.push(content)
  }

  renderer.renderVector = (vector) => asArtifact('Layout', () => drawVector(vector))
  renderer.renderLine = (line: LaidLine, x, y) => {
    const tag = line.source?.node[TAG]
    // A line that is drawn again is the repeated head of a table.
    if (!(tag instanceof Tag) || drawn.has(line.source)) return asArtifact('Pagination', () => drawLine(line, x, y))
    drawn.add(line.source)
    asContent(tag, () => drawLine(line, x, y))
  }
  renderer.renderSVG = (svg: LaidSvg & LayoutNode) => {
    const tag = svg[TAG]
    if (!(tag instanceof Tag)) return asArtifact('Layout', () => drawSvg(svg))
    tag.options['bbox'] = [svg.x, svg.y, svg.x + svg._width, svg.y + svg._height]
    asContent(tag, () => drawSvg(svg))
  }
}

/** Writes the tree below `root` into the document; elements that hold nothing are left out. */
export function writeStructure(root: Tag, pdf: PdfDocument): void {
  const build = (tag: Tag): StructureElement | null => {
    const children = tag.children.map(build).filter((c) => c !== null)
    // An empty cell still is a cell: rows keep their columns.
    const mustStay = tag.type === 'TD' || tag.type === 'TH'
    if (children.length === 0 && tag.content.length === 0 && !mustStay) return null
    const element = pdf.struct(tag.type, tag.options)
    for (const content of tag.content) element.add(content)
    for (const c of children) element.add(c)
    return element
  }
  const top = build(root)
  if (!top) return
  pdf.addStructure(top)
  top.end()
}
