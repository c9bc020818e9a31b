/**
 * JPEG-LS, JPEG 2000 and HTJ2K by CharLS, OpenJPEG and OpenJPH. These can return garbage or an empty frame without an error and throw
 * bare numbers, so the codestream's own head is read first, lengths are checked, and after any failure the instance is thrown away.
 */
import { createRequire } from 'node:module'
import { InputError } from '../../../../native-core/errors/index.ts'
import { inspectCodestream, unwrapJp2 } from '../codestream.ts'
import { checkShape, undecodable } from './frame.ts'
import type { DecodedFrame, FrameShape } from './frame.ts'

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array
  decode(): void
  getDecodedBuffer(): Uint8Array
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned?: boolean }
  delete(): void
}

type DecoderClass = new () => WasmDecoder
type Codec = 'jpeg-ls' | 'jpeg-2000' | 'htj2k'

const CODECS: {
  readonly [codec in Codec]: { readonly module: string; readonly decoder: string; readonly name: string }
} = {
  'jpeg-ls': { module: '@cornerstonejs/codec-charls/decodewasmjs', decoder: 'JpegLSDecoder', name: 'JPEG-LS' },
  'jpeg-2000': { module: '@cornerstonejs/codec-openjpeg/decodewasmjs', decoder: 'J2KDecoder', name: 'JPEG 2000' },
  htj2k: { module: '@cornerstonejs/codec-openjph/wasmjs', decoder: 'HTJ2KDecoder', name: 'HTJ2K' },
}

const requireModule = createRequire(import.meta.url)
const instances = new Map<Codec, Promise<{ readonly [name: string]: unknown }>>()

async function decoderClass(codec: Codec): Promise<DecoderClass> {
  let instance = instances.get(codec)
  if (!instance) {
    // The modules write to the console what the caller gets as an error.
    const silent = { print: () => undefined, printErr: () => undefined }
    const factory = requireModule(CODECS[codec].module) as (
      options: object,
    ) => Promise<{ readonly [name: string]: unknown }>
    instance = factory(silent)
    instances.set(codec, instance)
  }
  return (await instance)[CODECS[codec].decoder] as DecoderClass
}

/** Decodes a JPEG-LS codestream of the given size. */
export async function decodeJpegLs(bytes: Uint8Array, expected: FrameShape): Promise<DecodedFrame> {
  const head = jpegLsHead(bytes)
  checkShape(head, expected)
  let end = bytes.length
  while (end > 2 && bytes[end - 1] === 0) end--
  if (!(bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9)) throw undecodable('the JPEG-LS codestream has no end')
  return await run('jpeg-ls', bytes, expected, head.precision, false)
}

/** Decodes a JPEG 2000 or HTJ2K codestream (or JP2 file) of the given size. */
export async function decodeJpeg2000(bytes: Uint8Array, expected: FrameShape): Promise<DecodedFrame> {
  const head = inspectCodestream(bytes)
  if (head?.kind !== 'jpeg-2000') throw undecodable('the JPEG 2000 head is damaged')
  checkShape(head, expected)
  if (!head.complete) throw undecodable('the JPEG 2000 codestream ends too early')
  if (head.precision > 16) throw undecodable(`JPEG 2000 of ${head.precision} bits is not read here`)
  return await run(head.highThroughput ? 'htj2k' : 'jpeg-2000', unwrapJp2(bytes), expected, head.precision, head.signed)
}

async function run(
  codec: Codec,
  bytes: Uint8Array,
  expected: FrameShape,
  precision: number,
  signed: boolean,
): Promise<DecodedFrame> {
  const { name } = CODECS[codec]
  const Decoder = await decoderClass(codec)
  try {
    const decoder = new Decoder()
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
    const info = decoder.getFrameInfo()
    checkShape({ rows: info.height, columns: info.width, components: info.componentCount }, expected)
    if (info.bitsPerSample !== precision || (info.isSigned ?? signed) !== signed)
      throw undecodable(`the ${name} decoder disagrees with the codestream`)
    const decoded = decoder.getDecodedBuffer()
    const count = expected.rows * expected.columns * expected.components
    const size = precision > 8 ? 2 : 1
    if (decoded.length !== count * size)
      throw undecodable(`${name} gave ${decoded.length} bytes instead of ${count * size}`)
    // The view is into the decoder's memory, and perhaps not aligned.
    const copy = new Uint8Array(decoded)
    decoder.delete()
    const values =
      size === 1
        ? signed
          ? new Int8Array(copy.buffer)
          : copy
        : signed
          ? new Int16Array(copy.buffer)
          : new Uint16Array(copy.buffer)
    return { ...expected, precision, signed, values }
  } catch (error) {
    instances.delete(codec)
    if (error instanceof InputError) throw error
    throw undecodable(`the ${name} decoder failed (${error instanceof Error ? error.message : String(error)})`)
  }
}

function jpegLsHead(bytes: Uint8Array): FrameShape & { precision: number } {
  let at = 2
  while (at + 10 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!
    if (marker === 0xf7) {
      return {
        precision: bytes[at + 4]!,
        rows: (bytes[at + 5]! << 8) | bytes[at + 6]!,
        columns: (bytes[at + 7]! << 8) | bytes[at + 8]!,
        components: bytes[at + 9]!,
      }
    }
    at += marker === 0xff ? 1 : 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
  }
  throw undecodable('the JPEG-LS head is damaged')
}
