/**
 * DICOM character sets (PS3.3 C.12.1.1.2, PS3.5 section 6.1) as Unicode. Escape sequences are the business of iso2022.ts; here is
 * the choice by Specific Character Set, and what is done where a file declares none or a wrong one.
 */
import type { DicomNote } from './types.ts'
import { decodeIso2022, G1_OF_TERM, hasHighBytes, jisX0201, singleByte } from './iso2022.ts'

/**
 * How a value ends and is divided: 'multi' is divided by '\' (SH, LO, UC), 'pn' by '\', '=' and '^' too, 'text' not at all
 * (ST, LT, UT).
 */
export type TextKind = 'multi' | 'pn' | 'text'

export interface TextDecoding {
  /** The terms as used, joined by '\'. */
  readonly charset: string
  decode(bytes: Uint8Array, kind: TextKind): string
}

type Report = (note: DicomNote) => void

const WHOLE_VALUE: { readonly [term: string]: string } = { '192': 'utf-8', GB18030: 'gb18030', GBK: 'gbk' }
const ISO_2022_NUMBERS = new Set(['6', '13', '14', '58', '87', '149', '159', ...Object.keys(G1_OF_TERM)])

/**
 * The decoding for the components of Specific Character Set (0008,0005). Unknown terms are read as what they most likely mean, and
 * reported; nothing throws.
 */
export function textDecoding(terms: readonly string[], report: Report): TextDecoding {
  const used = terms.map((term) => recognise(term, report))
  const whole = used.find((term) => WHOLE_VALUE[term] !== undefined)
  if (whole !== undefined) {
    if (used.length > 1) {
      report({
        code: 'charset.mixed',
        message: `Specific Character Set "${terms.join('\\')}": ${termName(whole, false)} stands alone by the standard; the rest of it is ignored.`,
      })
    }
    return {
      charset: termName(whole, false),
      decode: (bytes) => decodeWhole(bytes, WHOLE_VALUE[whole]!, termName(whole, false), report),
    }
  }
  const extended = used.length > 1
  const charset = used.length === 0 ? 'ISO_IR 6' : used.map((term) => termName(term, extended)).join('\\')
  const declared = new Set(used)
  const only = used.length === 1 ? used[0]! : null
  if (used.length === 0 || only === '6') return { charset, decode: (bytes, kind) => decodeDefault(bytes, kind, report) }
  if (only === '100') return { charset, decode: (bytes, kind) => decodeLatin1(bytes, kind, report) }
  if (only === '13') return { charset, decode: (bytes, kind) => decodeJapaneseSingle(bytes, kind, report) }
  return { charset, decode: (bytes, kind) => decodeIso2022(bytes, kind, used[0] ?? '6', declared, report) }
}

/** '192', 'GB18030', 'GBK' or the ISO-IR number that a defined term, or something like one, names. */
function recognise(term: string, report: Report): string {
  const plain = term.toUpperCase().replace(/[^A-Z0-9]/g, '')
  if (plain === '') return '6'
  const number = /^ISO(?:2022)?IR0*(\d+)$/.exec(plain)?.[1]
  if (number !== undefined && (number === '192' || ISO_2022_NUMBERS.has(number))) {
    if (!/^ISO(_IR| 2022 IR) \d+$/.test(term)) misspelt(term, number, report)
    return number === '14' ? '13' : number
  }
  if (plain === 'GB18030' || plain === 'GBK') return plain
  const guess = /UTF8|^(ISO)?10646|192$/.test(plain)
    ? '192'
    : /GB18030/.test(plain)
      ? 'GB18030'
      : /GBK/.test(plain)
        ? 'GBK'
        : /^(GB2312|ISO2022GB)/.test(plain)
          ? '58'
          : /^(ISO)?IR?0*6$|ASCII/.test(plain)
            ? '6'
            : /^(ISO88591|LATIN1|WINDOWS1252|CP1252)$/.test(plain)
              ? '100'
              : (ISO_8859[/^ISO8859(\d{1,2})$/.exec(plain)?.[1] ?? ''] ?? /(\d+)$/.exec(plain)?.[1] ?? '')
  if (guess === '192' || guess in WHOLE_VALUE || ISO_2022_NUMBERS.has(guess)) {
    misspelt(term, guess, report)
    return guess === '14' ? '13' : guess
  }
  report({
    code: 'charset.unknown',
    message: `Specific Character Set "${term}" is no defined term: text is read as if none were given.`,
  })
  return '6'
}

const ISO_8859: { readonly [part: string]: string } = {
  '2': '101',
  '3': '109',
  '4': '110',
  '5': '144',
  '6': '127',
  '7': '126',
  '8': '138',
  '9': '148',
  '11': '166',
  '15': '203',
}

function misspelt(term: string, as: string, report: Report): void {
  report({
    code: 'charset.misspelt',
    message: `Specific Character Set "${term}" is no defined term: it is read as ${termName(as, false)}.`,
  })
}

function termName(term: string, extended: boolean): string {
  if (term === 'GB18030' || term === 'GBK') return term
  return `${extended && term !== '192' ? 'ISO 2022 IR' : 'ISO_IR'} ${term}`
}

function decodeWhole(bytes: Uint8Array, label: string, name: string, report: Report): string {
  if (!hasHighBytes(bytes)) return ascii(bytes)
  if (label === 'utf-8') {
    const text = strictUtf8(bytes)
    if (text !== null) return text
    report({
      code: 'charset.undecodable',
      message: `Text is declared as ${name} and is none: it is read as Western European (ISO 8859-1).`,
    })
    return ascii(bytes)
  }
  const text = new TextDecoder(label).decode(bytes)
  if (text.includes('\ufffd')) {
    report({ code: 'charset.undecodable', message: `Text is declared as ${name} and holds bytes that are none.` })
  }
  return text
}

/** No character set declared: ASCII. What is beyond it is UTF-8 if it can be, else Western European, and reported either way. */
function decodeDefault(bytes: Uint8Array, kind: TextKind, report: Report): string {
  const escapes = bytes.includes(0x1b)
  if (!hasHighBytes(bytes) && !escapes) return ascii(bytes)
  if (escapes) {
    report({
      code: 'charset.undeclared',
      message: 'Text changes its character set by escape sequences without declaring it: the sequences are followed.',
    })
    return decodeIso2022(bytes, kind, '6', new Set(['6']), report)
  }
  const text = strictUtf8(bytes)
  report({
    code: 'charset.undeclared',
    message: `Text goes beyond ASCII and no character set is declared: it is read as ${text === null ? 'Western European (ISO 8859-1)' : 'UTF-8'}.`,
  })
  return text ?? ascii(bytes)
}

/** Declared as Latin-1. Where every byte beyond ASCII is part of a UTF-8 sequence it is UTF-8: Latin-1 words never look so. */
function decodeLatin1(bytes: Uint8Array, kind: TextKind, report: Report): string {
  if (bytes.includes(0x1b)) return decodeIso2022(bytes, kind, '100', new Set(['100']), report)
  if (!hasHighBytes(bytes)) return ascii(bytes)
  const text = strictUtf8(bytes)
  if (text === null) return ascii(bytes)
  report({
    code: 'charset.utf8-as-latin1',
    message: 'Text is declared as ISO_IR 100 and is UTF-8: it is read as such.',
  })
  return text
}

/** JIS X 0201 alone; many Japanese systems write Shift-JIS under that name. */
function decodeJapaneseSingle(bytes: Uint8Array, kind: TextKind, report: Report): string {
  if (bytes.includes(0x1b)) return decodeIso2022(bytes, kind, '13', new Set(['13']), report)
  if (bytes.every((byte) => byte < 0x80 || (byte >= 0xa1 && byte <= 0xdf))) return jisX0201(bytes, kind !== 'text')
  report({
    code: 'charset.shift-jis',
    message: 'Text is declared as ISO_IR 13 and holds more than katakana: it is read as Shift-JIS.',
  })
  return singleByte('shift_jis', bytes)
}

function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** One character a byte: ASCII, and above it ISO 8859-1. */
function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
