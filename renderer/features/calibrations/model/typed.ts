/** Text of a form to numbers. What is no number becomes NaN, which no schema accepts; what is left empty becomes undefined. */

/** A decimal comma is taken as a point. */
export const typedNumber = (text: string): number | undefined =>
  text.trim() === '' ? undefined : Number(text.trim().replace(',', '.').replace('−', '-'))

/** A needed number: empty is NaN. */
export const neededNumber = (text: string): number => typedNumber(text) ?? NaN

/** "3" (%) to 0.03. */
export const typedPercent = (text: string): number | undefined => {
  const percent = typedNumber(text)
  return percent === undefined ? undefined : percent / 100
}

/** Three numbers: "4.8 × 4.8 × 4.8", with ×, x, ; or spaces between them. A list of another length is given back as it is. */
export function typedTriple(text: string): readonly number[] | null {
  const parts = text.split(/[×x*;\s]+/).filter((part) => part !== '')
  return parts.length === 0 ? null : parts.map(neededNumber)
}

/** "187.2–228.8; 102–124" in keV. What is no pair becomes NaN. */
export function typedWindows(text: string): { lowKev: number; highKev: number }[] {
  return text
    .split(';')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [low = '', high = '', ...more] = part.split(/[–—-]/)
      return { lowKev: more.length > 0 ? NaN : neededNumber(low), highKev: neededNumber(high) }
    })
}

export type Rows =
  | { readonly ok: true; readonly rows: readonly (readonly number[])[] }
  | { readonly ok: false; readonly message: string }

/**
 * Columns of numbers as they are pasted from a spreadsheet: a row a line, tab, semicolon or spaces between the columns. A first line of words is
 * a heading and is left out. A comma is a decimal comma, unless a line has no other separator.
 */
export function typedColumns(text: string, columns: number): Rows {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const rows: (readonly number[])[] = []
  for (const [index, line] of lines.entries()) {
    const separated = /[\t; ]/.test(line) ? line.split(/[\t; ]+/) : line.split(',')
    const numbers = separated.filter((part) => part !== '').map(neededNumber)
    if (index === 0 && numbers.every(Number.isNaN)) continue
    if (numbers.length !== columns || numbers.some((value) => !Number.isFinite(value)))
      return { ok: false, message: `Line ${index + 1} is not ${columns} numbers: "${line}".` }
    rows.push(numbers)
  }
  return { ok: true, rows }
}

/** A number as text for a field, without the noise of binary fractions: 0.03 × 100 is "3". */
export const fieldText = (value: number): string => String(Number(value.toPrecision(12)))

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What is wrong, by field: the first `depth` names of its path. The schema's words are for programmers; the most frequent are said for people. */
export function issuesByField(issues: readonly Issue[], depth: number): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const issue of issues) errors[issue.path.slice(0, depth).join('.')] ??= wordsOf(issue.message)
  return errors
}

function wordsOf(message: string): string {
  if (/received (NaN|undefined)/i.test(message)) return 'A number is needed here.'
  if (/Invalid ISO date/i.test(message)) return 'A day that exists, as 2024-01-31.'
  if (/>=1 characters|>0 characters/i.test(message)) return 'This is needed.'
  const bound = /expected number to be ([<>]=?)(-?[\d.]+)/i.exec(message)
  if (bound) {
    const words = { '>': 'above', '>=': 'at least', '<': 'below', '<=': 'at most' }[bound[1] ?? '']
    return `A number ${words ?? ''} ${bound[2] ?? ''} is needed.`
  }
  return `${message}.`
}
