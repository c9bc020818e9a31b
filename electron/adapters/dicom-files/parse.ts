/**
 * The element structure of a data set (PS3.5 section 7). One loop over a stack of its own: nesting costs no call depth, and every
 * length is checked against the bytes that are there before it is followed.
 */
import { InputError } from '../../../native-core/errors/index.ts'
import { textDecoding } from './charsets.ts'
import type { TextDecoding } from './charsets.ts'
import { SHORT_VRS, LONG_VRS, vrOfTag } from './dictionary.ts'
import { readFragments } from './fragments.ts'
import type { Fragments } from './fragments.ts'
import type { DicomDataSet, DicomElement, DicomNote } from './types.ts'
import { asciiComponents, decodeValue } from './values.ts'

const MAX_DEPTH = 64
const MAX_ELEMENTS = 1_000_000
export const UNDEFINED_LENGTH = 0xffffffff
const ITEM = 0xfffee000
const ITEM_END = 0xfffee00d
const SEQUENCE_END = 0xfffee0dd
const PIXEL_TAGS = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010])

export interface Encoding {
  readonly explicit: boolean
  readonly bigEndian: boolean
}

/** Where the pixel data of the root data set lie in the bytes. */
export interface PixelLocation {
  readonly tag: '7fe00010' | '7fe00008' | '7fe00009'
  readonly vr: string
  readonly offset: number
  /** Bytes of the value; for encapsulated data of all of it. */
  readonly length: number
  /** Encapsulated data only. */
  readonly fragments: Fragments | null
}

export interface ParsedDataSet {
  readonly elements: { [tag: string]: DicomElement }
  readonly pixel: PixelLocation | null
  readonly charset: string
  /** Where reading ended. */
  readonly end: number
}

export interface ParseOptions {
  readonly report: (note: DicomNote) => void
  /** Only elements of this group, for the file meta information; reading ends before the first of another. */
  readonly onlyGroup?: number
}

interface Frame {
  readonly sequenceOf: number | null
  readonly end: number
  readonly undefinedLength: boolean
  readonly encoding: Encoding
  readonly elements: { [tag: string]: DicomElement }
  readonly items: DicomDataSet[]
  text: TextDecoding
  signed: boolean
}

/** A tag as messages show it. */
export function tagName(tag: number): string {
  const hex = hexTag(tag)
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}

const hexCache = new Map<number, string>()

function hexTag(tag: number): string {
  let hex = hexCache.get(tag)
  if (hex === undefined) {
    hex = tag.toString(16).padStart(8, '0')
    if (hexCache.size < 20_000) hexCache.set(tag, hex)
  }
  return hex
}

/**
 * Reads the elements from `start` on. Throws InputError ('dicom.truncated', 'dicom.damaged', 'dicom.nesting', 'dicom.too-many-elements')
 * where they cannot be followed.
 */
export function parseDataSet(
  bytes: Uint8Array,
  start: number,
  encoding: Encoding,
  options: ParseOptions,
): ParsedDataSet {
  return new Parser(bytes, start, encoding, options).run()
}

class Parser {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly stack: Frame[]
  private readonly options: ParseOptions
  private position: number
  private count = 0
  private rootElementStart = 0
  private pixel: PixelLocation | null = null

  constructor(bytes: Uint8Array, start: number, encoding: Encoding, options: ParseOptions) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = start
    this.options = options
    const text = textDecoding([], options.report)
    this.stack = [frameOf(null, bytes.length, false, encoding, text, false)]
  }

  run(): ParsedDataSet {
    const root = this.stack[0]!
    for (;;) {
      const top = this.stack[this.stack.length - 1]!
      if (this.position >= top.end && !(top.undefinedLength && this.stack.length > 1)) {
        if (this.stack.length === 1) break
        this.close()
        continue
      }
      if (this.stack.length === 1) this.rootElementStart = this.position
      try {
        if (top.sequenceOf !== null) this.readItem(top)
        else if (!this.readElement(top)) break
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        if (this.skipDamagedPrivate(error)) continue
        if (this.isTrailing()) break
        throw error
      }
    }
    return { elements: root.elements, pixel: this.pixel, charset: root.text.charset, end: this.position }
  }

  private readItem(top: Frame): void {
    const tag = this.tagAt(this.position, top)
    const length = this.uint32(this.position + 4, top.encoding)
    const start = this.position + 8
    if (tag === ITEM) {
      if (this.stack.length > MAX_DEPTH * 2) {
        throw new InputError(
          'dicom.nesting',
          `Sequences are nested more than ${MAX_DEPTH} deep in ${tagName(top.sequenceOf!)}.`,
          'No real object does this: ask the sender to export it again.',
        )
      }
      const end = length === UNDEFINED_LENGTH ? top.end : this.within(start, length, top, tag)
      this.position = start
      this.stack.push(frameOf(null, end, length === UNDEFINED_LENGTH, top.encoding, top.text, top.signed))
    } else if (tag === SEQUENCE_END) {
      this.position = start
      this.close()
    } else if (tag === ITEM_END) {
      this.options.report({
        code: 'sequence.stray-delimiter',
        message: 'A sequence holds an item end without an item.',
      })
      this.position = start
    } else {
      throw this.damaged(`the sequence ${tagName(top.sequenceOf!)} holds ${tagName(tag)} where an item should be`)
    }
  }

  /** Reads one element; false where a limited reading (onlyGroup) is at its end. */
  private readElement(top: Frame): boolean {
    const tag = this.tagAt(this.position, top)
    if (tag === ITEM_END || tag === SEQUENCE_END || tag === ITEM) {
      this.readDelimiter(tag, top)
      return true
    }
    if (this.options.onlyGroup !== undefined && tag >>> 16 !== this.options.onlyGroup) return false
    if (++this.count > MAX_ELEMENTS) {
      throw new InputError(
        'dicom.too-many-elements',
        `The file has more than ${MAX_ELEMENTS} elements.`,
        'No real object has: ask the sender to export it again.',
      )
    }
    if (tag === 0) throw this.damaged('zeros stand where an element should be')
    const { vr, length, start, encoding } = this.header(tag, top)
    const isRoot = this.stack.length === 1
    if (length === UNDEFINED_LENGTH) {
      this.readUndefined(tag, vr, start, encoding, top, isRoot)
      return true
    }
    const end = this.within(start, length, top, tag)
    if (vr === 'SQ') {
      this.position = start
      this.push(tag, end, false, encoding, top)
      return true
    }
    const value = this.bytes.subarray(start, end)
    this.position = end
    if (PIXEL_TAGS.has(tag)) {
      if (isRoot) this.foundPixels(tag, vr, start, length, null)
      this.keep(top, tag, { vr, omittedBytes: length })
      return true
    }
    if (tag === 0x00080005) top.text = textDecoding(asciiComponents(value), this.options.report)
    const element = decodeValue(vr, value, encoding.bigEndian, top.text, tagName(tag), this.options.report)
    if (tag === 0x00280103) top.signed = element.values?.[0] === 1
    this.keep(top, tag, element)
    return true
  }

  private readDelimiter(tag: number, top: Frame): void {
    const isItem = this.stack.length > 1
    if (tag === ITEM_END && isItem && top.undefinedLength) {
      this.position += 8
      this.close()
    } else if (tag === SEQUENCE_END && isItem && top.undefinedLength) {
      this.options.report({
        code: 'sequence.no-item-end',
        message: 'An item of a sequence has no end: the end of the sequence is taken.',
      })
      this.close()
    } else if (tag === ITEM) {
      throw this.damaged('an item stands where an element should be')
    } else {
      this.options.report({
        code: 'sequence.stray-delimiter',
        message: `${tagName(tag)} stands where nothing ends: it is passed over.`,
      })
      this.position += 8
    }
  }

  private readUndefined(tag: number, vr: string, start: number, encoding: Encoding, top: Frame, isRoot: boolean): void {
    const isBulk = PIXEL_TAGS.has(tag) || (encoding.explicit && (vr === 'OB' || vr === 'OW'))
    if (!isBulk) {
      this.position = start
      // UN of undefined length is a sequence in implicit VR little endian, whatever the file's own encoding is (CP-246).
      this.push(tag, top.end, true, vr === 'UN' ? { explicit: false, bigEndian: false } : encoding, top)
      return
    }
    const fragments = readFragments(this.view, start, top.end, encoding.bigEndian, tagName(tag))
    this.position = fragments.end
    if (!fragments.delimited) {
      this.options.report({
        code: 'pixel.no-sequence-end',
        message: `The fragments of ${tagName(tag)} have no end mark: the file ends behind a whole one.`,
      })
    }
    if (isRoot && PIXEL_TAGS.has(tag)) this.foundPixels(tag, vr, start, fragments.end - start, fragments)
    this.keep(top, tag, { vr, omittedBytes: fragments.end - start })
  }

  private foundPixels(tag: number, vr: string, offset: number, length: number, fragments: Fragments | null): void {
    this.pixel ??= { tag: hexTag(tag) as PixelLocation['tag'], vr, offset, length, fragments }
  }

  /** VR, length and start of the value, by explicit or implicit encoding, with the ways in which writers get it wrong. */
  private header(tag: number, top: Frame): { vr: string; length: number; start: number; encoding: Encoding } {
    const at = this.position
    const { encoding } = top
    if (!encoding.explicit) {
      return { vr: this.implicitVr(tag, top), length: this.uint32(at + 4, encoding), start: at + 8, encoding }
    }
    const vr = String.fromCharCode(this.bytes[at + 4]!, this.bytes[at + 5]!)
    const known = SHORT_VRS.has(vr)
    if (known) return { vr, length: this.uint16(at + 6, encoding), start: at + 8, encoding }
    if (LONG_VRS.has(vr)) {
      this.need(at, 12, tag)
      const length = this.uint32(at + 8, encoding)
      const start = at + 12
      if (vr !== 'UN' || length === UNDEFINED_LENGTH) return { vr, length, start, encoding }
      // A value that some system passed on as unknown: what it is stands in the dictionary, its encoding is implicit little endian.
      const implicit = { explicit: false, bigEndian: false }
      return { vr: this.implicitVr(tag, top), length, start, encoding: implicit }
    }
    if (/^[A-Z]{2}$/.test(vr)) {
      this.options.report({
        code: 'vr.unknown',
        message: `${tagName(tag)} has the unknown VR "${vr}": it is kept as bytes.`,
      })
      const isLong = at + 12 <= top.end && this.uint16(at + 6, encoding) === 0
      if (isLong) return { vr: 'UN', length: this.uint32(at + 8, encoding), start: at + 12, encoding }
      return { vr: 'UN', length: this.uint16(at + 6, encoding), start: at + 8, encoding }
    }
    if (vr === '??' || vr === '  ' || vr === '--') {
      this.options.report({ code: 'vr.missing', message: `${tagName(tag)} has no VR: the dictionary's is taken.` })
      return { vr: this.implicitVr(tag, top), length: this.uint16(at + 6, encoding), start: at + 8, encoding }
    }
    this.options.report({
      code: 'vr.implicit-among-explicit',
      message: `${tagName(tag)} is encoded with implicit VR among explicit ones: it is read so.`,
    })
    return { vr: this.implicitVr(tag, top), length: this.uint32(at + 4, encoding), start: at + 8, encoding }
  }

  private implicitVr(tag: number, top: Frame): string {
    const vr = vrOfTag(tag >>> 16, tag & 0xffff)
    if (vr === 'xs') return top.signed ? 'SS' : 'US'
    return vr
  }

  private push(tag: number, end: number, undefinedLength: boolean, encoding: Encoding, top: Frame): void {
    const frame = frameOf(tag, end, undefinedLength, encoding, top.text, top.signed)
    this.keep(top, tag, { vr: 'SQ', items: frame.items })
    this.stack.push(frame)
  }

  private close(): void {
    const frame = this.stack.pop()!
    if (!frame.undefinedLength) this.position = frame.end
    if (frame.sequenceOf === null) this.stack[this.stack.length - 1]!.items.push({ elements: frame.elements })
  }

  private keep(top: Frame, tag: number, element: DicomElement): void {
    const key = hexTag(tag)
    if (top.elements[key] !== undefined) {
      this.options.report({ code: 'element.twice', message: `${tagName(tag)} is there twice: the first one counts.` })
      return
    }
    top.elements[key] = element
  }

  /** Damage inside a private element of known length costs that element only. */
  private skipDamagedPrivate(error: InputError): boolean {
    const depth = this.stack.findIndex(
      (frame) => frame.sequenceOf !== null && (frame.sequenceOf >>> 16) & 1 && !frame.undefinedLength,
    )
    if (depth < 1 || error.code === 'dicom.too-many-elements') return false
    const frame = this.stack[depth]!
    this.options.report({
      code: 'private.damaged',
      message: `The private sequence ${tagName(frame.sequenceOf!)} cannot be read: it is left out.`,
    })
    this.stack[depth - 1]!.elements[hexTag(frame.sequenceOf!)] = { vr: 'SQ', omittedBytes: 0 }
    this.stack.length = depth
    this.position = frame.end
    return true
  }

  /** Whether what cannot be read is no more than padding at the end of the file, or garbage behind complete pixel data. */
  private isTrailing(): boolean {
    if (this.options.onlyGroup !== undefined) return false
    const start = this.rootElementStart
    const rest = this.bytes.subarray(start)
    const isPadding = rest.every((byte) => byte === 0) || rest.every((byte) => byte === 0x20)
    if (!(this.pixel || (isPadding && this.count > 0))) return false
    this.options.report({
      code: 'length.trailing',
      message: `${rest.length} bytes behind the data set are no elements: they are left out.`,
    })
    this.stack.length = 1
    this.position = start
    return true
  }

  private tagAt(at: number, top: Frame): number {
    if (at + 8 > top.end) throw this.truncated(`in the head of an element`)
    return ((this.uint16(at, top.encoding) << 16) | this.uint16(at + 2, top.encoding)) >>> 0
  }

  private within(start: number, length: number, top: Frame, tag: number): number {
    const end = start + length
    if (end <= top.end) return end
    if (PIXEL_TAGS.has(tag) && this.stack.length === 1) {
      throw new InputError(
        'dicom.pixels-truncated',
        `The file ends within the pixel data ${tagName(tag)}: ${this.bytes.length - start} of ${length} bytes are there.`,
        'Copy or export the file again.',
      )
    }
    if (end > this.bytes.length) throw this.truncated(`in ${tagName(tag)}, which should have ${length} bytes`)
    throw this.damaged(`${tagName(tag)} goes beyond the item that holds it`)
  }

  private need(at: number, length: number, tag: number): void {
    if (at + length > this.bytes.length) throw this.truncated(`in the head of ${tagName(tag)}`)
  }

  private truncated(where: string): InputError {
    return new InputError(
      'dicom.truncated',
      `The file ends too early: at byte ${this.position}, ${where}.`,
      'Copy or export the file again.',
    )
  }

  private damaged(what: string): InputError {
    return new InputError(
      'dicom.damaged',
      `The file is damaged at byte ${this.position}: ${what}.`,
      'Copy or export the file again.',
    )
  }

  private uint16(at: number, encoding: Encoding): number {
    if (at + 2 > this.view.byteLength) throw this.truncated('in the head of an element')
    return this.view.getUint16(at, !encoding.bigEndian)
  }

  private uint32(at: number, encoding: Encoding): number {
    if (at + 4 > this.view.byteLength) throw this.truncated('in the head of an element')
    return this.view.getUint32(at, !encoding.bigEndian)
  }
}

function frameOf(
  sequenceOf: number | null,
  end: number,
  undefinedLength: boolean,
  encoding: Encoding,
  text: TextDecoding,
  signed: boolean,
): Frame {
  return { sequenceOf, end, undefinedLength, encoding, elements: {}, items: [], text, signed }
}
