import { expect, it } from 'vitest'
import { groupProblems } from './problemGroups.ts'
import { nextSort, sortRows, type Column } from './tableModel.ts'

interface Row {
  readonly name: string
  readonly dose: number | null
}
const columns: readonly Column<Row>[] = [
  { id: 'name', label: 'Name', sortBy: (row) => row.name },
  { id: 'dose', label: 'Dose', sortBy: (row) => row.dose },
  { id: 'note', label: 'Note' },
]
const rows: readonly Row[] = [
  { name: 'TUMOUR_10', dose: 3 },
  { name: 'TUMOUR_2', dose: null },
  { name: 'LIVER', dose: -1 },
  { name: 'TUMOUR_1', dose: 20 },
]
const names = (sorted: Row[]) => sorted.map((row) => row.name)

it('sorts names by their numbers, not by their digits', () => {
  expect(names(sortRows(rows, columns, { columnId: 'name', descending: false }))).toEqual([
    'LIVER',
    'TUMOUR_1',
    'TUMOUR_2',
    'TUMOUR_10',
  ])
})

it('keeps what is missing last in both directions', () => {
  expect(names(sortRows(rows, columns, { columnId: 'dose', descending: false }))).toEqual([
    'LIVER',
    'TUMOUR_10',
    'TUMOUR_1',
    'TUMOUR_2',
  ])
  expect(names(sortRows(rows, columns, { columnId: 'dose', descending: true }))).toEqual([
    'TUMOUR_1',
    'TUMOUR_10',
    'LIVER',
    'TUMOUR_2',
  ])
})

it('leaves the given order alone without a sort, for a column without one, and in the source', () => {
  expect(sortRows(rows, columns, null)).toEqual(rows)
  expect(sortRows(rows, columns, { columnId: 'note', descending: true })).toEqual(rows)
  expect(rows[0]?.name).toBe('TUMOUR_10')
})

it('goes from ascending to descending to none', () => {
  const first = nextSort(null, 'dose')
  const second = nextSort(first, 'dose')
  expect([first, second, nextSort(second, 'dose')]).toEqual([
    { columnId: 'dose', descending: false },
    { columnId: 'dose', descending: true },
    null,
  ])
  expect(nextSort(second, 'name')).toEqual({ columnId: 'name', descending: false })
})

it('shows questions before everything else and leaves empty groups out', () => {
  const problem = (severity: 'warning' | 'question' | 'ignored') => ({
    severity,
    code: 'x',
    item: 'i',
    message: 'm',
    hint: '',
    seriesUid: null,
    filePaths: [],
  })
  const groups = groupProblems([problem('ignored'), problem('warning'), problem('question'), problem('warning')])
  expect(groups.map((group) => [group.severity, group.problems.length, group.openAtFirst])).toEqual([
    ['question', 1, true],
    ['warning', 2, true],
    ['ignored', 1, false],
  ])
})
