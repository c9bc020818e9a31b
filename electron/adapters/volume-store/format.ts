/**
 * How a volume looks on disk.
 *
 *     header   64 bytes: magic, chunk size, salt
 *     chunks   each the ciphertext of at most `chunkBytes` bytes and its 16-byte tag
 *     trailer  ciphertext of the size (8 bytes) and SHA-256 (32 bytes) of the content, and its tag
 *
 * AES-256-GCM. Each file has its own key, HKDF-SHA-256 of the store's volume key and the file's random salt, so that the counter nonces
 * never meet the same key twice. The header is authenticated with every piece; the nonce says which piece it is: chunks cannot be
 * reordered, cut off or taken from another file. The trailer ties the file to its content, so that one volume's file under another
 * volume's name is found without reading all of it.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export const headerBytes = 64
export const chunkBytes = 256 * 1024
export const tagBytes = 16
export const trailerBytes = 8 + 32 + tagBytes

const magic = Buffer.from('TWVOL\0\0\x01', 'latin1')
const saltOffset = 16
const saltBytes = 32

/** The file is not what this module writes, or was changed. Callers say which volume it is. */
export class DamagedVolumeError extends Error {
  override readonly name = 'DamagedVolumeError'
}

/** Encrypts or decrypts the pieces of one file. */
export interface VolumeCipher {
  readonly header: Uint8Array
  encryptChunk(index: number, plain: Uint8Array): Buffer
  /** `sealed` is ciphertext and tag. Throws DamagedVolumeError. */
  decryptChunk(index: number, sealed: Uint8Array): Buffer
  encryptTrailer(sizeBytes: number, sha256: Uint8Array): Buffer
  decryptTrailer(sealed: Uint8Array): { sizeBytes: number; sha256: Buffer }
}

/** Size of the file of a volume of `sizeBytes`. An empty volume has no chunks. */
export function fileSize(sizeBytes: number): number {
  return headerBytes + sizeBytes + Math.ceil(sizeBytes / chunkBytes) * tagBytes + trailerBytes
}

/** The reverse of `fileSize`; null for a size that no volume can have. */
export function contentSize(fileBytes: number): number | null {
  const body = fileBytes - headerBytes - trailerBytes
  if (body < 0) return null
  const sizeBytes = body - Math.ceil(body / (chunkBytes + tagBytes)) * tagBytes
  return sizeBytes >= 0 && fileSize(sizeBytes) === fileBytes ? sizeBytes : null
}

/** For a new file: fresh salt, fresh key. */
export function newVolumeCipher(volumeKey: Uint8Array): VolumeCipher {
  const header = Buffer.alloc(headerBytes)
  magic.copy(header)
  header.writeUInt32BE(chunkBytes, 8)
  randomBytes(saltBytes).copy(header, saltOffset)
  return cipherOf(volumeKey, header)
}

/** For an existing file with this header. Throws DamagedVolumeError if it is not one of ours. */
export function volumeCipherOf(volumeKey: Uint8Array, header: Uint8Array): VolumeCipher {
  const bytes = Buffer.from(header)
  if (bytes.length !== headerBytes || !bytes.subarray(0, magic.length).equals(magic)) {
    throw new DamagedVolumeError('it does not begin as a volume does')
  }
  if (bytes.readUInt32BE(8) !== chunkBytes) throw new DamagedVolumeError('its chunk size is unknown')
  return cipherOf(volumeKey, bytes)
}

function cipherOf(volumeKey: Uint8Array, header: Buffer): VolumeCipher {
  const salt = header.subarray(saltOffset, saltOffset + saltBytes)
  const key = Buffer.from(hkdfSync('sha256', volumeKey, salt, 'theratwin volume file v1', 32))

  const seal = (nonce: Buffer, plain: Uint8Array): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    cipher.setAAD(header)
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }
  const unseal = (nonce: Buffer, sealed: Uint8Array, what: string): Buffer => {
    if (sealed.byteLength < tagBytes) throw new DamagedVolumeError(`${what} is cut off`)
    const end = sealed.byteLength - tagBytes
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(header)
    decipher.setAuthTag(sealed.subarray(end))
    const plain = decipher.update(sealed.subarray(0, end))
    try {
      decipher.final()
    } catch {
      throw new DamagedVolumeError(`${what} was changed`)
    }
    return plain
  }

  return {
    header,
    encryptChunk: (index, plain) => seal(nonceOf(1, index), plain),
    decryptChunk: (index, sealed) => unseal(nonceOf(1, index), sealed, `chunk ${index}`),
    encryptTrailer(sizeBytes, sha256) {
      const plain = Buffer.alloc(8 + 32)
      plain.writeBigUInt64BE(BigInt(sizeBytes))
      plain.set(sha256, 8)
      return seal(nonceOf(2, 0), plain)
    },
    decryptTrailer(sealed) {
      const plain = unseal(nonceOf(2, 0), sealed, 'its end')
      return { sizeBytes: Number(plain.readBigUInt64BE()), sha256: plain.subarray(8) }
    },
  }
}

function nonceOf(part: 1 | 2, index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(part)
  nonce.writeBigUInt64BE(BigInt(index), 4)
  return nonce
}
