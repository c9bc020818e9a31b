/** What every repository works with: the connection, its prepared statements, and, while writing, who changes what and when. */
import type Database from 'better-sqlite3'
import type { Change, EntityName } from '../electron/services/ports/store.ts'
import type { VolumeId } from '../electron/services/ports/volumeStore.ts'
import type { Connection } from './open.ts'

export type SqlValue = Database.SqlValue
export type SqlRow = Readonly<Record<string, SqlValue>>

export interface ReadContext {
  readonly db: Connection
  /** The prepared statement of this text; prepared once for the life of the connection. */
  statement<P extends Database.Parameters, Row = unknown>(sql: string): Database.Statement<P, Row>
}

export interface RecordedChange {
  readonly entity: EntityName
  readonly id: string
  readonly change: Exclude<Change, 'unchanged' | 'conflict'> | 'retired'
  readonly contentHash: string
}

export interface WriteContext extends ReadContext {
  /** ISO 8601 UTC, the same for everything in one transaction. */
  readonly now: string
  readonly actor: string
  /** What this transaction changed so far, for its audit row. */
  readonly changes: RecordedChange[]
  /** Size of a volume that is durable in the volume store, else null. */
  durableSize(id: VolumeId): number | null
}

export function readContext(db: Connection): ReadContext {
  const statements = new Map<string, Database.Statement<Database.Parameters, unknown>>()
  return {
    db,
    statement<P extends Database.Parameters, Row>(sql: string) {
      let found = statements.get(sql)
      if (found === undefined) {
        found = db.prepare<Database.Parameters, unknown>(sql)
        statements.set(sql, found)
      }
      return found as unknown as Database.Statement<P, Row>
    },
  }
}

/**
 * Size of a volume that a row is about to refer to. Throws Error where the volume is not durable: that is a bug of the caller, who must
 * await `put` or `flush` before the transaction.
 */
export function sizeOfVolume(context: WriteContext, id: VolumeId): number {
  const sizeBytes = context.durableSize(id)
  if (sizeBytes === null) throw new Error(`Volume ${id} must be stored and durable before a record refers to it.`)
  return sizeBytes
}

/** Notes that a row refers to a volume. Throws as sizeOfVolume. */
export function referToVolume(context: WriteContext, id: VolumeId): void {
  const sizeBytes = sizeOfVolume(context, id)
  context
    .statement<[string, number, string]>('INSERT INTO volumes VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
    .run(id, sizeBytes, context.now)
}
