/** One file of a zip archive, unpacked in memory. Runs in a worker thread, hence synchronous. */
import { closeSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'
import { InputError } from '../../../native-core/errors/index.ts'

const LOCAL_HEADER = 0x04034b50
const LOCAL_HEADER_BYTES = 30
const MAX_ENTRY_BYTES = 4 * 1024 ** 3 - 1

/** Where an entry lies in its archive and what must come out of it, by the central directory. */
export interface PackedEntry {
  readonly archive: string
  readonly headerOffset: number
  readonly compressedBytes: number
  readonly sizeBytes: number
  readonly isDeflated: boolean
  readonly crc32: number
}

/** The bytes of an entry. Throws InputError unless exactly what the directory promises comes out, with the right checksum. */
export function unpackEntry(entry: PackedEntry): Uint8Array {
  if (entry.sizeBytes > MAX_ENTRY_BYTES) {
    throw new InputError('file.too-large', 'The file is larger than 4 GB.', 'Export the image as several files.')
  }
  try {
    const packed = readPacked(entry)
    // One chunk for all of a usual file, instead of many that are joined.
    const chunkSize = Math.min(Math.max(entry.sizeBytes + 1, 1024), 16 * 1024 ** 2)
    const limits = { maxOutputLength: Math.max(1, entry.sizeBytes), chunkSize }
    const bytes = entry.isDeflated ? inflateRawSync(packed, limits) : packed
    if (bytes.length !== entry.sizeBytes)
      throw new Error(`it has ${bytes.length} bytes and should have ${entry.sizeBytes}`)
    if (crc32(bytes) !== entry.crc32) throw new Error('its checksum is wrong')
    return bytes
  } catch (error) {
    throw damagedEntry(entry.archive, error)
  }
}

/** The error of an archive, or a file in it, that cannot be unpacked. */
export function damagedEntry(archive: string, error: unknown): InputError {
  return new InputError(
    'zip.damaged',
    `"${basename(archive)}" cannot be unpacked: ${error instanceof Error ? error.message : String(error)}.`,
    'Copy the archive again, or unpack it with another program and import the folder.',
  )
}

function readPacked(entry: PackedEntry): Buffer {
  const descriptor = openSync(entry.archive, 'r')
  try {
    const head = readExactly(descriptor, LOCAL_HEADER_BYTES, entry.headerOffset)
    if (head.readUInt32LE(0) !== LOCAL_HEADER) throw new Error('the head of a file in it is damaged')
    const start = entry.headerOffset + LOCAL_HEADER_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28)
    return readExactly(descriptor, entry.compressedBytes, start)
  } finally {
    closeSync(descriptor)
  }
}

function readExactly(descriptor: number, length: number, position: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length)
  let at = 0
  while (at < length) {
    const got = readSync(descriptor, buffer, at, Math.min(length - at, 512 * 1024 ** 2), position + at)
    if (got === 0) throw new Error('it ends too early')
    at += got
  }
  return buffer
}
