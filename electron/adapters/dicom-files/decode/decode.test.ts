import { createRequire } from 'node:module'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../../native-core/errors/index.ts'
import { BIG, element, encapsulated, EXPLICIT, file, image, uint16, uint32 } from '../handMade.test-support.ts'
import type { ImageOptions } from '../handMade.test-support.ts'
import { readDicom } from '../readDicom.ts'
import type { LoadedPixels } from '../types.ts'
import { decodePixels } from './index.ts'

const LE = '1.2.840.10008.1.2.1'
const BE = '1.2.840.10008.1.2.2'
const RLE = '1.2.840.10008.1.2.5'
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.57'
const JPEG_2000 = '1.2.840.10008.1.2.4.90'
const HTJ2K = '1.2.840.10008.1.2.4.201'

async function decode(uid: string, options: ImageOptions, pixelData: Buffer, style = EXPLICIT): Promise<LoadedPixels> {
  const read = readDicom(file(uid, image(options, pixelData, style)))
  if (!read || read === 'dicomdir') throw new Error('not read')
  return await decodePixels(read)
}

async function refusal(uid: string, options: ImageOptions, pixelData: Buffer): Promise<string> {
  try {
    await decode(uid, options, pixelData)
  } catch (error) {
    if (error instanceof InputError) return error.code
    throw error
  }
  return 'none'
}

function ow(words: readonly number[]): Buffer {
  return element('7fe00010', 'OW', uint16(words))
}

function ob(bytes: readonly number[]): Buffer {
  return element('7fe00010', 'OB', Buffer.from(bytes))
}

describe('native pixels', () => {
  it('are as stored for whole words, on shared memory', async () => {
    const { data } = await decode(LE, {}, ow([0, 1, 32768, 65535]))
    expect(data).toEqual(new Uint16Array([0, 1, 32768, 65535]))
    expect(data.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect((await decode(LE, { signed: true }, ow([0, 1, 32768, 65535]))).data).toEqual(
      new Int16Array([0, 1, -32768, -1]),
    )
  })

  it('lose the bits above the stored ones, where overlays once were', async () => {
    const words = [0xf001, 0x0fff, 0x1800, 0x07ff]
    expect((await decode(LE, { bitsStored: 12 }, ow(words))).data).toEqual(new Uint16Array([1, 4095, 2048, 2047]))
    const signed = await decode(LE, { bitsStored: 12, signed: true }, ow(words))
    expect(signed.data).toEqual(new Int16Array([1, -1, -2048, 2047]))
  })

  it('are shifted down where the high bit is not the last one', async () => {
    const words = [0x0010, 0xfff0, 0x800f, 0x7ff0]
    expect((await decode(LE, { bitsStored: 12, highBit: 15 }, ow(words))).data).toEqual(
      new Uint16Array([1, 4095, 2048, 2047]),
    )
    const signed = await decode(LE, { bitsStored: 12, highBit: 15, signed: true }, ow(words))
    expect(signed.data).toEqual(new Int16Array([1, -1, -2048, 2047]))
  })

  it('of 8 bits come with their sign as 16', async () => {
    const bytes = ob([0, 127, 128, 255])
    expect((await decode(LE, { bitsAllocated: 8 }, bytes)).data).toEqual(new Uint8Array([0, 127, 128, 255]))
    expect((await decode(LE, { bitsAllocated: 8, signed: true }, bytes)).data).toEqual(
      new Int16Array([0, 127, -128, -1]),
    )
  })

  it('of 32 bits', async () => {
    const words = element('7fe00010', 'OW', uint32([0, 1, 0x80000000, 0xffffffff]))
    expect((await decode(LE, { bitsAllocated: 32 }, words)).data).toEqual(
      new Uint32Array([0, 1, 2147483648, 4294967295]),
    )
    const signed = await decode(LE, { bitsAllocated: 32, signed: true }, words)
    expect(signed.data).toEqual(new Int32Array([0, 1, -2147483648, -1]))
    const stored = await decode(LE, { bitsAllocated: 32, bitsStored: 24, signed: true }, words)
    expect(stored.data).toEqual(new Int32Array([0, 1, 0, -1]))
  })

  it('of one bit go on across frames without a gap', async () => {
    // Two frames of 9 bits: 1 0 1 0 1 0 1 0 1 and 0 1 1 0 0 0 0 0 1, lowest bit first.
    const { data } = await decode(LE, { rows: 3, columns: 3, frames: 2, bitsAllocated: 1 }, ob([0x55, 0x0d, 0x02, 0]))
    expect(Array.from(data)).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1])
  })

  it('of big-endian files, bytes in words included', async () => {
    const words = element('7fe00010', 'OW', uint16([1, 2, 3, 0x8000], BIG), BIG)
    expect((await decode(BE, {}, words, BIG)).data).toEqual(new Uint16Array([1, 2, 3, 32768]))
    const packed = element('7fe00010', 'OW', Buffer.from([2, 1, 4, 3]), BIG)
    expect((await decode(BE, { bitsAllocated: 8 }, packed, BIG)).data).toEqual(new Uint8Array([1, 2, 3, 4]))
    const bytes = element('7fe00010', 'OB', Buffer.from([1, 2, 3, 4]), BIG)
    expect((await decode(BE, { bitsAllocated: 8 }, bytes, BIG)).data).toEqual(new Uint8Array([1, 2, 3, 4]))
  })

  it('of colour planes come with the samples of a pixel side by side', async () => {
    const options = { rows: 1, samples: 3, planar: 1, bitsAllocated: 8, frames: 2, photometric: 'RGB' }
    const { data } = await decode(LE, options, ob([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
    expect(Array.from(data)).toEqual([1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12])
  })

  it('in floating point', async () => {
    const floats = Float32Array.of(-1.5, 0, 3.25, 1e30)
    const doubles = Float64Array.of(-1.5, 0, 3.25, 1e300)
    const single = await decode(LE, { bitsAllocated: 32 }, element('7fe00008', 'OF', Buffer.from(floats.buffer)))
    expect(single.data).toEqual(floats)
    const double = await decode(LE, { bitsAllocated: 64 }, element('7fe00009', 'OD', Buffer.from(doubles.buffer)))
    expect(double.data).toEqual(doubles)
  })
})

describe('RLE', () => {
  /** A frame from segments that are encoded already. */
  function rleFrame(segments: readonly (readonly number[])[]): Buffer {
    const offsets: number[] = []
    let at = 64
    for (const segment of segments) {
      offsets.push(at)
      at += segment.length
    }
    const header = Buffer.alloc(64)
    uint32([segments.length, ...offsets]).copy(header)
    return Buffer.concat([header, ...segments.map((segment) => Buffer.from(segment))])
  }

  it('has a literal run, a replicate run and padding, most significant byte first', async () => {
    // High bytes: 01 four times; low bytes: 1, 2, 3 and 255 literally, behind a no-operation.
    const frame = rleFrame([
      [0xfd, 1],
      [0x80, 3, 1, 2, 3, 255, 0],
    ])
    const { data } = await decode(RLE, {}, encapsulated([], [frame]))
    expect(data).toEqual(new Uint16Array([257, 258, 259, 511]))
  })

  it('of 32 bits and of several frames', async () => {
    const first = rleFrame([
      [0xfd, 0xff],
      [0xfd, 0xff],
      [0xfd, 0xff],
      [3, 0xff, 0xfe, 0xfd, 0xfc],
    ])
    const second = rleFrame([
      [0xfd, 0],
      [0xfd, 0],
      [0xfd, 0],
      [3, 1, 2, 3, 4],
    ])
    const { data } = await decode(
      RLE,
      { bitsAllocated: 32, frames: 2, signed: true },
      encapsulated([], [first, second]),
    )
    expect(data).toEqual(new Int32Array([-1, -2, -3, -4, 1, 2, 3, 4]))
  })

  it('refuses frames that come out short, with other segments, or offsets that lead out', async () => {
    expect(
      await refusal(
        RLE,
        {},
        encapsulated(
          [],
          [
            rleFrame([
              [0xfd, 1],
              [2, 1, 2, 3],
            ]),
          ],
        ),
      ),
    ).toBe('pixel.undecodable')
    expect(await refusal(RLE, {}, encapsulated([], [rleFrame([[0xfd, 1]])]))).toBe('pixel.undecodable')
    const broken = rleFrame([
      [0xfd, 1],
      [3, 1, 2, 3, 4],
    ])
    broken.writeUInt32LE(9999, 8)
    expect(await refusal(RLE, {}, encapsulated([], [broken]))).toBe('pixel.undecodable')
    expect(await refusal(RLE, {}, encapsulated([], [Buffer.alloc(10)]))).toBe('pixel.undecodable')
  })
})

describe('frames and fragments', () => {
  const DEFLATED_FRAMES = '1.2.840.10008.1.2.8.1'
  const packed = (words: readonly number[]): Buffer => {
    const bytes = deflateRawSync(uint16(words))
    return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
  }
  const first = packed([1, 2, 3, 4])
  const second = packed([5, 6, 7, 8])
  const expected = new Uint16Array([1, 2, 3, 4, 5, 6, 7, 8])

  it('are assigned one to one without an offset table', async () => {
    expect((await decode(DEFLATED_FRAMES, { frames: 2 }, encapsulated([], [first, second]))).data).toEqual(expected)
  })

  it('are joined by the basic offset table', async () => {
    const pieces = [first.subarray(0, 4), first.subarray(4), second.subarray(0, 6), second.subarray(6)]
    const table = [0, 8 + 4 + 8 + first.length - 4]
    expect((await decode(DEFLATED_FRAMES, { frames: 2 }, encapsulated(table, pieces))).data).toEqual(expected)
  })

  it('are joined by the extended offset table', async () => {
    const pieces = [first.subarray(0, 4), first.subarray(4), second]
    const offsets = Buffer.alloc(16)
    offsets.writeBigUInt64LE(BigInt(8 + 4 + 8 + first.length - 4), 8)
    const lengths = Buffer.alloc(16)
    lengths.writeBigUInt64LE(BigInt(first.length), 0)
    lengths.writeBigUInt64LE(BigInt(second.length), 8)
    const data = Buffer.concat([
      element('7fe00001', 'OV', offsets),
      element('7fe00002', 'OV', lengths),
      encapsulated([], pieces),
    ])
    expect((await decode(DEFLATED_FRAMES, { frames: 2 }, data)).data).toEqual(expected)
  })

  it('are joined to one frame where there is only one', async () => {
    const pieces = [first.subarray(0, 2), first.subarray(2, 6), first.subarray(6)]
    expect((await decode(DEFLATED_FRAMES, {}, encapsulated([], pieces))).data).toEqual(expected.subarray(0, 4))
  })

  it('are refused where their numbers do not add up', async () => {
    expect(await refusal(DEFLATED_FRAMES, { frames: 3 }, encapsulated([], [first, second]))).toBe(
      'pixel.frames-do-not-add-up',
    )
    expect(await refusal(DEFLATED_FRAMES, { frames: 2 }, encapsulated([], [first, second, second]))).toBe(
      'pixel.frames-do-not-add-up',
    )
    expect(await refusal(DEFLATED_FRAMES, { frames: 2 }, encapsulated([0, 5], [first, second, second]))).toBe(
      'pixel.frames-do-not-add-up',
    )
  })

  it('are refused where one of them is short', async () => {
    expect(await refusal(DEFLATED_FRAMES, { frames: 2 }, encapsulated([], [first, packed([1, 2, 3])]))).toBe(
      'pixel.undecodable',
    )
  })
})

describe('JPEG lossless', () => {
  /**
   * A codestream made by hand: a Huffman table with codes of 5 bits for the categories 0 to 16, differences of `values` by a
   * predictor (T.81 table H.1), 2 × 2 pixels of 16 bits.
   */
  function jpegLossless(values: readonly number[], predictor: number, cut = 0): Buffer {
    const bits: number[] = []
    const put = (value: number, count: number): void => {
      for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1)
    }
    const [a, b, c] = values as [number, number, number]
    const last = [0, b, c, a, b + c - a, c + ((b - a) >> 1), b + ((c - a) >> 1), (b + c) >> 1]
    // In the second line c is to the left, b above and a at the diagonal.
    last[1] = c
    last[2] = b
    last[5] = c + ((b - a) >> 1)
    const predictions = [32768, a, a, last[predictor]!]
    values.forEach((value, i) => {
      const difference = ((value - predictions[i]!) << 16) >> 16
      const size = difference === -32768 ? 16 : 32 - Math.clz32(Math.abs(difference))
      put(size, 5)
      if (size > 0 && size < 16) put(difference > 0 ? difference : difference + (1 << size) - 1, size)
    })
    while (bits.length % 8 !== 0) bits.push(1)
    const data: number[] = []
    for (let i = 0; i < bits.length; i += 8) {
      const byte = parseInt(bits.slice(i, i + 8).join(''), 2)
      data.push(byte, ...(byte === 0xff ? [0] : []))
    }
    const counts = Array.from({ length: 16 }, (_, i) => (i === 4 ? 17 : 0))
    const stream = [
      0xff,
      0xd8,
      0xff,
      0xc4,
      0,
      2 + 17 + 17,
      0,
      ...counts,
      ...Array.from({ length: 17 }, (_, i) => i),
      0xff,
      0xc3,
      0,
      11,
      16,
      0,
      2,
      0,
      2,
      1,
      1,
      0x11,
      0,
      0xff,
      0xda,
      0,
      8,
      1,
      1,
      0,
      predictor,
      0,
      0,
      ...data.slice(0, data.length - cut),
      0xff,
      0xd9,
    ]
    return Buffer.from(stream.length % 2 === 0 ? stream : [...stream, 0])
  }

  const values = [100, 65535, 7, 40000]

  it.each([1, 2, 3, 4, 5, 6, 7])('predictor %i', async (predictor) => {
    const { data } = await decode(JPEG_LOSSLESS, {}, encapsulated([], [jpegLossless(values, predictor)]))
    expect(Array.from(data)).toEqual(values)
  })

  it('has a difference of 32768', async () => {
    const extreme = [0, 32768, 32768, 0]
    const { data } = await decode(JPEG_LOSSLESS, { signed: true }, encapsulated([], [jpegLossless(extreme, 1)]))
    expect(Array.from(data)).toEqual([0, -32768, -32768, 0])
  })

  it('is refused where it is cut off, of another size, or no codestream', async () => {
    expect(await refusal(JPEG_LOSSLESS, {}, encapsulated([], [jpegLossless(values, 1, 3)]))).toBe('pixel.undecodable')
    expect(await refusal(JPEG_LOSSLESS, { rows: 4 }, encapsulated([], [jpegLossless(values, 1)]))).toBe(
      'pixel.undecodable',
    )
    expect(await refusal(JPEG_LOSSLESS, {}, encapsulated([], [Buffer.alloc(100)]))).toBe('pixel.undecodable')
  })
})

interface WasmEncoder {
  getDecodedBuffer(info: object): Uint8Array
  encode(): void
  getEncodedBuffer(): Uint8Array
  setDecompositions(count: number): void
  setQuality(reversible: boolean, quality: number): void
}

/** A codestream by the encoder of OpenJPH or OpenJPEG. */
async function encodeWith(
  module: string,
  name: string,
  words: Uint16Array | Int16Array,
  columns: number,
  bits: number,
): Promise<Buffer> {
  const load = createRequire(import.meta.url)(module) as () => Promise<Record<string, new () => WasmEncoder>>
  const encoder = new (await load())[name]!()
  const isSigned = words instanceof Int16Array
  const info = {
    width: columns,
    height: words.length / columns,
    bitsPerSample: bits,
    componentCount: 1,
    isSigned,
    isUsingColorTransform: false,
  }
  encoder.getDecodedBuffer(info).set(new Uint8Array(words.buffer))
  encoder.setDecompositions(2)
  encoder.setQuality(true, 0)
  encoder.encode()
  const bytes = Buffer.from(encoder.getEncodedBuffer())
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
}

describe('JPEG 2000 and HTJ2K', () => {
  const columns = 64
  const ramp = Uint16Array.from({ length: 64 * columns }, (_, i) => (i * 2654435761) % 4096)
  const codecs = [
    ['JPEG 2000', JPEG_2000, '@cornerstonejs/codec-openjpeg/wasmjs', 'J2KEncoder'],
    ['HTJ2K', HTJ2K, '@cornerstonejs/codec-openjph/wasmjs', 'HTJ2KEncoder'],
  ] as const

  it.each(codecs)(
    '%s comes back as it was encoded, of 12 and 16 bits, with and without sign',
    async (_name, uid, module, encoder) => {
      const twelve = await encodeWith(module, encoder, ramp, columns, 12)
      const options = { rows: 64, columns }
      expect((await decode(uid, { ...options, bitsStored: 12 }, encapsulated([], [twelve]))).data).toEqual(ramp)
      const wide = ramp.map((value) => value * 16)
      const sixteen = await encodeWith(module, encoder, wide, columns, 16)
      expect((await decode(uid, options, encapsulated([], [sixteen]))).data).toEqual(wide)
      const negative = Int16Array.from(ramp, (value) => value - 2048)
      const signed = await encodeWith(module, encoder, negative, columns, 16)
      expect((await decode(uid, { ...options, signed: true }, encapsulated([], [signed]))).data).toEqual(negative)
      expect(await refusal(uid, options, encapsulated([], [signed]))).toBe('pixel.undecodable')
    },
  )

  it.each(codecs)('%s that is cut off is refused, wherever it is cut', async (_name, uid, module, encoder) => {
    const whole = await encodeWith(module, encoder, ramp, columns, 12)
    for (let length = 2; length < whole.length - 4; length += 2 * Math.ceil(whole.length / 80)) {
      const cut = encapsulated([], [whole.subarray(0, length)])
      expect(await refusal(uid, { rows: 64, columns, bitsStored: 12 }, cut)).toBe('pixel.undecodable')
    }
  })

  it('HTJ2K is decoded alike by OpenJPH and by OpenJPEG', async () => {
    const bytes = await encodeWith('@cornerstonejs/codec-openjph/wasmjs', 'HTJ2KEncoder', ramp, columns, 12)
    interface Decoder {
      getEncodedBuffer(length: number): Uint8Array
      decode(): void
      getDecodedBuffer(): Uint8Array
    }
    const load = createRequire(import.meta.url)('@cornerstonejs/codec-openjpeg/decodewasmjs') as (
      silent: object,
    ) => Promise<{
      J2KDecoder: new () => Decoder
    }>
    const decoder = new (await load({ print: () => undefined })).J2KDecoder()
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
    const other = new Uint8Array(decoder.getDecodedBuffer())
    const { data } = await decode(HTJ2K, { rows: 64, columns, bitsStored: 12 }, encapsulated([], [bytes]))
    expect(data).toEqual(new Uint16Array(other.buffer))
  })
})

describe('what is not read', () => {
  it.each([
    ['video', '1.2.840.10008.1.2.4.102'],
    ['JPEG XL', '1.2.840.10008.1.2.4.110'],
  ])('%s is refused by name', async (name, uid) => {
    const data = encapsulated([], [Buffer.alloc(16)])
    await expect(decode(uid, {}, data)).rejects.toMatchObject({
      code: 'pixel.unsupported',
      message: expect.stringContaining(name) as string,
    })
  })

  it('an unknown transfer syntax is refused where its frames are no known codestream', async () => {
    expect(await refusal('1.2.3.4.5', {}, encapsulated([], [Buffer.alloc(16)]))).toBe('pixel.undecodable')
  })
})
