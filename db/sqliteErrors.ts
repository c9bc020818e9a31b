/** What SQLite reports, in words that a person can act on. */
import Database from 'better-sqlite3'
import { InputError } from '../native-core/errors/index.ts'

/**
 * Turns an error of SQLite that the user can mend (disk full, no rights, damage, busy) into an InputError about `what` ("The patient
 * store in …"). Every other error is returned as it is: it is a bug.
 */
export function explainSqliteError(error: unknown, what: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error
  const code = error.code
  if (code === 'SQLITE_FULL') {
    return new InputError(
      'store.disk-full',
      `${what} could not be written: the disk is full. Nothing was changed.`,
      'Free some space on the disk that holds the store, then try again.',
    )
  }
  if (code === 'SQLITE_BUSY' || code.startsWith('SQLITE_BUSY_') || code.startsWith('SQLITE_LOCKED')) {
    return new InputError(
      'store.busy',
      `${what} is in use by another program.`,
      'Close other Theratwin windows and commands that use this store, then try again.',
    )
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new InputError(
      'store.damaged',
      `${what} is damaged (${error.message}).`,
      'Keep a copy of the folder as it is, then put back the newest file of its "backups" folder or your own backup.',
    )
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code === 'SQLITE_CANTOPEN' ||
    code === 'SQLITE_PERM' ||
    code === 'SQLITE_AUTH'
  ) {
    return new InputError(
      'store.cannot-open',
      `${what} cannot be opened for writing (${error.message}).`,
      'Check that the folder exists and that you may read and write it.',
    )
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new InputError(
      'store.io-error',
      `${what} could not be read or written (${error.message}).`,
      'Check the disk and its connection. What was committed before is safe; the last step was not done.',
    )
  }
  return error
}
