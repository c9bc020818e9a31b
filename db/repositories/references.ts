/** What a reference stands for right now, and with it whether what was made from it is still true. */
import type { ArtifactInput, EntityRef, Staleness, StoreReader } from '../../electron/services/ports/store.ts'
import { hashOfJson } from '../canonicalJson.ts'
import type { ReadContext } from '../context.ts'
import { entityTables, type TableEntity } from '../rows.ts'
import { inputsOf } from './artifacts.ts'
import { decisionHash, decisionReader } from './decisions.ts'

type Reader = Pick<StoreReader, 'staleness' | 'currentHash' | 'inputOf' | 'fixedInput' | 'history'>

export function referenceReader(context: ReadContext): Reader {
  const currentHash = (ref: EntityRef): string | null => hashNow(context, ref)
  return {
    currentHash,
    inputOf(role, ref) {
      const hash = currentHash(ref)
      if (hash === null) throw new Error(`There is no ${ref.entity} ${ref.id} to compute with.`)
      return { role, ref, hash }
    },
    fixedInput(role, name, version): ArtifactInput {
      const ref: EntityRef = { entity: 'data-set', id: `${name}@${version}` }
      return { role, ref, hash: dataSetHash(ref.id) }
    },
    history: (ref) =>
      context
        .statement<[string, string], { content_hash: string; content: string; replaced_at: string }>(
          'SELECT content_hash, content, replaced_at FROM history WHERE entity = ? AND entity_id = ? ORDER BY sequence',
        )
        .all(ref.entity, ref.id)
        .map((row) => ({
          contentHash: row.content_hash,
          content: JSON.parse(row.content) as unknown,
          replacedAt: row.replaced_at,
        })),
    staleness(key) {
      if (hashNow(context, { entity: 'artifact', id: key }) === null) throw new Error(`There is no artifact ${key}.`)
      return stalenessOf(context, key, new Map())
    },
  }
}

function hashNow(context: ReadContext, ref: EntityRef): string | null {
  switch (ref.entity) {
    case 'artifact':
      return exists(context, 'SELECT 1 FROM artifacts WHERE key = ?', ref.id) ? ref.id : null
    case 'source-file':
      return exists(context, 'SELECT 1 FROM source_files WHERE sha256 = ?', ref.id) ? ref.id : null
    case 'decision':
      return decisionHash(context, ref.id)
    case 'setting':
      return decisionReader(context).setting(ref.id)?.contentHash ?? hashOfJson(null)
    case 'data-set':
      return dataSetHash(ref.id)
    case 'import-batch':
      return null
    case 'structure':
      return contentHash(
        context,
        `SELECT structures.content_hash FROM structures JOIN structure_sets ON structure_sets.id = structure_set_id
         WHERE structures.id = ? AND structures.retired_at IS NULL AND structure_sets.retired_at IS NULL`,
        ref.id,
      )
    default:
      return contentHash(
        context,
        `SELECT content_hash FROM ${tableOf(ref.entity)} WHERE id = ? AND retired_at IS NULL`,
        ref.id,
      )
  }
}

function tableOf(entity: TableEntity): string {
  return entityTables[entity]
}

function dataSetHash(id: string): string {
  return hashOfJson(['data-set', id])
}

function exists(context: ReadContext, sql: string, id: string): boolean {
  return context.statement<[string]>(sql).get(id) !== undefined
}

function contentHash(context: ReadContext, sql: string, id: string): string | null {
  return context.statement<[string], string>(sql).pluck().get(id) ?? null
}

/** Depth first, each artifact once: keys are hashes of their inputs, so there can be no circle. */
function stalenessOf(context: ReadContext, key: string, known: Map<string, Staleness>): Staleness {
  const before = known.get(key)
  if (before !== undefined) return before
  const reasons: Staleness['reasons'][number][] = []
  for (const { role, ref, hash } of inputsOf(context, key)) {
    const cause = causeOf(context, ref, hash, known)
    if (cause !== null) reasons.push({ role, ref, cause })
  }
  const result: Staleness = { stale: reasons.length > 0, reasons }
  known.set(key, result)
  return result
}

function causeOf(
  context: ReadContext,
  ref: EntityRef,
  hash: string,
  known: Map<string, Staleness>,
): Staleness['reasons'][number]['cause'] | null {
  const now = hashNow(context, ref)
  if (now === null) return 'removed'
  if (now !== hash) return 'changed'
  if (ref.entity !== 'artifact') return null
  if (!exists(context, 'SELECT 1 FROM artifact_latest WHERE artifact_key = ?', ref.id)) return 'superseded'
  return stalenessOf(context, ref.id, known).stale ? 'input-is-stale' : null
}
