/**
 * Zip archives: what is in them, and whether it may be unpacked. Names of entries are only ever shown, never used as paths, so none can
 * lead outside; sizes are known from the central directory before anything is unpacked, and unpacking (unpackEntry.ts) holds to them.
 */
import { statfs } from 'node:fs/promises'
import { openPromise, getFileNameLowLevel, parseExtraFields } from 'yauzl'
import type { Entry, ZipFile } from 'yauzl'
import { InputError } from '../../../native-core/errors/index.ts'
import { damagedEntry } from './unpackEntry.ts'
import type { PackedEntry } from './unpackEntry.ts'

const MAX_ENTRIES = 200_000
/** An archive that unpacks to more than this and was packed better than MAX_RATIO is no archive of images. */
const SUSPICIOUS_BYTES = 2 * 1024 ** 3
const MAX_RATIO = 100

export interface ZipEntry {
  /** As shown: `archive.zip!inner/name`. */
  readonly displayPath: string
  readonly sizeBytes: number
  /** Why it cannot be unpacked; null if it can. */
  readonly refusal: InputError | null
  readonly packed: PackedEntry
}

/**
 * Lists the files of an archive. Throws InputError: 'zip.damaged', 'zip.encrypted' (all of it), 'zip.method', 'zip.too-many-files',
 * 'zip.bomb', 'zip.no-space' (in `temporaryRoot`).
 */
export async function listZip(
  path: string,
  displayPath: string,
  sizeBytes: number,
  temporaryRoot: string,
): Promise<ZipEntry[]> {
  let zip: ZipFile | null = null
  try {
    // Names stay bytes: the library would refuse the whole archive for one odd name.
    zip = await openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: true })
    const entries: ZipEntry[] = []
    for await (const entry of zip.eachEntry()) {
      const name = entryName(entry)
      if (name.endsWith('/')) continue
      if (entries.length >= MAX_ENTRIES) {
        throw new InputError(
          'zip.too-many-files',
          `"${displayPath}" holds more than ${MAX_ENTRIES} files.`,
          'Import it in parts.',
        )
      }
      const shown = `${displayPath}!${name}`
      entries.push({
        displayPath: shown,
        sizeBytes: entry.uncompressedSize,
        refusal: refusalOf(entry, shown),
        packed: {
          archive: path,
          headerOffset: entry.relativeOffsetOfLocalHeader,
          compressedBytes: entry.compressedSize,
          sizeBytes: entry.uncompressedSize,
          isDeflated: entry.compressionMethod === 8,
          crc32: entry.crc32,
        },
      })
    }
    checkRefusals(entries, displayPath)
    await checkSize(entries, displayPath, sizeBytes, temporaryRoot)
    return entries
  } catch (error) {
    throw error instanceof InputError ? error : damagedEntry(displayPath, error)
  } finally {
    zip?.close()
  }
}

function entryName(entry: Entry): string {
  let extraFields: ReturnType<typeof parseExtraFields> = []
  try {
    extraFields = parseExtraFields(entry.extraFieldRaw)
  } catch {
    // Only used for a Unicode name; the plain one is there in any case.
  }
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, extraFields, false)
  return name.replaceAll('\\', '/')
}

function refusalOf(entry: Entry, displayPath: string): InputError | null {
  if (entry.isEncrypted()) {
    return new InputError(
      'zip.encrypted',
      `"${displayPath}" is protected by a password.`,
      'Unpack the archive with its password, and import the folder.',
    )
  }
  if (entry.canDecodeFileData()) return null
  return new InputError(
    'zip.method',
    `"${displayPath}" is packed by a method (${entry.compressionMethod}) that is not read here.`,
    'Unpack the archive, and import the folder.',
  )
}

/** Where nothing can be unpacked the archive is refused once, not each of its files. */
function checkRefusals(entries: readonly ZipEntry[], displayPath: string): void {
  const first = entries[0]?.refusal
  if (!first || !entries.every((entry) => entry.refusal?.code === first.code)) return
  const message =
    first.code === 'zip.encrypted'
      ? `"${displayPath}" is protected by a password.`
      : `"${displayPath}" is packed by a method that is not read here.`
  throw new InputError(first.code, message, first.hint)
}

async function checkSize(
  entries: readonly ZipEntry[],
  displayPath: string,
  sizeBytes: number,
  temporaryRoot: string,
): Promise<void> {
  const total = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0)
  if (total > SUSPICIOUS_BYTES && total > MAX_RATIO * sizeBytes) {
    throw new InputError(
      'zip.bomb',
      `"${displayPath}" would unpack to ${gigabytes(total)} GB, over ${MAX_RATIO} times its size: no archive of images does.`,
      'If the archive is what it should be, unpack it and import the folder.',
    )
  }
  const disk = await statfs(temporaryRoot).catch(() => null)
  if (disk && total > disk.bavail * disk.bsize) throw noSpace(displayPath, total)
}

function noSpace(displayPath: string, total?: number): InputError {
  return new InputError(
    'zip.no-space',
    `There is no room to unpack "${displayPath}"${total === undefined ? '' : ` (${gigabytes(total)} GB)`}.`,
    'Make room on the disk of the temporary folder, or unpack it elsewhere and import the folder.',
  )
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1)
}
