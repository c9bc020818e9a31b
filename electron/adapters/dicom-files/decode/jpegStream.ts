/** The marker structure of a JPEG codestream (ITU-T T.81 annex B): frame, tables and scans, each length checked. */
import { undecodable } from './frame.ts'
import { HuffmanTable } from './jpegHuffman.ts'

export interface JpegComponent {
  readonly id: number
  readonly horizontal: number
  readonly vertical: number
  readonly quantisation: number
  /** Index in the frame. */
  readonly index: number
}

export interface JpegFrame {
  /** 0 baseline, 1 extended, 2 progressive, 3 lossless. */
  readonly process: number
  readonly precision: number
  readonly rows: number
  readonly columns: number
  readonly components: readonly JpegComponent[]
}

export interface JpegScan {
  readonly components: readonly JpegComponent[]
  readonly dc: readonly (HuffmanTable | null)[]
  readonly ac: readonly (HuffmanTable | null)[]
  /** Start of spectral selection; the predictor of a lossless scan. */
  readonly spectralStart: number
  readonly spectralEnd: number
  readonly approximationHigh: number
  /** Successive approximation low; the point transform of a lossless scan. */
  readonly approximationLow: number
  readonly restartInterval: number
  /** Where the entropy-coded data begin. */
  readonly start: number
}

export interface JpegHandler {
  onFrame(frame: JpegFrame): void
  /** Decodes a scan; gives the position behind its data. `quantisation` are tables in zigzag order as they stand. */
  onScan(frame: JpegFrame, scan: JpegScan, quantisation: readonly (Uint16Array | null)[]): number
}

export interface JpegSummary {
  readonly frame: JpegFrame
  readonly scans: number
  /** Colour transform of an Adobe segment; null where there is none. */
  readonly adobeTransform: number | null
}

/** Walks through a codestream, with the scans handed to `handler`. Throws where it is cut off or uses what no decoder here knows. */
export function readJpeg(bytes: Uint8Array, handler: JpegHandler): JpegSummary {
  const quantisation: (Uint16Array | null)[] = [null, null, null, null]
  const tables: (HuffmanTable | null)[] = [null, null, null, null, null, null, null, null]
  let frame: JpegFrame | null = null
  let restartInterval = 0
  let adobeTransform: number | null = null
  let scans = 0
  let at = 2
  for (;;) {
    at = nextMarker(bytes, at)
    const marker = at < bytes.length ? bytes[at - 1]! : 0xd9
    if (marker === 0xd9) break
    if (marker === 0xd8 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue
    const length = (bytes[at]! << 8) | (bytes[at + 1] ?? 0)
    const segment = bytes.subarray(at + 2, at + length)
    if (length < 2 || at + length > bytes.length) throw undecodable('the JPEG codestream ends within a segment')
    at += length
    if (marker === 0xdb) readQuantisation(segment, quantisation)
    else if (marker === 0xc4) readHuffman(segment, tables)
    else if (marker === 0xdd) restartInterval = ((segment[0] ?? 0) << 8) | (segment[1] ?? 0)
    else if (marker === 0xee) adobeTransform = adobe(segment) ?? adobeTransform
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      if (frame) throw undecodable('the JPEG codestream has two frames')
      frame = readFrame(marker - 0xc0, segment)
      handler.onFrame(frame)
    } else if (marker === 0xda) {
      if (!frame) throw undecodable('the JPEG codestream has a scan before its frame')
      at = handler.onScan(frame, readScan(segment, frame, tables, restartInterval, at), quantisation)
      scans += 1
    } else if (marker === 0xcc) throw undecodable('arithmetic coding is not read here')
  }
  if (!frame || scans === 0) throw undecodable('the JPEG codestream has no image')
  return { frame, scans, adobeTransform }
}

/** The position behind the next marker's two bytes; the end of the bytes where there is none. */
function nextMarker(bytes: Uint8Array, from: number): number {
  let at = from
  while (at + 1 < bytes.length) {
    if (bytes[at] === 0xff && bytes[at + 1] !== 0 && bytes[at + 1] !== 0xff) return at + 2
    at += 1
  }
  return bytes.length
}

function readFrame(process: number, segment: Uint8Array): JpegFrame {
  if (process > 3) throw undecodable(`JPEG process SOF${process} (hierarchical or arithmetic) is not read here`)
  const count = segment[5] ?? 0
  if (segment.length < 6 + 3 * count || count < 1 || count > 4) throw undecodable('the JPEG frame header is damaged')
  const components = Array.from({ length: count }, (_, index): JpegComponent => {
    const [id, sampling, table] = segment.subarray(6 + 3 * index, 9 + 3 * index) as unknown as [number, number, number]
    return { id, horizontal: sampling >> 4, vertical: sampling & 15, quantisation: table, index }
  })
  for (const { horizontal, vertical, quantisation } of components) {
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4 || quantisation > 3) {
      throw undecodable('the JPEG frame header is damaged')
    }
  }
  const frame = {
    process,
    precision: segment[0]!,
    rows: (segment[1]! << 8) | segment[2]!,
    columns: (segment[3]! << 8) | segment[4]!,
    components,
  }
  const precisionIsRight =
    process === 3 ? frame.precision >= 2 && frame.precision <= 16 : frame.precision === 8 || frame.precision === 12
  if (!precisionIsRight) throw undecodable(`JPEG of ${frame.precision} bits is not possible`)
  if (frame.rows === 0) throw undecodable('JPEG with its number of lines behind the image (DNL) is not read here')
  if (frame.columns === 0) throw undecodable('the JPEG frame header is damaged')
  return frame
}

function readScan(
  segment: Uint8Array,
  frame: JpegFrame,
  tables: readonly (HuffmanTable | null)[],
  restartInterval: number,
  start: number,
): JpegScan {
  const count = segment[0] ?? 0
  if (count < 1 || count > 4 || segment.length < 4 + 2 * count) throw undecodable('a JPEG scan header is damaged')
  const components: JpegComponent[] = []
  const dc: (HuffmanTable | null)[] = []
  const ac: (HuffmanTable | null)[] = []
  for (let i = 0; i < count; i++) {
    const id = segment[1 + 2 * i]!
    const selectors = segment[2 + 2 * i]!
    const component = frame.components.find((candidate) => candidate.id === id)
    if (!component || components.includes(component))
      throw undecodable('a JPEG scan names a component that the frame has not')
    components.push(component)
    dc.push(tables[(selectors >> 4) & 3] ?? null)
    ac.push(tables[4 + (selectors & 3)] ?? null)
  }
  const [spectralStart, spectralEnd, approximation] = segment.subarray(1 + 2 * count) as unknown as [
    number,
    number,
    number,
  ]
  return {
    components,
    dc,
    ac,
    spectralStart,
    spectralEnd,
    approximationHigh: approximation >> 4,
    approximationLow: approximation & 15,
    restartInterval,
    start,
  }
}

function readQuantisation(segment: Uint8Array, quantisation: (Uint16Array | null)[]): void {
  let at = 0
  while (at < segment.length) {
    const head = segment[at]!
    const isWide = head >> 4 !== 0
    const size = isWide ? 128 : 64
    if ((head & 15) > 3 || at + 1 + size > segment.length) throw undecodable('a JPEG quantisation table is damaged')
    const table = new Uint16Array(64)
    for (let i = 0; i < 64; i++) {
      table[i] = isWide ? (segment[at + 1 + 2 * i]! << 8) | segment[at + 2 + 2 * i]! : segment[at + 1 + i]!
    }
    quantisation[head & 15] = table
    at += 1 + size
  }
}

function readHuffman(segment: Uint8Array, tables: (HuffmanTable | null)[]): void {
  let at = 0
  while (at + 17 <= segment.length) {
    const head = segment[at]!
    const counts = segment.subarray(at + 1, at + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    if (head >> 4 > 1 || (head & 15) > 3 || total > 256 || at + 17 + total > segment.length) {
      throw undecodable('a JPEG Huffman table is damaged')
    }
    tables[4 * (head >> 4) + (head & 15)] = new HuffmanTable(counts, segment.subarray(at + 17, at + 17 + total))
    at += 17 + total
  }
}

function adobe(segment: Uint8Array): number | null {
  const isAdobe = segment.length >= 12 && Buffer.from(segment.subarray(0, 5)).toString('latin1') === 'Adobe'
  return isAdobe ? segment[11]! : null
}
