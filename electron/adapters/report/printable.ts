/** Keeps what the typeface cannot show from being lost without a word. */
import type { ReportDocument } from '../../services/ports/reportDocument.ts'

export const REPLACEMENT = '\uFFFD'

/** Signs that programs like and the typeface lacks, and what says the same. */
const SAID_OTHERWISE: Readonly<Record<string, string>> = {
  '→': '>',
  '←': '<',
  '↔': '–',
  '⇒': '>',
  '∘': '·',
  '⋅': '·',
  '∙': '·',
  '∗': '*',
  '‑': '-',
  '\u202F': '\u00A0',
  '\u2009': ' ',
  '\u200B': '',
  '\uFEFF': '',
}

/**
 * A copy of a document in which every character without a glyph is `replacement`, and whether there was one. Line breaks stay;
 * other control characters and soft hyphens go.
 */
export function printable(
  document: ReportDocument,
  hasGlyph: (codePoint: number) => boolean,
): { readonly document: ReportDocument; readonly replaced: boolean } {
  let replaced = false
  const replacement = hasGlyph(REPLACEMENT.codePointAt(0)!) ? REPLACEMENT : '?'
  const clean = (text: string): string =>
    [...text.normalize('NFC')]
      .map((c) => {
        const code = c.codePointAt(0)!
        if (c === '\n') return c
        if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xad) return ''
        if (hasGlyph(code)) return c
        const instead = SAID_OTHERWISE[c]
        if (instead !== undefined) return instead
        replaced = true
        return replacement
      })
      .join('')
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return key === 'svg' ? value : clean(value)
    if (Array.isArray(value)) return value.map((v) => walk(v, key))
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v, k)]))
    return value
  }
  return { document: walk(document, '') as ReportDocument, replaced }
}
