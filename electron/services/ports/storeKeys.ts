/** Where the key of a store comes from, and what keeps it. Implemented by adapters/keys. */

/** The system's keychain: Electron's safeStorage, reached through the main process. */
export interface Keychain {
  protect(plain: Uint8Array): Promise<Uint8Array>
  /** Rejects where the bytes were protected by another user or machine. */
  unprotect(sealed: Uint8Array): Promise<Uint8Array>
}

/** 'create' lets a prompt ask twice. */
export type PassphraseProvider = (purpose: 'open' | 'create') => Promise<string>

/** Ways that stay possible after the program ends: what protects the key is written to the key file. */
export type LastingKeySource =
  | { readonly kind: 'keychain'; readonly keychain: Keychain }
  | {
      readonly kind: 'passphrase'
      readonly passphrase: PassphraseProvider
      /** scrypt's cost for a new passphrase, a power of two from 2^14; default 2^17. Lower it only in tests. */
      readonly scryptN?: number
    }

export type KeySource =
  | LastingKeySource
  /** A key that the caller keeps (32 bytes), for temporary stores: nothing in the key file can unlock it. */
  | { readonly kind: 'raw'; readonly key: Uint8Array }

/** Makes and opens key files. The key file's text is kept by the store (`key.json`); nobody else reads it. */
export interface KeyProvider {
  /** A new random 256-bit data key, protected by `source`. Throws InputError 'key.passphrase-too-short'. */
  create(source: KeySource): Promise<{ readonly dataKey: Uint8Array; readonly keyFile: string }>
  /**
   * The data key in a key file. Throws InputError 'store.wrong-key', 'key.no-passphrase-set', 'key.no-keychain-set',
   * 'key.keychain-refused', 'key.newer-version' or 'key.damaged'.
   */
  unlock(keyFile: string, source: KeySource): Promise<Uint8Array>
  /**
   * The key file with one more way to open the store, or with another passphrase or keychain entry in place of the earlier one. The
   * data key stays the same. Throws as `create`.
   */
  add(keyFile: string, dataKey: Uint8Array, source: LastingKeySource): Promise<string>
}
