import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Keychain } from '../adapters/keys/index.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * The system's keychain as the backend sees it: main holds a 32-byte key in the keychain (Electron's safeStorage) and hands it
 * over; what the store wants protected is sealed with it (AES-256-GCM; nonce, tag, ciphertext).
 */
export function systemKeychain(systemKey: Uint8Array): Keychain {
  return {
    protect: (plain) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', systemKey, nonce)
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
      return Promise.resolve(Buffer.concat([nonce, cipher.getAuthTag(), sealed]))
    },
    unprotect: async (sealed) => {
      const nonce = sealed.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', systemKey, nonce)
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      return Promise.resolve(
        Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]),
      )
    },
  }
}
