/** Tables as RFC 4180 text: comma, CR LF, quotes where needed, UTF-8. */

/** One field: quoted if it holds a comma, a quote or a line break; quotes doubled. */
export function csvField(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** Records with a header line; every line, also the last, ends with CR LF. */
export function csvText(header: readonly string[], records: readonly (readonly (string | number | null)[])[]): string {
  return [header, ...records].map((record) => `${record.map(csvField).join(',')}\r\n`).join('')
}
