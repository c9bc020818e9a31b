/**
 * Keys of a store. Offers `keyProvider`, which makes and unlocks key files, and the passphrase from the environment
 * (`environmentPassphrase`) or a prompt (`promptForPassphrase`).
 */
import { randomBytes } from 'node:crypto'
import { InputError } from '../../../native-core/errors/index.ts'
import type { KeyProvider, KeySource, LastingKeySource } from '../../services/ports/storeKeys.ts'
import {
  damaged,
  dataKeyBytes,
  defaultScryptN,
  envelopeOf,
  formatEnvelope,
  keyIdOf,
  parseEnvelope,
  unwrapWithPassphrase,
  wrapWithPassphrase,
  type KeyEnvelope,
  type KeySlot,
} from './envelope.ts'

export { parseEnvelope, type KeyEnvelope } from './envelope.ts'
export { environmentPassphrase } from './environment.ts'
export { promptForPassphrase, type Terminal } from './prompt.ts'
export type { Keychain, KeySource, PassphraseProvider } from '../../services/ports/storeKeys.ts'

export const minimumPassphraseLength = 8

export const keyProvider: KeyProvider = {
  async create(source) {
    if (source.kind === 'raw') {
      return { dataKey: Uint8Array.from(source.key), keyFile: formatEnvelope(envelopeOf(source.key, [])) }
    }
    const dataKey = randomBytes(dataKeyBytes)
    return { dataKey, keyFile: formatEnvelope(envelopeOf(dataKey, [await newSlot(dataKey, source)])) }
  },

  unlock: (keyFile, source) => unlock(parseEnvelope(keyFile), source),

  async add(keyFile, dataKey, source) {
    const envelope = parseEnvelope(keyFile)
    if (keyIdOf(dataKey) !== envelope.keyId) throw new Error('This is the key of another store.')
    const slot = await newSlot(dataKey, source)
    return formatEnvelope(envelopeOf(dataKey, [...envelope.slots.filter((one) => one.kind !== slot.kind), slot]))
  },
}

async function unlock(envelope: KeyEnvelope, source: KeySource): Promise<Uint8Array> {
  const dataKey = await openSlot(envelope, source)
  if (dataKey.byteLength !== dataKeyBytes) throw damaged('the key in it has the wrong size')
  if (keyIdOf(dataKey) !== envelope.keyId) {
    if (source.kind === 'raw') throw wrongKey('This is not the key of the store.')
    throw damaged('the key in it is not the key of this store')
  }
  return dataKey
}

async function openSlot(envelope: KeyEnvelope, source: KeySource): Promise<Uint8Array> {
  if (source.kind === 'raw') return Uint8Array.from(source.key)
  if (source.kind === 'passphrase') {
    const slot = envelope.slots.find((one) => one.kind === 'passphrase')
    if (slot === undefined) {
      throw new InputError(
        'key.no-passphrase-set',
        'This store has no passphrase; it is opened by the keychain of the computer it was made on.',
        'Open it in the application there and set a passphrase.',
      )
    }
    const dataKey = await unwrapWithPassphrase(envelope, slot, await source.passphrase('open'))
    if (dataKey === null) throw wrongKey('The passphrase is not the one of this store.')
    return dataKey
  }
  const slot = envelope.slots.find((one) => one.kind === 'keychain')
  if (slot === undefined) {
    throw new InputError(
      'key.no-keychain-set',
      'This store is not known to the keychain of this computer.',
      'Open it with its passphrase.',
    )
  }
  try {
    return await source.keychain.unprotect(Buffer.from(slot.protected, 'base64'))
  } catch (error) {
    throw new InputError(
      'key.keychain-refused',
      `The keychain of this computer did not give the key of the store (${error instanceof Error ? error.message : 'no reason given'}).`,
      'Unlock the keychain, or log in as the user who made the store, or open it with its passphrase.',
    )
  }
}

async function newSlot(dataKey: Uint8Array, source: LastingKeySource): Promise<KeySlot> {
  if (source.kind === 'keychain') {
    const sealed = await source.keychain.protect(dataKey)
    return { kind: 'keychain', protected: Buffer.from(sealed).toString('base64') }
  }
  const passphrase = await source.passphrase('create')
  if ([...passphrase].length < minimumPassphraseLength) {
    throw new InputError(
      'key.passphrase-too-short',
      `The passphrase has fewer than ${minimumPassphraseLength} characters.`,
      'Choose a longer one: four or five random words are easy to remember and hard to guess.',
    )
  }
  return wrapWithPassphrase(dataKey, passphrase, source.scryptN ?? defaultScryptN)
}

function wrongKey(message: string): InputError {
  return new InputError(
    'store.wrong-key',
    message,
    'Check the passphrase (capital letters, keyboard layout), and that this is the right store.',
  )
}
