/** The one way records are added, replaced and retired, so that all of them obey the same rules (see ports/store.ts). */
import type { EntityName, ReplaceOption, WriteResult } from '../electron/services/ports/store.ts'
import { canonicalJson, hashOfJson } from './canonicalJson.ts'
import type { ReadContext, SqlRow, SqlValue, WriteContext } from './context.ts'

/** Tables whose rows have id, content_hash and retired_at. */
export const entityTables = {
  patient: 'patients',
  course: 'courses',
  cycle: 'cycles',
  'time-point': 'time_points',
  study: 'studies',
  series: 'series',
  image: 'images',
  'structure-set': 'structure_sets',
  structure: 'structures',
  registration: 'registrations',
  calibration: 'calibrations',
  population: 'populations',
  'measured-series': 'measured_series',
} as const satisfies Partial<Record<EntityName, string>>
export type TableEntity = keyof typeof entityTables

export interface RowToSave<Input> {
  readonly entity: TableEntity
  readonly id: string
  readonly input: Input
  /** All that a number may depend on: becomes the content hash. */
  readonly substance: unknown
  /** The columns of the row beside id, content_hash and retired_at. */
  readonly columns: SqlRow
  /** The stored record in the form of an input; called only where a row with this id exists. */
  readonly stored: () => Input
  /** Called before the row is written, for rows that it refers to. */
  readonly before?: () => void
  /** Writes the rows of side tables, replacing those that are there. */
  readonly writeLinks?: () => void
}

interface Head {
  readonly content_hash: string
  readonly retired_at: string | null
}

/** Adds or replaces one row by the rules of ports/store.ts. */
export function saveRow<Input>(context: WriteContext, row: RowToSave<Input>, options?: ReplaceOption): WriteResult {
  const { entity, id } = row
  const table = entityTables[entity]
  const head = context.statement<[string], Head>(`SELECT content_hash, retired_at FROM ${table} WHERE id = ?`).get(id)
  const contentHash = hashOfJson(row.substance)
  const columns: SqlRow = { ...row.columns, content_hash: contentHash, retired_at: null }

  if (head === undefined) {
    row.before?.()
    insertRow(context, table, { id, ...columns })
    row.writeLinks?.()
    context.changes.push({ entity, id, change: 'added', contentHash })
    return { id, change: 'added' }
  }

  const stored = canonicalJson(row.stored())
  const same = stored === canonicalJson(row.input)
  const replace = options?.replace === true
  if (same && (head.retired_at === null || !replace)) return { id, change: 'unchanged' }
  if (!replace) return { id, change: 'conflict' }

  if (!same) keepHistory(context, entity, id, head.content_hash, stored)
  row.before?.()
  updateRow(context, table, id, columns)
  row.writeLinks?.()
  context.changes.push({ entity, id, change: 'changed', contentHash })
  return { id, change: 'changed' }
}

/** Takes a row out of use. 'unchanged' where it is already. Throws Error for an id that does not exist. */
export function retireRow(context: WriteContext, entity: TableEntity, id: string): WriteResult {
  const table = entityTables[entity]
  const head = context.statement<[string], Head>(`SELECT content_hash, retired_at FROM ${table} WHERE id = ?`).get(id)
  if (head === undefined) throw new Error(`There is no ${entity} ${id} to retire.`)
  if (head.retired_at !== null) return { id, change: 'unchanged' }
  updateRow(context, table, id, { retired_at: context.now })
  context.changes.push({ entity, id, change: 'retired', contentHash: head.content_hash })
  return { id, change: 'changed' }
}

/** Appends the content that is about to be replaced. `content` is canonical JSON. */
export function keepHistory(
  context: WriteContext,
  entity: EntityName,
  id: string,
  contentHash: string,
  content: string,
): void {
  context
    .statement<[string, string, string, string, string]>(
      `INSERT INTO history (sequence, entity, entity_id, content_hash, content, replaced_at)
       VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM history), ?, ?, ?, ?, ?)`,
    )
    .run(entity, id, contentHash, content, context.now)
}

export function insertRow(context: ReadContext, table: string, row: SqlRow): void {
  const names = Object.keys(row)
  context
    .statement<SqlValue[]>(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
    .run(...Object.values(row))
}

export function updateRow(context: ReadContext, table: string, id: string, row: SqlRow): void {
  const names = Object.keys(row)
  context
    .statement<SqlValue[]>(`UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`)
    .run(...Object.values(row), id)
}

/** Replaces the rows of a link table that belong to one owner. */
export function replaceLinks(
  context: ReadContext,
  table: string,
  ownerColumn: string,
  ownerId: string,
  links: readonly SqlRow[],
): void {
  context.statement<[string]>(`DELETE FROM ${table} WHERE ${ownerColumn} = ?`).run(ownerId)
  for (const link of links) insertRow(context, table, { [ownerColumn]: ownerId, ...link })
}

/** The row, unless it does not exist or is retired. */
export function liveRow<Row>(context: ReadContext, entity: TableEntity, id: string): Row | undefined {
  return context
    .statement<[string], Row>(`SELECT * FROM ${entityTables[entity]} WHERE id = ? AND retired_at IS NULL`)
    .get(id)
}

/** The row, retired or not. Throws Error for an id that does not exist. */
export function anyRow<Row>(context: ReadContext, entity: TableEntity, id: string): Row {
  const row = context.statement<[string], Row>(`SELECT * FROM ${entityTables[entity]} WHERE id = ?`).get(id)
  if (row === undefined) throw new Error(`There is no ${entity} ${id}.`)
  return row
}
