/** Tables: booktabs rules, tabular figures, ± signs below each other, heads that never stand alone. */
import type { Cell, Column, Run, Table, Text } from '../../services/ports/reportDocument.ts'
import type { LayoutNode } from './pdfmake.ts'
import { COLOUR, LEADING, SIZE, TEXT_WIDTH } from './style.ts'
import { tagged } from './tags.ts'
import type { Tag } from './tags.ts'

/** Width in points of a text at a size. */
export type Measure = (text: string, sizePt: number, strong: boolean) => number

const GAP = 12
/** Text that does not stretch wraps beyond this width: a long name must not push the numbers off the page. */
const WIDEST_TEXT_PT = 104
/** Tables up to this height (points, estimated) stay on one page; others break between rows. */
const SHORT_TABLE_PT = 140
const PLUS_MINUS_GAP = 3

const runsOf = (text: Text): readonly Run[] => (typeof text === 'string' ? [{ text }] : text)
interface Pair {
  readonly value: string
  readonly uncertainty: string
}
const isPair = (cell: Cell): cell is Pair => typeof cell === 'object' && 'uncertainty' in cell

/** Runs as pdfmake sets them. */
export function inline(text: Text, size: number): LayoutNode[] {
  return runsOf(text).map((run) => ({
    text: run.text,
    ...(run.style === 'strong' ? { bold: true } : {}),
    ...(run.style === 'note' ? { fontSize: Math.min(size, SIZE.note), color: COLOUR.quiet } : { fontSize: size }),
  }))
}

/** One column of the report is one or (value ± uncertainty) two columns of the page. */
interface PageColumn {
  readonly column: Column
  readonly part: 'whole' | 'value' | 'uncertainty'
}

/** Widest line of a text. */
function widest(text: Text, measure: Measure, size: number): number {
  let line = 0
  let most = 0
  for (const run of runsOf(text)) {
    run.text.split('\n').forEach((piece, i) => {
      if (i > 0) line = 0
      line += measure(piece, run.style === 'note' ? SIZE.note : size, run.style === 'strong')
      most = Math.max(most, line)
    })
  }
  return most
}

const plusMinus = (uncertainty: string): string => (uncertainty === '' ? '' : `±\u00A0${uncertainty}`)

function partOf(cell: Cell, part: PageColumn['part']): Text {
  if (!isPair(cell)) return part === 'uncertainty' ? '' : cell
  if (part === 'value') return cell.value
  if (part === 'uncertainty') return plusMinus(cell.uncertainty)
  return cell.uncertainty === '' ? cell.value : `${cell.value} ${plusMinus(cell.uncertainty)}`
}

/** Widths of the page's columns: content where a column does not stretch, the rest shared out by `stretch`. */
function columnWidths(
  table: Table,
  columns: readonly PageColumn[],
  gaps: readonly number[],
  measure: Measure,
): number[] {
  const natural = columns.map(({ column, part }) => {
    const index = table.columns.indexOf(column)
    return Math.max(0, ...table.rows.map((row) => widest(partOf(row[index]!, part), measure, SIZE.table))) + 0.5
  })
  columns.forEach(({ column, part }, i) => {
    const head = Math.max(
      ...column.title.split('\n').map((t) => measure(t, SIZE.note, true)),
      measure(column.unit ?? '', SIZE.note, false),
    )
    if (part === 'value') natural[i] = Math.max(natural[i]!, head - natural[i + 1]! - PLUS_MINUS_GAP)
    else if (part === 'whole' && column.stretch === 0) natural[i] = Math.max(natural[i]!, head)
    if (column.kind === 'text') natural[i] = Math.min(natural[i]!, Math.max(head, WIDEST_TEXT_PT))
  })
  const free =
    TEXT_WIDTH -
    gaps.reduce((a, b) => a + b, 0) -
    columns.reduce((sum, c, i) => sum + (c.column.stretch === 0 ? natural[i]! : 0), 0)
  const stretching = columns.reduce((sum, c) => sum + (c.part === 'uncertainty' ? 0 : c.column.stretch), 0)
  return columns.map(({ column }, i) =>
    column.stretch === 0 ? natural[i]! : Math.max(24, (free * column.stretch) / stretching),
  )
}

/** Where no column stretches, what is left of the page's width goes between the columns. */
function spreadEvenly(widths: readonly number[], gaps: number[], columns: readonly PageColumn[]): void {
  const between = columns.flatMap((c, i) => (i > 0 && c.part !== 'uncertainty' ? [i] : []))
  const left = TEXT_WIDTH - widths.reduce((a, b) => a + b, 0) - gaps.reduce((a, b) => a + b, 0)
  if (columns.some((c) => c.column.stretch > 0) || between.length === 0 || left <= 0) return
  for (const i of between) gaps[i] = gaps[i]! + left / between.length
}

/** Height of the rows, by the lines that each cell takes; errs to the high side. */
function estimatedHeight(
  table: Table,
  columns: readonly PageColumn[],
  widths: readonly number[],
  measure: Measure,
): number {
  return table.rows.reduce((sum, row) => {
    const lines = columns.map(({ column, part }, i) => {
      const text = partOf(row[table.columns.indexOf(column)]!, part)
      const pieces = runsOf(text)
        .map((run) => run.text)
        .join('')
        .split('\n')
      // Columns as wide as their content never wrap.
      if (column.stretch === 0 && widths[i]! < WIDEST_TEXT_PT) return pieces.length
      return pieces.reduce(
        (n, piece) => n + Math.max(1, Math.ceil((1.12 * measure(piece, SIZE.table, false)) / widths[i]!)),
        0,
      )
    })
    return sum + Math.max(...lines) * SIZE.table * LEADING + 6
  }, 0)
}

/**
 * The page's form of a table, with its notes, tagged below `parent`. A short table stays whole, below the `headings` that come before
 * it; a long one takes them into its head, which is repeated on every page.
 */
export function tableNodes(table: Table, headings: readonly LayoutNode[], parent: Tag, measure: Measure): LayoutNode[] {
  const columns = table.columns.flatMap((column): PageColumn[] =>
    column.kind === 'uncertain'
      ? [
          { column, part: 'value' },
          { column, part: 'uncertainty' },
        ]
      : [{ column, part: 'whole' }],
  )
  // Space before each page column.
  const gaps = columns.map((c, i) => (i === 0 ? 0 : c.part === 'uncertainty' ? PLUS_MINUS_GAP : GAP))
  const widths = columnWidths(table, columns, gaps, measure)
  spreadEvenly(widths, gaps, columns)
  const tag = parent.child('Table')

  const headRow = tag.child('TR')
  const head: LayoutNode[] = []
  table.columns.forEach((column) => {
    const cell = headRow.child('TH', { scope: 'Column' })
    const right = column.kind !== 'text'
    const text = [
      { text: column.title || ' ', bold: true },
      ...(column.unit ? [{ text: `\n${column.unit}`, bold: false, color: COLOUR.quiet }] : []),
    ]
    const node = tagged({ text, fontSize: SIZE.note, lineHeight: 1.1, alignment: right ? 'right' : 'left' }, cell)
    head.push(column.kind === 'uncertain' ? { ...node, colSpan: 2 } : node)
    if (column.kind === 'uncertain') head.push({ text: '' })
  })

  const body = table.rows.map((row) => {
    const rowTag = tag.child('TR')
    const cellTags = table.columns.map((_, i) => (i === 0 ? rowTag.child('TH', { scope: 'Row' }) : rowTag.child('TD')))
    return columns.map(({ column, part }): LayoutNode => {
      const index = table.columns.indexOf(column)
      const alignment = column.kind === 'text' || part === 'uncertainty' ? 'left' : 'right'
      return tagged(
        { text: inline(partOf(row[index]!, part), SIZE.table), alignment, lineHeight: LEADING },
        cellTags[index]!,
      )
    })
  })

  const short = estimatedHeight(table, columns, widths, measure) <= SHORT_TABLE_PT
  const above: LayoutNode[][] =
    short || headings.length === 0
      ? []
      : [[{ stack: headings, colSpan: columns.length }, ...columns.slice(1).map(() => ({ text: '' }))]]
  const top = above.length
  const bottom = top + 1 + body.length
  const node: LayoutNode = {
    table: {
      headerRows: top + 1,
      keepWithHeaderRows: Math.min(3, table.rows.length),
      dontBreakRows: true,
      widths,
      body: [...above, head, ...body],
    },
    layout: {
      hLineWidth: (i: number) => (i < top ? 0 : i === top || i === bottom ? 0.8 : i === top + 1 ? 0.5 : 0.4),
      hLineColor: (i: number) => (i <= top + 1 || i === bottom ? COLOUR.rule : COLOUR.hairline),
      vLineWidth: () => 0,
      paddingLeft: (i: number) => gaps[i] ?? 0,
      paddingRight: () => 0,
      paddingTop: (i: number) => (i < top ? 0 : i === top ? 3 : 2.6),
      paddingBottom: (i: number) => (i < top ? 2 : i === top ? 2.5 : 2),
    },
    margin: [0, 2, 0, table.notes.length > 0 ? 3 : 9],
  }
  const notes = table.notes.map((text, i) =>
    tagged(
      { text, fontSize: SIZE.note, color: COLOUR.quiet, margin: [0, 0, 0, i === table.notes.length - 1 ? 9 : 1] },
      parent.child('P'),
    ),
  )
  return short ? [{ stack: [...headings, node, ...notes], unbreakable: true }] : [node, ...notes]
}
