/** One file on disk, read once: its hash, and what it is. Runs in a worker thread, hence synchronous. */
import { hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs'
import { InputError } from '../../../native-core/errors/index.ts'
import { findStart } from './detect.ts'
import { describeForeign, isZip } from './foreign.ts'
import { readDicom } from './readDicom.ts'
import type { ReadOutcome } from './types.ts'
import { unpackEntry } from './unpackEntry.ts'
import type { PackedEntry } from './unpackEntry.ts'

const MEBIBYTE = 1024 ** 2
const MAX_FILE_BYTES = 4 * 1024 ** 3 - 1
/** Files up to here are read whole; of larger ones first the head, to leave disk images and films alone. */
const READ_WHOLE_BYTES = 8 * MEBIBYTE
/** The buffer that is kept between files. */
const KEPT_BUFFER_BYTES = 16 * MEBIBYTE

export interface FileReading {
  readonly sizeBytes: number
  readonly sha256: string
  readonly outcome: ReadOutcome
  /** A zip archive that is no DICOM file: the caller may open it. */
  readonly isZip: boolean
}

let keptBuffer: Buffer | null = null

/**
 * Reads a file's header; whatever is wrong with the file becomes its outcome. A file of an archive (`packed`) is unpacked first, and
 * written to `path` if it is DICOM.
 */
export function readFileHeader(path: string, packed: PackedEntry | null): FileReading {
  const reading = { sizeBytes: 0, sha256: '' }
  try {
    const bytes = packed ? wholeEntry(packed) : readBytes(path, true)
    const { content } = bytes
    reading.sizeBytes = bytes.sizeBytes
    if (!bytes.isWhole || !findStart(content)) {
      return { ...reading, outcome: { kind: 'not-dicom', ...describeForeign(content) }, isZip: isZip(content) }
    }
    const sha256 = hash('sha256', content, 'hex')
    const read = readDicom(content)
    if (!read) return { ...reading, outcome: { kind: 'not-dicom', ...describeForeign(content) }, isZip: false }
    if (read === 'dicomdir') {
      const message = 'The file is a DICOMDIR, a table of contents: it is not needed, the files themselves are read.'
      return { ...reading, outcome: { kind: 'not-dicom', what: 'dicomdir', message }, isZip: false }
    }
    reading.sha256 = sha256
    if (packed) writeFileSync(path, content, { flag: 'wx', mode: 0o600 })
    return { ...reading, outcome: { kind: 'dicom', header: read.header, pixel: read.pixel }, isZip: false }
  } catch (error) {
    return { ...reading, outcome: brokenOutcome(error), isZip: false }
  }
}

function wholeEntry(packed: PackedEntry): { sizeBytes: number; content: Uint8Array; isWhole: boolean } {
  return { sizeBytes: packed.sizeBytes, content: unpackEntry(packed), isWhole: true }
}

/** An error of reading as a file's outcome. */
export function brokenOutcome(error: unknown): ReadOutcome & { kind: 'broken' } {
  if (error instanceof InputError) return { kind: 'broken', code: error.code, message: error.message, hint: error.hint }
  const system = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : null
  if (system === 'ENOSPC') {
    return {
      kind: 'broken',
      code: 'zip.no-space',
      message: 'There is no room to unpack the file.',
      hint: 'Make room on the disk of the temporary folder, or unpack the archive elsewhere and import the folder.',
    }
  }
  if (system !== null) {
    return {
      kind: 'broken',
      code: 'file.unreadable',
      message: `The file cannot be read (${system}).`,
      hint: 'Check the medium and the permission to read it.',
    }
  }
  return {
    kind: 'broken',
    code: 'dicom.unreadable',
    message: `The file cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    hint: 'Ask the sender to export the object again; if it is fine in other programs, report this as a bug.',
  }
}

/**
 * The bytes of a file, in a buffer that the next call uses again. With `headFirst` a large file that does not begin as DICOM gives its
 * head only. Throws InputError and system errors.
 */
export function readBytes(path: string, headFirst: boolean): { sizeBytes: number; content: Buffer; isWhole: boolean } {
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    if (headFirst && size > READ_WHOLE_BYTES) {
      const head = readFully(descriptor, MEBIBYTE, path)
      if (!findStart(head)) return { sizeBytes: size, content: head, isWhole: false }
    }
    if (size > MAX_FILE_BYTES) {
      throw new InputError('file.too-large', 'The file is larger than 4 GB.', 'Export the image as several files.')
    }
    return { sizeBytes: size, content: readFully(descriptor, size, path), isWhole: true }
  } finally {
    closeSync(descriptor)
  }
}

function readFully(descriptor: number, length: number, path: string): Buffer {
  const buffer = bufferOf(length)
  let at = 0
  while (at < length) {
    const got = readSync(descriptor, buffer, at, Math.min(length - at, 512 * MEBIBYTE), at)
    if (got === 0)
      throw new InputError(
        'file.changed',
        `"${path}" became shorter while it was read.`,
        'Import again when the copy is done.',
      )
    at += got
  }
  return buffer
}

function bufferOf(length: number): Buffer {
  if (length > KEPT_BUFFER_BYTES) return Buffer.allocUnsafeSlow(length)
  keptBuffer ??= Buffer.allocUnsafeSlow(KEPT_BUFFER_BYTES)
  return keptBuffer.subarray(0, length)
}
