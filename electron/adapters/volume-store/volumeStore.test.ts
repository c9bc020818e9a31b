import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ManagedVolumeStore } from '../../services/ports/volumeStore.ts'
import { chunkBytes, fileSize, headerBytes, tagBytes } from './format.ts'
import { diskFiles, maxReadBytes, openVolumeStore, type VolumeFiles } from './index.ts'

const key = randomBytes(32)
const coded = (code: string) => expect.objectContaining({ code }) as unknown

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'theratwin-volumes-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

async function opened(path = folder(), files?: VolumeFiles): Promise<{ path: string; store: ManagedVolumeStore }> {
  return { path, store: await openVolumeStore(path, key, files === undefined ? {} : { files }) }
}

/** Files of the store, without those being written. */
function volumeFiles(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('incoming'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function onlyFile(path: string): string {
  const files = volumeFiles(path)
  expect(files).toHaveLength(1)
  return files[0] ?? ''
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

describe('put and get', () => {
  it.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes + 17])(
    'round-trips %i bytes',
    async (size) => {
      const { path, store } = await opened()
      const bytes = randomBytes(size)
      const { id, sizeBytes } = await store.put(bytes)
      expect(id).toBe(sha256(bytes))
      expect(sizeBytes).toBe(size)
      expect(bytes.equals(await store.get(id))).toBe(true)
      expect(bytes.equals(await store.getShared(id))).toBe(true)
      expect(store.durableSize(id)).toBe(size)
      expect(await store.has(id)).toBe(true)
      expect(statSync(onlyFile(path)).size).toBe(fileSize(size))
    },
  )

  it('stores the same volume however its bytes come in pieces', async () => {
    const { path, store } = await opened()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2 * chunkBytes), { maxLength: 5 }), async (sizes) => {
        const pieces = sizes.map((size) => randomBytes(size))
        const whole = Buffer.concat(pieces)
        const { id } = await store.putStream(pieces)
        expect(id).toBe(sha256(whole))
        expect(whole.equals(await store.get(id))).toBe(true)
      }),
      { numRuns: 20 },
    )
    expect(readdirSync(join(path, 'incoming'))).toEqual([])
  })

  it('takes bytes on shared memory', async () => {
    const { store } = await opened()
    const shared = new Uint8Array(new SharedArrayBuffer(100)).fill(7)
    const { id } = await store.put(shared)
    expect(id).toBe(sha256(Buffer.alloc(100, 7)))
    const back = await store.getShared(id)
    expect(back.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(back).toEqual(shared)
  })

  it('keeps the same content once and does not write it again', async () => {
    const { path, store } = await opened()
    const bytes = randomBytes(1000)
    await store.put(bytes)
    const before = statSync(onlyFile(path)).ino
    await store.put(bytes)
    await (await openVolumeStore(path, key)).putStream([bytes])
    expect(statSync(onlyFile(path)).ino).toBe(before)
  })

  it('shows neither content nor checksum on the disk', async () => {
    const { path, store } = await opened()
    const text = Buffer.from('Patient^Secret '.repeat(100))
    const { id } = await store.put(text)
    const file = onlyFile(path)
    expect(file).not.toContain(id.slice(0, 8))
    expect(readFileSync(file).includes('Secret')).toBe(false)
    // Another store gives the same content another name.
    const other = folder()
    await (await openVolumeStore(other, randomBytes(32))).put(text)
    expect(onlyFile(other).slice(-62)).not.toBe(file.slice(-62))
  })

  it.runIf(process.platform !== 'win32')('lets nobody but the owner read', async () => {
    const { path, store } = await opened()
    await store.put(randomBytes(10))
    expect(statSync(onlyFile(path)).mode & 0o077).toBe(0)
  })

  it('refuses more than the caller can take, an unknown id, and what is no id', async () => {
    const { store } = await opened()
    const { id } = await store.put(randomBytes(100))
    await expect(store.get(id, { maxBytes: 99 })).rejects.toThrow(RangeError)
    await expect(store.get(sha256(randomBytes(1)))).rejects.toEqual(coded('volume.missing'))
    await expect(store.get('../../etc/passwd')).rejects.toThrow(RangeError)
    expect(await store.has(sha256(randomBytes(1)))).toBe(false)
    expect(store.durableSize(sha256(randomBytes(1)))).toBeNull()
  })
})

describe('reading in pieces', () => {
  it('gives any range, by read and by stream', async () => {
    const { store } = await opened()
    const bytes = randomBytes(3 * chunkBytes + 100)
    const { id } = await store.put(bytes)
    const reader = await store.open(id)
    expect(reader.sizeBytes).toBe(bytes.length)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length + 10), fc.nat(bytes.length + 10), async (offset, length) => {
        const expected = bytes.subarray(offset, offset + length)
        expect(expected.equals(await reader.read(offset, length))).toBe(true)
        const streamed = await gathered(reader.stream({ start: offset, endExclusive: offset + length }))
        expect(expected.equals(streamed)).toBe(true)
      }),
      { numRuns: 50 },
    )
    expect(bytes.equals(await gathered(reader.stream()))).toBe(true)
    await reader.close()
  })

  it('refuses ranges that are none, and more than the limit at once', async () => {
    const { store } = await opened()
    const reader = await store.open((await store.put(randomBytes(10))).id)
    await expect(reader.read(-1, 2)).rejects.toThrow(RangeError)
    await expect(reader.read(0, 1.5)).rejects.toThrow(RangeError)
    await expect(reader.read(0, maxReadBytes + 1)).rejects.toThrow(RangeError)
    await expect(gathered(reader.stream({ start: 5, endExclusive: 2 }))).rejects.toThrow(RangeError)
    await reader.close()
  })
})

describe('damage', () => {
  const size = 2 * chunkBytes + 50
  const places: [string, number][] = [
    ['the header', 3],
    ['the salt', 20],
    ['the unused end of the header', headerBytes - 1],
    ['the first chunk', headerBytes + 100],
    ['the tag of the first chunk', headerBytes + chunkBytes + 3],
    ['the last chunk', headerBytes + 2 * (chunkBytes + tagBytes) + 10],
    ['the trailer', fileSize(size) - 30],
    ['the last byte', fileSize(size) - 1],
  ]

  it.each(places)('in %s is found, named, and healed by putting the content again', async (_name, offset) => {
    const { path, store } = await opened()
    const bytes = randomBytes(size)
    const { id } = await store.put(bytes)
    const file = onlyFile(path)
    const content = readFileSync(file)
    content[offset] = (content[offset] ?? 0) ^ 0x10
    writeFileSync(file, content)

    await expect(store.get(id)).rejects.toEqual(coded('volume.corrupt'))
    await expect(store.get(id)).rejects.toThrow(id.slice(0, 16))
    expect(store.durableSize(id)).toBeNull()
    expect(await store.examine(id)).toContain('damaged')
    await store.put(bytes)
    expect(bytes.equals(await store.get(id))).toBe(true)
    expect(await store.examine(id)).toBeNull()
  })

  it('of a part is found when that part is read', async () => {
    const { path, store } = await opened()
    const { id } = await store.put(randomBytes(size))
    const file = onlyFile(path)
    const content = readFileSync(file)
    const offset = headerBytes + chunkBytes + tagBytes + 5
    content[offset] = (content[offset] ?? 0) ^ 1
    writeFileSync(file, content)
    const reader = await store.open(id)
    expect(await reader.read(0, 100)).toHaveLength(100)
    await expect(reader.read(chunkBytes - 10, 20)).rejects.toEqual(coded('volume.corrupt'))
    await expect(gathered(reader.stream())).rejects.toEqual(coded('volume.corrupt'))
    await reader.close()
  })

  it('by cutting the file anywhere is found', async () => {
    const { path, store } = await opened()
    const bytes = randomBytes(size)
    await fc.assert(
      fc.asyncProperty(fc.nat(fileSize(size) - 1), async (length) => {
        const { id } = await store.put(bytes)
        const file = volumeFiles(path).find((name) => !name.endsWith('.damaged')) ?? ''
        writeFileSync(file, readFileSync(file).subarray(0, length))
        await expect(store.get(id)).rejects.toEqual(coded('volume.corrupt'))
      }),
      { numRuns: 25 },
    )
  })

  it('by leaving out a whole chunk is found', async () => {
    const { path, store } = await opened()
    const { id } = await store.put(randomBytes(3 * chunkBytes))
    const file = onlyFile(path)
    const content = readFileSync(file)
    const cut = headerBytes + chunkBytes + tagBytes
    writeFileSync(file, Buffer.concat([content.subarray(0, cut), content.subarray(cut + chunkBytes + tagBytes)]))
    await expect(store.open(id)).rejects.toEqual(coded('volume.corrupt'))
  })

  it("by putting another volume's file in its place is found", async () => {
    const { path, store } = await opened()
    const first = await store.put(randomBytes(500))
    const file = onlyFile(path)
    const second = await store.put(randomBytes(500))
    const other = volumeFiles(path).find((name) => name !== file) ?? ''
    writeFileSync(file, readFileSync(other))
    await expect(store.open(first.id)).rejects.toThrow('holds another volume')
    expect(await store.get(second.id)).toHaveLength(500)
  })

  it('is repaired when content that is put again turns out to be damaged', async () => {
    const { path, store } = await opened()
    const bytes = randomBytes(size)
    const { id } = await store.put(bytes)
    const file = onlyFile(path)
    const content = readFileSync(file)
    content[headerBytes] = (content[headerBytes] ?? 0) ^ 1
    writeFileSync(file, content)
    const later = await openVolumeStore(path, key)
    await later.put(bytes)
    expect(bytes.equals(await later.get(id))).toBe(true)
  })

  it('moves nothing in a store that is open for reading only', async () => {
    const { path, store } = await opened()
    const { id } = await store.put(randomBytes(size))
    const file = onlyFile(path)
    writeFileSync(file, readFileSync(file).subarray(0, 1000))
    const reading = await openVolumeStore(path, key, { readOnly: true })
    await expect(reading.get(id)).rejects.toEqual(coded('volume.corrupt'))
    expect(volumeFiles(path)).toEqual([file])
  })
})

/** A disk on which the n-th of these operations fails. */
function failingDisk(
  operation: 'write' | 'sync' | 'rename' | 'syncFolder',
  countdown: number,
  code: string,
): VolumeFiles {
  let left = countdown
  const step = (name: typeof operation): void => {
    if (name !== operation || left-- > 0) return
    throw Object.assign(new Error(`${code}: ${name}`), { code })
  }
  return {
    ...diskFiles,
    async create(path) {
      const file = await diskFiles.create(path)
      return {
        async write(bytes) {
          // What fits is written, as on a real disk.
          if (operation === 'write' && left === 0) await file.write(bytes.subarray(0, 10))
          step('write')
          await file.write(bytes)
        },
        async sync() {
          step('sync')
          await file.sync()
        },
        close: () => file.close(),
      }
    },
    async rename(from, to) {
      step('rename')
      await diskFiles.rename(from, to)
    },
    async syncFolder(path) {
      step('syncFolder')
      await diskFiles.syncFolder(path)
    },
  }
}

describe('a disk that fails', () => {
  const cases: ['write' | 'sync' | 'rename' | 'syncFolder', number, string, string][] = [
    ['write', 0, 'ENOSPC', 'volume.disk-full'],
    ['write', 1, 'ENOSPC', 'volume.disk-full'],
    ['write', 3, 'EDQUOT', 'volume.disk-full'],
    ['sync', 0, 'ENOSPC', 'volume.disk-full'],
    ['sync', 0, 'EIO', 'volume.cannot-write'],
    ['rename', 0, 'EROFS', 'volume.cannot-write'],
    ['syncFolder', 0, 'EIO', 'volume.cannot-write'],
  ]

  it.each(cases)(
    'at %s number %i with %s gives %s and leaves nothing half-written',
    async (operation, n, errno, code) => {
      const path = folder()
      const { store } = await opened(path, failingDisk(operation, n, errno))
      const bytes = randomBytes(2 * chunkBytes)
      await expect(store.put(bytes)).rejects.toEqual(coded(code))
      expect(store.durableSize(sha256(bytes))).toBeNull()
      expect(readdirSync(join(path, 'incoming'))).toEqual([])
      // Trying again on the disk, now with space, works, and whatever has a name is whole.
      const healthy = (await opened(path)).store
      if (await healthy.has(sha256(bytes))) expect(await healthy.examine(sha256(bytes))).toBeNull()
      await healthy.put(bytes)
      expect(bytes.equals(await healthy.get(sha256(bytes)))).toBe(true)
    },
  )

  it('lets a source that breaks off leave nothing', async () => {
    const { path, store } = await opened()
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(randomBytes(chunkBytes + 1))
      throw new Error('the cable was pulled')
    }
    await expect(store.putStream(broken())).rejects.toThrow('the cable was pulled')
    expect(readdirSync(join(path, 'incoming'))).toEqual([])
    expect(volumeFiles(path)).toEqual([])
  })
})

describe('the order of writing', () => {
  it('is: all bytes, sync, close, rename, sync of the folder (and of the one above where it is new)', async () => {
    const steps: string[] = []
    const files: VolumeFiles = {
      ...diskFiles,
      async create(path) {
        const file = await diskFiles.create(path)
        return {
          write: (bytes) => (steps.push('write'), file.write(bytes)),
          sync: () => (steps.push('sync'), file.sync()),
          close: () => (steps.push('close'), file.close()),
        }
      },
      rename: (from, to) => (steps.push('rename'), diskFiles.rename(from, to)),
      syncFolder: (path) => (steps.push('syncFolder'), diskFiles.syncFolder(path)),
    }
    const { store } = await opened(folder(), files)
    await store.put(randomBytes(10))
    expect(steps).toEqual(['write', 'write', 'write', 'sync', 'close', 'rename', 'syncFolder', 'syncFolder'])
  })
})

describe('batches', () => {
  it('make their volumes visible and durable at flush, not before', async () => {
    const { path, store } = await opened()
    const batch = store.batch()
    const all = Array.from({ length: 30 }, (_, index) => randomBytes(1000 + index))
    for (const bytes of all) await batch.put(bytes)
    expect(volumeFiles(path)).toEqual([])
    expect(store.durableSize(sha256(all[0] ?? randomBytes(1)))).toBeNull()
    await batch.flush()
    for (const bytes of all) expect(bytes.equals(await store.get(sha256(bytes)))).toBe(true)
    expect(readdirSync(join(path, 'incoming'))).toEqual([])
  })

  it('are not durable while the folder is not synced', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const files: VolumeFiles = {
      ...diskFiles,
      async syncFolder(path) {
        await gate
        await diskFiles.syncFolder(path)
      },
    }
    const { path, store } = await opened(folder(), files)
    const bytes = randomBytes(100)
    const putting = store.put(bytes)
    while (volumeFiles(path).length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(store.durableSize(sha256(bytes))).toBeNull()
    expect(await store.has(sha256(bytes))).toBe(false)
    release()
    await putting
    expect(store.durableSize(sha256(bytes))).toBe(100)
  })

  it('that write the same content do not take its durability away from each other', async () => {
    let held = false
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const files: VolumeFiles = {
      ...diskFiles,
      async syncFolder(path) {
        if (held) await gate
        await diskFiles.syncFolder(path)
      },
    }
    const { path, store } = await opened(folder(), files)
    const bytes = randomBytes(100)
    const [first, second] = [store.batch(), store.batch()]
    await Promise.all([first.put(bytes), second.put(bytes)])
    await first.flush()
    expect(store.durableSize(sha256(bytes))).toBe(100)
    held = true
    const flushing = second.flush()
    while (readdirSync(join(path, 'incoming')).length > 0) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(store.durableSize(sha256(bytes))).toBe(100)
    expect(await store.has(sha256(bytes))).toBe(true)
    release()
    await flushing
    expect(bytes.equals(await store.get(sha256(bytes)))).toBe(true)
  })

  it('forget what is discarded and can be used on', async () => {
    const { path, store } = await opened()
    const batch = store.batch()
    const bytes = randomBytes(100)
    await batch.put(bytes)
    await batch.discard()
    await batch.flush()
    expect(volumeFiles(path)).toEqual([])
    expect(readdirSync(join(path, 'incoming'))).toEqual([])
    await batch.put(bytes)
    await batch.flush()
    expect(bytes.equals(await store.get(sha256(bytes)))).toBe(true)
  })

  it('take the same content from many callers at once', async () => {
    const { path, store } = await opened()
    const bytes = randomBytes(chunkBytes)
    await Promise.all(Array.from({ length: 12 }, () => store.put(bytes)))
    expect(bytes.equals(await store.get(sha256(bytes)))).toBe(true)
    onlyFile(path)
  })
})

describe('collect', () => {
  it('removes half-written files and old volumes that nothing refers to, nothing else', async () => {
    const { path, store } = await opened()
    const kept = await store.put(randomBytes(100))
    const old = await store.put(randomBytes(101))
    const young = await store.put(randomBytes(102))
    writeFileSync(join(path, 'incoming', 'abc.part'), 'torn')
    writeFileSync(join(path, 'README'), 'not ours')
    const nowMs = Date.now() + 1000
    const keep = (id: string): number | null => store.durableSize(id)
    for (const file of volumeFiles(path)) {
      if (file.endsWith('README')) continue
      if (statSync(file).size !== fileSize(102)) utimesSync(file, nowMs / 1000 - 5000, nowMs / 1000 - 5000)
    }
    const removed = await store.collect({ referenced: [kept.id], graceMs: 3_600_000, nowMs })
    expect(removed).toEqual({ partial: 1, unreferenced: 1 })
    expect(keep(kept.id)).toBe(100)
    expect(keep(old.id)).toBeNull()
    expect(keep(young.id)).toBe(102)
    expect(readdirSync(path)).toContain('README')
  })

  it('removes no volume where it is not told which are referred to', async () => {
    const { store } = await opened()
    const one = await store.put(randomBytes(100))
    expect(await store.collect({ graceMs: 0, nowMs: Date.now() + 10_000 })).toEqual({ partial: 0, unreferenced: 0 })
    expect(store.durableSize(one.id)).toBe(100)
  })
})
