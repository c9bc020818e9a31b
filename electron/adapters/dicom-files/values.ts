/** The value field of one element, by its VR (PS3.5 section 6.2), as what a DicomElement holds. */
import { cleanText, hasDecimalComma, parseNumber } from './access.ts'
import type { TextDecoding } from './charsets.ts'
import type { DicomElement, DicomNote, NumericArray } from './types.ts'

/** Bytes of OB, OW, UN up to here are kept. */
const SMALL_BYTES = 64 * 1024
/** Text longer than this is left out; the longest useful ones (contours) are numbers and always kept. */
const LARGE_TEXT = 4 * 1024 * 1024
/** More numbers than this come as a typed array. */
const FEW = 16

type ArrayType = new (length: number) => NumericArray

const NUMBERS: { readonly [vr: string]: readonly [size: number, type: ArrayType] } = {
  US: [2, Uint16Array],
  SS: [2, Int16Array],
  UL: [4, Uint32Array],
  SL: [4, Int32Array],
  FL: [4, Float32Array],
  FD: [8, Float64Array],
  UV: [8, BigUint64Array],
  SV: [8, BigInt64Array],
}

const WORDS: { readonly [vr: string]: readonly [size: number, type: ArrayType] } = {
  OF: [4, Float32Array],
  OD: [8, Float64Array],
  OL: [4, Uint32Array],
  OV: [8, BigUint64Array],
}

const NUMBER = /^ *[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? *$/

/**
 * Decodes a value. `bytes` is a view into the file and is copied where it is kept; `name` is the element's name for reports.
 */
export function decodeValue(
  vr: string,
  bytes: Uint8Array,
  bigEndian: boolean,
  text: TextDecoding,
  name: string,
  report: (note: DicomNote) => void,
): DicomElement {
  if (bytes.length === 0) return { vr }
  const numbers = NUMBERS[vr]
  if (numbers) return numericElement(vr, bytes, bigEndian, numbers[0], numbers[1], name, report)
  const words = WORDS[vr]
  if (words) {
    if (bytes.length % words[0] !== 0) oddLength(name, vr, bytes.length, report)
    return { vr, array: typedCopy(bytes, bigEndian, words[0], words[1]) }
  }
  switch (vr) {
    case 'OB':
    case 'UN':
      return bytes.length < SMALL_BYTES ? { vr, bytes: new Uint8Array(bytes) } : { vr, omittedBytes: bytes.length }
    case 'OW':
      if (bytes.length >= SMALL_BYTES) return { vr, omittedBytes: bytes.length }
      return { vr, bytes: bigEndian ? swapped(bytes, 2) : new Uint8Array(bytes) }
    case 'AT':
      return attributeTags(bytes, bigEndian, name, report)
    case 'DS':
    case 'IS':
      return numberStrings(vr, bytes, name, report)
    case 'ST':
    case 'LT':
    case 'UT':
      if (bytes.length > LARGE_TEXT) return { vr, omittedBytes: bytes.length }
      return textElement(vr, [withoutPadding(text.decode(bytes, 'text'))])
    case 'SH':
    case 'LO':
    case 'UC':
    case 'PN':
      if (bytes.length > LARGE_TEXT) return { vr, omittedBytes: bytes.length }
      return textElement(
        vr,
        text
          .decode(bytes, vr === 'PN' ? 'pn' : 'multi')
          .split('\\')
          .map(withoutPadding),
      )
    case 'UR':
      return textElement(vr, [withoutPadding(latin1(bytes))])
    default:
      if (bytes.length > LARGE_TEXT) return { vr, omittedBytes: bytes.length }
      return textElement(vr, latin1(bytes).split('\\').map(cleanText))
  }
}

/** The components of a value of plain ASCII, trimmed. */
export function asciiComponents(bytes: Uint8Array): string[] {
  return bytes.length === 0 ? [] : latin1(bytes).split('\\').map(cleanText)
}

function textElement(vr: string, values: string[]): DicomElement {
  return values.length === 1 && values[0] === '' ? { vr } : { vr, values }
}

function numericElement(
  vr: string,
  bytes: Uint8Array,
  bigEndian: boolean,
  size: number,
  type: ArrayType,
  name: string,
  report: (note: DicomNote) => void,
): DicomElement {
  if (bytes.length % size !== 0) oddLength(name, vr, bytes.length, report)
  const array = typedCopy(bytes, bigEndian, size, type)
  if (array.length === 0) return { vr }
  if (array.length > FEW) return { vr, array }
  const values: (string | number)[] = []
  for (const value of array) {
    if (typeof value === 'number') values.push(value)
    else values.push(Number.isSafeInteger(Number(value)) ? Number(value) : String(value))
  }
  return { vr, values }
}

function oddLength(name: string, vr: string, length: number, report: (note: DicomNote) => void): void {
  report({
    code: 'length.not-a-multiple',
    message: `${name} has VR ${vr} and ${length} bytes, which is no whole number of values: the rest is left out.`,
  })
}

function attributeTags(
  bytes: Uint8Array,
  bigEndian: boolean,
  name: string,
  report: (note: DicomNote) => void,
): DicomElement {
  if (bytes.length % 4 !== 0) oddLength(name, 'AT', bytes.length, report)
  const words = typedCopy(bytes, bigEndian, 2, Uint16Array)
  const values: string[] = []
  for (let i = 0; i + 1 < words.length; i += 2) {
    values.push(((Number(words[i]) * 0x10000 + Number(words[i + 1])) >>> 0).toString(16).padStart(8, '0'))
  }
  return values.length > 0 ? { vr: 'AT', values } : { vr: 'AT' }
}

function numberStrings(vr: string, bytes: Uint8Array, name: string, report: (note: DicomNote) => void): DicomElement {
  const parts = latin1(bytes).split('\\')
  if (parts.length > FEW) {
    const array = new Float64Array(parts.length)
    let all = true
    for (let i = 0; i < parts.length && all; i++) {
      const part = parts[i]!
      const value = NUMBER.test(part) ? Number(part) : parseNumber(part)
      if (value === null || !Number.isFinite(value)) all = false
      else array[i] = value
    }
    if (all) {
      if (parts.some(hasDecimalComma)) reportComma(name, report)
      return { vr, array }
    }
  }
  const values = parts.map(cleanText)
  if (values.some((value) => value !== '' && parseNumber(value) === null)) {
    const wrong = values.find((value) => value !== '' && parseNumber(value) === null)!
    report({
      code: 'value.not-a-number',
      message: `${name} has VR ${vr} and holds "${wrong.slice(0, 32)}", which is no number.`,
    })
  }
  if (values.some(hasDecimalComma)) reportComma(name, report)
  return textElement(vr, values)
}

function reportComma(name: string, report: (note: DicomNote) => void): void {
  report({ code: 'value.decimal-comma', message: `${name} has a comma for the decimal point: it is read as one.` })
}

function withoutPadding(text: string): string {
  let end = text.length
  while (end > 0 && (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0)) end--
  return end === text.length ? text : text.slice(0, end)
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function typedCopy(bytes: Uint8Array, bigEndian: boolean, size: number, type: ArrayType): NumericArray {
  const array = new type(Math.floor(bytes.length / size))
  const target = new Uint8Array(array.buffer)
  target.set(bytes.subarray(0, target.length))
  if (bigEndian) swapInPlace(target, size)
  return array
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const copy = new Uint8Array(bytes)
  swapInPlace(copy, size)
  return copy
}

/** Turns the byte order of each whole word of `size` bytes around. */
export function swapInPlace(bytes: Uint8Array, size: number): void {
  const whole = bytes.length - (bytes.length % size)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, whole)
  if (size === 2) buffer.swap16()
  else if (size === 4) buffer.swap32()
  else if (size === 8) buffer.swap64()
}
