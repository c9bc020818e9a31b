import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openDatabase, type Connection } from '../open.ts'
import { databaseAt, tablesOf, temporaryFolder, testKey, upgradeTo } from '../testing/index.ts'
import { migrations, schemaVersion, migrate, type Migration } from './index.ts'

const next: Migration = { version: migrations.length + 1, name: 'next', sql: 'CREATE TABLE next (a INTEGER) STRICT' }

function run(db: Connection, steps: readonly Migration[], backup = vi.fn()): number[] {
  return migrate(db, { migrations: steps, now: '2026-01-01T00:00:00.000Z', programVersion: '1', backup })
}

describe('migrate', () => {
  it('has migrations numbered without gaps', () => {
    expect(migrations.map((one) => one.version)).toEqual(migrations.map((_, index) => index + 1))
  })

  it('applies what is missing, once, whatever the version it starts from', () => {
    for (let from = 0; from <= migrations.length; from++) {
      const db = databaseAt(from)
      expect(upgradeTo(db, migrations.length)).toEqual(migrations.slice(from).map((one) => one.version))
      expect(schemaVersion(db)).toBe(migrations.length)
      expect(upgradeTo(db, migrations.length)).toEqual([])
    }
  })

  it('gives the same schema in one go as step by step', () => {
    const schemaOf = (db: Connection): unknown =>
      db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all()
    const stepwise = databaseAt(1)
    for (let version = 2; version <= migrations.length; version++) upgradeTo(stepwise, version)
    expect(schemaOf(stepwise)).toEqual(schemaOf(databaseAt(migrations.length)))
  })

  it('makes a backup before it changes a database with data, and none for a new one', () => {
    const backup = vi.fn()
    const fresh = openDatabase(join(temporaryFolder(), 'a.db'), testKey, 'create')
    run(fresh, migrations, backup)
    expect(backup).not.toHaveBeenCalled()
    backup.mockImplementation(() => {
      expect(tablesOf(fresh)).not.toContain('next')
    })
    run(fresh, [...migrations, next], backup)
    expect(backup).toHaveBeenCalledExactlyOnceWith(migrations.length)
    expect(tablesOf(fresh)).toContain('next')
    fresh.close()
  })

  it('changes nothing where the backup fails', () => {
    const db = databaseAt(migrations.length)
    const failing = vi.fn(() => {
      throw new Error('no space')
    })
    expect(() => run(db, [...migrations, next], failing)).toThrow('no space')
    expect(tablesOf(db)).not.toContain('next')
    expect(schemaVersion(db)).toBe(migrations.length)
  })

  it('undoes a step that fails half-way, and keeps the steps before it', () => {
    const db = databaseAt(migrations.length)
    const broken: Migration = {
      version: next.version + 1,
      name: 'broken',
      sql: 'CREATE TABLE half (a); SELECT nonsense',
    }
    expect(() => run(db, [...migrations, next, broken])).toThrow('nonsense')
    expect(tablesOf(db)).toContain('next')
    expect(tablesOf(db)).not.toContain('half')
    expect(schemaVersion(db)).toBe(next.version)
  })

  it('refuses a schema of a newer program and touches nothing', () => {
    const db = databaseAt(migrations.length)
    run(db, [...migrations, next])
    expect(() => upgradeTo(db, migrations.length)).toThrow(
      expect.objectContaining({ code: 'store.newer-than-program' }),
    )
    expect(schemaVersion(db)).toBe(next.version)
  })

  it('refuses a schema whose steps are not those of this program', () => {
    const db = databaseAt(migrations.length)
    const edited = migrations.map((one) => (one.version === 2 ? { ...one, sql: `${one.sql} -- edited` } : one))
    expect(() => run(db, [...edited, next])).toThrow(expect.objectContaining({ code: 'store.schema-differs' }))
    const reformatted = migrations.map((one) => ({ ...one, sql: one.sql.replaceAll('\n', '\n   ') }))
    expect(run(db, [...reformatted, next])).toEqual([next.version])
  })

  it('refuses to upgrade a database with rows that refer to nothing', () => {
    const db = databaseAt(5)
    db.pragma('foreign_keys = OFF')
    db.exec(`INSERT INTO courses VALUES ('c', 'nobody', 'k', 'a', NULL, '${'0'.repeat(64)}', NULL)`)
    const backup = vi.fn()
    expect(() => run(db, migrations, backup)).toThrow(expect.objectContaining({ code: 'store.damaged' }))
    expect(backup).not.toHaveBeenCalled()
    expect(schemaVersion(db)).toBe(5)
  })
})
