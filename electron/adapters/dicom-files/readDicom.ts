/** One file's bytes as a header: the way from the first byte to a DicomHeader and the place of its pixels. */
import { constants, inflateRawSync, inflateSync } from 'node:zlib'
import { InputError } from '../../../native-core/errors/index.ts'
import { str } from './access.ts'
import { findStart, isMetaAt, makesSense, sensibleEncoding } from './detect.ts'
import { parseDataSet } from './parse.ts'
import type { Encoding, PixelLocation } from './parse.ts'
import { describePixels } from './pixelDescriptor.ts'
import { EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, isKnownTransferSyntax, transferSyntax } from './transferSyntax.ts'
import type { TransferSyntax } from './transferSyntax.ts'
import type { DicomElement, DicomHeader, DicomNote, PixelDescriptor } from './types.ts'

const MAX_NOTES = 40
/** So many elements in a row that make sense show that a file is encoded as it declares. */
const ELEMENTS_TO_BELIEVE = 3
const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10'
/** A deflated data set may not be larger than this when inflated. */
const MAX_INFLATED_BYTES = 1024 ** 3

export interface ReadDicom {
  readonly header: DicomHeader
  readonly pixel: PixelDescriptor | null
  readonly location: PixelLocation | null
  readonly syntax: TransferSyntax
  /** What `location` counts in: the file's bytes, or the inflated data set. */
  readonly bytes: Uint8Array
}

/**
 * Reads a whole file's bytes. Null where they are no DICOM file, 'dicomdir' where they are a table of contents; throws InputError
 * where they are a DICOM file that cannot be read.
 */
export function readDicom(file: Uint8Array): ReadDicom | 'dicomdir' | null {
  const start = findStart(file)
  if (!start) return null
  const notes = new Map<string, DicomNote>()
  const report = (note: DicomNote): void => {
    if (notes.size < MAX_NOTES) notes.set(`${note.code} ${note.message}`, note)
  }
  if (!start.magic)
    report({ code: 'encoding.no-preamble', message: 'The file has no DICOM mark: it is read from its first element.' })
  else if (!start.preamble)
    report({ code: 'encoding.no-preamble', message: 'The file has no preamble before its DICOM mark.' })

  const meta = readMeta(file, start.offset, report)
  if (str(meta, '00020002') === MEDIA_STORAGE_DIRECTORY) return 'dicomdir'
  const declared = meta.elements['00020010'] ? str(meta, '00020010') : null
  let bytes = file
  let at = meta.end
  let syntax = transferSyntax(declared ?? EXPLICIT_LE)
  if (declared !== null && syntax.deflated) {
    bytes = inflate(file.subarray(at))
    at = 0
  }
  const encoding = encodingOf(bytes, at, declared, syntax, report)
  if (!encoding) {
    // A mark alone makes no DICOM file.
    if (meta.end === start.offset) return null
    throw new InputError(
      'dicom.damaged',
      'Behind the file meta information there are no elements that could be read.',
      'Copy or export the file again.',
    )
  }
  if (declared !== null && !isKnownTransferSyntax(declared))
    report({
      code: 'encoding.unknown-transfer-syntax',
      message: `The transfer syntax "${declared}" is not known: the file is read as ${transferSyntax(uidOf(encoding)).name}.`,
    })
  if (declared === null || (!syntax.deflated && isOtherNative(syntax, encoding)))
    syntax = transferSyntax(uidOf(encoding))
  const parsed = parseDataSet(bytes, at, encoding, { report })
  const elements: { [tag: string]: DicomElement } = { ...meta.elements, ...parsed.elements }
  const root = { elements }
  if ('00041220' in elements) return 'dicomdir'
  const pixel = parsed.pixel ? describePixels(bytes, root, parsed.pixel, syntax, report) : null
  const header = { elements, transferSyntaxUid: syntax.uid, charset: parsed.charset, notes: [...notes.values()] }
  return { header, pixel, location: parsed.pixel, syntax, bytes }
}

function readMeta(
  file: Uint8Array,
  offset: number,
  report: (note: DicomNote) => void,
): { elements: { [tag: string]: DicomElement }; end: number } {
  if (!isMetaAt(file, offset)) {
    report({
      code: 'encoding.no-meta',
      message: 'The file has no file meta information: how it is encoded is seen from its elements.',
    })
    return { elements: {}, end: offset }
  }
  const { elements, end } = parseDataSet(file, offset, { explicit: true, bigEndian: false }, { report, onlyGroup: 2 })
  return { elements, end }
}

/** The encoding to read with: the declared one if the first elements make sense in it, else the one in which they do. */
function encodingOf(
  bytes: Uint8Array,
  at: number,
  declared: string | null,
  syntax: TransferSyntax,
  report: (note: DicomNote) => void,
): Encoding | null {
  const fromSyntax: Encoding = { explicit: syntax.explicit, bigEndian: syntax.bigEndian }
  if (at >= bytes.length) return fromSyntax
  // One element is not enough: in a large file the VR of an explicit element passes for an implicit length.
  if (declared !== null && makesSense(bytes, at, fromSyntax, ELEMENTS_TO_BELIEVE)) return fromSyntax
  const seen = sensibleEncoding(bytes, at)
  if (declared === null) {
    report({
      code: 'encoding.no-transfer-syntax',
      message: `The file names no transfer syntax: it is read as ${seen ? transferSyntax(uidOf(seen)).name : 'Explicit VR Little Endian'}.`,
    })
    return seen
  }
  if (seen) {
    report({
      code: 'encoding.wrong-transfer-syntax',
      message: `The file is declared as ${syntax.name} and is encoded as ${transferSyntax(uidOf(seen)).name}: it is read as such.`,
    })
    return seen
  }
  // Nothing looks right; the declared encoding gives the better message of what is wrong.
  if (makesSense(bytes, at, fromSyntax, 1)) return fromSyntax
  return isKnownTransferSyntax(syntax.uid) || syntax.uid.startsWith('1.2.') ? fromSyntax : null
}

function isOtherNative(syntax: TransferSyntax, encoding: Encoding): boolean {
  return (
    syntax.coding === 'native' && (syntax.explicit !== encoding.explicit || syntax.bigEndian !== encoding.bigEndian)
  )
}

function uidOf(encoding: Encoding): string {
  if (!encoding.explicit) return IMPLICIT_LE
  return encoding.bigEndian ? EXPLICIT_BE : EXPLICIT_LE
}

function inflate(deflated: Uint8Array): Uint8Array {
  const limits = { maxOutputLength: MAX_INFLATED_BYTES, finishFlush: constants.Z_FINISH }
  try {
    return inflateRawSync(deflated, limits)
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') {
      throw new InputError(
        'dicom.too-large',
        'The deflated data set is larger than 1 GB when inflated.',
        'Export the object without deflate compression.',
      )
    }
    // Some writers put a zlib head before the deflated bytes.
    if (deflated[0] === 0x78) {
      try {
        return inflateSync(deflated, limits)
      } catch {
        // The message below says it.
      }
    }
    throw new InputError(
      'dicom.deflate',
      'The deflated data set is damaged or cut off: it cannot be inflated.',
      'Copy or export the file again.',
    )
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
