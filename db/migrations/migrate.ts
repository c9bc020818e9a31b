/** Brings a database to the schema of this program, one migration in one transaction each. */
import { InputError } from '../../native-core/errors/index.ts'
import { sha256Hex } from '../canonicalJson.ts'
import { applicationId, checkDatabase, type Connection } from '../open.ts'
import type { Migration } from './types.ts'

export interface MigrateOptions {
  readonly migrations: readonly Migration[]
  /** ISO 8601 UTC. */
  readonly now: string
  readonly programVersion: string
  /** Called once before the first change to a database that holds data; must make a verified backup or throw. */
  readonly backup: (fromVersion: number) => void
}

/** The version of the schema the database has: 0 for an empty file. */
export function schemaVersion(db: Connection): number {
  return db.pragma('user_version', { simple: true }) as number
}

/**
 * Applies the migrations that are missing and returns their versions.
 *
 * Before the first one, a database with data must pass its integrity check and is backed up. Throws InputError
 * 'store.newer-than-program' and 'store.schema-differs', both without having changed anything, and 'store.damaged'.
 */
export function migrate(db: Connection, options: MigrateOptions): number[] {
  const { migrations } = options
  migrations.forEach((migration, index) => {
    if (migration.version !== index + 1) throw new Error(`Migration ${migration.name} must have version ${index + 1}.`)
  })
  const from = schemaVersion(db)
  if (from > migrations.length) {
    throw new InputError(
      'store.newer-than-program',
      `The store was written by a newer Theratwin (schema ${from}; this program knows up to ${migrations.length}).`,
      'Install the newer version of Theratwin. The store was not touched.',
    )
  }
  compareChecksums(db, migrations.slice(0, from))
  const missing = migrations.slice(from)
  if (missing.length === 0) return []

  if (from > 0) {
    const found = checkDatabase(db)
    if (found !== 'ok') {
      throw new InputError(
        'store.damaged',
        `The store is damaged and was not upgraded: ${found}.`,
        'Keep a copy of the folder as it is, then put back the newest file of its "backups" folder or your own backup.',
      )
    }
    options.backup(from)
  }
  for (const migration of missing) apply(db, migration, options)
  return missing.map((migration) => migration.version)
}

function apply(db: Connection, migration: Migration, options: MigrateOptions): void {
  const step = db.transaction(() => {
    if (migration.version === 1) {
      db.pragma(`application_id = ${applicationId}`)
      db.exec(`CREATE TABLE schema_migrations (
        version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL,
        program_version TEXT NOT NULL
      ) STRICT`)
    }
    db.exec(migration.sql)
    db.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?, ?, ?)').run(
      migration.version,
      migration.name,
      checksum(migration),
      options.now,
      options.programVersion,
    )
    db.pragma(`user_version = ${migration.version}`)
    const orphans = db.pragma('foreign_key_check') as unknown[]
    if (orphans.length > 0) throw new Error(`Migration ${migration.name} leaves rows that refer to nothing.`)
  })
  step.immediate()
}

function compareChecksums(db: Connection, known: readonly Migration[]): void {
  if (known.length === 0) return
  const rows = db
    .prepare<[], { version: number; name: string; checksum: string }>(
      'SELECT version, name, checksum FROM schema_migrations',
    )
    .all()
  for (const migration of known) {
    const row = rows.find((one) => one.version === migration.version)
    if (row?.checksum !== checksum(migration)) {
      throw new InputError(
        'store.schema-differs',
        `The store was made by another edition of Theratwin: step ${migration.version} (${row?.name ?? 'missing'}) of its ` +
          'schema is not the one of this program.',
        'Open it with the edition that made it. The store was not touched.',
      )
    }
  }
}

/** White space between words does not count: reformatting a file must not lock users out of their stores. */
function checksum(migration: Migration): string {
  return sha256Hex(`${migration.version}\n${migration.name}\n${migration.sql.replace(/\s+/g, ' ').trim()}`)
}
