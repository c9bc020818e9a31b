/** Bits and Huffman codes of a JPEG scan (ITU-T T.81 annex C and F.2.2). Reading beyond the data is an error, never zeros. */
import { undecodable } from './frame.ts'

const LOOKAHEAD = 9

/** A Huffman table: codes of up to 9 bits by one look, longer ones by their length. */
export class HuffmanTable {
  /** For each 9-bit prefix: length × 256 + value; 0 where the code is longer. */
  readonly quick = new Uint16Array(1 << LOOKAHEAD)
  readonly values: Uint8Array
  /** Largest code of each length, −1 where there is none. */
  readonly maxCode = new Int32Array(18).fill(-1)
  readonly offset = new Int32Array(17)

  constructor(counts: Uint8Array, values: Uint8Array) {
    this.values = new Uint8Array(values)
    let code = 0
    let index = 0
    for (let length = 1; length <= 16; length++) {
      const count = counts[length - 1]!
      this.offset[length] = index - code
      for (let i = 0; i < count; i++, code++, index++) {
        if (code >= 1 << length) throw undecodable('a JPEG Huffman table has more codes than there can be')
        if (length > LOOKAHEAD) continue
        const first = code << (LOOKAHEAD - length)
        this.quick.fill(length * 256 + this.values[index]!, first, first + (1 << (LOOKAHEAD - length)))
      }
      if (count > 0) this.maxCode[length] = code - 1
      code <<= 1
    }
  }
}

/** The bits of one scan, with byte stuffing undone, up to the next marker. */
export class BitReader {
  private readonly bytes: Uint8Array
  private position: number
  private buffer = 0
  private available = 0
  /** Bits in the buffer that are not in the file, because a marker or the end came. */
  private invented = 0

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes
    this.position = start
  }

  /** The next Huffman-coded value. */
  decode(table: HuffmanTable): number {
    if (this.available < 16) this.fill()
    const entry = table.quick[(this.buffer >>> (this.available - LOOKAHEAD)) & ((1 << LOOKAHEAD) - 1)]!
    if (entry !== 0) {
      this.take(entry >>> 8)
      return entry & 255
    }
    for (let length = LOOKAHEAD + 1; length <= 16; length++) {
      const code = (this.buffer >>> (this.available - length)) & ((1 << length) - 1)
      if (code <= table.maxCode[length]!) {
        this.take(length)
        return table.values[table.offset[length]! + code]!
      }
    }
    throw undecodable('the JPEG data hold a code that its Huffman table has not')
  }

  /** The next `count` bits (at most 16) as a number. */
  receive(count: number): number {
    if (count === 0) return 0
    if (this.available < count) this.fill()
    const value = (this.buffer >>> (this.available - count)) & ((1 << count) - 1)
    this.take(count)
    return value
  }

  /** The next `count` bits as a difference with a sign (T.81 F.12, EXTEND). */
  receiveExtend(count: number): number {
    const value = this.receive(count)
    return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value
  }

  /** Goes over a restart marker: bits before it are padding. */
  restart(): void {
    this.buffer = 0
    this.available = 0
    this.invented = 0
    let at = this.position
    while (
      at + 1 < this.bytes.length &&
      !(this.bytes[at] === 0xff && this.bytes[at + 1] !== 0 && this.bytes[at + 1] !== 0xff)
    )
      at++
    const marker = this.bytes[at + 1] ?? 0
    if (marker < 0xd0 || marker > 0xd7) throw undecodable('a JPEG restart marker is missing')
    this.position = at + 2
  }

  /** Where the scan's data end. */
  get end(): number {
    return this.position
  }

  private take(count: number): void {
    this.available -= count
    if (this.available < this.invented) throw undecodable('the JPEG data end too early')
  }

  private fill(): void {
    while (this.available <= 16) {
      let byte = this.bytes[this.position]
      if (byte === 0xff) {
        if (this.bytes[this.position + 1] === 0) this.position += 2
        else if (this.bytes[this.position + 1] === 0xff) {
          this.position += 1
          continue
        } else byte = undefined
      } else if (byte !== undefined) this.position += 1
      if (byte === undefined) this.invented += 8
      this.buffer = (this.buffer << 8) | (byte ?? 0)
      this.available += 8
    }
  }
}
