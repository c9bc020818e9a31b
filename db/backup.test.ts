import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backupDatabase } from './backup.ts'
import { openDatabase } from './open.ts'
import { databaseAt, temporaryFolder, testKey } from './testing/index.ts'

const now = new Date('2026-02-03T04:05:06.789Z')

describe('backupDatabase', () => {
  it('copies everything, what is still in the write-ahead log too, under the same key', () => {
    const db = databaseAt(6)
    db.exec(`INSERT INTO settings VALUES ('n', '1', '${'0'.repeat(64)}', 't')`)
    const path = backupDatabase(db, testKey, join(temporaryFolder(), 'backups'), 'by hand / été', now)
    expect(basename(path)).toBe('theratwin-20260203T040506789Z-by-hand-t-.db')
    const copy = openDatabase(path, testKey, 'write')
    expect(copy.prepare('SELECT name FROM settings').pluck().get()).toBe('n')
    expect(copy.pragma('user_version', { simple: true })).toBe(6)
    copy.close()
  })

  it('leaves no part of a backup where it fails', () => {
    const db = databaseAt(1)
    const folder = join(temporaryFolder(), 'backups')
    mkdirSync(join(folder, 'theratwin-20260203T040506789Z-x.db'), { recursive: true })
    writeFileSync(join(folder, 'theratwin-20260203T040506789Z-x.db', 'a'), '')
    expect(() => backupDatabase(db, testKey, folder, 'x', now)).toThrow()
    expect(readdirSync(folder)).toEqual(['theratwin-20260203T040506789Z-x.db'])
  })

  it('does not accept a copy that cannot be opened with the key', () => {
    const db = databaseAt(1)
    const folder = temporaryFolder()
    expect(() => backupDatabase(db, Buffer.alloc(32, 1), folder, 'x', now)).toThrow(
      expect.objectContaining({ code: 'store.wrong-key' }),
    )
    expect(readdirSync(folder)).toEqual([])
  })
})
