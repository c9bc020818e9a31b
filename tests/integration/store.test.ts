/** The store on a real disk: making, opening, sharing, upgrading, and everything that can be wrong with its folder. */
import { hkdfSync, randomBytes } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { diskFiles, openVolumeStore } from '../../electron/adapters/volume-store/index.ts'
import type { Store } from '../../electron/services/ports/store.ts'
import type { KeySource, LastingKeySource } from '../../electron/services/ports/storeKeys.ts'
import { changeKeys, openStore, storeKeyKinds, type OpenStoreOptions } from '../../db/index.ts'
import { migrations } from '../../db/migrations/index.ts'
import { filledStore, identity, putVolumes, writePatient } from '../../db/testing/records.ts'

const coded = (code: string) => expect.objectContaining({ code }) as Error
const key: KeySource = { kind: 'raw', key: randomBytes(32) }

function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'theratwin-store-'))
  onTestFinished(() => {
    rmSync(parent, { recursive: true, force: true })
  })
  return join(parent, 'store')
}

async function open(folder: string, more: Partial<OpenStoreOptions> = {}, source = key): Promise<Store> {
  const store = await openStore(folder, source, { actor: 'tester', programVersion: '1', ...more })
  onTestFinished(() => {
    store.close()
  })
  return store
}

/** A closed store with one patient: three original files, one image, two structures, so six volumes that it refers to. */
async function filledFolder(source = key): Promise<string> {
  const folder = newFolder()
  const store = await open(folder, {}, source)
  await filledStore(store)
  store.close()
  return folder
}

/** The database, opened around the program, as somebody with the key could. */
function rawDatabase(folder: string): Database.Database {
  if (key.kind !== 'raw') throw new Error('the tests use a raw key')
  const db = new Database(join(folder, 'theratwin.db'))
  db.pragma(`cipher = 'sqlcipher'`)
  db.pragma('legacy = 4')
  db.pragma(`key = "x'${databaseKeyHex()}'"`)
  onTestFinished(() => {
    db.close()
  })
  return db
}

function databaseKeyHex(): string {
  if (key.kind !== 'raw') throw new Error('the tests use a raw key')
  return Buffer.from(hkdfSync('sha256', key.key, '', 'theratwin database v1', 32)).toString('hex')
}

function dropTriggers(db: Database.Database): void {
  const names = db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).pluck().all()
  for (const name of names) db.exec(`DROP TRIGGER ${name}`)
}

describe('making and opening a store', () => {
  it('gives the folder its layout, for the owner only, and finds everything again', async () => {
    const folder = await filledFolder()
    const names = ['audit.anchor', 'key.json', 'lock', 'store.json', 'theratwin.db', 'volumes']
    expect(readdirSync(folder).sort()).toEqual(names)
    if (process.platform !== 'win32') {
      for (const name of ['', ...names]) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0)
    }
    const store = await open(folder)
    expect(store.notices).toEqual([])
    expect(store.read.patients().map((patient) => patient.name)).toEqual([identity.name])
    expect(await store.check({ volumes: true })).toMatchObject({ ok: true, volumesChecked: 6 })
    expect(store.read.audit().map((row) => row.action)).toEqual(['store.created', 'import'])
  })

  it('leaves nothing of a patient readable anywhere in the folder', async () => {
    const folder = await filledFolder()
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      expect(entry.name).not.toContain('MRN1')
      if (!entry.isFile()) continue
      const bytes = readFileSync(join(entry.parentPath, entry.name))
      for (const secret of ['MRN1', 'Müller', 'DOTATATE', 'file a', 'Liver']) {
        expect(bytes.includes(secret), `${secret} in ${entry.name}`).toBe(false)
      }
    }
  })

  it('does not make a store where none is wanted', async () => {
    const folder = newFolder()
    await expect(open(folder, { create: false })).rejects.toEqual(coded('store.missing'))
    await expect(open(folder, { access: 'read-only' })).rejects.toEqual(coded('store.missing'))
    expect(existsSync(folder)).toBe(false)
  })

  it("writes nothing among other people's files", async () => {
    const folder = newFolder()
    mkdirSync(folder)
    writeFileSync(join(folder, 'holiday.jpg'), '')
    await expect(open(folder)).rejects.toEqual(coded('store.not-a-store'))
    expect(readdirSync(folder)).toEqual(['holiday.jpg'])
    await expect(open(join(folder, 'holiday.jpg'))).rejects.toEqual(coded('store.not-a-store'))
  })

  it.each([['key.json'], ['key.json', 'theratwin.db'], ['key.json', 'theratwin.db', 'audit.anchor', 'volumes']])(
    'goes on where making it was cut short with only %s there',
    async (...present) => {
      const folder = newFolder()
      const first = await open(folder)
      first.close()
      for (const name of readdirSync(folder)) {
        if (!present.includes(name)) rmSync(join(folder, name), { recursive: true })
      }
      const store = await open(folder)
      await filledStore(store)
      expect((await store.check({ volumes: true })).ok).toBe(true)
    },
  )

  it('never makes an empty database in place of one that is gone', async () => {
    const folder = await filledFolder()
    unlinkSync(join(folder, 'theratwin.db'))
    await expect(open(folder)).rejects.toEqual(coded('store.missing'))
    expect(existsSync(join(folder, 'theratwin.db'))).toBe(false)
  })

  it('takes the folder of a store that was moved', async () => {
    const folder = await filledFolder()
    const moved = newFolder()
    cpSync(folder, moved, { recursive: true })
    const store = await open(moved)
    expect((await store.check({ volumes: true })).ok).toBe(true)
  })
})

describe('keys', () => {
  const passphrase = (text: string): LastingKeySource => ({
    kind: 'passphrase',
    passphrase: () => Promise.resolve(text),
    scryptN: 2 ** 14,
  })

  it('refuses a wrong key and changes nothing', async () => {
    const folder = await filledFolder(passphrase('correct horse'))
    const before = readFileSync(join(folder, 'theratwin.db'))
    await expect(open(folder, {}, passphrase('wrong horse'))).rejects.toEqual(coded('store.wrong-key'))
    await expect(open(folder, {}, key)).rejects.toEqual(coded('store.wrong-key'))
    expect(readFileSync(join(folder, 'theratwin.db')).equals(before)).toBe(true)
    expect((await open(folder, {}, passphrase('correct horse'))).read.patients()).toHaveLength(1)
  })

  it('tells how a store can be opened', async () => {
    const folder = newFolder()
    expect(storeKeyKinds(folder)).toBeNull()
    ;(await open(folder, {}, passphrase('correct horse'))).close()
    expect(storeKeyKinds(folder)).toEqual(['passphrase'])
  })

  it('changes the passphrase of a store, and lets a keychain open it too', async () => {
    const folder = await filledFolder(passphrase('correct horse'))
    const same = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(bytes)
    const keychain: LastingKeySource = { kind: 'keychain', keychain: { protect: same, unprotect: same } }
    await changeKeys(folder, passphrase('correct horse'), passphrase('battery staple'))
    await changeKeys(folder, passphrase('battery staple'), keychain)
    await expect(open(folder, {}, passphrase('correct horse'))).rejects.toEqual(coded('store.wrong-key'))
    for (const source of [passphrase('battery staple'), keychain]) {
      const store = await open(folder, {}, source)
      expect((await store.check({ volumes: true })).ok).toBe(true)
      store.close()
    }
  })

  it('says so where the key file is gone, damaged, or of another store', async () => {
    const folder = await filledFolder()
    const other = await filledFolder()
    writeFileSync(join(folder, 'key.json'), '{"format":')
    await expect(open(folder)).rejects.toEqual(coded('key.damaged'))
    unlinkSync(join(folder, 'key.json'))
    await expect(open(folder)).rejects.toEqual(coded('store.key-missing'))
    const stranger: KeySource = { kind: 'raw', key: randomBytes(32) }
    const third = await filledFolder(stranger)
    copyFileSync(join(other, 'key.json'), join(third, 'key.json'))
    await expect(open(third)).rejects.toEqual(coded('store.wrong-key'))
  })
})

describe('two programs at once', () => {
  it('only one may write, the other is told who does', async () => {
    const folder = newFolder()
    const first = await open(folder, { holder: 'the window' })
    await expect(open(folder)).rejects.toEqual(coded('store.in-use'))
    await expect(open(folder)).rejects.toThrow('the window')
    first.close()
    first.close()
    ;(await open(folder)).close()
  })

  it('another may read meanwhile, sees what is committed, and can change nothing', async () => {
    const folder = newFolder()
    const writer = await open(folder)
    const reader = await open(folder, { access: 'read-only' })
    expect(reader.read.patients()).toEqual([])
    const { volumes } = await filledStore(writer)
    expect(reader.read.patients()).toHaveLength(1)
    expect(await reader.volumes.get(volumes.files[0] ?? '')).toHaveLength(6)
    expect(() => reader.transaction({ action: 'x' }, (write) => write.putSetting('a', 1))).toThrow(
      coded('store.read-only'),
    )
    reader.close()
    expect((await writer.check({ volumes: true })).ok).toBe(true)
  })

  it('lets go of the lock where opening fails', async () => {
    const folder = await filledFolder()
    await expect(open(folder, {}, { kind: 'raw', key: randomBytes(32) })).rejects.toEqual(coded('store.wrong-key'))
    expect((await open(folder)).read.patients()).toHaveLength(1)
  })
})

describe('transactions', () => {
  it('are all or nothing', async () => {
    const store = await open(newFolder())
    const volumes = await putVolumes(store)
    const rows = store.read.audit().length
    expect(() =>
      store.transaction({ action: 'import' }, (write) => {
        writePatient(write, volumes)
        write.appendAudit('note', 1)
        throw new Error('the power went')
      }),
    ).toThrow('the power went')
    expect(store.read.patients()).toEqual([])
    expect(store.read.knownSourceFiles(volumes.files).size).toBe(0)
    expect(store.read.audit()).toHaveLength(rows)
    expect(store.read.verifyAudit()).toMatchObject({ ok: true, anchor: 'matches' })
  })

  it('see their own writes, and leave one audit row that names them', async () => {
    const store = await open(newFolder())
    store.transaction({ action: 'settings.change', actor: 'physicist' }, (write, read) => {
      write.putSetting('a', 1)
      expect(read.setting('a')?.value).toBe(1)
      write.putSetting('b', 2)
    })
    const row = store.read.audit().at(-1)
    expect(row).toMatchObject({ actor: 'physicist', action: 'settings.change' })
    expect(row?.detail).toMatchObject({
      changes: [
        { entity: 'setting', id: 'a' },
        { entity: 'setting', id: 'b' },
      ],
    })
  })

  it('that change nothing leave no row; events do', async () => {
    const store = await open(newFolder())
    store.transaction({ action: 'look' }, (_write, read) => read.patients())
    store.transaction({ action: 'look' }, (write) => {
      write.appendAudit('report.exported', { artifact: 'x' })
    })
    expect(store.read.audit().map((row) => row.action)).toEqual(['store.created', 'report.exported'])
  })

  it('must not be nested or asynchronous, and their writer ends with them', async () => {
    const store = await open(newFolder())
    expect(() =>
      store.transaction({ action: 'a' }, () => store.transaction({ action: 'b' }, (write) => write.putSetting('x', 1))),
    ).toThrow('nested')
    expect(() =>
      store.transaction({ action: 'a' }, async (write) => Promise.resolve(write.putSetting('x', 1))),
    ).toThrow('asynchronous')
    expect(store.read.setting('x')).toBeNull()
    const late = store.transaction({ action: 'a' }, (write) => write)
    expect(() => late.putSetting('x', 1)).toThrow('ended')
  })
})

describe('damage and tampering', () => {
  it('of an audit row is found, whatever the triggers say', async () => {
    const folder = await filledFolder()
    const raw = rawDatabase(folder)
    expect(() => raw.exec(`UPDATE audit SET actor = 'nobody'`)).toThrow('cannot be changed')
    dropTriggers(raw)
    raw.exec(`UPDATE audit SET actor = 'nobody' WHERE sequence = 2`)
    raw.close()
    const store = await open(folder)
    expect(store.read.verifyAudit()).toMatchObject({ ok: false, firstBadSequence: 2 })
    expect((await store.check()).ok).toBe(false)
  })

  it('by putting back an older database is noticed, told, and recorded for good', async () => {
    const folder = await filledFolder()
    const older = readFileSync(join(folder, 'theratwin.db'))
    const later = await open(folder)
    later.transaction({ action: 'settings' }, (write) => write.putSetting('a', 1))
    later.close()
    writeFileSync(join(folder, 'theratwin.db'), older)

    const store = await open(folder)
    expect(store.notices.map((notice) => notice.code)).toEqual(['store.rolled-back'])
    expect(store.read.setting('a')).toBeNull()
    expect(store.read.audit().at(-1)).toMatchObject({
      action: 'audit.rolled-back',
      detail: { expected: { sequence: 3 }, found: { sequence: 2 } },
    })
    expect(store.read.verifyAudit()).toMatchObject({ ok: true, rollbacks: [3] })
    store.close()
    const again = await open(folder)
    expect(again.notices).toEqual([])
    expect(again.read.verifyAudit()).toMatchObject({ ok: true, rollbacks: [3] })
  })

  it('of a volume is found by the check, which names what it belongs to, and healed by importing again', async () => {
    const folder = await filledFolder()
    for (const entry of readdirSync(join(folder, 'volumes'), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      const bytes = readFileSync(path)
      bytes[70] = (bytes[70] ?? 0) ^ 1
      writeFileSync(path, bytes)
    }
    const store = await open(folder)
    const check = await store.check({ volumes: true })
    expect(check).toMatchObject({ ok: false, database: 'ok', volumesChecked: 6 })
    expect(check.badVolumes.map((bad) => bad.usedBy).sort()).toEqual([
      'original file f/0',
      'original file f/1',
      'original file f/2',
      'structure "Kidney left"',
      'structure "Liver"',
      'voxels of NM "SPECT 24 h"',
    ])
    const patient = store.read.patients()[0]
    const [image] = store.read.imagesOfPatient(patient?.id ?? '')
    await expect(store.voxels.get(image?.voxelsVolumeId ?? '')).rejects.toEqual(coded('volume.corrupt'))
    // What is damaged is not "known", so that an import brings it again.
    expect(store.read.knownSourceFiles(image?.sourceSha256s ?? []).size).toBe(0)
    await putVolumes(store)
    expect(await store.check({ volumes: true })).toMatchObject({ ok: true, badVolumes: [] })
  })

  it('of a missing volume is found', async () => {
    const folder = await filledFolder()
    rmSync(join(folder, 'volumes'), { recursive: true })
    const store = await open(folder)
    const check = await store.check({ volumes: true })
    expect(check.badVolumes).toHaveLength(6)
    expect(check.badVolumes[0]?.what).toContain('missing')
  })

  it('of any page of the database is found by the check', async () => {
    const folder = await filledFolder()
    const path = join(folder, 'theratwin.db')
    const bytes = readFileSync(path)
    // The last page belongs to a table or an index, not to what opening reads.
    const at = bytes.length - 2000
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    let found: string
    try {
      const store = await open(folder)
      found = (await store.check()).database
    } catch (error) {
      found = (error as { code: string }).code
    }
    expect(found).not.toBe('ok')
  })

  it('of a database that is no database is told apart from a wrong key where it can be', async () => {
    const folder = await filledFolder()
    const plain = new Database(join(folder, 'plain.db'))
    plain.exec('CREATE TABLE t (a)')
    plain.close()
    copyFileSync(join(folder, 'plain.db'), join(folder, 'theratwin.db'))
    await expect(open(folder)).rejects.toEqual(coded('store.not-a-store'))
  })
})

describe('what a crash leaves', () => {
  /** A store with one volume that nothing refers to, all its files `days` old. */
  async function abandoned(days: number): Promise<{ folder: string; id: string; referred: string }> {
    const folder = newFolder()
    const store = await open(folder)
    const { volumes } = await filledStore(store)
    const { id } = await store.volumes.put(Buffer.from('its import was cut short'))
    store.close()
    writeFileSync(join(folder, 'volumes', 'incoming', 'x.part'), 'torn')
    const then = Date.now() / 1000 - days * 24 * 3600
    for (const entry of readdirSync(join(folder, 'volumes'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), then, then)
    }
    return { folder, id, referred: volumes.voxels }
  }

  it.each([
    ['is cleared away', 30, false],
    ['is left for a week where it is whole', 1, true],
  ])('%s when the store is opened, and nothing that is referred to', async (_name, days, kept) => {
    const { folder, id, referred } = await abandoned(days)
    const store = await open(folder)
    expect(store.notices.map((notice) => notice.code)).toEqual(['store.leftovers-removed'])
    expect(readdirSync(join(folder, 'volumes', 'incoming'))).toEqual([])
    expect(await store.volumes.has(id)).toBe(kept)
    expect(await store.volumes.has(referred)).toBe(true)
    expect((await store.check({ volumes: true })).ok).toBe(true)
  })

  it('is not looked for after an older database was put back: its volumes may belong to the newer one', async () => {
    const folder = newFolder()
    const store = await open(folder)
    store.close()
    const older = readFileSync(join(folder, 'theratwin.db'))
    const later = await open(folder)
    const { volumes } = await filledStore(later)
    later.close()
    const newer = readFileSync(join(folder, 'theratwin.db'))
    const monthAgo = Date.now() / 1000 - 30 * 24 * 3600
    for (const entry of readdirSync(join(folder, 'volumes'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), monthAgo, monthAgo)
    }
    writeFileSync(join(folder, 'theratwin.db'), older)
    for (let round = 0; round < 2; round++) {
      const rolledBack = await open(folder)
      expect(await rolledBack.volumes.has(volumes.voxels)).toBe(true)
      rolledBack.close()
    }
    writeFileSync(join(folder, 'theratwin.db'), newer)
    expect((await (await open(folder)).check({ volumes: true })).ok).toBe(true)
  })

  it('on a disk that is full is nothing: the import fails as a whole and can be tried again', async () => {
    const folder = newFolder()
    let full = true
    const store = await open(folder, {
      openVolumes: (path, storeKey, options) =>
        openVolumeStore(path, storeKey, {
          ...options,
          files: {
            ...diskFiles,
            async create(name) {
              const file = await diskFiles.create(name)
              const sync = (): Promise<void> =>
                full ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })) : file.sync()
              return { write: (bytes) => file.write(bytes), sync, close: () => file.close() }
            },
          },
        }),
    })
    await expect(filledStore(store)).rejects.toEqual(coded('volume.disk-full'))
    expect(store.read.patients()).toEqual([])
    expect(readdirSync(join(folder, 'volumes'))).toEqual(['incoming'])
    full = false
    await filledStore(store)
    expect((await store.check({ volumes: true })).ok).toBe(true)
  })
})

describe('upgrades', () => {
  const next = { version: migrations.length + 1, name: 'next', sql: 'CREATE TABLE next (a INTEGER) STRICT' }

  it('keep everything, after a backup that opens in place of the store', async () => {
    const folder = await filledFolder()
    const upgraded = await open(folder, { migrations: [...migrations, next] })
    expect(upgraded.notices.map((notice) => notice.code)).toEqual(['store.upgraded'])
    expect((await upgraded.check({ volumes: true })).ok).toBe(true)
    expect(upgraded.read.patients()).toHaveLength(1)
    upgraded.close()
    const [backup = '', ...others] = readdirSync(join(folder, 'backups'))
    expect(others).toEqual([])
    await expect(open(folder)).rejects.toEqual(coded('store.newer-than-program'))
    copyFileSync(join(folder, 'backups', backup), join(folder, 'theratwin.db'))
    const back = await open(folder)
    expect(back.read.patients()).toHaveLength(1)
    expect((await back.check({ volumes: true })).ok).toBe(true)
  })

  it('are not made by a reader', async () => {
    const folder = await filledFolder()
    const reading = open(folder, { access: 'read-only', migrations: [...migrations, next] })
    await expect(reading).rejects.toEqual(coded('store.needs-upgrade'))
    expect(existsSync(join(folder, 'backups'))).toBe(false)
  })

  it('that fail leave the store as it was', async () => {
    const folder = await filledFolder()
    const broken = { ...next, sql: 'CREATE TABLE half (a); SELECT nonsense' }
    await expect(open(folder, { migrations: [...migrations, broken] })).rejects.toThrow('nonsense')
    const store = await open(folder)
    expect((await store.check({ volumes: true })).ok).toBe(true)
  })

  it('can be preceded by a backup by hand at any time, while the store is open', async () => {
    const folder = newFolder()
    const store = await open(folder)
    await filledStore(store)
    const path = await store.backup('before conference')
    const other = newFolder()
    mkdirSync(other)
    for (const name of ['key.json', 'store.json']) copyFileSync(join(folder, name), join(other, name))
    copyFileSync(path, join(other, 'theratwin.db'))
    expect((await open(other)).read.patients()).toHaveLength(1)
  })
})
