/** The few file operations the volume store needs, as one object so that tests can let the disk fail. */
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { InputError } from '../../../native-core/errors/index.ts'

export interface WritableFile {
  write(bytes: Uint8Array): Promise<unknown>
  sync(): Promise<void>
  close(): Promise<void>
}

export interface VolumeFiles {
  create(path: string): Promise<WritableFile>
  openForReading(path: string): Promise<FileHandle>
  /** Replaces what is at `to`. */
  rename(from: string, to: string): Promise<void>
  /** Creates the folder if it is missing; true if it was. */
  makeFolder(path: string): Promise<boolean>
  syncFolder(path: string): Promise<void>
  remove(path: string): Promise<void>
  list(path: string): Promise<string[]>
  /** null where there is no such file. */
  stat(path: string): Promise<{ readonly sizeBytes: number; readonly changedMs: number } | null>
}

export const diskFiles: VolumeFiles = {
  async create(path) {
    const handle = await open(path, 'wx', 0o600)
    return {
      // FileHandle.writeFile goes on until every byte is written; FileHandle.write may stop short on a full disk.
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.sync(),
      close: () => handle.close(),
    }
  },
  openForReading: (path) => open(path, 'r'),
  rename,
  async makeFolder(path) {
    return (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined
  },
  async syncFolder(path) {
    // Windows cannot sync a folder and need not: NTFS journals renames.
    if (process.platform === 'win32') return
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
  remove: (path) => rm(path, { force: true }),
  list: (path) => readdir(path),
  async stat(path) {
    try {
      const found = await stat(path)
      return { sizeBytes: found.size, changedMs: found.mtimeMs }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      throw error
    }
  },
}

export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** A failure to write, in words that a person can act on; other errors as they are. */
export function explainWriteError(error: unknown): unknown {
  const code = errorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new InputError(
      'volume.disk-full',
      'Image data could not be stored: the disk is full. Nothing half-written was kept.',
      'Free some space on the disk that holds the store, then try again.',
    )
  }
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS' ||
    code === 'EIO' ||
    code === 'ENOTDIR' ||
    code === 'ENOENT'
  ) {
    return new InputError(
      'volume.cannot-write',
      `Image data could not be stored (${code}). Nothing half-written was kept.`,
      'Check that the disk of the store is connected and that you may write to its folder.',
    )
  }
  return error
}
