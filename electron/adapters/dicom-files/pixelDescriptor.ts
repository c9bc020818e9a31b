/** The image pixel attributes (PS3.3 C.7.6.3) against the bytes that are there. */
import { InputError } from '../../../native-core/errors/index.ts'
import { num, nums, str } from './access.ts'
import { inspectCodestream } from './codestream.ts'
import type { ExtendedOffsets } from './fragments.ts'
import type { PixelLocation } from './parse.ts'
import type { TransferSyntax } from './transferSyntax.ts'
import type { DicomDataSet, DicomNote, PixelDescriptor } from './types.ts'

/** More than this of decoded values in one file is refused. */
const MAX_DECODED_BYTES = 4 * 1024 ** 3

/**
 * Describes the pixels. Throws InputError where an attribute is missing or contradicts another, or where the data are shorter than
 * rows × columns × samples × frames.
 */
export function describePixels(
  bytes: Uint8Array,
  root: DicomDataSet,
  location: PixelLocation,
  syntax: TransferSyntax,
  report: (note: DicomNote) => void,
): PixelDescriptor {
  const isFloat = location.tag !== '7fe00010'
  const rows = required(root, '00280010', 'Rows')
  const columns = required(root, '00280011', 'Columns')
  const bitsAllocated = isFloat ? (location.tag === '7fe00008' ? 32 : 64) : required(root, '00280100', 'Bits Allocated')
  if (isFloat && num(root, '00280100') !== null && num(root, '00280100') !== bitsAllocated) {
    throw wrong(`Bits Allocated is ${str(root, '00280100')} and floating-point pixels have ${bitsAllocated}`)
  }
  if (![1, 8, 16, 32, ...(isFloat ? [64] : [])].includes(bitsAllocated)) {
    throw wrong(`${bitsAllocated} Bits Allocated, where 1, 8, 16 and 32 can be read`)
  }
  const samplesPerPixel = optional(root, '00280002', 'Samples per Pixel', 1, report)
  const { bitsStored, highBit } = isFloat
    ? { bitsStored: bitsAllocated, highBit: bitsAllocated - 1 }
    : bits(root, bitsAllocated, report)
  const representation = num(root, '00280103')
  if (!isFloat && bitsAllocated > 8 && representation === null) {
    throw wrong('Pixel Representation (0028,0103) is missing: it is not known whether the values have a sign')
  }
  if (representation !== null && representation !== 0 && representation !== 1) {
    throw wrong(`Pixel Representation is ${representation}, and 0 or 1 by the standard`)
  }
  const frames = numberOfFrames(root, report)
  const encapsulated = location.fragments !== null
  const pixel: PixelDescriptor = {
    rows,
    columns,
    frames,
    samplesPerPixel,
    bitsAllocated,
    bitsStored,
    highBit,
    signed: representation === 1,
    tag: location.tag,
    photometricInterpretation: str(root, '00280004') ?? '',
    planarConfiguration: num(root, '00280006') === 1 ? 1 : 0,
    encapsulated,
    lossy: isLossy(bytes, root, location, syntax),
  }
  if (decodedBytes(pixel) > MAX_DECODED_BYTES) {
    throw wrong(`${rows} × ${columns} × ${frames} voxels are more than this program holds of one file`)
  }
  if (!encapsulated) checkNativeLength(pixel, location, report)
  return pixel
}

/** Bytes of native pixel data by PS3.5 8.1.1 and 8.2, without padding. */
export function nativeLength(pixel: PixelDescriptor): number {
  const samples = pixel.rows * pixel.columns * pixel.frames * pixel.samplesPerPixel
  const isSubsampled = /_422$/.test(pixel.photometricInterpretation) && pixel.samplesPerPixel === 3
  return Math.ceil((samples * pixel.bitsAllocated) / 8 / (isSubsampled ? 1.5 : 1))
}

/** Extended Offset Table and Lengths of a root data set; null where it has none. */
export function extendedOffsets(root: DicomDataSet): ExtendedOffsets | null {
  const offsets = nums(root, '7fe00001')
  const lengths = nums(root, '7fe00002')
  return offsets && lengths && offsets.length > 0 ? { offsets, lengths } : null
}

function decodedBytes(pixel: PixelDescriptor): number {
  return (pixel.rows * pixel.columns * pixel.frames * pixel.samplesPerPixel * Math.max(8, pixel.bitsAllocated)) / 8
}

function checkNativeLength(pixel: PixelDescriptor, location: PixelLocation, report: (note: DicomNote) => void): void {
  const expected = nativeLength(pixel)
  if (location.length < expected) {
    throw new InputError(
      'pixel.too-short',
      `Pixel data have ${location.length} bytes, and ${pixel.rows} rows × ${pixel.columns} columns × ${pixel.frames} frames of ` +
        `${pixel.bitsAllocated} bits need ${expected}.`,
      'Copy or export the file again.',
    )
  }
  if (location.length > expected + (expected & 1)) {
    report({
      code: 'pixel.longer',
      message: `Pixel data have ${location.length} bytes where ${expected} are needed: the rest is left out.`,
    })
  }
}

function bits(
  root: DicomDataSet,
  bitsAllocated: number,
  report: (note: DicomNote) => void,
): { bitsStored: number; highBit: number } {
  const bitsStored = optional(root, '00280101', 'Bits Stored', bitsAllocated, report)
  const highBit =
    num(root, '00280102') === 0 && bitsStored === 1 ? 0 : optional(root, '00280102', 'High Bit', bitsStored - 1, report)
  if (bitsStored > bitsAllocated || highBit >= bitsAllocated || highBit + 1 < bitsStored) {
    throw wrong(
      `${bitsAllocated} Bits Allocated, ${bitsStored} Bits Stored and High Bit ${highBit} contradict each other`,
    )
  }
  return { bitsStored, highBit }
}

function numberOfFrames(root: DicomDataSet, report: (note: DicomNote) => void): number {
  const text = str(root, '00280008')
  if (text === null) return 1
  const frames = num(root, '00280008')
  if (frames === null || !Number.isInteger(frames) || frames < 0)
    throw wrong(`Number of Frames is "${text.slice(0, 32)}"`)
  if (frames === 0) {
    report({ code: 'pixel.no-frames', message: 'Number of Frames is 0: one frame is taken, as pixel data are there.' })
    return 1
  }
  return frames
}

function isLossy(bytes: Uint8Array, root: DicomDataSet, location: PixelLocation, syntax: TransferSyntax): boolean {
  const declared = str(root, '00282110')
  if (declared === '01') return true
  if (location.fragments === null) return false
  if (syntax.lossy === 'always') return true
  const [start, length] = location.fragments.ranges
  if (start === undefined || length === undefined) return false
  const stream = inspectCodestream(bytes.subarray(start, start + length))
  if (!stream) return syntax.lossy === 'perhaps' && declared !== '00'
  if (stream.kind !== 'jpeg-2000') return stream.lossy
  if (!stream.reversible) return true
  // A reversible codestream can have been cut to a size; the transfer syntaxes .90, .201 and .202 promise that it was not.
  return /\.(91|203)$/.test(syntax.uid) && declared !== '00'
}

function required(root: DicomDataSet, tag: string, name: string): number {
  const value = num(root, tag)
  if (value === null || !Number.isInteger(value) || value < 1) {
    throw wrong(
      `${name} (${tag.slice(0, 4)},${tag.slice(4)}) is ${str(root, tag) === null ? 'missing' : `"${str(root, tag)}"`}`,
    )
  }
  return value
}

function optional(
  root: DicomDataSet,
  tag: string,
  name: string,
  otherwise: number,
  report: (note: DicomNote) => void,
): number {
  if (str(root, tag) === null) {
    report({ code: 'pixel.attribute-missing', message: `${name} is missing: ${otherwise} is taken.` })
    return otherwise
  }
  return required(root, tag, name)
}

function wrong(what: string): InputError {
  return new InputError(
    'pixel.attributes',
    `The pixel data cannot be read: ${what}.`,
    'Ask the sender to export the image again.',
  )
}
