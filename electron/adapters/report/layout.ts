/** A report document as a pdfmake document definition, with the tag of every piece. */
import type { Block, Figure, ReportDocument, Table } from '../../services/ports/reportDocument.ts'
import type { LayoutNode } from './pdfmake.ts'
import { COLOUR, PAGE, SIZE, TEXT_WIDTH } from './style.ts'
import { inline, tableNodes } from './tables.ts'
import type { Measure } from './tables.ts'
import { Tag, tagged } from './tags.ts'

export interface PageLayout {
  readonly content: LayoutNode[]
  readonly header: () => LayoutNode
  readonly footer: (page: number, pages: number) => LayoutNode
  readonly root: Tag
}

/** Lays out all blocks; `measure` gives widths of text. */
export function layoutOf(document: ReportDocument, measure: Measure): PageLayout {
  const root = new Tag('Document', { title: document.title, lang: document.language })
  const content: LayoutNode[] = [
    tagged(
      { text: document.title, fontSize: SIZE.title, bold: true, lineHeight: 1.05, outline: false },
      root.child('H1'),
    ),
    tagged(
      { text: document.subtitle, fontSize: SIZE.subtitle, color: COLOUR.quiet, margin: [0, 1, 0, 10] },
      root.child('P'),
    ),
  ]
  let section = root
  // Headings wait for what they head, so that they never stand last on a page.
  let headings: LayoutNode[] = []
  for (const block of document.blocks) {
    if (block.kind === 'heading' && block.level === 1) section = root.child('Sect', { title: block.text })
    if (block.kind === 'heading') headings.push(...blockNodes(block, section))
    else if (block.kind === 'table') content.push(...tableNodes(block, headings, section, measure))
    else {
      const [first, ...rest] = blockNodes(block, section)
      if (headings.length > 0)
        content.push({ stack: [...headings, ...(first ? [first] : [])], unbreakable: true }, ...rest)
      else content.push(...(first ? [first] : []), ...rest)
    }
    if (block.kind !== 'heading') headings = []
  }
  content.push(...headings)
  return {
    content,
    root,
    header: () => runningHead(document, measure),
    footer: (page, pages) => runningFoot(document, page, pages),
  }
}

function blockNodes(block: Exclude<Block, Table>, section: Tag): LayoutNode[] {
  switch (block.kind) {
    case 'heading': {
      const first = block.level === 1
      return [
        tagged(
          {
            text: block.text,
            fontSize: first ? SIZE.h1 : SIZE.h2,
            bold: true,
            color: first ? COLOUR.accent : COLOUR.ink,
            margin: first ? [0, 13, 0, 4] : [0, 7, 0, 4],
            ...(first ? { outline: true, outlineText: block.text } : {}),
          },
          section.child(first ? 'H2' : 'H3'),
        ),
      ]
    }
    case 'paragraph':
      return [
        tagged(
          {
            text: inline(block.text, block.quiet ? SIZE.note : SIZE.body),
            ...(block.quiet ? { color: COLOUR.quiet } : {}),
            margin: [0, 0, 0, 7],
          },
          section.child('P'),
        ),
      ]
    case 'list': {
      const list = section.child('L')
      return block.items.map((item, i) => ({
        columns: [
          { text: '–', width: 9, fontSize: SIZE.table },
          tagged({ text: inline(item, SIZE.table), width: '*' }, list.child('LI').child('LBody')),
        ],
        margin: [0, 0, 0, i === block.items.length - 1 ? 8 : 2],
      }))
    }
    case 'facts':
      return [factsNode(block.items, block.perRow, section)]
    case 'callout': {
      const text = tagged({ text: inline(block.text, SIZE.table), margin: [0, 0, 0, 0] }, section.child('P'))
      return [
        {
          table: { widths: ['*'], body: [[text]], dontBreakRows: true },
          layout: {
            hLineWidth: () => 0,
            vLineWidth: (i: number) => (i === 0 ? 2.4 : 0),
            vLineColor: () => COLOUR.accent,
            fillColor: () => COLOUR.shade,
            paddingLeft: () => 9,
            paddingRight: () => 9,
            paddingTop: () => 5,
            paddingBottom: () => 4,
          },
          margin: [0, 4, 0, 2],
        },
      ]
    }
    case 'figures':
      return figureRows(block.items, block.perRow, section)
    case 'signatures':
      return [signatureNode(block.roles, section)]
  }
}

function factsNode(items: Extract<Block, { kind: 'facts' }>['items'], perRow: number, section: Tag): LayoutNode {
  const rows: LayoutNode[][] = []
  for (let from = 0; from < items.length; from += perRow) {
    const row = items.slice(from, from + perRow).map(({ label, value }): LayoutNode => {
      const tag = section.child('P')
      return {
        stack: [
          tagged({ text: label, fontSize: SIZE.note, color: COLOUR.quiet, lineHeight: 1.1 }, tag),
          tagged({ text: inline(value, SIZE.body), lineHeight: 1.1 }, tag),
        ],
      }
    })
    while (row.length < perRow) row.push({ text: '' })
    rows.push(row)
  }
  return {
    // Widths in points: a long identifier is then broken instead of pushing its neighbours off the page.
    table: {
      widths: Array.from({ length: perRow }, (_, i) => TEXT_WIDTH / perRow - (i === 0 ? 0 : 8)),
      body: rows,
      dontBreakRows: true,
    },
    layout: {
      hLineWidth: () => 0,
      vLineWidth: () => 0,
      paddingLeft: (i: number) => (i === 0 ? 0 : 8),
      paddingRight: () => 0,
      paddingTop: () => 2,
      paddingBottom: () => 3,
    },
    margin: [0, 0, 0, 6],
  }
}

/** Figures beside each other; a row of them never breaks. */
function figureRows(items: readonly Figure[], perRow: number, section: Tag): LayoutNode[] {
  const gap = 14
  const width = (TEXT_WIDTH - gap * (perRow - 1)) / perRow
  const rows: LayoutNode[] = []
  for (let from = 0; from < items.length; from += perRow) {
    const columns = items.slice(from, from + perRow).map((figure): LayoutNode => {
      const tag = section.child('Figure', { alt: figure.alternative, placement: 'Block' })
      const caption = section.child('Caption')
      return {
        width,
        stack: [
          tagged({ text: figure.title, fontSize: SIZE.table, bold: true }, caption),
          tagged({ text: figure.subtitle, fontSize: SIZE.note, color: COLOUR.quiet, margin: [0, 0, 0, 2] }, caption),
          tagged({ svg: figure.svg, width }, tag),
        ],
      }
    })
    while (columns.length < perRow) columns.push({ width, text: '' })
    rows.push({ columns, columnGap: gap, unbreakable: true, margin: [0, 2, 0, 9] })
  }
  return rows
}

function signatureNode(roles: readonly string[], section: Tag): LayoutNode {
  const line = (width: number): LayoutNode => ({
    canvas: [{ type: 'line', x1: 0, y1: 0, x2: width, y2: 0, lineWidth: 0.6, lineColor: COLOUR.ink }],
  })
  return {
    unbreakable: true,
    margin: [0, 34, 0, 0],
    columnGap: 24,
    columns: roles.map((role) => ({
      stack: [
        line(200),
        tagged(
          { text: `${role}: name, date, signature`, fontSize: SIZE.note, color: COLOUR.quiet, margin: [0, 3, 0, 0] },
          section.child('P'),
        ),
      ],
    })),
  }
}

const running = (text: string, alignment: string, extra: LayoutNode = {}): LayoutNode => ({
  text,
  alignment,
  fontSize: SIZE.running,
  color: COLOUR.quiet,
  lineHeight: 1,
  ...extra,
})

/** A new one each time: pdfmake moves vectors in place. */
const rule = (): LayoutNode => ({
  type: 'line',
  x1: 0,
  y1: 0,
  x2: TEXT_WIDTH,
  y2: 0,
  lineWidth: 0.5,
  lineColor: COLOUR.hairline,
})

/** As much of a text as fits a width, with an ellipsis where something is cut off. */
function fitted(text: string, widthPt: number, measure: Measure): string {
  if (measure(text, SIZE.running, false) <= widthPt) return text
  let end = text.length
  while (end > 0 && measure(`${text.slice(0, end)}…`, SIZE.running, false) > widthPt) end--
  return `${text.slice(0, end).trimEnd()}…`
}

/** Whose report it is comes first; what report it is gets what is left of the line. */
function runningHead({ pageHeader }: ReportDocument, measure: Measure): LayoutNode {
  const gap = 14
  const left = fitted(pageHeader.left, TEXT_WIDTH * 0.78, measure)
  const leftWidth = measure(left, SIZE.running, false) + 1
  return {
    margin: [PAGE.left, 30, PAGE.right, 0],
    stack: [
      {
        columns: [
          running(left, 'left', { width: leftWidth, noWrap: true, color: COLOUR.ink }),
          running(fitted(pageHeader.right, TEXT_WIDTH - leftWidth - gap - 1, measure), 'right', {
            width: '*',
            noWrap: true,
          }),
        ],
        columnGap: gap,
      },
      { canvas: [rule()], margin: [0, 4, 0, 0] },
    ],
  }
}

function runningFoot({ pageFooter }: ReportDocument, page: number, pages: number): LayoutNode {
  return {
    margin: [PAGE.left, 14, PAGE.right, 0],
    stack: [
      { canvas: [rule()], margin: [0, 0, 0, 4] },
      {
        columns: [
          running(pageFooter.left, 'left', { width: '*' }),
          running(pageFooter.middle, 'center', { width: 110, bold: true, color: COLOUR.ink }),
          running(`${pageFooter.right} · page ${page} of ${pages}`, 'right', { width: '*' }),
        ],
      },
    ],
  }
}
