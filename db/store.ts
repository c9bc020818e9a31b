/** The store of the port, over an open database and an open volume store. */
import type { ManagedVolumeStore } from '../electron/services/ports/volumeStore.ts'
import type {
  Store,
  StoreCheck,
  StoreNotice,
  StoreReader,
  StoreWriter,
  TransactionAbout,
} from '../electron/services/ports/store.ts'
import { InputError } from '../native-core/errors/index.ts'
import { verifyAudit, type Anchor } from './anchor.ts'
import { appendAuditRow, auditHead } from './audit.ts'
import { backupDatabase } from './backup.ts'
import { shapeBlobs, voxelBlobs } from './blobs.ts'
import { badVolumes } from './check.ts'
import { sha256Hex } from './canonicalJson.ts'
import { readContext, type RecordedChange, type WriteContext } from './context.ts'
import { checkDatabase, type Connection } from './open.ts'
import { checkCycleNumbers, databaseReader, databaseWriter } from './repositories/index.ts'
import { explainSqliteError } from './sqliteErrors.ts'

export interface StoreParts {
  readonly directory: string
  readonly notices: readonly StoreNotice[]
  readonly db: Connection
  readonly databaseKey: Uint8Array
  readonly backupFolder: string
  readonly volumes: ManagedVolumeStore
  readonly anchor: Anchor
  readonly actor: string
  readonly readOnly: boolean
  readonly clock: () => Date
  /** Called once, when everything is closed. */
  readonly released: () => void
}

export function composeStore(parts: StoreParts): Store {
  const { db, volumes, anchor } = parts
  const context = readContext(db)
  const what = `The store in ${parts.directory}`
  let closed = false

  const read: StoreReader = {
    ...databaseReader(context),
    verifyAudit: () => verifyAudit(context, anchor),
    knownSourceFiles(sha256s) {
      const query = context.statement<[string]>('SELECT 1 FROM source_files WHERE sha256 = ?')
      return new Set(
        sha256s.filter((sha256) => query.get(sha256) !== undefined && volumes.durableSize(sha256) !== null),
      )
    },
  }

  const writeAnchor = (): void => {
    try {
      anchor.write(auditHead(context))
    } catch {
      // The commit stands. An anchor that is behind is allowed; closing, or the next transaction, writes it again.
    }
  }

  const transaction = <T>(about: TransactionAbout, work: (write: StoreWriter, read: StoreReader) => T): T => {
    if (parts.readOnly) {
      throw new InputError(
        'store.read-only',
        `${what} is open for reading only.`,
        'Close the other Theratwin that uses it, then open it again.',
      )
    }
    if (db.inTransaction) throw new Error('Transactions of the store must not be nested.')
    const changes: RecordedChange[] = []
    const now = parts.clock().toISOString()
    const actor = about.actor ?? parts.actor
    const writing: WriteContext = { ...context, now, actor, changes, durableSize: (id) => volumes.durableSize(id) }
    const writer = singleUse({
      ...databaseWriter(writing),
      appendAudit: (action: string, detail: unknown) => {
        appendAuditRow(writing, action, detail)
      },
    })
    const before = auditHead(context).sequence
    const run = db.transaction(() => {
      const result = work(writer.value, read)
      if (result instanceof Promise) throw new Error('The work of a transaction must not be asynchronous.')
      checkCycleNumbers(writing)
      if (changes.length > 0) appendAuditRow(writing, about.action, { changes: summary(changes) })
      return result
    })
    try {
      const result = run.immediate()
      if (auditHead(context).sequence > before) writeAnchor()
      return result
    } catch (error) {
      throw explainSqliteError(error, what)
    } finally {
      writer.end()
    }
  }

  return {
    directory: parts.directory,
    notices: parts.notices,
    read,
    volumes,
    voxels: voxelBlobs(volumes),
    shapes: shapeBlobs(volumes),
    transaction,
    async check(options): Promise<StoreCheck> {
      const database = checkDatabase(db)
      const audit = verifyAudit(context, anchor)
      const { checked, bad } = options?.volumes === true ? await badVolumes(context, volumes) : { checked: 0, bad: [] }
      return {
        ok: database === 'ok' && audit.ok && bad.length === 0,
        database,
        audit,
        volumesChecked: checked,
        badVolumes: bad,
      }
    },
    backup: (reason) =>
      new Promise((resolve) => {
        resolve(backupDatabase(db, parts.databaseKey, parts.backupFolder, reason, parts.clock()))
      }),
    close() {
      if (closed) return
      closed = true
      try {
        if (!parts.readOnly) {
          writeAnchor()
          db.pragma('wal_checkpoint(TRUNCATE)')
        }
      } finally {
        db.close()
        parts.databaseKey.fill(0)
        parts.released()
      }
    },
  }
}

/** A writer that refuses to work once its transaction is over: a late call would change the store without any. */
function singleUse(writer: StoreWriter): { readonly value: StoreWriter; end(): void } {
  let over = false
  const value = new Proxy(writer, {
    get(target, name, receiver) {
      if (over) throw new Error('This writer belongs to a transaction that has ended.')
      return Reflect.get(target, name, receiver) as unknown
    },
  })
  return {
    value,
    end() {
      over = true
    },
  }
}

/** Original files come by the hundred: their number and a digest of their hashes stand for them. */
function summary(changes: readonly RecordedChange[]): unknown[] {
  const isFile = (change: RecordedChange): boolean => change.entity === 'source-file'
  const files = changes.filter(isFile).map((change) => change.id)
  const others: unknown[] = changes.filter((change) => !isFile(change))
  if (files.length === 0) return others
  return [
    ...others,
    { entity: 'source-file', change: 'added', count: files.length, sha256: sha256Hex(files.sort().join('\n')) },
  ]
}
