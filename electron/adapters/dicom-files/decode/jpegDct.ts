/** DCT-based JPEG (ITU-T T.81 annexes F and G): baseline, extended and progressive with Huffman coding, of 8 and 12 bits. */
import { undecodable } from './frame.ts'
import { BitReader } from './jpegHuffman.ts'
import type { HuffmanTable } from './jpegHuffman.ts'
import { inverseDct, ZIGZAG } from './jpegIdct.ts'
import type { JpegComponent, JpegFrame, JpegScan } from './jpegStream.ts'

interface Plane {
  readonly component: JpegComponent
  /** Blocks across and down, with those that only fill the last interleaved unit. */
  readonly blocksAcross: number
  readonly blocksDown: number
  /** Blocks that hold samples of the image. */
  readonly usedAcross: number
  readonly usedDown: number
  /** 64 coefficients a block, in natural order. */
  readonly coefficients: Int32Array
  quantisation: Uint16Array | null
  scanned: boolean
}

/** The coefficients of a frame, filled scan by scan. */
export class DctImage {
  private readonly frame: JpegFrame
  private readonly planes: Plane[]
  private readonly mostHorizontal: number
  private readonly mostVertical: number

  constructor(frame: JpegFrame) {
    this.frame = frame
    this.mostHorizontal = Math.max(...frame.components.map(({ horizontal }) => horizontal))
    this.mostVertical = Math.max(...frame.components.map(({ vertical }) => vertical))
    const unitsAcross = Math.ceil(frame.columns / (8 * this.mostHorizontal))
    const unitsDown = Math.ceil(frame.rows / (8 * this.mostVertical))
    this.planes = frame.components.map((component) => {
      const blocksAcross = unitsAcross * component.horizontal
      const blocksDown = unitsDown * component.vertical
      return {
        component,
        blocksAcross,
        blocksDown,
        usedAcross: Math.ceil(Math.ceil((frame.columns * component.horizontal) / this.mostHorizontal) / 8),
        usedDown: Math.ceil(Math.ceil((frame.rows * component.vertical) / this.mostVertical) / 8),
        coefficients: new Int32Array(64 * blocksAcross * blocksDown),
        quantisation: null,
        scanned: false,
      }
    })
  }

  /** Decodes a scan; gives the position behind its data. */
  decodeScan(bytes: Uint8Array, scan: JpegScan, quantisation: readonly (Uint16Array | null)[]): number {
    const planes = scan.components.map(({ index }) => this.planes[index]!)
    for (const plane of planes) {
      plane.quantisation ??= quantisation[plane.component.quantisation] ?? null
      plane.scanned ||= scan.spectralStart === 0
    }
    const reader = new BitReader(bytes, scan.start)
    const decodeBlock = blockDecoder(this.frame, scan, reader)
    const predictions = new Int32Array(planes.length)
    const restart = (): void => {
      reader.restart()
      predictions.fill(0)
      decodeBlock.restart()
    }
    let unit = 0
    const beforeUnit = (): void => {
      if (scan.restartInterval > 0 && unit > 0 && unit % scan.restartInterval === 0) restart()
      unit += 1
    }
    if (planes.length === 1) {
      const plane = planes[0]!
      for (let down = 0; down < plane.usedDown; down++) {
        for (let across = 0; across < plane.usedAcross; across++) {
          beforeUnit()
          decodeBlock(plane.coefficients, 64 * (down * plane.blocksAcross + across), 0, predictions)
        }
      }
    } else {
      const unitsAcross = planes[0]!.blocksAcross / planes[0]!.component.horizontal
      const unitsDown = planes[0]!.blocksDown / planes[0]!.component.vertical
      for (let i = 0; i < unitsAcross * unitsDown; i++) {
        beforeUnit()
        const left = i % unitsAcross
        const top = Math.floor(i / unitsAcross)
        planes.forEach((plane, index) => {
          const { horizontal, vertical } = plane.component
          for (let v = 0; v < vertical; v++) {
            for (let h = 0; h < horizontal; h++) {
              const block = (top * vertical + v) * plane.blocksAcross + left * horizontal + h
              decodeBlock(plane.coefficients, 64 * block, index, predictions)
            }
          }
        })
      }
    }
    return reader.end
  }

  /** The image after all scans: values with the components of a pixel side by side, subsampled ones repeated. */
  finish(): Uint8Array | Uint16Array {
    const { rows, columns, precision, components } = this.frame
    const values =
      precision > 8
        ? new Uint16Array(rows * columns * components.length)
        : new Uint8Array(rows * columns * components.length)
    this.planes.forEach((plane, index) => {
      if (!plane.scanned) throw undecodable('a component of the JPEG image has no scan')
      if (!plane.quantisation) throw undecodable('a JPEG quantisation table is missing')
      const width = 8 * plane.blocksAcross
      const samples = inverseDct(
        plane.coefficients,
        plane.quantisation,
        plane.blocksAcross,
        plane.blocksDown,
        precision,
      )
      const { horizontal, vertical } = plane.component
      for (let row = 0; row < rows; row++) {
        const line = Math.floor((row * vertical) / this.mostVertical) * width
        let at = row * columns * components.length + index
        for (let column = 0; column < columns; column++, at += components.length) {
          values[at] = samples[line + Math.floor((column * horizontal) / this.mostHorizontal)]!
        }
      }
    })
    return values
  }
}

interface BlockDecoder {
  (coefficients: Int32Array, at: number, component: number, predictions: Int32Array): void
  restart(): void
}

function blockDecoder(frame: JpegFrame, scan: JpegScan, reader: BitReader): BlockDecoder {
  if (frame.process !== 2) return Object.assign(sequentialBlock(scan, reader), { restart: () => undefined })
  const { spectralStart, spectralEnd, approximationHigh, approximationLow } = scan
  if (spectralEnd > 63 || spectralStart > spectralEnd || approximationLow > 13)
    throw undecodable('a JPEG scan header is damaged')
  if (spectralStart === 0) {
    if (spectralEnd !== 0) throw undecodable('a progressive JPEG scan mixes DC and AC coefficients')
    return Object.assign(progressiveDc(scan, reader), { restart: () => undefined })
  }
  if (scan.components.length !== 1)
    throw undecodable('a progressive JPEG scan of AC coefficients has several components')
  return approximationHigh === 0 ? progressiveAcFirst(scan, reader) : progressiveAcRefine(scan, reader)
}

function tableOf(tables: readonly (HuffmanTable | null)[], component: number): HuffmanTable {
  const table = tables[component]
  if (!table) throw undecodable('a JPEG Huffman table is missing')
  return table
}

function difference(reader: BitReader, table: HuffmanTable): number {
  const size = reader.decode(table)
  if (size > 16) throw undecodable('the JPEG data hold a difference that is too large')
  return reader.receiveExtend(size)
}

function sequentialBlock(scan: JpegScan, reader: BitReader) {
  return (coefficients: Int32Array, at: number, component: number, predictions: Int32Array): void => {
    predictions[component]! += difference(reader, tableOf(scan.dc, component))
    coefficients[at] = predictions[component]!
    const table = tableOf(scan.ac, component)
    for (let k = 1; k < 64; k++) {
      const code = reader.decode(table)
      const size = code & 15
      const run = code >> 4
      if (size === 0) {
        if (run !== 15) break
        k += 15
        continue
      }
      k += run
      if (k > 63) throw undecodable('a JPEG block has more coefficients than 64')
      coefficients[at + ZIGZAG[k]!] = reader.receiveExtend(size)
    }
  }
}

function progressiveDc(scan: JpegScan, reader: BitReader) {
  const low = scan.approximationLow
  if (scan.approximationHigh === 0) {
    return (coefficients: Int32Array, at: number, component: number, predictions: Int32Array): void => {
      predictions[component]! += difference(reader, tableOf(scan.dc, component))
      coefficients[at] = predictions[component]! << low
    }
  }
  return (coefficients: Int32Array, at: number): void => {
    if (reader.receive(1) === 1) coefficients[at]! |= 1 << low
  }
}

function progressiveAcFirst(scan: JpegScan, reader: BitReader): BlockDecoder {
  const table = tableOf(scan.ac, 0)
  const low = scan.approximationLow
  let endOfBand = 0
  const decode = (coefficients: Int32Array, at: number): void => {
    if (endOfBand > 0) {
      endOfBand -= 1
      return
    }
    for (let k = scan.spectralStart; k <= scan.spectralEnd; k++) {
      const code = reader.decode(table)
      const size = code & 15
      const run = code >> 4
      if (size === 0) {
        if (run < 15) {
          endOfBand = (1 << run) - 1 + reader.receive(run)
          break
        }
        k += 15
        continue
      }
      k += run
      if (k > 63) throw undecodable('a JPEG block has more coefficients than 64')
      coefficients[at + ZIGZAG[k]!] = reader.receiveExtend(size) * (1 << low)
    }
  }
  return Object.assign(decode, { restart: () => void (endOfBand = 0) })
}

function progressiveAcRefine(scan: JpegScan, reader: BitReader): BlockDecoder {
  const table = tableOf(scan.ac, 0)
  const bit = 1 << scan.approximationLow
  let endOfBand = 0
  /** One more bit for a coefficient that is there already. */
  const refine = (coefficients: Int32Array, index: number): void => {
    const value = coefficients[index]!
    if (reader.receive(1) === 1 && (Math.abs(value) & bit) === 0) coefficients[index] = value + (value > 0 ? bit : -bit)
  }
  const decode = (coefficients: Int32Array, at: number): void => {
    let k = scan.spectralStart
    if (endOfBand === 0) {
      for (; k <= scan.spectralEnd; k++) {
        const code = reader.decode(table)
        const size = code & 15
        let run = code >> 4
        let value = 0
        if (size === 0) {
          if (run < 15) {
            endOfBand = (1 << run) + reader.receive(run)
            break
          }
        } else {
          if (size !== 1) throw undecodable('a progressive JPEG scan refines by more than a bit')
          value = reader.receive(1) === 1 ? bit : -bit
        }
        // Coefficients that are there get their bit on the way; those that are zero count for the run.
        for (; k <= scan.spectralEnd; k++) {
          const index = at + ZIGZAG[k]!
          if (coefficients[index] !== 0) refine(coefficients, index)
          else if (run === 0) {
            if (value !== 0) coefficients[index] = value
            break
          } else run -= 1
        }
      }
    }
    if (endOfBand > 0) {
      for (; k <= scan.spectralEnd; k++) {
        const index = at + ZIGZAG[k]!
        if (coefficients[index] !== 0) refine(coefficients, index)
      }
      endOfBand -= 1
    }
  }
  return Object.assign(decode, { restart: () => void (endOfBand = 0) })
}
