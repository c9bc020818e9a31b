/**
 * Opens the encrypted database file. Everything about a connection that is not schema is decided here.
 *
 * Cipher: SQLCipher 4 format (AES-256-CBC with an HMAC-SHA-512 for each page, under a raw 256-bit key), because it authenticates
 * every page and because the widespread SQLCipher tools can open it, should Theratwin one day be gone.
 */
import Database from 'better-sqlite3'
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { InputError } from '../native-core/errors/index.ts'
import { explainSqliteError } from './sqliteErrors.ts'

export type Connection = Database.Database

/** "TWN1": marks the file as a Theratwin store (PRAGMA application_id). */
export const applicationId = 0x54_57_4e_31

const busyTimeoutMs = 5000

/**
 * 'create' makes the file where it is missing; 'write' and 'query-only' want it to exist; 'query-only' refuses every change.
 * 'bare' is for files that are not the live database (backups): no WAL, no change.
 */
export type OpenMode = 'create' | 'write' | 'query-only' | 'bare'

/**
 * Opens (or creates) the database at `path` with a raw 256-bit key.
 *
 * The connection has WAL, synchronous=FULL, foreign keys, a busy timeout, no trust in the schema, cell size checks, no temporary files
 * in plain text. Throws InputError 'store.missing', 'store.wrong-key', 'store.not-a-store', 'store.damaged', 'store.cannot-open',
 * 'store.no-wal'; RangeError for a key that is not 32 bytes.
 */
export function openDatabase(path: string, key: Uint8Array, mode: OpenMode): Connection {
  if (key.byteLength !== 32) throw new RangeError(`The database key must have 32 bytes, not ${key.byteLength}.`)
  const what = `The database ${path}`
  if (mode !== 'create' && !existsSync(path)) {
    throw new InputError('store.missing', `${what} does not exist.`, 'Check the folder of the store.')
  }
  let db: Connection
  try {
    // Made here so that nobody else can read it: SQLite gives its log the rights of the database.
    if (mode === 'create') closeSync(openSync(path, 'a', 0o600))
    db = new Database(path, { fileMustExist: mode !== 'create', timeout: busyTimeoutMs })
  } catch (error) {
    if (error instanceof Database.SqliteError) throw explainSqliteError(error, what)
    throw new InputError(
      'store.cannot-open',
      `${what} cannot be opened for writing (${(error as Error).message}).`,
      'Check that the folder exists and that you may read and write it.',
    )
  }
  try {
    setKey(db, key)
    readFirstPage(db, path, what)
    if (mode !== 'bare') configure(db, what)
    if (mode === 'query-only' || mode === 'bare') db.pragma('query_only = ON')
    return db
  } catch (error) {
    db.close()
    throw explainSqliteError(error, what)
  }
}

function setKey(db: Connection, key: Uint8Array): void {
  db.pragma(`cipher = 'sqlcipher'`)
  db.pragma('legacy = 4')
  db.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`)
}

/** The first read is where a wrong key shows. */
function readFirstPage(db: Connection, path: string, what: string): void {
  let id: number
  let tables: number
  try {
    id = db.pragma('application_id', { simple: true }) as number
    tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB') throw whyNotReadable(path, what)
    throw error
  }
  if (id !== applicationId && !(id === 0 && tables === 0)) {
    throw new InputError(
      'store.not-a-store',
      `${what} belongs to another program.`,
      'Choose the folder of a Theratwin store, or an empty folder for a new one.',
    )
  }
}

function whyNotReadable(path: string, what: string): InputError {
  const plainHeader = Buffer.from('SQLite format 3\0', 'latin1')
  const head = Buffer.alloc(plainHeader.length)
  const file = openSync(path, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  if (head.equals(plainHeader)) {
    return new InputError(
      'store.not-a-store',
      `${what} is an ordinary SQLite file, not an encrypted Theratwin store.`,
      'Choose the folder of a Theratwin store, or an empty folder for a new one.',
    )
  }
  return new InputError(
    'store.wrong-key',
    `${what} cannot be decrypted with this key.`,
    'Check the passphrase, and that the key file and the database belong to the same store. If both are right, the file is ' +
      'damaged: put back the newest file of the "backups" folder.',
  )
}

function configure(db: Connection, what: string): void {
  // temp_store first: nothing of a patient may reach a temporary file, which would not be encrypted.
  db.pragma('temp_store = MEMORY')
  db.pragma('trusted_schema = OFF')
  db.pragma('cell_size_check = ON')
  db.pragma('recursive_triggers = ON')
  db.pragma('foreign_keys = ON')
  const journal = db.pragma('journal_mode = WAL', { simple: true })
  if (journal !== 'wal') {
    throw new InputError(
      'store.no-wal',
      `${what} is on a disk that does not allow safe writing (journal mode ${String(journal)}).`,
      'Move the store to a disk of this computer; network folders are not safe for it.',
    )
  }
  db.pragma('synchronous = FULL')
  db.pragma('fullfsync = ON')
  db.pragma('checkpoint_fullfsync = ON')
}

/**
 * Reads and authenticates every page, checks every index and every foreign key. Returns 'ok', or what was found first.
 */
export function checkDatabase(db: Connection): string {
  try {
    const found = db.pragma('integrity_check(1)', { simple: true }) as string
    if (found !== 'ok') return found
    const orphans = db.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[]
    const first = orphans[0]
    if (first !== undefined) return `table ${first.table}, row ${first.rowid ?? '?'}: no such row in ${first.parent}`
    return 'ok'
  } catch (error) {
    if (error instanceof Database.SqliteError) return `${error.code}: ${error.message}`
    throw error
  }
}
