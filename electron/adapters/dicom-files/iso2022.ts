/**
 * Text with ISO 2022 escape sequences as DICOM uses them (PS3.3 table C.12-3 and C.12-4, PS3.5 6.1.2.5): a G0 set for bytes below
 * 0x80 and a G1 set above, both back to their initial state at the end of a line, a component or a value.
 */
import type { DicomNote } from './types.ts'

/** Sets of one byte a character for G1, by ISO-IR number, with the name by which TextDecoder knows them. */
export const G1_OF_TERM: { readonly [term: string]: string } = {
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'windows-1254',
  '166': 'windows-874',
  '203': 'iso-8859-15',
}

type G0 = 'ascii' | 'romaji' | 'katakana' | 'jisx0208' | 'jisx0212'
/** The ISO-IR number of the set above 0x80. */
type G1 = string | null

/** Escape sequences without the ESC, to what they switch; the longest first. */
const ESCAPES: readonly (readonly [sequence: string, g0: G0 | null, g1: G1, term: string])[] = [
  ['$(D', 'jisx0212', null, '159'],
  ['$)C', null, '149', '149'],
  ['$)A', null, '58', '58'],
  ['$B', 'jisx0208', null, '87'],
  ['$@', 'jisx0208', null, '87'],
  ['(B', 'ascii', null, '6'],
  ['(J', 'romaji', null, '13'],
  ['(I', 'katakana', null, '13'],
  [')I', null, '13', '13'],
  ['-A', null, '100', '100'],
  ['-B', null, '101', '101'],
  ['-C', null, '109', '109'],
  ['-D', null, '110', '110'],
  ['-F', null, '126', '126'],
  ['-G', null, '127', '127'],
  ['-H', null, '138', '138'],
  ['-L', null, '144', '144'],
  ['-M', null, '148', '148'],
  ['-T', null, '166', '166'],
  ['-b', null, '203', '203'],
]

const decoders = new Map<string, TextDecoder>()

/**
 * Decodes `bytes`; `initialTerm` is the ISO-IR number of the first component of Specific Character Set, `declared` all of them.
 * Sets that are used without being declared, and bytes above 0x80 without an escape sequence for them, are read and reported.
 */
export function decodeIso2022(
  bytes: Uint8Array,
  kind: 'multi' | 'pn' | 'text',
  initialTerm: string,
  declared: ReadonlySet<string>,
  report: (note: DicomNote) => void,
): string {
  const initialG0: G0 = initialTerm === '13' ? 'romaji' : 'ascii'
  const initialG1: G1 = initialTerm === '13' || initialTerm in G1_OF_TERM ? initialTerm : null
  // Many writers name the set of an extension and then leave its escape sequence out.
  const fallbackG1: G1 = [...declared].find((term) => term === '149' || term === '58' || term in G1_OF_TERM) ?? null
  let g0: G0 = initialG0
  let g1: G1 = initialG1
  let text = ''
  let i = 0
  while (i < bytes.length) {
    const byte = bytes[i]!
    if (byte === 0x1b) {
      const match = escapeAt(bytes, i + 1)
      if (!match) {
        report({
          code: 'charset.escape',
          message: 'Text holds an escape sequence that DICOM does not know: it is left out.',
        })
        i += 1
        continue
      }
      const [sequence, nextG0, nextG1, term] = match
      if (term !== '6' && !declared.has(term)) {
        report({
          code: 'charset.undeclared-extension',
          message: `Text switches to ISO 2022 IR ${term}, which Specific Character Set does not name: it is followed.`,
        })
      }
      if (nextG0) g0 = nextG0
      if (nextG1) g1 = nextG1
      i += 1 + sequence.length
    } else if (byte < 0x80) {
      const next = bytes[i + 1] ?? 0
      if ((g0 === 'jisx0208' || g0 === 'jisx0212') && byte > 0x20 && byte < 0x7f && next > 0x20 && next < 0x7f) {
        const pair = [byte | 0x80, next | 0x80]
        text += singleByte('euc-jp', Uint8Array.from(g0 === 'jisx0212' ? [0x8f, ...pair] : pair))
        i += 2
      } else if (isReset(byte, kind)) {
        g0 = initialG0
        g1 = initialG1
        text += String.fromCharCode(byte)
        i += 1
      } else {
        if (g0 === 'romaji' || g0 === 'katakana')
          text += jisX0201(Uint8Array.of(g0 === 'katakana' ? byte | 0x80 : byte), false)
        else text += String.fromCharCode(byte)
        i += 1
      }
    } else {
      if (g1 === null) {
        report({
          code: 'charset.no-escape',
          message: `Text goes beyond ASCII without an escape sequence: it is read as ISO_IR ${fallbackG1 ?? '100'}.`,
        })
      }
      const set = g1 ?? fallbackG1 ?? '100'
      if (set === '149' || set === '58') {
        text += singleByte(set === '149' ? 'euc-kr' : 'gbk', bytes.subarray(i, i + 2))
        i += 2
      } else {
        const one = bytes.subarray(i, i + 1)
        text += set === '13' ? jisX0201(one, false) : singleByte(G1_OF_TERM[set]!, one)
        i += 1
      }
    }
  }
  if (text.includes('\ufffd')) {
    report({ code: 'charset.undecodable', message: 'Text holds bytes that its character set does not have.' })
  }
  return text
}

function escapeAt(bytes: Uint8Array, at: number): (typeof ESCAPES)[number] | undefined {
  const ahead = String.fromCharCode(...bytes.subarray(at, at + 3))
  return ESCAPES.find(([sequence]) => ahead.startsWith(sequence))
}

/** Line ends and, where the VR has them, delimiters. */
function isReset(byte: number, kind: 'multi' | 'pn' | 'text'): boolean {
  if (byte === 0x0a || byte === 0x0c || byte === 0x0d || byte === 0x09) return true
  if (kind !== 'text' && byte === 0x5c) return true
  return kind === 'pn' && (byte === 0x3d || byte === 0x5e)
}

/** JIS X 0201: romaji below 0x80 (with ¥ for the backslash, unless that divides values, and ‾), half-width katakana above. */
export function jisX0201(bytes: Uint8Array, backslashDivides: boolean): string {
  let text = ''
  for (const byte of bytes) {
    if (byte === 0x5c) text += backslashDivides ? '\\' : '¥'
    else if (byte === 0x7e) text += '‾'
    else if (byte < 0x80) text += String.fromCharCode(byte)
    else if (byte >= 0xa1 && byte <= 0xdf) text += String.fromCharCode(0xff61 + byte - 0xa1)
    else text += '\ufffd'
  }
  return text
}

/** `bytes` by a decoder of the platform, which is kept. */
export function singleByte(label: string, bytes: Uint8Array): string {
  if (label === 'latin1') return String.fromCharCode(...bytes)
  let decoder = decoders.get(label)
  if (!decoder) {
    decoder = new TextDecoder(label)
    decoders.set(label, decoder)
  }
  return decoder.decode(bytes)
}

export function hasHighBytes(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7f) return true
  return false
}
