import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chunkBytes,
  contentSize,
  DamagedVolumeError,
  fileSize,
  headerBytes,
  newVolumeCipher,
  trailerBytes,
  volumeCipherOf,
} from './format.ts'

const key = randomBytes(32)

describe('sizes', () => {
  it('are turned into each other, around whole chunks too', () => {
    const size = fc.oneof(
      fc.nat(10 * chunkBytes),
      fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: -2, max: 2 })).map(([n, d]) => n * chunkBytes + d),
    )
    fc.assert(fc.property(size, (sizeBytes) => contentSize(fileSize(sizeBytes)) === sizeBytes))
  })

  it('tell files that cannot be a volume', () => {
    expect(contentSize(0)).toBeNull()
    expect(contentSize(headerBytes + trailerBytes - 1)).toBeNull()
    expect(contentSize(headerBytes + trailerBytes)).toBe(0)
    // A chunk of nothing but its tag.
    expect(contentSize(headerBytes + 16 + trailerBytes)).toBeNull()
  })
})

describe('VolumeCipher', () => {
  it('gives back what it sealed, and only in its place', () => {
    const cipher = newVolumeCipher(key)
    const plain = randomBytes(1000)
    const sealed = cipher.encryptChunk(3, plain)
    const other = volumeCipherOf(key, cipher.header)
    expect(other.decryptChunk(3, sealed).equals(plain)).toBe(true)
    expect(() => other.decryptChunk(2, sealed)).toThrow(DamagedVolumeError)
    expect(() => newVolumeCipher(key).decryptChunk(3, sealed)).toThrow(DamagedVolumeError)
    expect(() => volumeCipherOf(randomBytes(32), cipher.header).decryptChunk(3, sealed)).toThrow(DamagedVolumeError)
  })

  it('does not take a trailer for a chunk', () => {
    const cipher = newVolumeCipher(key)
    const trailer = cipher.encryptTrailer(12, createHash('sha256').digest())
    expect(cipher.decryptTrailer(trailer).sizeBytes).toBe(12)
    expect(() => cipher.decryptChunk(0, trailer)).toThrow(DamagedVolumeError)
  })

  it('never seals the same bytes the same way in two files', () => {
    const plain = randomBytes(100)
    expect(newVolumeCipher(key).encryptChunk(0, plain)).not.toEqual(newVolumeCipher(key).encryptChunk(0, plain))
  })

  it('refuses any single changed bit', () => {
    const cipher = newVolumeCipher(key)
    const sealed = cipher.encryptChunk(0, randomBytes(64))
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(() => cipher.decryptChunk(0, changed)).toThrow(DamagedVolumeError)
      }),
    )
  })

  it('refuses headers that are not its own', () => {
    const { header } = newVolumeCipher(key)
    expect(() => volumeCipherOf(key, header.subarray(1))).toThrow(DamagedVolumeError)
    expect(() => volumeCipherOf(key, Buffer.alloc(headerBytes))).toThrow('does not begin')
    const otherChunks = Buffer.from(header)
    otherChunks.writeUInt32BE(1, 8)
    expect(() => volumeCipherOf(key, otherChunks)).toThrow('chunk size')
  })
})
