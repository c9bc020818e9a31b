/**
 * The volume store: content-addressed, encrypted, never half-written. Offers `openVolumeStore`.
 *
 * On disk: `volumes/ab/cdef…`, where the name is HMAC-SHA-256 of the volume's SHA-256 under a key of this store, and
 * `volumes/incoming/` for what is being written. Plain SHA-256 names would let anyone who sees a listing (a backup, a cloud folder) tell
 * that a file they also hold, say a study of a known patient, is in the store; keyed names tell nothing, and still find equal content.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../../native-core/errors/index.ts'
import type { ManagedVolumeStore, VolumeBatch, VolumeId, VolumeReader } from '../../services/ports/volumeStore.ts'
import { newBatch } from './batch.ts'
import { diskFiles, errorCode, explainWriteError, type VolumeFiles } from './files.ts'
import { contentSize, DamagedVolumeError } from './format.ts'
import { readVolume } from './reader.ts'

export type { VolumeFiles, WritableFile } from './files.ts'
export { diskFiles } from './files.ts'
export { maxReadBytes } from './reader.ts'

const defaultMaxBytes = 4 * 1024 ** 3
const incoming = 'incoming'
/** Behind the name of a volume that was found damaged. The file is kept: part of it may still be of use to somebody. */
const damagedSuffix = '.damaged'

/**
 * Opens the volume store in `folder` (made if missing, unless it is opened for reading only). `storeKey` is the 256-bit data key of
 * the store; the keys used here are derived from it. Throws InputError 'volume.cannot-write'.
 */
export async function openVolumeStore(
  folder: string,
  storeKey: Uint8Array,
  options: { readonly readOnly?: boolean; readonly files?: VolumeFiles } = {},
): Promise<ManagedVolumeStore> {
  const files = options.files ?? diskFiles
  const readOnly = options.readOnly === true
  const volumeKey = Buffer.from(hkdfSync('sha256', storeKey, '', 'theratwin volumes v1', 32))
  const nameKey = Buffer.from(hkdfSync('sha256', storeKey, '', 'theratwin volume names v1', 32))
  const incomingFolder = join(folder, incoming)
  /** Renamed, but the folder is not synced yet: a power cut could still take the name away. */
  const notDurable = new Set<VolumeId>()
  /** Synced under its name in this process. The same content put again replaces it in one step: there is always a whole file. */
  const durable = new Set<VolumeId>()
  /** Verified in this process; saves reading again when the same content is put again. */
  const verified = new Set<VolumeId>()

  try {
    if (!readOnly) await files.makeFolder(incomingFolder)
  } catch (error) {
    throw explainWriteError(error)
  }

  const nameOf = (id: VolumeId): string => {
    if (!/^[0-9a-f]{64}$/.test(id)) throw new RangeError('A volume id is a lower-case hex SHA-256.')
    return createHmac('sha256', nameKey).update(id).digest('hex')
  }
  const folderOf = (id: VolumeId): string => join(folder, nameOf(id).slice(0, 2))
  const pathOf = (id: VolumeId): string => join(folderOf(id), nameOf(id).slice(2))

  /** For the user; and what is certainly damaged no longer counts as here, so that importing it again replaces it. */
  const corrupt = (id: VolumeId, error: unknown): unknown => {
    verified.delete(id)
    durable.delete(id)
    const code = errorCode(error)
    if (!(error instanceof DamagedVolumeError) && code !== 'EIO') return error
    if (!readOnly && error instanceof DamagedVolumeError) setAside(id)
    const what = error instanceof DamagedVolumeError ? error.message : 'the disk cannot read it'
    return corruptVolume(id, what)
  }
  const setAside = (id: VolumeId): void => {
    try {
      renameSync(pathOf(id), `${pathOf(id)}${damagedSuffix}`)
    } catch {
      // It stays where it is: reading it fails again, and putting the same content replaces it.
    }
  }

  const openReader = async (id: VolumeId): Promise<VolumeReader> => {
    let handle
    try {
      handle = await files.openForReading(pathOf(id))
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw corrupt(id, error)
      if ((await files.stat(`${pathOf(id)}${damagedSuffix}`)) !== null)
        throw corruptVolume(id, 'it was found damaged before')
      throw new InputError(
        'volume.missing',
        `The stored volume ${id.slice(0, 16)}… is missing.`,
        'Import the original files again, or put back the "volumes" folder of your backup.',
      )
    }
    try {
      return await readVolume(handle, id, volumeKey, (error) => corrupt(id, error))
    } catch (error) {
      throw corrupt(id, error)
    }
  }

  const readInto = async <T extends Uint8Array>(
    id: VolumeId,
    maxBytes: number,
    make: (size: number) => T,
  ): Promise<T> => {
    const reader = await openReader(id)
    try {
      if (reader.sizeBytes > maxBytes) {
        throw new RangeError(`Volume ${id} has ${reader.sizeBytes} bytes, more than the ${maxBytes} asked for at most.`)
      }
      const bytes = make(reader.sizeBytes)
      let at = 0
      for await (const piece of reader.stream()) {
        bytes.set(piece, at)
        at += piece.byteLength
      }
      verified.add(id)
      return bytes
    } finally {
      await reader.close()
    }
  }

  const examine = async (id: VolumeId): Promise<string | null> => {
    try {
      const reader = await openReader(id)
      try {
        for await (const piece of reader.stream()) void piece
      } finally {
        await reader.close()
      }
      verified.add(id)
      return null
    } catch (error) {
      if (error instanceof InputError) return error.message
      throw error
    }
  }

  const batch = (): VolumeBatch =>
    newBatch({
      files,
      volumeKey,
      incomingFolder,
      folderOf,
      pathOf,
      async isSound(id) {
        if ((await files.stat(pathOf(id))) === null) return false
        return !notDurable.has(id) && (verified.has(id) || (await examine(id)) === null)
      },
      renamed(id) {
        if (!durable.has(id)) notDurable.add(id)
      },
      durable(id) {
        notDurable.delete(id)
        durable.add(id)
      },
    })

  return {
    batch,
    examine,
    open: openReader,
    async put(bytes) {
      const one = batch()
      const volume = await one.put(bytes)
      await one.flush()
      return volume
    },
    async putStream(chunks) {
      const one = batch()
      const volume = await one.putStream(chunks)
      await one.flush()
      return volume
    },
    get: (id, options) => readInto(id, options?.maxBytes ?? defaultMaxBytes, (size) => new Uint8Array(size)),
    getShared: (id, options) =>
      readInto(id, options?.maxBytes ?? defaultMaxBytes, (size) => new Uint8Array(new SharedArrayBuffer(size))),
    async has(id) {
      return !notDurable.has(id) && (await files.stat(pathOf(id))) !== null
    },
    durableSize(id) {
      if (notDurable.has(id)) return null
      const found = statSync(pathOf(id), { throwIfNoEntry: false })
      return found === undefined ? null : contentSize(found.size)
    },

    async collect({ referenced, graceMs, nowMs }) {
      let partial = 0
      for (const name of await files.list(incomingFolder)) {
        await files.remove(join(incomingFolder, name))
        partial++
      }
      if (referenced === undefined) return { partial, unreferenced: 0 }
      const wanted = new Set(Array.from(referenced, nameOf))
      let unreferenced = 0
      for (const prefix of await files.list(folder)) {
        if (!/^[0-9a-f]{2}$/.test(prefix)) continue
        for (const name of await files.list(join(folder, prefix))) {
          if (wanted.has(prefix + name) || !/^[0-9a-f]{62}$/.test(name)) continue
          const path = join(folder, prefix, name)
          const found = await files.stat(path)
          if (found === null || nowMs - found.changedMs < graceMs) continue
          await files.remove(path)
          unreferenced++
        }
      }
      return { partial, unreferenced }
    },
  }
}

function corruptVolume(id: VolumeId, what: string): InputError {
  return new InputError(
    'volume.corrupt',
    `The stored volume ${id.slice(0, 16)}… is damaged: ${what}.`,
    'Import the original files again: a damaged volume is replaced by the same content. Check the disk.',
  )
}
