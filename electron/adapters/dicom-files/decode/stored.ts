/** Stored values (PS3.5 section 8): bits into words, words into numbers with their sign, on shared memory. */
import type { PixelArray, PixelDescriptor } from '../types.ts'
import { swapInPlace } from '../values.ts'
import { undecodable } from './frame.ts'

/** The words as they stand in the file, before masking; one byte a pixel for 1 and 8 bits. */
export type Container = Uint8Array<SharedArrayBuffer> | Uint16Array<SharedArrayBuffer> | Uint32Array<SharedArrayBuffer>

/** Which bits of a word are the value. */
export interface StoredBits {
  readonly bits: number
  /** Bits below the value. */
  readonly shift: number
}

/** Zeroed room for all frames. */
export function makeContainer(pixel: PixelDescriptor): Container {
  const count = samplesOf(pixel) * pixel.frames
  if (pixel.bitsAllocated <= 8) return new Uint8Array(new SharedArrayBuffer(count))
  if (pixel.bitsAllocated === 16) return new Uint16Array(new SharedArrayBuffer(2 * count))
  return new Uint32Array(new SharedArrayBuffer(4 * count))
}

/**
 * Puts native bytes of `frames` frames from frame `index` on into the container: bits are unpacked from the lowest on, words of either
 * byte order set, planes put side by side.
 */
export function putNative(
  container: Container,
  index: number,
  bytes: Uint8Array,
  pixel: PixelDescriptor,
  bigEndian: boolean,
  swapBytes: boolean,
  frames: number,
): void {
  const samples = samplesOf(pixel)
  const first = index * samples
  const count = frames * samples
  const source = swapBytes ? swappedPairs(bytes) : bytes
  if (pixel.bitsAllocated === 1) {
    for (let i = 0; i < count; i++) container[first + i] = (source[i >> 3]! >> (i & 7)) & 1
  } else {
    const size = container.BYTES_PER_ELEMENT
    const target = new Uint8Array(container.buffer, container.byteOffset + first * size, count * size)
    if (source.length < target.length) throw undecodable(`there are ${source.length} of ${target.length} bytes`)
    target.set(source.subarray(0, target.length))
    if (bigEndian) swapInPlace(target, size)
  }
  if (pixel.samplesPerPixel > 1 && pixel.planarConfiguration === 1) {
    for (let frame = 0; frame < frames; frame++)
      interleave(container.subarray(first + frame * samples, first + (frame + 1) * samples), pixel)
  }
}

/** Puts RLE byte planes (of each sample the most significant first) of frame `index` into the container. */
export function putPlanes(
  container: Container,
  index: number,
  planes: readonly Uint8Array[],
  pixel: PixelDescriptor,
): void {
  const size = pixel.bitsAllocated / 8
  const pixels = pixel.rows * pixel.columns
  const first = index * samplesOf(pixel)
  for (let sample = 0; sample < pixel.samplesPerPixel; sample++) {
    for (let byte = 0; byte < size; byte++) {
      const plane = planes[sample * size + byte]!
      const factor = 2 ** (8 * (size - 1 - byte))
      for (let i = 0, at = first + sample; i < pixels; i++, at += pixel.samplesPerPixel) {
        container[at] = container[at]! + plane[i]! * factor
      }
    }
  }
}

/** Masks to the stored bits and extends the sign, in place where the type allows. */
export function finishIntegers(container: Container, pixel: PixelDescriptor, { bits, shift }: StoredBits): PixelArray {
  const width = 8 * container.BYTES_PER_ELEMENT
  const isWhole = bits === width && shift === 0
  if (!pixel.signed) {
    if (!isWhole) {
      const mask = 2 ** bits - 1
      for (let i = 0; i < container.length; i++) container[i] = (container[i]! >>> shift) & mask
    }
    return container
  }
  const up = 32 - bits - shift
  const down = 32 - bits
  if (container instanceof Uint8Array) {
    const wide = new Int16Array(new SharedArrayBuffer(2 * container.length))
    for (let i = 0; i < container.length; i++) wide[i] = (container[i]! << up) >> down
    return wide
  }
  const signed = container instanceof Uint16Array ? new Int16Array(container.buffer) : new Int32Array(container.buffer)
  if (!isWhole) for (let i = 0; i < signed.length; i++) signed[i] = (signed[i]! << up) >> down
  return signed
}

/** Float (32 bit) or Double Float (64 bit) Pixel Data. */
export function finishFloats(bytes: Uint8Array, pixel: PixelDescriptor, bigEndian: boolean): PixelArray {
  const count = samplesOf(pixel) * pixel.frames
  const size = pixel.bitsAllocated / 8
  const buffer = new SharedArrayBuffer(size * count)
  const target = new Uint8Array(buffer)
  target.set(bytes.subarray(0, size * count))
  if (bigEndian) swapInPlace(target, size)
  return size === 4 ? new Float32Array(buffer) : new Float64Array(buffer)
}

function samplesOf(pixel: PixelDescriptor): number {
  return pixel.rows * pixel.columns * pixel.samplesPerPixel
}

function interleave(frame: Container, pixel: PixelDescriptor): void {
  const planes = frame.slice()
  const pixels = pixel.rows * pixel.columns
  const { samplesPerPixel } = pixel
  for (let sample = 0; sample < samplesPerPixel; sample++) {
    for (let i = 0; i < pixels; i++) frame[i * samplesPerPixel + sample] = planes[sample * pixels + i]!
  }
}

function swappedPairs(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length + (bytes.length & 1))
  copy.set(bytes)
  swapInPlace(copy, 2)
  return copy
}
