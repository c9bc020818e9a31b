/**
 * How a file begins: preamble, file meta information, transfer syntax (PS3.10 section 7), and what to do where one of them is
 * missing or wrong. A file without them is only taken for DICOM if several elements in a row make sense.
 */
import { LONG_VRS, SHORT_VRS, vrOfTag } from './dictionary.ts'
import type { Encoding } from './parse.ts'

/** Where the first element of the file stands, and what came before it. */
export interface FileStart {
  readonly offset: number
  readonly preamble: boolean
  readonly magic: boolean
}

const ENCODINGS: readonly Encoding[] = [
  { explicit: true, bigEndian: false },
  { explicit: false, bigEndian: false },
  { explicit: true, bigEndian: true },
]

/** Finds the first element; null where the bytes are no DICOM file. */
export function findStart(bytes: Uint8Array): FileStart | null {
  if (bytes.length >= 132 && magicAt(bytes, 128)) return { offset: 132, preamble: true, magic: true }
  if (magicAt(bytes, 0)) return { offset: 4, preamble: false, magic: true }
  if (isMetaAt(bytes, 0)) return { offset: 0, preamble: false, magic: false }
  if (bytes.length > 140 && isMetaAt(bytes, 128)) return { offset: 128, preamble: true, magic: false }
  if (sensibleEncoding(bytes, 0)) return { offset: 0, preamble: false, magic: false }
  if (bytes.length > 140 && sensibleEncoding(bytes, 128)) return { offset: 128, preamble: true, magic: false }
  return null
}

/** Whether a file meta information element (group 0002, explicit little-endian) stands there. */
export function isMetaAt(bytes: Uint8Array, at: number): boolean {
  if (at + 8 > bytes.length || bytes[at] !== 2 || bytes[at + 1] !== 0 || bytes[at + 3] !== 0) return false
  const vr = String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!)
  return SHORT_VRS.has(vr) || LONG_VRS.has(vr)
}

/**
 * The encoding in which the elements from `at` on make sense: tags ascend, are known, have their VR, and lengths stay in the file,
 * for up to four of them. Null where none does.
 */
export function sensibleEncoding(bytes: Uint8Array, at: number): Encoding | null {
  return ENCODINGS.find((encoding) => makesSense(bytes, at, encoding, 4)) ?? null
}

/** Whether up to `wanted` elements from `at` on make sense in an encoding. */
export function makesSense(bytes: Uint8Array, at: number, encoding: Encoding, wanted: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = !encoding.bigEndian
  let last = -1
  let seen = 0
  while (seen < wanted) {
    if (at === bytes.length) return seen > 0
    if (at + 8 > bytes.length) return false
    const group = view.getUint16(at, little)
    const element = view.getUint16(at + 2, little)
    const tag = group * 0x10000 + element
    // Data sets begin with the groups 0002 to 0028 in all objects; a first tag beyond them is no data set.
    if (tag <= last || (seen === 0 && (group < 2 || group > 0x28))) return false
    const known = vrOfTag(group, element)
    if (known === 'UN' && (group & 1) === 0) return false
    let length: number
    let start = at + 8
    if (encoding.explicit) {
      const vr = String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!)
      if (LONG_VRS.has(vr)) {
        if (at + 12 > bytes.length) return false
        length = view.getUint32(at + 8, little)
        start = at + 12
      } else if (SHORT_VRS.has(vr)) {
        length = view.getUint16(at + 6, little)
      } else {
        return false
      }
    } else {
      length = view.getUint32(at + 4, little)
    }
    seen++
    // Where a sequence of unknown length or a cut-off value follows, there is nothing to look at behind it.
    if (length === 0xffffffff) return known === 'SQ' || group & 1 ? true : seen > 1
    if (start + length > bytes.length) return seen > 2
    at = start + length
    last = tag
  }
  return true
}

function magicAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x44 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x43 && bytes[at + 3] === 0x4d
}
