/** For tests only: databases and stores in temporary folders, and records to fill them with. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Store } from '../../electron/services/ports/store.ts'
import { openStore, type OpenStoreOptions } from '../index.ts'
import { migrate, migrations } from '../migrations/index.ts'
import { openDatabase, type Connection } from '../open.ts'

export const testKey = randomBytes(32)
export const zeroHash = '0'.repeat(64)

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'theratwin-test-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** A new encrypted database with the first `versions` migrations, closed when the test ends. */
export function databaseAt(versions: number): Connection {
  const db = openDatabase(join(temporaryFolder(), 'test.db'), testKey, 'create')
  onTestFinished(() => {
    db.close()
  })
  upgradeTo(db, versions)
  return db
}

export function upgradeTo(db: Connection, versions: number): number[] {
  return migrate(db, {
    migrations: migrations.slice(0, versions),
    now: '2026-01-01T00:00:00.000Z',
    programVersion: 'test',
    backup: () => undefined,
  })
}

/** The names of the tables that are not SQLite's own. */
export function tablesOf(db: Connection): string[] {
  return db
    .prepare<[], string>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
    )
    .pluck()
    .all()
}

/** True if every table that the application made refuses values of another type. */
export function allStrict(db: Connection): boolean {
  const lax = db
    .prepare<[], string>(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
    )
    .pluck()
    .all()
  return lax.length === 0
}

/** Options for a store that belongs to a test: a clock that moves one second with each look. */
export function testOptions(more: Partial<OpenStoreOptions> = {}): OpenStoreOptions {
  let ticks = 0
  return {
    actor: 'tester',
    programVersion: 'test',
    clock: () => new Date(Date.UTC(2026, 0, 1) + 1000 * ticks++),
    ...more,
  }
}

/** A new store with a raw key, closed when the test ends. */
export async function temporaryStore(
  directory = join(temporaryFolder(), 'store'),
  more: Partial<OpenStoreOptions> = {},
): Promise<Store> {
  const store = await openStore(directory, { kind: 'raw', key: testKey }, testOptions(more))
  onTestFinished(() => {
    store.close()
  })
  return store
}
