/** Verified copies of the database. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../native-core/errors/index.ts'
import { syncFolder } from './files.ts'
import { checkDatabase, openDatabase, type Connection } from './open.ts'
import { schemaVersion } from './migrations/migrate.ts'
import { explainSqliteError } from './sqliteErrors.ts'

/**
 * Writes an encrypted copy (same key) of the whole database into `folder` as `theratwin-<time>-<reason>.db`, opens it, checks every
 * page, and only then gives it its name. Returns its path. The volumes are not part of it: they never change.
 *
 * VACUUM INTO reads one consistent snapshot; copying the file would miss what is still in the write-ahead log. Throws InputError
 * 'store.backup-failed' or 'store.disk-full'.
 */
export function backupDatabase(db: Connection, key: Uint8Array, folder: string, reason: string, now: Date): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('.', '')
  const target = join(folder, `theratwin-${stamp}-${reason.replace(/[^a-z0-9]+/gi, '-')}.db`)
  const partial = `${target}.partial`
  try {
    rmSync(partial, { force: true })
    db.prepare('VACUUM INTO ?').run(partial)
    syncFile(partial)
    verifyCopy(db, key, partial)
    renameSync(partial, target)
    syncFolder(folder)
    return target
  } catch (error) {
    rmSync(partial, { force: true })
    throw explainSqliteError(error, 'The backup of the store')
  }
}

function verifyCopy(db: Connection, key: Uint8Array, path: string): void {
  const copy = openDatabase(path, key, 'bare')
  try {
    const found = checkDatabase(copy)
    const same = schemaVersion(copy) === schemaVersion(db) && countRows(copy) === countRows(db)
    if (found === 'ok' && same) return
    throw new InputError(
      'store.backup-failed',
      `The backup of the store is not a faithful copy (${found === 'ok' ? 'rows are missing' : found}).`,
      'Check the disk. The store itself was not changed.',
    )
  } finally {
    copy.close()
  }
}

/** Rows of each table, as one text. */
function countRows(db: Connection): string {
  const tables = db
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
    .pluck()
    .all()
  return tables.map((name) => `${name}:${String(db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get())}`).join(' ')
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
