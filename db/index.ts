/**
 * The patient store. Offers `openStore`, which opens or makes the folder of a store and gives the `Store` of services/ports, and
 * `changeKeys`, which sets another passphrase or adds the keychain, and `storeKeyKinds`, which tells how a store can be opened.
 */
import { hkdfSync } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { keyProvider } from '../electron/adapters/keys/index.ts'
import { openVolumeStore } from '../electron/adapters/volume-store/index.ts'
import type { Store, StoreNotice } from '../electron/services/ports/store.ts'
import type { KeySource, LastingKeySource } from '../electron/services/ports/storeKeys.ts'
import type { OpenVolumeStore } from '../electron/services/ports/volumeStore.ts'
import { InputError } from '../native-core/errors/index.ts'
import { disagreement, openAnchor, type Anchor } from './anchor.ts'
import { appendAuditRow, auditHead, rolledBackAction } from './audit.ts'
import { backupDatabase } from './backup.ts'
import { readContext, type ReadContext } from './context.ts'
import { writeFileAtomic } from './files.ts'
import { examineFolder, newMarker, readMarker, storePaths, writeMarker, type StorePaths } from './layout.ts'
import { lockStore } from './lock.ts'
import { migrate, migrations, schemaVersion, type Migration } from './migrations/index.ts'
import { openDatabase, type Connection } from './open.ts'
import { explainSqliteError } from './sqliteErrors.ts'
import { composeStore } from './store.ts'

export { canonicalJson, hashOfJson } from './canonicalJson.ts'
export { artifactKey, entityId } from './ids.ts'
export type { KeySource } from '../electron/services/ports/storeKeys.ts'
export { storeKeyKinds } from './keyKinds.ts'

export interface OpenStoreOptions {
  /** Who works, for the audit trail: a user name. */
  readonly actor: string
  /** Noted with each schema upgrade; default ''. */
  readonly programVersion?: string
  /** 'read-only' works beside another process that writes; default 'write', which only one process can have. */
  readonly access?: 'write' | 'read-only'
  /** False: a missing store is an error. Default true. */
  readonly create?: boolean
  /** What another process is told while this one has the store; default "Theratwin (process 4711)". */
  readonly holder?: string
  readonly clock?: () => Date
  /** The volume store, for tests of failing disks; default the one on disk. */
  readonly openVolumes?: OpenVolumeStore
  /** The steps of the schema, for tests of upgrades; default all there are. */
  readonly migrations?: readonly Migration[]
}

/** Volumes that nothing refers to are left alone for a week: their import may be tried again, or a backup put back. */
const unreferencedGraceMs = 7 * 24 * 3600 * 1000

/**
 * Opens the store in `directory`, or makes it where there is none.
 *
 * Takes the lock, unlocks the key, opens the database, upgrades its schema (integrity check and verified backup first), compares the audit
 * trail with its anchor, removes what an earlier crash left half-written. Throws InputError 'store.in-use', 'store.wrong-key',
 * 'store.missing', 'store.not-a-store', 'store.newer-than-program', 'store.needs-upgrade', 'store.damaged', and those of the keys.
 */
export async function openStore(directory: string, source: KeySource, options: OpenStoreOptions): Promise<Store> {
  const paths = storePaths(resolve(directory))
  const readOnly = options.access === 'read-only'
  const state = examineFolder(paths)
  if (state === 'new' && (readOnly || options.create === false)) {
    throw new InputError(
      'store.missing',
      `There is no Theratwin store in ${paths.directory}.`,
      'Check the folder, or import something into it to make a store there.',
    )
  }
  if (readOnly) return openUnlocked(paths, source, options, () => undefined)
  makeFolder(paths.directory)
  const lock = lockStore(paths.lock, options.holder ?? `Theratwin (process ${process.pid})`)
  try {
    return await openUnlocked(paths, source, options, () => {
      lock.release()
    })
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * Adds a way to open the store, or sets another passphrase, without touching the data. The store may be open. Throws as openStore.
 */
export async function changeKeys(directory: string, current: KeySource, added: LastingKeySource): Promise<void> {
  const paths = storePaths(resolve(directory))
  const keyFile = await readKeyFile(paths)
  const dataKey = await keyProvider.unlock(keyFile, current)
  try {
    writeFileAtomic(paths.key, await keyProvider.add(keyFile, dataKey, added))
  } finally {
    dataKey.fill(0)
  }
}

async function openUnlocked(
  paths: StorePaths,
  source: KeySource,
  options: OpenStoreOptions,
  released: () => void,
): Promise<Store> {
  const readOnly = options.access === 'read-only'
  const clock = options.clock ?? (() => new Date())
  const steps = options.migrations ?? migrations
  const notices: StoreNotice[] = []
  // Looked at again, now that nobody else can be making it.
  const isNew = examineFolder(paths) === 'new'
  const dataKey = await keyOf(paths, source, isNew)
  const databaseKey = Buffer.from(hkdfSync('sha256', dataKey, '', 'theratwin database v1', 32))
  let db: Connection | null = null
  try {
    db = openDatabase(paths.database, databaseKey, isNew ? 'create' : readOnly ? 'query-only' : 'write')
    upgrade(db, paths, databaseKey, { steps, readOnly, isNew, now: clock(), options, notices })

    const marker = isNew ? newMarker(clock()) : readMarker(paths)
    const anchor = openAnchor(paths.anchor, dataKey, marker.storeId)
    const context = readContext(db)
    if (!readOnly) settle(context, anchor, { isNew, clock, actor: options.actor, notices, storeId: marker.storeId })
    if (isNew) {
      writeMarker(paths, marker)
      notices.push({ code: 'store.created', message: `A new store was made in ${paths.directory}.` })
    }
    const volumes = await (options.openVolumes ?? openVolumeStore)(paths.volumes, dataKey, { readOnly })
    if (!readOnly) {
      const removed = await volumes.collect({
        ...referencedVolumes(context),
        graceMs: unreferencedGraceMs,
        nowMs: clock().getTime(),
      })
      if (removed.partial + removed.unreferenced > 0) {
        notices.push({
          code: 'store.leftovers-removed',
          message: `${removed.partial + removed.unreferenced} leftover files of work that was cut short were removed.`,
        })
      }
    }
    return composeStore({
      directory: paths.directory,
      notices,
      db,
      databaseKey,
      backupFolder: paths.backups,
      volumes,
      anchor,
      actor: options.actor,
      readOnly,
      clock,
      released,
    })
  } catch (error) {
    db?.close()
    databaseKey.fill(0)
    throw explainSqliteError(error, `The store in ${paths.directory}`)
  } finally {
    dataKey.fill(0)
  }
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new InputError(
      'store.cannot-open',
      `The folder ${directory} cannot be made (${(error as Error).message}).`,
      'Check that you may write there, or choose another folder.',
    )
  }
}

async function readKeyFile(paths: StorePaths): Promise<string> {
  try {
    return await readFile(paths.key, 'utf8')
  } catch (error) {
    throw new InputError(
      'store.key-missing',
      `The key file ${paths.key} cannot be read (${(error as Error).message}).`,
      'Put back key.json from a backup of this store. Without it the data cannot be decrypted.',
    )
  }
}

async function keyOf(paths: StorePaths, source: KeySource, isNew: boolean): Promise<Uint8Array> {
  if (isNew && !existsSync(paths.key) && !existsSync(paths.database)) {
    const { dataKey, keyFile } = await keyProvider.create(source)
    writeFileAtomic(paths.key, keyFile)
    return dataKey
  }
  return keyProvider.unlock(await readKeyFile(paths), source)
}

function upgrade(
  db: Connection,
  paths: StorePaths,
  databaseKey: Uint8Array,
  about: {
    steps: readonly Migration[]
    readOnly: boolean
    isNew: boolean
    now: Date
    options: OpenStoreOptions
    notices: StoreNotice[]
  },
): void {
  const from = schemaVersion(db)
  if (about.readOnly && from < about.steps.length) {
    throw new InputError(
      'store.needs-upgrade',
      `The store was written by an older Theratwin (schema ${from}) and must be upgraded first.`,
      'Open it once for writing with this version.',
    )
  }
  const applied = migrate(db, {
    migrations: about.steps,
    now: about.now.toISOString(),
    programVersion: about.options.programVersion ?? '',
    backup: (version) => backupDatabase(db, databaseKey, paths.backups, `before-upgrade-from-${version}`, about.now),
  })
  if (applied.length > 0 && !about.isNew) {
    about.notices.push({
      code: 'store.upgraded',
      message: `The store was upgraded from schema ${from} to ${about.steps.length}; a backup of it is in ${paths.backups}.`,
    })
  }
}

/** Writes the first audit row of a new store; records it where the database is not the one that was last used. */
function settle(
  context: ReadContext,
  anchor: Anchor,
  about: { isNew: boolean; clock: () => Date; actor: string; notices: StoreNotice[]; storeId: string },
): void {
  const append = (action: string, detail: unknown): void => {
    const now = about.clock().toISOString()
    context.db
      .transaction(() => {
        appendAuditRow({ ...context, now, actor: about.actor, changes: [], durableSize: () => null }, action, detail)
      })
      .immediate()
    anchor.write(auditHead(context))
  }
  if (about.isNew) {
    append('store.created', { storeId: about.storeId })
    return
  }
  const state = anchor.read()
  const wrong = disagreement(context, state)
  if (wrong === null || state.kind !== 'read') return
  append(rolledBackAction, { expected: { ...state.head }, found: { ...auditHead(context) } })
  about.notices.push({
    code: 'store.rolled-back',
    message:
      `The database is not the one that was last used (audit trail: ${wrong.what}). If you put back a backup, this is expected; ` +
      'it is now recorded in the audit trail.',
  })
}

/** After a backup was put back, volumes may belong to the newer database: then nothing is taken for unreferenced. */
function referencedVolumes(context: ReadContext): { referenced?: string[] } {
  const rolledBack = context.statement<[string]>('SELECT 1 FROM audit WHERE action = ?').get(rolledBackAction)
  if (rolledBack !== undefined) return {}
  return { referenced: context.statement<[], string>('SELECT sha256 FROM volumes').pluck().all() }
}
