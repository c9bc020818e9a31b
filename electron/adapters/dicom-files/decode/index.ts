/** From the pixel data of a file, native or compressed, to the stored values of all frames. */
import { inflateRawSync } from 'node:zlib'
import { InputError } from '../../../../native-core/errors/index.ts'
import { inspectCodestream } from '../codestream.ts'
import { frameFragments } from '../fragments.ts'
import type { PixelLocation } from '../parse.ts'
import { extendedOffsets, nativeLength } from '../pixelDescriptor.ts'
import type { ReadDicom } from '../readDicom.ts'
import type { TransferSyntax } from '../transferSyntax.ts'
import type { DicomNote, LoadedPixels, PixelDescriptor } from '../types.ts'
import { undecodable } from './frame.ts'
import type { DecodedFrame } from './frame.ts'
import { decodeJpeg } from './jpeg.ts'
import { decodeRlePlanes } from './rle.ts'
import { finishFloats, finishIntegers, makeContainer, putNative, putPlanes } from './stored.ts'
import type { Container, StoredBits } from './stored.ts'
import { decodeJpeg2000, decodeJpegLs } from './wasmCodecs.ts'

/** Decodes all frames. Throws InputError where there are none, or they cannot be decoded completely. */
export async function decodePixels(read: ReadDicom): Promise<LoadedPixels> {
  const { pixel, location, syntax, bytes } = read
  if (!pixel || !location) throw new InputError('pixel.none', 'The file has no pixel data.', 'Choose an image.')
  const notes = new Map<string, DicomNote>()
  const { frames, rows, columns, samplesPerPixel, lossy } = pixel
  const shape = { frames, rows, columns, samplesPerPixel, lossy }
  const bigEndian = syntax.pixelBigEndian ?? syntax.bigEndian
  if (location.tag !== '7fe00010') {
    if (location.fragments) throw undecodable('floating-point pixel data are compressed')
    const value = bytes.subarray(location.offset, location.offset + nativeLength(pixel))
    return { ...shape, data: finishFloats(value, pixel, bigEndian), notes: [] }
  }
  const container = makeContainer(pixel)
  let stored: StoredBits = { bits: pixel.bitsStored, shift: pixel.highBit + 1 - pixel.bitsStored }
  if (location.fragments) {
    stored = await decodeFrames(read, pixel, location, location.fragments, container, (note) =>
      notes.set(note.message, note),
    )
  } else {
    if (/_42[02]$/.test(pixel.photometricInterpretation)) throw undecodable('colours are subsampled')
    const value = bytes.subarray(location.offset, location.offset + nativeLength(pixel))
    // Words of one byte are swapped in pairs only where they were written as OW in big-endian order.
    const swapBytes = bigEndian && pixel.bitsAllocated <= 8 && location.vr === 'OW'
    putNative(container, 0, value, pixel, bigEndian, swapBytes, frames)
  }
  return { ...shape, data: finishIntegers(container, pixel, stored), notes: [...notes.values()] }
}

async function decodeFrames(
  read: ReadDicom,
  pixel: PixelDescriptor,
  location: PixelLocation,
  fragments: NonNullable<PixelLocation['fragments']>,
  container: Container,
  report: (note: DicomNote) => void,
): Promise<StoredBits> {
  checkSupported(read.syntax)
  const pieces = frameFragments(read.bytes, fragments, pixel.frames, extendedOffsets(read.header))
  const samples = pixel.rows * pixel.columns * pixel.samplesPerPixel
  let stored: StoredBits = { bits: pixel.bitsStored, shift: pixel.highBit + 1 - pixel.bitsStored }
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index]!
    const frame = await decodeFrame(piece, pixel, read.syntax)
    if (frame instanceof Uint8Array) {
      putNative(container, index, frame, pixel, location.vr === 'OW' && read.syntax.bigEndian, false, 1)
    } else if (Array.isArray(frame)) {
      putPlanes(container, index, frame, pixel)
    } else {
      const bits = bitsOf(frame, pixel, report)
      if (index > 0 && (bits.bits !== stored.bits || bits.shift !== stored.shift))
        throw undecodable('frames differ in their number of bits')
      stored = bits
      container.set(frame.values, index * samples)
    }
  }
  return stored
}

/** A decoded codestream, the native bytes of a frame, or its RLE byte planes. */
async function decodeFrame(
  piece: Uint8Array,
  pixel: PixelDescriptor,
  syntax: TransferSyntax,
): Promise<DecodedFrame | Uint8Array | Uint8Array[]> {
  const expected = { rows: pixel.rows, columns: pixel.columns, components: pixel.samplesPerPixel }
  const native = nativeLength({ ...pixel, frames: 1 })
  switch (syntax.coding) {
    case 'rle': {
      const isPacked = pixel.bitsAllocated === 1
      const planes = isPacked ? pixel.samplesPerPixel : (pixel.samplesPerPixel * pixel.bitsAllocated) / 8
      const decoded = decodeRlePlanes(piece, planes, isPacked ? native : pixel.rows * pixel.columns)
      return isPacked ? decoded[0]! : decoded
    }
    case 'native':
    case 'deflated-frames': {
      const bytes = syntax.coding === 'native' ? piece : inflateFrame(piece, native)
      if (bytes.length < native) throw undecodable(`a frame has ${bytes.length} of ${native} bytes`)
      return bytes.subarray(0, native)
    }
    default: {
      const stream = inspectCodestream(piece)
      if (stream?.kind === 'jpeg') return decodeJpeg(piece, expected, pixel.photometricInterpretation)
      if (stream?.kind === 'jpeg-ls') return await decodeJpegLs(piece, expected)
      if (stream?.kind === 'jpeg-2000') return await decodeJpeg2000(piece, expected)
      throw undecodable(`a frame of ${syntax.name} has no codestream that is known`)
    }
  }
}

function inflateFrame(piece: Uint8Array, native: number): Uint8Array {
  try {
    return inflateRawSync(piece, { maxOutputLength: native + 1024 })
  } catch {
    throw undecodable('a deflated frame is damaged')
  }
}

/**
 * How the values of a codestream stand for stored ones. The header's sign counts: JPEG and JPEG-LS carry no sign and hold negative values
 * as their bit pattern. A JPEG 2000 codestream says its own, and where the two differ the pattern is read with the codestream's depth.
 */
function bitsOf(frame: DecodedFrame, pixel: PixelDescriptor, report: (note: DicomNote) => void): StoredBits {
  const { bitsAllocated, bitsStored, highBit, signed } = pixel
  if (frame.precision > Math.max(8, bitsAllocated)) {
    throw undecodable(`the codestream has ${frame.precision} bits and the header allocates ${bitsAllocated}`)
  }
  const shift = frame.precision > bitsStored ? highBit + 1 - bitsStored : 0
  if (frame.signed && !signed && frame.values.some((value) => value < 0)) {
    throw undecodable('the codestream has negative values and Pixel Representation says that there are none')
  }
  if (frame.signed || !signed || frame.precision >= bitsStored) return { bits: bitsStored, shift }
  const middle = 2 ** (frame.precision - 1)
  if (frame.values.some((value) => value >= middle)) {
    report({
      code: 'pixel.depth-differs',
      message: `The codestream has ${frame.precision} bits and the header ${bitsStored}: the sign is taken from bit ${frame.precision - 1}.`,
    })
  }
  return { bits: frame.precision, shift: 0 }
}

function checkSupported(syntax: TransferSyntax): void {
  const what =
    syntax.coding === 'video'
      ? 'video is not read here'
      : syntax.coding === 'jpeg-xl'
        ? 'JPEG XL is not read here'
        : null
  if (what === null) return
  throw new InputError(
    'pixel.unsupported',
    `The pixel data are ${syntax.name}: ${what}.`,
    'Export the image again, uncompressed if possible.',
  )
}
