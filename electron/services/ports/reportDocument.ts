/**
 * A report as a list of blocks: what it says and in which order, but nothing of how it is set. The adapter that writes PDF gives
 * it typography.
 */

/** Text with marks: `strong` is set bolder, `note` quieter and smaller. */
export interface Run {
  readonly text: string
  readonly style?: 'strong' | 'note'
}
export type Text = string | readonly Run[]

export interface Column {
  readonly title: string
  readonly unit?: string
  /** 'uncertain' holds value and ± uncertainty, set so that the ± signs stand below each other. */
  readonly kind: 'text' | 'number' | 'uncertain'
  /** Share of the free width; 0 is as wide as the content. */
  readonly stretch: number
}

export type Cell = Text | { readonly value: string; readonly uncertainty: string }

export interface Table {
  readonly kind: 'table'
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
  /** Said under the table. */
  readonly notes: readonly string[]
}

export interface Figure {
  readonly title: string
  readonly subtitle: string
  readonly svg: string
  /** The figure in words, for readers who do not see it. */
  readonly alternative: string
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Text; readonly quiet?: boolean }
  | { readonly kind: 'list'; readonly items: readonly Text[] }
  | {
      readonly kind: 'facts'
      readonly items: readonly { readonly label: string; readonly value: Text }[]
      readonly perRow: number
    }
  | { readonly kind: 'callout'; readonly text: Text }
  | Table
  | { readonly kind: 'figures'; readonly items: readonly Figure[]; readonly perRow: number }
  | { readonly kind: 'signatures'; readonly roles: readonly string[] }

export interface ReportDocument {
  readonly title: string
  readonly subtitle: string
  readonly language: 'en-GB'
  /** On every page: whose report this is. */
  readonly pageHeader: { readonly left: string; readonly right: string }
  /** The page's number follows `right`. */
  readonly pageFooter: { readonly left: string; readonly middle: string; readonly right: string }
  readonly author: string
  readonly subject: string
  readonly keywords: string
  /** ISO; also the file's creation date. */
  readonly createdAt: string
  readonly blocks: readonly Block[]
}

/** Sets a report document as a file of pages. Implemented by adapters/report. */
export interface Typesetter {
  /** A PDF: A4, tagged, fonts embedded. The same document gives the same bytes. */
  pdf(document: ReportDocument): Promise<Uint8Array>
  close(): Promise<void>
}
