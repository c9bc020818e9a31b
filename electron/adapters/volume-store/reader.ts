/** Reads one volume file, whole or in pieces, and believes none of it before it is authenticated. */
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { VolumeReader } from '../../services/ports/volumeStore.ts'
import {
  chunkBytes,
  contentSize,
  DamagedVolumeError,
  headerBytes,
  tagBytes,
  trailerBytes,
  volumeCipherOf,
  type VolumeCipher,
} from './format.ts'

export const maxReadBytes = 8 * 1024 * 1024

/**
 * Checks header and trailer of the opened file of volume `id` and returns a reader that owns the handle. Throws DamagedVolumeError (and
 * closes the handle) where the file is not that volume, unchanged. `damaged` turns a DamagedVolumeError met later into what users see.
 */
export async function readVolume(
  handle: FileHandle,
  id: string,
  volumeKey: Uint8Array,
  damaged: (error: unknown) => unknown,
): Promise<VolumeReader> {
  try {
    const fileBytes = (await handle.stat()).size
    const sizeBytes = contentSize(fileBytes)
    if (sizeBytes === null) throw new DamagedVolumeError('its size is impossible')
    const cipher = volumeCipherOf(volumeKey, await readExactly(handle, 0, headerBytes))
    const trailer = cipher.decryptTrailer(await readExactly(handle, fileBytes - trailerBytes, trailerBytes))
    if (trailer.sizeBytes !== sizeBytes) throw new DamagedVolumeError('it has lost a part')
    if (trailer.sha256.toString('hex') !== id) throw new DamagedVolumeError('it holds another volume')
    return readerOf(handle, id, sizeBytes, cipher, damaged)
  } catch (error) {
    await handle.close()
    throw error
  }
}

function readerOf(
  handle: FileHandle,
  id: string,
  sizeBytes: number,
  cipher: VolumeCipher,
  damaged: (error: unknown) => unknown,
): VolumeReader {
  const chunk = async (index: number): Promise<Buffer> => {
    const plainBytes = Math.min(chunkBytes, sizeBytes - index * chunkBytes)
    try {
      const sealed = await readExactly(handle, headerBytes + index * (chunkBytes + tagBytes), plainBytes + tagBytes)
      return cipher.decryptChunk(index, sealed)
    } catch (error) {
      throw damaged(error)
    }
  }

  async function* stream(range?: {
    readonly start?: number
    readonly endExclusive?: number
  }): AsyncGenerator<Uint8Array, void, undefined> {
    const start = range?.start ?? 0
    const end = Math.min(range?.endExclusive ?? sizeBytes, sizeBytes)
    checkRange(start, (range?.endExclusive ?? start) - start)
    const digest = start === 0 && end === sizeBytes ? createHash('sha256') : null
    for (let at = start; at < end;) {
      const index = Math.floor(at / chunkBytes)
      const from = index * chunkBytes
      const piece = (await chunk(index)).subarray(at - from, Math.min(end - from, chunkBytes))
      digest?.update(piece)
      at += piece.length
      if (at >= end && digest !== null && digest.digest('hex') !== id) {
        throw damaged(new DamagedVolumeError('its checksum is wrong'))
      }
      yield piece
    }
  }

  return {
    id,
    sizeBytes,
    stream,
    async read(offset, length) {
      checkRange(offset, length)
      if (length > maxReadBytes) throw new RangeError(`At most ${maxReadBytes} bytes can be read at once.`)
      const end = Math.min(offset + length, sizeBytes)
      const result = new Uint8Array(Math.max(0, end - offset))
      for (let index = Math.floor(offset / chunkBytes); index * chunkBytes < end; index++) {
        const from = index * chunkBytes
        const piece = (await chunk(index)).subarray(Math.max(0, offset - from), end - from)
        result.set(piece, Math.max(0, from - offset))
      }
      return result
    },
    close: () => handle.close(),
  }
}

function checkRange(offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new RangeError(`Bytes ${offset} to ${offset + length} are not a range of a volume.`)
  }
}

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) throw new DamagedVolumeError('it is cut off')
    done += bytesRead
  }
  return bytes
}
