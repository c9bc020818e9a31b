/** Encapsulated pixel data (PS3.5 annex A.4): fragments, and which of them make which frame. */
import { InputError } from '../../../native-core/errors/index.ts'

const ITEM = 0xfffee000
const SEQUENCE_END = 0xfffee0dd

export interface Fragments {
  /** Basic Offset Table: the frames' first item tags, counted from the first fragment's item tag. Empty where there is none. */
  readonly offsetTable: readonly number[]
  /** Start and length of each fragment's value in the bytes, in turn. */
  readonly ranges: readonly number[]
  readonly end: number
  /** Whether a sequence delimitation item closed it. */
  readonly delimited: boolean
}

/** Walks the fragments from `start` on. Throws InputError where one is cut off. */
export function readFragments(
  view: DataView,
  start: number,
  limit: number,
  bigEndian: boolean,
  name: string,
): Fragments {
  const ranges: number[] = []
  let offsetTable: number[] = []
  let at = start
  let isFirst = true
  let delimited = false
  while (at < limit) {
    if (at + 8 > limit) throw cut(name, ranges.length / 2)
    const tag = ((view.getUint16(at, !bigEndian) << 16) | view.getUint16(at + 2, !bigEndian)) >>> 0
    const length = view.getUint32(at + 4, !bigEndian)
    at += 8
    if (tag === SEQUENCE_END) {
      delimited = true
      break
    }
    if (tag !== ITEM) {
      throw new InputError(
        'dicom.fragments-damaged',
        `The compressed pixel data ${name} are damaged: behind fragment ${ranges.length / 2} there is no further one and no end.`,
        'Copy or export the file again.',
      )
    }
    if (at + length > limit) throw cut(name, ranges.length / 2)
    if (isFirst) {
      offsetTable = []
      for (let i = 0; i + 4 <= length; i += 4) offsetTable.push(view.getUint32(at + i, !bigEndian))
      isFirst = false
    } else {
      ranges.push(at, length)
    }
    at += length
  }
  if (!delimited && ranges.length === 0) throw cut(name, 0)
  return { offsetTable, ranges, end: at, delimited }
}

function cut(name: string, whole: number): InputError {
  return new InputError(
    'dicom.pixels-truncated',
    `The file ends within the compressed pixel data ${name}, behind ${whole} whole fragments.`,
    'Copy or export the file again.',
  )
}

/** Extended Offset Table (7fe0,0001) and Lengths (7fe0,0002), in bytes. */
export interface ExtendedOffsets {
  readonly offsets: readonly number[]
  readonly lengths: readonly number[]
}

/**
 * The codestream of each frame, as pieces of `bytes`, in frame order. By the extended offset table, else the basic one, else one
 * fragment a frame, else by where codestreams begin. Throws InputError where the frames cannot be told apart or do not add up.
 */
export function frameFragments(
  bytes: Uint8Array,
  fragments: Fragments,
  frames: number,
  extended: ExtendedOffsets | null,
): Uint8Array[] {
  const pieces: Uint8Array[] = []
  const starts: number[] = []
  const base = fragments.ranges.length > 0 ? fragments.ranges[0]! - 8 : 0
  for (let i = 0; i < fragments.ranges.length; i += 2) {
    const start = fragments.ranges[i]!
    starts.push(start - 8 - base)
    pieces.push(bytes.subarray(start, start + fragments.ranges[i + 1]!))
  }
  if (extended && extended.offsets.length === frames && extended.lengths.length === frames) {
    const byTable = group(pieces, starts, extended.offsets)
    if (byTable) {
      const joined = byTable.map(join)
      if (joined.every((frame, i) => extended.lengths[i]! <= frame.length)) {
        return joined.map((frame, i) => frame.subarray(0, extended.lengths[i]))
      }
    }
  }
  if (fragments.offsetTable.length === frames) {
    const byTable = group(pieces, starts, fragments.offsetTable)
    if (byTable) return byTable.map(join)
  }
  if (pieces.length === frames) return pieces
  if (frames === 1 && pieces.length > 0) return [join(pieces)]
  const byMarks = groupByMarks(pieces)
  if (byMarks.length === frames) return byMarks.map(join)
  throw new InputError(
    'pixel.frames-do-not-add-up',
    `The file says ${frames} frames and has ${pieces.length} fragments of compressed pixel data, which cannot be assigned to them.`,
    'Export the image again, uncompressed if possible.',
  )
}

/** Fragments from each offset to the next; null where an offset is not the start of a fragment. */
function group(
  pieces: readonly Uint8Array[],
  starts: readonly number[],
  offsets: readonly number[],
): Uint8Array[][] | null {
  const indices: number[] = []
  for (const offset of offsets) {
    const index = starts.indexOf(offset, indices.length > 0 ? indices[indices.length - 1]! + 1 : 0)
    if (index < 0) return null
    indices.push(index)
  }
  if (indices[0] !== 0) return null
  return indices.map((first, i) => pieces.slice(first, indices[i + 1] ?? pieces.length))
}

/** A frame begins where a fragment begins as a JPEG or JPEG 2000 codestream does. */
function groupByMarks(pieces: readonly Uint8Array[]): Uint8Array[][] {
  const groups: Uint8Array[][] = []
  for (const piece of pieces) {
    const isStart = (piece[0] === 0xff && (piece[1] === 0xd8 || piece[1] === 0x4f)) || isJp2(piece)
    if (isStart || groups.length === 0) groups.push([])
    groups[groups.length - 1]!.push(piece)
  }
  return groups
}

function isJp2(piece: Uint8Array): boolean {
  return piece[4] === 0x6a && piece[5] === 0x50 && piece[6] === 0x20 && piece[7] === 0x20
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
