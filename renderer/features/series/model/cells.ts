/** Text of a table's cells: what is pasted, and numbers and times that are understood in one way only. */

/** What a cell holds, or why it cannot be read. */
export type Cell<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

const good = <T>(value: T): Cell<T> => ({ ok: true, value })
const bad = (message: string): Cell<never> => ({ ok: false, message })

/**
 * A number with a decimal point or comma. "1,234" is refused: the comma may be of thousands, and either reading looks right.
 */
export function numberCell(text: string): Cell<number> {
  const plain = text.trim().replaceAll('−', '-')
  if (plain === '') return bad('A number is needed.')
  if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(plain))
    return bad(`Is the comma of "${plain}" decimal or of thousands? Write a point, or no comma.`)
  if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(plain)) return bad(`"${plain}" is no number.`)
  const value = Number(plain.replace(',', '.'))
  return Number.isFinite(value) ? good(value) : bad(`"${plain}" is too large.`)
}

/** Local date and time of a clock, to the minute or second: "2024-01-08 09:05". */
const MOMENT = /^(\d{4})-(\d{2})-(\d{2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/

/** Milliseconds of a local moment as if it were UTC; null where that moment does not exist. */
function momentMs(text: string): number | null {
  const match = MOMENT.exec(text.trim())
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0))
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const isThere = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isThere && hour < 24 && minute < 60 && second < 60 ? date.getTime() : null
}

/**
 * Hours after the start of the administration: a number of hours, or date and time by the clock of the administration.
 *
 * @param start local start of the administration, as "2024-01-08T09:05:00"
 */
export function hoursCell(text: string, start: string): Cell<number> {
  const plain = text.trim()
  if (plain === '') return bad('A time is needed.')
  if (!/[-/:]/.test(plain.slice(1))) {
    const hours = numberCell(plain)
    return hours.ok && hours.value < 0 ? bad('This is before the start of the administration.') : hours
  }
  const at = momentMs(plain)
  const from = momentMs(start)
  if (at === null || from === null) return bad(`"${plain}" is no time: write hours, or 2024-01-08 09:05.`)
  // Rounded to the second, which a clock does not exceed.
  const hours = Math.round((at - from) / 1000) / 3600
  return hours < 0 ? bad(`This is before the start of the administration, ${start.replace('T', ' ')}.`) : good(hours)
}

/**
 * Cells of pasted text: tabs where there are any, else semicolons, else spaces, else commas separate columns. Empty lines are left out.
 */
export function pastedCells(text: string): string[][] {
  const lines = text
    .replace(/(\d{4}-\d{2}-\d{2}) +(\d{1,2}:\d{2})/g, '$1T$2')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
  const all = lines.join('\n')
  const separator = all.includes('\t') ? /\t/ : all.includes(';') ? /;/ : null
  const withSpace = (cell: string): string => cell.trim().replace(/^(\d{4}-\d{2}-\d{2})T/, '$1 ')
  return lines.map((line) => {
    if (separator) return line.split(separator).map(withSpace)
    const bySpaces = line.trim().split(/ +/)
    return bySpaces.length > 1
      ? bySpaces.map((cell) => withSpace(cell.replace(/,$/, '')))
      : line.trim().split(',').map(withSpace)
  })
}

/** Whether a line is a heading: it holds text, and no cell of it begins as a number. */
export const isHeading = (cells: readonly string[]): boolean =>
  cells.some((cell) => /[A-Za-z%]/.test(cell)) && cells.every((cell) => !/^[\s+−-]*[\d.,]/.test(cell))
