/**
 * One writer for a store: application and command line must not write to it at the same time, because what one of them has cached,
 * collected as garbage or is about to refer to is unknown to the other.
 *
 * The lock is an SQLite file with an open transaction, not a file with a process id in it: the operating system lets go of it at the
 * moment the process dies, however it dies, so there is never a stale lock to clear. Who holds it is readable for the message.
 */
import Database from 'better-sqlite3'
import { chmodSync } from 'node:fs'
import { InputError } from '../native-core/errors/index.ts'
import { explainSqliteError } from './sqliteErrors.ts'

export interface StoreLock {
  release(): void
}

/** Locks that are held. A connection that nothing refers to any more is closed when it is collected, and its lock would be gone with it. */
const heldLocks = new Set<Database.Database>()

/**
 * Takes the lock at `path`, or throws InputError 'store.in-use' that tells who has it. `holder` is what others will be told, e.g.
 * "Theratwin, process 4711"; it must not name patients.
 */
export function lockStore(path: string, holder: string): StoreLock {
  const what = `The lock ${path}`
  let db: Database.Database
  try {
    db = new Database(path, { timeout: 0 })
    chmodSync(path, 0o600)
  } catch (error) {
    throw explainSqliteError(error, what)
  }
  try {
    db.pragma('journal_mode = DELETE')
    db.exec('CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL) STRICT')
    db.prepare('INSERT INTO holder VALUES (1, ?) ON CONFLICT DO UPDATE SET name = excluded.name').run(holder)
    // Between the commit above and this line another process may be quicker: then BEGIN fails and that process has the lock.
    db.exec('BEGIN IMMEDIATE')
  } catch (error) {
    const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
    const name = busy ? readHolder(db) : null
    db.close()
    if (!busy) throw explainSqliteError(error, what)
    throw new InputError(
      'store.in-use',
      `The store is open in ${name ?? 'another Theratwin'}.`,
      'Close it there and try again, or open the store for reading only.',
    )
  }
  heldLocks.add(db)
  return {
    release() {
      if (!heldLocks.delete(db)) return
      db.exec('ROLLBACK')
      db.close()
    },
  }
}

function readHolder(db: Database.Database): string | null {
  try {
    return db.prepare<[], string>('SELECT name FROM holder').pluck().get() ?? null
  } catch {
    return null
  }
}
