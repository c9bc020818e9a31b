/** The reader of DICOM files: a scan of folders and archives, and pixels on demand. */
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { CancelledError, InputError } from '../../../native-core/errors/index.ts'
import type { FileReading } from './readFile.ts'
import { brokenOutcome } from './readFile.ts'
import { makeTemporaryFolder } from './temporary.ts'
import type {
  DicomFiles,
  DicomFilesOptions,
  LoadedPixels,
  LoadOptions,
  PixelDescriptor,
  ReadFile,
  ReadOutcome,
  ScanOptions,
} from './types.ts'
import { listZip } from './unzip.ts'
import type { ZipEntry } from './unzip.ts'
import { walk } from './walk.ts'
import type { FoundFile } from './walk.ts'
import { inParallel, WorkerPool } from './workerPool.ts'
import type { PoolResult } from './workerPool.ts'

const FILE_TIME_LIMIT_MS = 10_000
/** A large file on a slow medium gets the time that reading it takes: 20 MB/s. */
const SLOW_MEDIUM_BYTES_PER_MS = 20_000
/** Documents that are zip archives inside. */
const ZIP_DOCUMENTS = new Set([
  '.docx',
  '.xlsx',
  '.pptx',
  '.odt',
  '.ods',
  '.odp',
  '.epub',
  '.jar',
  '.war',
  '.apk',
  '.kmz',
  '.xpi',
])

/** What a worker answers to a task for pixels. */
export type PixelAnswer =
  | { readonly ok: true; readonly pixels: LoadedPixels }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly hint: string }

interface Candidate {
  readonly index: number
  readonly found: FoundFile
  /** Set for a file of an archive. */
  readonly entry: ZipEntry | null
}

/** Makes a reader. Worker threads start with the first scan; `close()` must be called in the end. */
export function createDicomFiles(options: DicomFilesOptions = {}): DicomFiles {
  return new Reader(options)
}

class Reader implements DicomFiles {
  private readonly options: DicomFilesOptions
  private pool: WorkerPool | null = null
  private folder: Promise<string> | null = null
  private unpacked = 0
  private closed = false

  constructor(options: DicomFilesOptions) {
    this.options = options
  }

  async scanFiles(paths: readonly string[], options: ScanOptions = {}): Promise<ReadFile[]> {
    const pool = this.openPool()
    const scan = new Scan(this, pool, options, this.options.fileTimeLimitMs ?? FILE_TIME_LIMIT_MS)
    return await scan.run(paths)
  }

  async loadPixels(file: ReadFile, signal?: AbortSignal): Promise<LoadedPixels> {
    const pool = this.openPool()
    const { outcome } = file
    if (outcome.kind !== 'dicom' || !outcome.pixel) {
      throw new InputError('pixel.none', `"${file.displayPath}" has no pixel data.`, 'Choose an image.')
    }
    const task = { path: file.path, sha256: file.sha256 }
    const result = await pool.run<PixelAnswer>('loadPixels', task, pixelTimeLimitMs(outcome.pixel), signal)
    const answer = pixelAnswer(result)
    if (!answer.ok) throw new InputError(answer.code, `"${file.displayPath}": ${answer.message}`, answer.hint)
    return answer.pixels
  }

  async loadManyPixels(files: readonly ReadFile[], options: LoadOptions = {}): Promise<LoadedPixels[]> {
    const pool = this.openPool()
    const loaded: LoadedPixels[] = []
    let done = 0
    await inParallel(files.entries(), pool.threads, async ([index, file]) => {
      loaded[index] = await this.loadPixels(file, options.signal)
      done += 1
      options.progress?.(done / files.length, 'Reading voxels')
    })
    return loaded
  }

  async close(): Promise<void> {
    this.closed = true
    const { pool, folder } = this
    this.pool = null
    this.folder = null
    await pool?.close()
    if (folder) await rm(await folder, { recursive: true, force: true })
  }

  /** A new path in the temporary folder. */
  async nextTemporaryPath(): Promise<string> {
    this.folder ??= makeTemporaryFolder(this.options.temporaryRoot)
    this.unpacked += 1
    const name = String(this.unpacked)
    return join(await this.folder, name)
  }

  get temporaryRoot(): string {
    return this.options.temporaryRoot ?? tmpdir()
  }

  private openPool(): WorkerPool {
    if (this.closed) throw new Error('The reader of DICOM files is closed')
    this.pool ??= new WorkerPool(this.options.threads)
    return this.pool
  }
}

/** One scan: what was found, what came of it, and how far it is. */
class Scan {
  private readonly reader: Reader
  private readonly pool: WorkerPool
  private readonly options: ScanOptions
  private readonly limitMs: number
  private readonly results: ReadFile[] = []
  private bytesTotal = 0
  private bytesDone = 0
  private fraction = 0

  constructor(reader: Reader, pool: WorkerPool, options: ScanOptions, limitMs: number) {
    this.reader = reader
    this.pool = pool
    this.options = options
    this.limitMs = limitMs
  }

  async run(paths: readonly string[]): Promise<ReadFile[]> {
    this.report('Looking for files')
    const { files, refused } = await walk(paths, () => this.checkCancelled())
    let candidates: Candidate[] = []
    for (const found of files) {
      if (extname(found.path).toLowerCase() === '.zip') candidates.push(...(await this.listArchive(found)))
      else candidates.push(this.candidate(found, null))
    }
    const width = Math.max(1, Math.min(this.options.threads ?? this.pool.threads, this.pool.threads))
    while (candidates.length > 0) {
      const zips: FoundFile[] = []
      await inParallel(candidates, width, (candidate) => this.read(candidate, zips))
      // Archives without the suffix show themselves only when read.
      candidates = []
      for (const zip of zips) candidates.push(...(await this.listArchive(zip)))
    }
    this.checkCancelled()
    this.options.progress?.(1, 'Reading headers')
    return [...this.results.filter((result) => result !== undefined), ...refused]
  }

  private candidate(found: FoundFile, entry: ZipEntry | null): Candidate {
    this.bytesTotal += weight(found)
    const index = this.results.length
    this.results.length = index + 1
    return { index, found, entry }
  }

  private async listArchive(found: FoundFile): Promise<Candidate[]> {
    this.checkCancelled()
    try {
      const entries = await listZip(found.path, found.displayPath, found.sizeBytes, this.reader.temporaryRoot)
      return entries.map((entry) =>
        this.candidate({ path: found.path, displayPath: entry.displayPath, sizeBytes: entry.sizeBytes }, entry),
      )
    } catch (error) {
      this.finish(this.candidate(found, null), refusal(found, brokenOutcome(error)))
      return []
    }
  }

  private async read(candidate: Candidate, zips: FoundFile[]): Promise<void> {
    this.checkCancelled()
    const { entry } = candidate
    if (entry?.refusal) {
      this.finish(candidate, refusal(candidate.found, brokenOutcome(entry.refusal)))
      return
    }
    const path = entry ? await this.reader.nextTemporaryPath() : candidate.found.path
    const found = { ...candidate.found, path }
    const task = { path, packed: entry?.packed ?? null }
    const limitMs = this.limitMs + found.sizeBytes / SLOW_MEDIUM_BYTES_PER_MS
    const result = await this.pool.run<FileReading>('readHeader', task, limitMs, this.options.signal)
    const reading = headerReading(result, found, limitMs)
    if (reading.isZip && !entry && !ZIP_DOCUMENTS.has(extname(path).toLowerCase())) {
      zips.push(found)
      this.advance(found)
      return
    }
    if (reading.isZip && entry) {
      const message = 'A zip archive inside a zip archive is not opened: unpack it first.'
      this.finish(candidate, refusal(found, { kind: 'not-dicom', what: 'zip-inside-zip', message }))
      return
    }
    // Only DICOM files are written to the temporary path; of others the archive is all there is.
    this.finish(reading.outcome.kind === 'dicom' ? { ...candidate, found } : candidate, reading)
  }

  private finish(candidate: Candidate, reading: FileReading): void {
    const { path, displayPath } = candidate.found
    this.results[candidate.index] = {
      displayPath,
      path,
      sizeBytes: reading.sizeBytes,
      sha256: reading.sha256,
      outcome: reading.outcome,
    }
    this.advance(candidate.found)
  }

  private advance(found: FoundFile): void {
    this.bytesDone += weight(found)
    this.report('Reading headers')
  }

  private report(what: string): void {
    const fraction = this.bytesTotal > 0 ? Math.min(0.999, this.bytesDone / this.bytesTotal) : 0
    this.fraction = Math.max(this.fraction, fraction)
    this.options.progress?.(this.fraction, what)
  }

  private checkCancelled(): void {
    if (this.options.signal?.aborted) throw new CancelledError('Reading DICOM files')
  }
}

/** What a file counts for in the progress: its bytes, and the opening of it. */
function weight(found: FoundFile): number {
  return found.sizeBytes + 65_536
}

function headerReading(result: PoolResult<FileReading>, found: FoundFile, limitMs: number): FileReading {
  if (result.kind === 'done') return result.value
  const outcome: ReadOutcome =
    result.kind === 'timeout'
      ? {
          kind: 'broken',
          code: 'dicom.too-slow',
          message: `The file could not be read within ${Math.ceil(limitMs / 1000)} s.`,
          hint: 'The file or the medium is damaged, or very slow: copy it to this computer and try again.',
        }
      : {
          kind: 'broken',
          code: 'dicom.unreadable',
          message: `The file cannot be read: ${result.message}.`,
          hint: 'Ask the sender to export the object again; if it is fine in other programs, report this as a bug.',
        }
  return refusal(found, outcome)
}

function refusal(found: FoundFile, outcome: ReadOutcome): FileReading {
  return { sizeBytes: found.sizeBytes, sha256: '', outcome, isZip: false }
}

function pixelAnswer(result: PoolResult<PixelAnswer>): PixelAnswer {
  if (result.kind === 'done') return result.value
  return {
    ok: false,
    code: result.kind === 'timeout' ? 'pixel.too-slow' : 'pixel.undecodable',
    message:
      result.kind === 'timeout'
        ? 'its pixels could not be decoded in time.'
        : `its pixels cannot be decoded: ${result.message}.`,
    hint: 'Export the image again, uncompressed if possible.',
  }
}

/** Decoding is given 30 s, and a second for each megabyte of decoded values: a tenth of the slowest decoder's speed. */
function pixelTimeLimitMs(pixel: PixelDescriptor): number {
  const bytes =
    (pixel.rows * pixel.columns * pixel.frames * pixel.samplesPerPixel * Math.max(8, pixel.bitsAllocated)) / 8
  return 30_000 + bytes / 1000
}
