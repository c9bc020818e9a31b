/** Writes volumes: to a temporary name, synced, then renamed, then the folder synced. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { StoredVolume, VolumeBatch } from '../../services/ports/volumeStore.ts'
import { explainWriteError, type VolumeFiles, type WritableFile } from './files.ts'
import { chunkBytes, newVolumeCipher } from './format.ts'

/** Where things are and what is already there; given by the store. */
export interface BatchHome {
  readonly files: VolumeFiles
  readonly volumeKey: Uint8Array
  readonly incomingFolder: string
  folderOf(id: string): string
  pathOf(id: string): string
  /** True if the volume is there and its whole content was verified. */
  isSound(id: string): Promise<boolean>
  /** Told when a volume has its name but its folder is not synced yet, and when it is. */
  renamed(id: string): void
  durable(id: string): void
}

interface Pending {
  readonly volume: StoredVolume
  readonly temporaryPath: string
  /** Settles when the file is synced and closed; a failure is kept for `flush`. */
  readonly synced: Promise<Error | null>
}

/** Files that may be on their way to the disk at once: enough to keep it busy, few enough not to run out of handles. */
const maxUnsynced = 8

export function newBatch(home: BatchHome): VolumeBatch {
  const { files } = home
  const pending = new Map<string, Pending>()
  const unsynced = new Set<Promise<Error | null>>()

  const add = async (volume: StoredVolume, temporaryPath: string, file: WritableFile): Promise<void> => {
    const synced = syncAndClose(file)
    unsynced.add(synced)
    void synced.then(() => unsynced.delete(synced))
    pending.set(volume.id, { volume, temporaryPath, synced })
    if (unsynced.size >= maxUnsynced) await Promise.race(unsynced)
  }

  const putStream = async (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<StoredVolume> => {
    const temporaryPath = join(home.incomingFolder, `${randomBytes(12).toString('hex')}.part`)
    let file: WritableFile | null = null
    try {
      file = await files.create(temporaryPath)
      const volume = await writeVolume(file, home.volumeKey, chunks)
      if (pending.has(volume.id) || (await home.isSound(volume.id))) {
        await file.close()
        await files.remove(temporaryPath)
        return volume
      }
      await add(volume, temporaryPath, file)
      return volume
    } catch (error) {
      await file?.close().catch(() => undefined)
      await files.remove(temporaryPath).catch(() => undefined)
      throw explainWriteError(error)
    }
  }

  return {
    putStream,

    async put(bytes) {
      const id = createHash('sha256').update(bytes).digest('hex')
      const volume = { id, sizeBytes: bytes.byteLength }
      if (pending.has(id) || (await home.isSound(id))) return volume
      return putStream([bytes])
    },

    async flush() {
      const group = [...pending.values()]
      pending.clear()
      try {
        for (const one of group) {
          const failure = await one.synced
          if (failure !== null) throw failure
        }
        const folders = new Set<string>()
        for (const { volume, temporaryPath } of group) {
          const folder = home.folderOf(volume.id)
          if (!folders.has(folder) && (await files.makeFolder(folder))) folders.add(join(folder, '..'))
          folders.add(folder)
          home.renamed(volume.id)
          await files.rename(temporaryPath, home.pathOf(volume.id))
        }
        await Promise.all([...folders].map((folder) => files.syncFolder(folder)))
        for (const { volume } of group) home.durable(volume.id)
      } catch (error) {
        await removeAll(files, group)
        throw explainWriteError(error)
      }
    },

    async discard() {
      const group = [...pending.values()]
      pending.clear()
      await removeAll(files, group)
    },
  }
}

/** Encrypts what comes, in chunks, and returns what it was. */
async function writeVolume(
  file: WritableFile,
  volumeKey: Uint8Array,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<StoredVolume> {
  const cipher = newVolumeCipher(volumeKey)
  const digest = createHash('sha256')
  const gathered = Buffer.allocUnsafe(chunkBytes)
  let filled = 0
  let index = 0
  let sizeBytes = 0
  await file.write(cipher.header)
  for await (const piece of chunks) {
    digest.update(piece)
    sizeBytes += piece.byteLength
    for (let at = 0; at < piece.byteLength;) {
      const part = piece.subarray(at, at + chunkBytes - filled)
      gathered.set(part, filled)
      filled += part.byteLength
      at += part.byteLength
      if (filled === chunkBytes) {
        await file.write(cipher.encryptChunk(index++, gathered))
        filled = 0
      }
    }
  }
  if (filled > 0) await file.write(cipher.encryptChunk(index, gathered.subarray(0, filled)))
  const sha256 = digest.digest()
  await file.write(cipher.encryptTrailer(sizeBytes, sha256))
  return { id: sha256.toString('hex'), sizeBytes }
}

async function syncAndClose(file: WritableFile): Promise<Error | null> {
  let failure: Error | null = null
  try {
    await file.sync()
  } catch (error) {
    failure = error as Error
  }
  try {
    await file.close()
  } catch (error) {
    failure ??= error as Error
  }
  return failure
}

async function removeAll(files: VolumeFiles, group: readonly Pending[]): Promise<void> {
  await Promise.all(group.map((one) => one.synced))
  // A part that was renamed already is a whole, synced volume: it stays, at worst unreferenced.
  await Promise.all(group.map((one) => files.remove(one.temporaryPath).catch(() => undefined)))
}
