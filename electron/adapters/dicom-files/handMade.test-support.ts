/** DICOM files made by hand for tests, byte by byte, without any of the code under test. */

export interface Style {
  readonly explicit: boolean
  readonly bigEndian: boolean
}

export const EXPLICIT: Style = { explicit: true, bigEndian: false }
export const IMPLICIT: Style = { explicit: false, bigEndian: false }
export const BIG: Style = { explicit: true, bigEndian: true }
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])

export function ascii(text: string): Buffer {
  const padded = text.length % 2 === 0 ? text : `${text} `
  return Buffer.from(padded, 'latin1')
}

export function uint16(values: readonly number[], style: Style = EXPLICIT): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  values.forEach((value, i) =>
    style.bigEndian ? bytes.writeUInt16BE(value, 2 * i) : bytes.writeUInt16LE(value, 2 * i),
  )
  return bytes
}

export function uint32(values: readonly number[], style: Style = EXPLICIT): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, i) =>
    style.bigEndian ? bytes.writeUInt32BE(value, 4 * i) : bytes.writeUInt32LE(value, 4 * i),
  )
  return bytes
}

/** The head of an element: tag, VR, length. */
export function head(tag: string, vr: string, length: number, style: Style = EXPLICIT): Buffer {
  const parts = [uint16([parseInt(tag.slice(0, 4), 16), parseInt(tag.slice(4), 16)], style)]
  if (!style.explicit || tag.startsWith('fffe')) parts.push(uint32([length], style))
  else if (LONG.has(vr)) parts.push(Buffer.from(vr), Buffer.alloc(2), uint32([length], style))
  else parts.push(Buffer.from(vr), uint16([length], style))
  return Buffer.concat(parts)
}

export function element(tag: string, vr: string, value: Buffer | string, style: Style = EXPLICIT): Buffer {
  const bytes = typeof value === 'string' ? ascii(value) : value
  return Buffer.concat([head(tag, vr, bytes.length, style), bytes])
}

/** A sequence of items, with all lengths given or all open. */
export function sequence(tag: string, items: readonly Buffer[], open: boolean, style: Style = EXPLICIT): Buffer {
  const parts = items.map((item) =>
    open
      ? Buffer.concat([head('fffee000', '', 0xffffffff, style), item, head('fffee00d', '', 0, style)])
      : Buffer.concat([head('fffee000', '', item.length, style), item]),
  )
  const content = Buffer.concat(parts)
  if (!open) return Buffer.concat([head(tag, 'SQ', content.length, style), content])
  return Buffer.concat([head(tag, 'SQ', 0xffffffff, style), content, head('fffee0dd', '', 0, style)])
}

/** Compressed pixel data: an offset table and fragments. */
export function encapsulated(offsetTable: readonly number[], fragments: readonly Buffer[], isEnded = true): Buffer {
  const table = uint32(offsetTable)
  const items = [table, ...fragments].map((item) => Buffer.concat([head('fffee000', '', item.length), item]))
  return Buffer.concat([head('7fe00010', 'OB', 0xffffffff), ...items, ...(isEnded ? [head('fffee0dd', '', 0)] : [])])
}

/** Preamble, mark, file meta information and data set. */
export function file(transferSyntax: string | null, dataSet: Buffer): Buffer {
  const meta = Buffer.concat([
    element('00020002', 'UI', '1.2.840.10008.5.1.4.1.1.2\0'),
    ...(transferSyntax === null
      ? []
      : [element('00020010', 'UI', `${transferSyntax}${transferSyntax.length % 2 ? '\0' : ''}`)]),
  ])
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element('00020000', 'UL', uint32([meta.length])),
    meta,
    dataSet,
  ])
}

export interface ImageOptions {
  readonly rows?: number
  readonly columns?: number
  readonly frames?: number
  readonly samples?: number
  readonly planar?: number
  readonly bitsAllocated?: number
  readonly bitsStored?: number
  readonly highBit?: number
  readonly signed?: boolean
  readonly photometric?: string
}

/** The image pixel attributes, and behind them `pixelData` as a whole element. */
export function image(options: ImageOptions, pixelData: Buffer, style: Style = EXPLICIT): Buffer {
  const {
    rows = 2,
    columns = 2,
    frames,
    samples = 1,
    planar,
    bitsAllocated = 16,
    photometric = 'MONOCHROME2',
  } = options
  const bitsStored = options.bitsStored ?? bitsAllocated
  const number = (tag: string, value: number): Buffer => element(tag, 'US', uint16([value], style), style)
  return Buffer.concat([
    element('00080060', 'CS', 'CT', style),
    number('00280002', samples),
    element('00280004', 'CS', photometric, style),
    ...(planar === undefined ? [] : [number('00280006', planar)]),
    ...(frames === undefined ? [] : [element('00280008', 'IS', String(frames), style)]),
    number('00280010', rows),
    number('00280011', columns),
    number('00280100', bitsAllocated),
    number('00280101', bitsStored),
    number('00280102', options.highBit ?? bitsStored - 1),
    number('00280103', options.signed ? 1 : 0),
    pixelData,
  ])
}
