import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { checkDatabase, openDatabase } from './open.ts'
import { temporaryFolder, testKey, upgradeTo } from './testing/index.ts'

const coded = (code: string) => expect.objectContaining({ code })

function filled(): string {
  const path = join(temporaryFolder(), 'a.db')
  const db = openDatabase(path, testKey, 'create')
  upgradeTo(db, 1)
  const insert = db.prepare('INSERT INTO settings VALUES (?, ?, ?, ?)')
  for (let i = 0; i < 300; i++) insert.run(`patient ${i}`, JSON.stringify('secret '.repeat(30)), '0'.repeat(64), 't')
  db.close()
  return path
}

describe('openDatabase', () => {
  it('gives the connection that the store is promised', () => {
    const db = openDatabase(join(temporaryFolder(), 'a.db'), testKey, 'create')
    const pragma = (name: string): unknown => db.pragma(name, { simple: true })
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('busy_timeout')).toBe(5000)
    expect(pragma('trusted_schema')).toBe(0)
    expect(pragma('cell_size_check')).toBe(1)
    expect(pragma('recursive_triggers')).toBe(1)
    expect(pragma('temp_store')).toBe(2)
    expect(pragma('query_only')).toBe(0)
    db.close()
  })

  it('leaves nothing readable in the file, its log included', () => {
    const path = join(temporaryFolder(), 'a.db')
    const db = openDatabase(path, testKey, 'create')
    upgradeTo(db, 1)
    db.prepare('INSERT INTO settings VALUES (?, ?, ?, ?)').run('n', '"secret"', '0'.repeat(64), 't')
    for (const file of [path, `${path}-wal`]) {
      const bytes = readFileSync(file)
      expect(bytes.length).toBeGreaterThan(0)
      for (const text of ['secret', 'settings', 'SQLite format 3']) expect(bytes.includes(text)).toBe(false)
    }
    db.close()
  })

  it.runIf(process.platform !== 'win32')('makes files that only their owner can read, its log included', () => {
    const path = join(temporaryFolder(), 'a.db')
    const db = openDatabase(path, testKey, 'create')
    upgradeTo(db, 1)
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o077, file).toBe(0)
    db.close()
  })

  it('opens again with its key, and refuses every other', () => {
    const path = filled()
    const db = openDatabase(path, testKey, 'write')
    expect(db.prepare('SELECT count(*) FROM settings').pluck().get()).toBe(300)
    db.close()
    expect(() => openDatabase(path, randomBytes(32), 'write')).toThrow(coded('store.wrong-key'))
    expect(() => openDatabase(path, randomBytes(31), 'write')).toThrow(RangeError)
  })

  it('writes nothing where it is opened for queries', () => {
    const db = openDatabase(filled(), testKey, 'query-only')
    expect(() => db.exec('DELETE FROM settings')).toThrow('readonly')
    db.close()
  })

  it('says what a file is that is not a store', () => {
    const folder = temporaryFolder()
    const plain = join(folder, 'plain.db')
    const other = new Database(plain)
    other.exec('CREATE TABLE t (a)')
    other.close()
    expect(() => openDatabase(plain, testKey, 'write')).toThrow(coded('store.not-a-store'))

    const foreign = join(folder, 'foreign.db')
    const encrypted = openDatabase(foreign, testKey, 'create')
    encrypted.exec('CREATE TABLE t (a)')
    encrypted.close()
    expect(() => openDatabase(foreign, testKey, 'write')).toThrow(coded('store.not-a-store'))

    const noise = join(folder, 'noise.db')
    writeFileSync(noise, randomBytes(8192))
    expect(() => openDatabase(noise, testKey, 'write')).toThrow(coded('store.wrong-key'))
    expect(() => openDatabase(join(folder, 'none.db'), testKey, 'write')).toThrow(coded('store.missing'))
    expect(() => openDatabase(join(folder, 'no', 'such', 'folder.db'), testKey, 'create')).toThrow(
      coded('store.cannot-open'),
    )
  })
})

describe('checkDatabase', () => {
  it('finds a sound database sound', () => {
    const db = openDatabase(filled(), testKey, 'write')
    expect(checkDatabase(db)).toBe('ok')
    db.close()
  })

  it('finds one changed bit in any page', () => {
    const path = filled()
    const sound = readFileSync(path)
    const pages = sound.length / 4096
    for (let page = 1; page < pages; page++) {
      const changed = Buffer.from(sound)
      const at = page * 4096 + 1234
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(path, changed)
      const db = openDatabase(path, testKey, 'bare')
      expect(checkDatabase(db), `page ${page + 1}`).not.toBe('ok')
      db.close()
    }
    expect(pages).toBeGreaterThan(10)
  })

  it('finds rows that refer to nothing', () => {
    const path = join(temporaryFolder(), 'a.db')
    const db = openDatabase(path, testKey, 'create')
    upgradeTo(db, 2)
    db.pragma('foreign_keys = OFF')
    db.exec(`INSERT INTO courses VALUES ('c', 'nobody', 'k', 'a', NULL, '${'0'.repeat(64)}', NULL)`)
    expect(checkDatabase(db)).toContain('courses')
    db.close()
  })
})
