/** RLE Lossless (PS3.5 annex G): PackBits by byte planes. */
import { undecodable } from './frame.ts'

/**
 * The byte planes of a frame, each of `planeBytes`, in file order (of each sample the most significant byte first). Throws where a
 * plane is missing or comes out short.
 */
export function decodeRlePlanes(bytes: Uint8Array, planes: number, planeBytes: number): Uint8Array[] {
  if (bytes.length < 64) throw undecodable('an RLE frame is shorter than its header')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const segments = view.getUint32(0, true)
  if (segments !== planes) throw undecodable(`an RLE frame has ${segments} segments and should have ${planes}`)
  const result: Uint8Array[] = []
  for (let segment = 0; segment < planes; segment++) {
    const start = view.getUint32(4 + 4 * segment, true)
    const end = segment + 1 < planes ? view.getUint32(8 + 4 * segment, true) : bytes.length
    if (start < 64 || end > bytes.length || start > end) throw undecodable('the offsets of an RLE frame lead out of it')
    result.push(decodeSegment(bytes, start, end, planeBytes))
  }
  return result
}

function decodeSegment(bytes: Uint8Array, start: number, end: number, length: number): Uint8Array {
  const plane = new Uint8Array(length)
  let from = start
  let to = 0
  while (to < length) {
    if (from >= end) throw undecodable(`an RLE segment gives ${to} of ${length} bytes`)
    const head = bytes[from]!
    from += 1
    if (head < 128) {
      const count = head + 1
      if (from + count > end) throw undecodable(`an RLE segment ends within a run`)
      // Runs may go beyond the plane by padding, not more.
      plane.set(bytes.subarray(from, from + Math.min(count, length - to)), to)
      from += count
      to += count
    } else if (head > 128) {
      if (from >= end) throw undecodable(`an RLE segment ends within a run`)
      const count = 257 - head
      plane.fill(bytes[from]!, to, Math.min(to + count, length))
      from += 1
      to += count
    }
  }
  return plane
}
