/** What the head of a compressed frame says: coding, size, depth, and whether it is lossy. Decodes nothing. */

export type Codestream =
  | { readonly kind: 'jpeg'; readonly process: number; readonly lossy: boolean }
  | { readonly kind: 'jpeg-ls'; readonly lossy: boolean }
  | {
      readonly kind: 'jpeg-2000'
      readonly highThroughput: boolean
      /** By its wavelet: false for the irreversible one; the reversible one can still be cut short. */
      readonly reversible: boolean
      readonly columns: number
      readonly rows: number
      readonly components: number
      readonly precision: number
      readonly signed: boolean
      /** All tile parts are there. */
      readonly complete: boolean
    }

/** Reads the head of a JPEG, JPEG-LS, JPEG 2000 or HTJ2K codestream; null if it is none of them. */
export function inspectCodestream(bytes: Uint8Array): Codestream | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return inspectJpeg(bytes)
  const stream = unwrapJp2(bytes)
  if (stream[0] === 0xff && stream[1] === 0x4f) return inspectJpeg2000(stream)
  return null
}

/** The codestream inside a JP2 file; the bytes themselves if they are none. */
export function unwrapJp2(bytes: Uint8Array): Uint8Array {
  if (!(bytes[4] === 0x6a && bytes[5] === 0x50 && bytes[6] === 0x20 && bytes[7] === 0x20)) return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  while (at + 8 <= bytes.length) {
    let length = view.getUint32(at)
    let head = 8
    if (length === 1 && at + 16 <= bytes.length) {
      length = Number(view.getBigUint64(at + 8))
      head = 16
    }
    const end = length === 0 ? bytes.length : at + length
    if (view.getUint32(at + 4) === 0x6a703263) return bytes.subarray(at + head, Math.min(end, bytes.length))
    if (end <= at) break
    at = end
  }
  return bytes
}

function inspectJpeg(bytes: Uint8Array): Codestream | null {
  let at = 2
  let process = -1
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!
    if (marker === 0xf7) process = 0xf7
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) process = marker - 0xc0
    if (marker === 0xda) {
      if (process !== 0xf7) return process < 0 ? null : { kind: 'jpeg', process, lossy: process !== 3 }
      const components = bytes[at + 4] ?? 0
      return { kind: 'jpeg-ls', lossy: (bytes[at + 5 + 2 * components] ?? 0) > 0 }
    }
    at += 2 + length
  }
  return null
}

function inspectJpeg2000(bytes: Uint8Array): Codestream | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 2
  let size: { columns: number; rows: number; components: number; precision: number; signed: boolean } | null = null
  let reversible = true
  let highThroughput = false
  while (at + 4 <= bytes.length) {
    const marker = view.getUint16(at)
    const length = view.getUint16(at + 2)
    if (marker === 0xff90) break
    if (marker === 0xff51 && at + 43 <= bytes.length) {
      const depth = bytes[at + 40]!
      size = {
        columns: view.getUint32(at + 6) - view.getUint32(at + 14),
        rows: view.getUint32(at + 10) - view.getUint32(at + 18),
        components: view.getUint16(at + 38),
        precision: (depth & 0x7f) + 1,
        signed: (depth & 0x80) !== 0,
      }
    } else if (marker === 0xff50) highThroughput = true
    else if (marker === 0xff52 && at + 14 <= bytes.length) reversible = bytes[at + 13] === 1
    if (length < 2) return null
    at += 2 + length
  }
  if (!size) return null
  return { kind: 'jpeg-2000', highThroughput, reversible, ...size, complete: tilePartsComplete(view, at) }
}

/** Follows the tile parts by their lengths: whether each is there and the last one has its end. */
function tilePartsComplete(view: DataView, start: number): boolean {
  let at = start
  let seen = 0
  while (at + 12 <= view.byteLength && view.getUint16(at) === 0xff90) {
    const length = view.getUint32(at + 6)
    seen++
    if (length === 0) {
      // Up to the end of the codestream, which then has to be marked, behind at most some padding.
      let end = view.byteLength
      while (end > at + 14 && view.getUint8(end - 1) === 0) end--
      return view.getUint16(end - 2) === 0xffd9
    }
    if (length < 14 || at + length > view.byteLength) return false
    at += length
  }
  if (seen === 0) return false
  // Without its end mark a last tile part that is all there is enough.
  return at + 2 > view.byteLength || view.getUint16(at) === 0xffd9 || view.getUint16(at) === 0
}
