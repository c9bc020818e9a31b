/** JPEG lossless (ITU-T T.81 annex H): prediction from three neighbours, differences Huffman-coded. */
import { undecodable } from './frame.ts'
import { BitReader } from './jpegHuffman.ts'
import type { HuffmanTable } from './jpegHuffman.ts'
import type { JpegFrame, JpegScan } from './jpegStream.ts'

/**
 * Decodes one scan into `values` (components of a pixel side by side). Gives the position behind its data. Throws where components
 * have different sampling, a table is missing or the data are cut off.
 */
export function decodeLosslessScan(bytes: Uint8Array, frame: JpegFrame, scan: JpegScan, values: Uint16Array): number {
  const predictor = scan.spectralStart
  const shift = scan.approximationLow
  if (predictor < 1 || predictor > 7 || shift >= frame.precision)
    throw undecodable('a JPEG lossless scan header is damaged')
  if (frame.components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) {
    throw undecodable('JPEG lossless with subsampled components is not read here')
  }
  const tables = scan.dc.map((table): HuffmanTable => {
    if (!table) throw undecodable('a JPEG Huffman table is missing')
    return table
  })
  const { rows, columns } = frame
  if (scan.restartInterval > 0 && scan.restartInterval % columns !== 0) {
    throw undecodable('JPEG lossless with restarts within a line is not read here')
  }
  const reader = new BitReader(bytes, scan.start)
  const step = frame.components.length
  const line = columns * step
  const initial = 1 << (frame.precision - shift - 1)
  const linesToRestart = scan.restartInterval / columns
  // All values are kept shifted down by the point transform until the end of their line's use as neighbours.
  let first = 0
  for (let row = 0; row < rows; row++) {
    if (linesToRestart > 0 && row > 0 && row % linesToRestart === 0) {
      reader.restart()
      first = row
    }
    for (let column = 0; column < columns; column++) {
      for (let i = 0; i < tables.length; i++) {
        const at = row * line + column * step + scan.components[i]!.index
        const size = reader.decode(tables[i]!)
        if (size > 16) throw undecodable('the JPEG data hold a difference that is too large')
        const difference = size === 16 ? 32768 : reader.receiveExtend(size)
        let prediction: number
        if (row === first) prediction = column === 0 ? initial : values[at - step]!
        else if (column === 0) prediction = values[at - line]!
        else prediction = predict(predictor, values[at - step]!, values[at - line]!, values[at - line - step]!)
        values[at] = prediction + difference
      }
    }
  }
  if (shift > 0) {
    for (const { index } of scan.components) {
      for (let at = index; at < values.length; at += step) values[at] = values[at]! << shift
    }
  }
  return reader.end
}

function predict(predictor: number, left: number, above: number, diagonal: number): number {
  switch (predictor) {
    case 1:
      return left
    case 2:
      return above
    case 3:
      return diagonal
    case 4:
      return left + above - diagonal
    case 5:
      return left + ((above - diagonal) >> 1)
    case 6:
      return above + ((left - diagonal) >> 1)
    default:
      return (left + above) >> 1
  }
}
