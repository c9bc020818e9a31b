import { randomBytes } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import type { KeySource, LastingKeySource } from '../../services/ports/storeKeys.ts'
import { parseEnvelope, type KeyEnvelope } from './envelope.ts'
import { keyProvider, minimumPassphraseLength } from './index.ts'

const coded = (code: string) => expect.objectContaining({ code }) as unknown
const passphrase = (text: string): LastingKeySource => ({
  kind: 'passphrase',
  passphrase: () => Promise.resolve(text),
  scryptN: 2 ** 14,
})

/** A keychain that turns bytes over; `refusing` behaves like that of another user. */
function keychain(refusing = false): LastingKeySource {
  const turn = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xa5)
  return {
    kind: 'keychain',
    keychain: {
      protect: (plain) => Promise.resolve(turn(plain)),
      unprotect: (sealed) => (refusing ? Promise.reject(new Error('another user')) : Promise.resolve(turn(sealed))),
    },
  }
}

function edited(keyFile: string, edit: (envelope: KeyEnvelope) => void): string {
  const envelope = JSON.parse(keyFile) as KeyEnvelope
  edit(envelope)
  return JSON.stringify(envelope)
}

function passphraseSlot(envelope: KeyEnvelope) {
  const slot = envelope.slots.find((one) => one.kind === 'passphrase')
  if (slot === undefined) throw new Error('no passphrase slot')
  return slot
}

describe('keyProvider', () => {
  it('makes a fresh 256-bit key each time and does not write it', async () => {
    const one = await keyProvider.create(passphrase('correct horse'))
    const two = await keyProvider.create(passphrase('correct horse'))
    expect(one.dataKey).toHaveLength(32)
    expect(Buffer.from(one.dataKey).equals(two.dataKey)).toBe(false)
    for (const encoding of ['hex', 'base64'] as const) {
      expect(one.keyFile).not.toContain(Buffer.from(one.dataKey).toString(encoding).slice(0, 20))
    }
    expect(one.keyFile).not.toContain('horse')
  })

  it.each<[string, KeySource]>([
    ['a passphrase', passphrase('correct horse')],
    ['the keychain', keychain()],
    ['a raw key', { kind: 'raw', key: randomBytes(32) }],
  ])('unlocks with %s', async (_name, source) => {
    const { dataKey, keyFile } = await keyProvider.create(source)
    expect(Buffer.from(await keyProvider.unlock(keyFile, source)).equals(dataKey)).toBe(true)
  })

  it('takes the same passphrase in another Unicode form', async () => {
    const { keyFile } = await keyProvider.create(passphrase('Schlüssel-ﬁve'))
    await expect(keyProvider.unlock(keyFile, passphrase('Schlu\u0308ssel-five'))).resolves.toHaveLength(32)
  })

  it('uses scrypt with N = 2^17 unless told otherwise', async () => {
    const { keyFile } = await keyProvider.create({
      kind: 'passphrase',
      passphrase: () => Promise.resolve('correct horse'),
    })
    expect(passphraseSlot(parseEnvelope(keyFile)).kdf).toMatchObject({ name: 'scrypt', N: 131072, r: 8, p: 1 })
  })

  it.each<[string, KeySource, KeySource, string]>([
    ['a wrong passphrase', passphrase('correct horse'), passphrase('correct house'), 'store.wrong-key'],
    [
      'a wrong raw key',
      { kind: 'raw', key: randomBytes(32) },
      { kind: 'raw', key: randomBytes(32) },
      'store.wrong-key',
    ],
    ['a passphrase where there is none', keychain(), passphrase('correct horse'), 'key.no-passphrase-set'],
    ['a keychain that knows nothing of it', passphrase('correct horse'), keychain(), 'key.no-keychain-set'],
    ["another user's keychain", keychain(), keychain(true), 'key.keychain-refused'],
  ])('refuses %s', async (_name, made, used, code) => {
    const { keyFile } = await keyProvider.create(made)
    await expect(keyProvider.unlock(keyFile, used)).rejects.toEqual(coded(code))
  })

  it('refuses a short passphrase for a new store, and asks for it as for a new one', async () => {
    const ask = vi.fn(() => Promise.resolve('x'.repeat(minimumPassphraseLength - 1)))
    await expect(keyProvider.create({ kind: 'passphrase', passphrase: ask })).rejects.toEqual(
      coded('key.passphrase-too-short'),
    )
    expect(ask).toHaveBeenCalledExactlyOnceWith('create')
  })

  it.each<[string, (envelope: KeyEnvelope) => void]>([
    ['cost', (e) => (passphraseSlot(e).kdf.N = 2 ** 15)],
    ['salt', (e) => (passphraseSlot(e).kdf.salt = randomBytes(32).toString('base64'))],
    ['nonce', (e) => (passphraseSlot(e).nonce = randomBytes(12).toString('base64'))],
    ['wrapped key', (e) => (passphraseSlot(e).wrapped = randomBytes(48).toString('base64'))],
    ['key id', (e) => (e.keyId = randomBytes(16).toString('hex'))],
  ])('refuses a key file whose %s was changed', async (_name, edit) => {
    const { keyFile } = await keyProvider.create(passphrase('correct horse'))
    await expect(keyProvider.unlock(edited(keyFile, edit), passphrase('correct horse'))).rejects.toEqual(
      coded('store.wrong-key'),
    )
  })

  it('refuses a keychain that gives the key of another store', async () => {
    const one = await keyProvider.create(keychain())
    const two = await keyProvider.create(keychain())
    const mixed = edited(one.keyFile, (envelope) => {
      envelope.slots = parseEnvelope(two.keyFile).slots
    })
    await expect(keyProvider.unlock(mixed, keychain())).rejects.toEqual(coded('key.damaged'))
  })

  it('changes the passphrase and keeps the key; the earlier passphrase is void', async () => {
    const { dataKey, keyFile } = await keyProvider.create(passphrase('correct horse'))
    const changed = await keyProvider.add(keyFile, dataKey, passphrase('battery staple'))
    expect(Buffer.from(await keyProvider.unlock(changed, passphrase('battery staple'))).equals(dataKey)).toBe(true)
    await expect(keyProvider.unlock(changed, passphrase('correct horse'))).rejects.toEqual(coded('store.wrong-key'))
  })

  it('adds a passphrase beside the keychain, so that both open the store', async () => {
    const { dataKey, keyFile } = await keyProvider.create(keychain())
    const both = await keyProvider.add(keyFile, dataKey, passphrase('correct horse'))
    for (const source of [keychain(), passphrase('correct horse')]) {
      expect(Buffer.from(await keyProvider.unlock(both, source)).equals(dataKey)).toBe(true)
    }
    await expect(keyProvider.add(keyFile, randomBytes(32), passphrase('correct horse'))).rejects.toThrow(
      'another store',
    )
  })
})

describe('parseEnvelope', () => {
  it.each([
    ['no JSON', '{', 'key.damaged'],
    ['another file', '{"format":"other"}', 'key.damaged'],
    ['a newer version', '{"format":"theratwin-key","version":2,"new":1}', 'key.newer-version'],
    ['a missing part', '{"format":"theratwin-key","version":1,"slots":[]}', 'key.damaged'],
  ])('refuses %s', (_name, text, code) => {
    expect(() => parseEnvelope(text)).toThrow(coded(code))
  })

  it.each([2 ** 13, 2 ** 21, 100_000])('refuses a scrypt cost of %i', async (N) => {
    const { keyFile } = await keyProvider.create(passphrase('correct horse'))
    const weak = edited(keyFile, (envelope) => (passphraseSlot(envelope).kdf.N = N))
    expect(() => parseEnvelope(weak)).toThrow(coded('key.damaged'))
  })
})
