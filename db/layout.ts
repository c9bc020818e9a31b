/**
 * The folder of a store:
 *
 *     store.json     what this folder is: format, version, id of the store (written last when a store is made)
 *     key.json       the wrapped data key (adapters/keys)
 *     theratwin.db   the encrypted database (with -wal and -shm while open)
 *     audit.anchor   number and hash of the newest audit row, signed
 *     volumes/       encrypted voxels, contours, original files (adapters/volume-store)
 *     backups/       verified copies of the database, made before each schema upgrade and on request
 *     lock           held by the process that may write
 */
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../native-core/errors/index.ts'
import { writeFileAtomic } from './files.ts'

export interface StorePaths {
  readonly directory: string
  readonly marker: string
  readonly key: string
  readonly database: string
  readonly anchor: string
  readonly volumes: string
  readonly backups: string
  readonly lock: string
}

export function storePaths(directory: string): StorePaths {
  return {
    directory,
    marker: join(directory, 'store.json'),
    key: join(directory, 'key.json'),
    database: join(directory, 'theratwin.db'),
    anchor: join(directory, 'audit.anchor'),
    volumes: join(directory, 'volumes'),
    backups: join(directory, 'backups'),
    lock: join(directory, 'lock'),
  }
}

const markerSchema = z.strictObject({
  format: z.literal('theratwin-store'),
  version: z.literal(1),
  storeId: z.uuid(),
  createdAt: z.iso.datetime(),
})

export type StoreMarker = z.infer<typeof markerSchema>

/** Files that can be there before `store.json` is, because making the store was cut short. */
const unfinishedNames =
  /^(key\.json|theratwin\.db|audit\.anchor|lock|store\.json)(\.new|-wal|-shm|-journal)?$|^volumes$/

/**
 * 'new' for a missing, empty or only half-made folder, 'store' for a store. Throws InputError 'store.not-a-store' for any other
 * folder: nothing is ever written among other people's files.
 */
export function examineFolder(paths: StorePaths): 'new' | 'store' {
  if (existsSync(paths.marker)) return 'store'
  if (!existsSync(paths.directory)) return 'new'
  const isFolder = statSync(paths.directory).isDirectory()
  const strangers = isFolder ? readdirSync(paths.directory).filter((name) => !unfinishedNames.test(name)) : []
  if (isFolder && strangers.length === 0) return 'new'
  throw new InputError(
    'store.not-a-store',
    `${paths.directory} is not a Theratwin store${isFolder ? ` (it holds ${strangers[0] ?? ''})` : ' but a file'}.`,
    'Choose the folder of a store, or an empty folder for a new one.',
  )
}

export function newMarker(now: Date): StoreMarker {
  return { format: 'theratwin-store', version: 1, storeId: randomUUID(), createdAt: now.toISOString() }
}

export function writeMarker(paths: StorePaths, marker: StoreMarker): void {
  writeFileAtomic(paths.marker, `${JSON.stringify(marker, null, 2)}\n`)
}

/** Throws InputError 'store.newer-than-program' or 'store.damaged'. */
export function readMarker(paths: StorePaths): StoreMarker {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(paths.marker, 'utf8'))
  } catch {
    value = null
  }
  const parsed = markerSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const version = z.object({ format: z.literal('theratwin-store'), version: z.int() }).safeParse(value)
  if (version.success && version.data.version > 1) {
    throw new InputError(
      'store.newer-than-program',
      `The store was written by a newer Theratwin (folder version ${version.data.version}).`,
      'Install the newer version of Theratwin. The store was not touched.',
    )
  }
  throw new InputError(
    'store.damaged',
    `The file ${paths.marker} is damaged.`,
    'Put it back from a backup of this store.',
  )
}
