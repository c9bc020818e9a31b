export interface Column<Row> {
  readonly id: string
  readonly label: string
  readonly unit?: string
  readonly numeric?: boolean
  /** Leave out for a column that cannot be sorted. Nulls go last in both directions. */
  readonly sortBy?: (row: Row) => number | string | null
  readonly text?: (row: Row) => string
}

export interface Sort {
  readonly columnId: string
  readonly descending: boolean
}

/** A click on a heading: ascending, then descending, then as given. */
export function nextSort(current: Sort | null, columnId: string): Sort | null {
  if (current?.columnId !== columnId) return { columnId, descending: false }
  return current.descending ? null : { columnId, descending: true }
}

/** A sorted copy; stable, text by natural order ("TUMOUR_2" before "TUMOUR_10"), nulls last. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort | null): Row[] {
  const by = sort && columns.find((column) => column.id === sort.columnId)?.sortBy
  if (!sort || !by) return [...rows]
  const direction = sort.descending ? -1 : 1
  return [...rows].sort((a, b) => {
    const x = by(a)
    const y = by(b)
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
    if (typeof x === 'number' && typeof y === 'number') return direction * (x - y)
    return direction * String(x).localeCompare(String(y), 'en', { numeric: true })
  })
}
