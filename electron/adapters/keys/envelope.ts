/**
 * The key file of a store (`key.json`): how the store's random 256-bit data key is kept.
 *
 * The data key never changes and is never written. Each slot holds it wrapped in one way, so that a store can be opened by the
 * system's keychain (in the application) and by a passphrase (on the command line), and the passphrase can change without touching the data:
 *
 *     { "format": "theratwin-key", "version": 1, "keyId": "…",
 *       "slots": [ { "kind": "passphrase", "kdf": { "name": "scrypt", "N": 131072, "r": 8, "p": 1, "salt": "…" },
 *                    "nonce": "…", "wrapped": "…" },
 *                  { "kind": "keychain", "protected": "…" } ] }
 *
 * `keyId` is derived from the data key and tells whether unwrapping gave the right one. The wrapped key (AES-256-GCM) is bound to the
 * other fields, so that they cannot be weakened.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/)

const kdfSchema = z.strictObject({
  name: z.literal('scrypt'),
  /** A power of two. Below 2^14 is too weak to accept, above 2^20 would let a forged file exhaust the memory. */
  N: z
    .int()
    .min(2 ** 14)
    .max(2 ** 20)
    .refine((value) => Number.isInteger(Math.log2(value)), 'must be a power of two'),
  r: z.int().min(8).max(32),
  p: z.int().min(1).max(16),
  salt: base64,
})

const slotSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('passphrase'), kdf: kdfSchema, nonce: base64, wrapped: base64 }),
  z.strictObject({ kind: z.literal('keychain'), protected: base64 }),
])

const envelopeSchema = z.strictObject({
  format: z.literal('theratwin-key'),
  version: z.literal(1),
  keyId: z.string().regex(/^[0-9a-f]{32}$/),
  slots: z.array(slotSchema),
})

export type KeyEnvelope = z.infer<typeof envelopeSchema>
export type KeySlot = z.infer<typeof slotSchema>
type Kdf = z.infer<typeof kdfSchema>
type PassphraseSlot = Extract<KeySlot, { kind: 'passphrase' }>

export const dataKeyBytes = 32
const tagBytes = 16

/** 2^17: about 128 MB and a third of a second for each guess, as OWASP recommends for scrypt (2023: N = 2^17, r = 8, p = 1). */
export const defaultScryptN = 2 ** 17

export function envelopeOf(dataKey: Uint8Array, slots: readonly KeySlot[]): KeyEnvelope {
  return { format: 'theratwin-key', version: 1, keyId: keyIdOf(dataKey), slots: [...slots] }
}

/** Says which data key it is, without saying anything about it. */
export function keyIdOf(dataKey: Uint8Array): string {
  if (dataKey.byteLength !== dataKeyBytes) throw new RangeError(`A data key has ${dataKeyBytes} bytes.`)
  return Buffer.from(hkdfSync('sha256', dataKey, '', 'theratwin key id v1', 16)).toString('hex')
}

export function formatEnvelope(envelope: KeyEnvelope): string {
  return `${JSON.stringify(envelope, null, 2)}\n`
}

/** Throws InputError 'key.newer-version' or 'key.damaged'. */
export function parseEnvelope(text: string): KeyEnvelope {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw damaged('it is not JSON')
  }
  const version = z.object({ format: z.literal('theratwin-key'), version: z.int() }).safeParse(value)
  if (version.success && version.data.version > 1) {
    throw new InputError(
      'key.newer-version',
      `The key file was written by a newer Theratwin (version ${version.data.version}).`,
      'Install the newer version of Theratwin. The store was not touched.',
    )
  }
  const parsed = envelopeSchema.safeParse(value)
  if (!parsed.success) throw damaged(z.prettifyError(parsed.error).split('\n')[0] ?? 'a field is wrong')
  return parsed.data
}

/** Wraps the data key with a passphrase: fresh salt, fresh nonce. */
export async function wrapWithPassphrase(dataKey: Uint8Array, passphrase: string, scryptN: number): Promise<KeySlot> {
  const kdf: Kdf = { name: 'scrypt', N: scryptN, r: 8, p: 1, salt: randomBytes(32).toString('base64') }
  const key = await derive(passphrase, kdf)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(boundFields(keyIdOf(dataKey), kdf))
  const wrapped = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
  return { kind: 'passphrase', kdf, nonce: nonce.toString('base64'), wrapped: wrapped.toString('base64') }
}

/** The data key, or null where the passphrase is not the one of this slot (or the slot was changed, which looks the same). */
export async function unwrapWithPassphrase(
  envelope: KeyEnvelope,
  slot: PassphraseSlot,
  passphrase: string,
): Promise<Uint8Array | null> {
  const key = await derive(passphrase, slot.kdf)
  const sealed = Buffer.from(slot.wrapped, 'base64')
  const nonce = Buffer.from(slot.nonce, 'base64')
  if (sealed.length !== dataKeyBytes + tagBytes || nonce.length !== 12)
    throw damaged('a wrapped key has the wrong size')
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(boundFields(envelope.keyId, slot.kdf))
  decipher.setAuthTag(sealed.subarray(dataKeyBytes))
  const dataKey = decipher.update(sealed.subarray(0, dataKeyBytes))
  try {
    decipher.final()
  } catch {
    return null
  }
  return dataKey
}

export function damaged(what: string): InputError {
  return new InputError(
    'key.damaged',
    `The key file of the store is damaged: ${what}.`,
    'Put back key.json from a backup of this store. Without it the data cannot be decrypted.',
  )
}

function derive(passphrase: string, kdf: Kdf): Promise<Buffer> {
  // NFKC: the same passphrase typed on two systems is the same bytes.
  const text = passphrase.normalize('NFKC')
  const { N, r, p } = kdf
  const memory = 128 * N * r * p
  return new Promise((resolve, reject) => {
    scrypt(text, Buffer.from(kdf.salt, 'base64'), 32, { N, r, p, maxmem: 2 * memory }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

function boundFields(keyId: string, kdf: Kdf): Buffer {
  return Buffer.from(['theratwin-key', 1, keyId, 'passphrase', kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt].join('\n'))
}
