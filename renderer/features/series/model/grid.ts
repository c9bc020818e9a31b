/** Rows of text that are typed into a table or pasted into it. */
import { isHeading, pastedCells } from './cells.ts'

export interface GridColumn {
  readonly id: string
  readonly label: string
  readonly unit: string
  /** An empty cell is a missing value, not a wrong one. */
  readonly optional?: boolean
}

export type GridRow = Readonly<Record<string, string>>

/** By cell: `${row}.${column id}`. */
export type GridErrors = Readonly<Record<string, string>>

export const emptyRow = (columns: readonly GridColumn[]): GridRow =>
  Object.fromEntries(columns.map(({ id }) => [id, '']))

export const isEmptyRow = (row: GridRow): boolean => Object.values(row).every((cell) => cell.trim() === '')

export interface Pasted {
  readonly rows: readonly GridRow[]
  /** The heading that was pasted with it; null without one. */
  readonly heading: readonly string[] | null
  /** What was not taken; '' where all was. */
  readonly problem: string
}

/**
 * The rows with pasted cells from one cell on, to the right and below. Where a heading names columns by their ids, they go by these names, each to
 * its column.
 */
export function withPasted(
  rows: readonly GridRow[],
  columns: readonly GridColumn[],
  atRow: number,
  atColumn: number,
  text: string,
): Pasted {
  const lines = pastedCells(text)
  const first = lines[0] ?? []
  const heading = isHeading(first) ? first : null
  const body = heading ? lines.slice(1) : lines
  const names = heading?.map((cell) => cell.trim().toLowerCase())
  const isNamed = names?.every((name) => columns.some(({ id }) => id === name)) ?? false
  const target = isNamed
    ? (names ?? []).map((name) => columns.findIndex(({ id }) => id === name))
    : columns.map((_, index) => atColumn + index).filter((index) => index < columns.length)
  const widest = Math.max(0, ...body.map((cells) => cells.findLastIndex((cell) => cell !== '') + 1))
  if (widest > target.length)
    return {
      rows,
      heading,
      problem: `${widest} columns were pasted and there is room for ${target.length}: ${columns.map(({ label }) => label).join(', ')}. Nothing was taken.`,
    }
  const next = [...rows]
  body.forEach((cells, line) => {
    const filled = cells.slice(0, target.length).map((cell, index) => [columns[target[index] ?? 0]?.id ?? '', cell])
    next[atRow + line] = { ...(next[atRow + line] ?? emptyRow(columns)), ...Object.fromEntries(filled) }
  })
  return { rows: next, heading, problem: '' }
}
