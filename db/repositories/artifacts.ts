import type {
  ArtifactInput,
  ArtifactKind,
  ArtifactRecord,
  EntityName,
  EntityRef,
  StoreReader,
  StoreWriter,
} from '../../electron/services/ports/store.ts'
import { canonicalJson } from '../canonicalJson.ts'
import { referToVolume, type ReadContext, type WriteContext } from '../context.ts'
import { artifactKey } from '../ids.ts'
import { insertRow } from '../rows.ts'
import { artifactSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'artifactKey' | 'artifact' | 'latestArtifact' | 'latestArtifacts'>
type Writer = Pick<StoreWriter, 'putArtifact'>

interface Row {
  readonly key: string
  readonly kind: ArtifactKind
  readonly algorithm_version: string
  readonly parameters: string
  readonly payload: string
  readonly subject_entity: EntityName
  readonly subject_id: string
  readonly slot: string
  readonly created_at: string
}

/** The artifact with subject and slot of the place it is the latest of: the same result can serve in two places. */
const selectLatest = `SELECT artifacts.key, artifacts.kind, algorithm_version, parameters, payload,
    latest.subject_entity, latest.subject_id, latest.slot, created_at
  FROM artifact_latest AS latest JOIN artifacts ON artifacts.key = latest.artifact_key
  WHERE latest.kind = ? AND latest.subject_entity = ? AND latest.subject_id = ?`

export function artifactReader(context: ReadContext): Reader {
  return {
    artifactKey,
    artifact(key) {
      const row = context.statement<[string], Row>('SELECT * FROM artifacts WHERE key = ?').get(key)
      return row === undefined ? null : fromRow(context, row)
    },
    latestArtifact(kind, subject, slot = '') {
      const row = context
        .statement<[string, string, string, string], Row>(`${selectLatest} AND latest.slot = ?`)
        .get(kind, subject.entity, subject.id, slot)
      return row === undefined ? null : fromRow(context, row)
    },
    latestArtifacts: (kind, subject) =>
      context
        .statement<[string, string, string], Row>(`${selectLatest} ORDER BY latest.slot`)
        .all(kind, subject.entity, subject.id)
        .map((row) => fromRow(context, row)),
  }
}

export function artifactWriter(context: WriteContext): Writer {
  return {
    putArtifact(given) {
      const draft = validated(artifactSchema, given, 'result')
      const key = artifactKey(draft)
      const payload = canonicalJson(draft.payload)
      const before = context
        .statement<[string], { payload: string }>('SELECT payload FROM artifacts WHERE key = ?')
        .get(key)
      if (before === undefined) {
        insertRow(context, 'artifacts', {
          key,
          kind: draft.kind,
          algorithm_version: draft.algorithmVersion,
          parameters: canonicalJson(draft.parameters),
          payload,
          subject_entity: draft.subject.entity,
          subject_id: draft.subject.id,
          slot: draft.slot,
          created_at: context.now,
        })
        draft.inputs.forEach(({ role, ref, hash }, position) => {
          insertRow(context, 'artifact_inputs', {
            artifact_key: key,
            position,
            role,
            entity: ref.entity,
            entity_id: ref.id,
            hash,
          })
        })
        for (const [name, sha256] of Object.entries(draft.volumes)) {
          referToVolume(context, sha256)
          insertRow(context, 'artifact_volumes', { artifact_key: key, name, sha256 })
        }
      }
      const moved = makeLatest(context, draft.kind, draft.subject, draft.slot, key)
      if (before === undefined || moved) {
        const change = before === undefined ? 'added' : 'changed'
        context.changes.push({ entity: 'artifact', id: key, change, contentHash: key })
      }
      if (before === undefined) return { id: key, change: 'added' }
      if (before.payload !== payload) return { id: key, change: 'conflict' }
      return { id: key, change: moved ? 'changed' : 'unchanged' }
    },
  }
}

/** True if another artifact, or none, was the latest there before. */
function makeLatest(context: WriteContext, kind: ArtifactKind, subject: EntityRef, slot: string, key: string): boolean {
  const { changes } = context
    .statement<string[]>(
      `INSERT INTO artifact_latest (kind, subject_entity, subject_id, slot, artifact_key, set_at)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET artifact_key = excluded.artifact_key, set_at = excluded.set_at
         WHERE artifact_key <> excluded.artifact_key`,
    )
    .run(kind, subject.entity, subject.id, slot, key, context.now)
  return changes > 0
}

/** What an artifact was made from, in the order given when it was put. */
export function inputsOf(context: ReadContext, key: string): ArtifactInput[] {
  return context
    .statement<[string], { role: string; entity: EntityName; entity_id: string; hash: string }>(
      'SELECT role, entity, entity_id, hash FROM artifact_inputs WHERE artifact_key = ? ORDER BY position',
    )
    .all(key)
    .map((row) => ({ role: row.role, ref: { entity: row.entity, id: row.entity_id }, hash: row.hash }))
}

function fromRow(context: ReadContext, row: Row): ArtifactRecord {
  const volumes = context
    .statement<[string], { name: string; sha256: string }>(
      'SELECT name, sha256 FROM artifact_volumes WHERE artifact_key = ? ORDER BY name',
    )
    .all(row.key)
  return {
    key: row.key,
    kind: row.kind,
    algorithmVersion: row.algorithm_version,
    parameters: JSON.parse(row.parameters) as unknown,
    inputs: inputsOf(context, row.key),
    subject: { entity: row.subject_entity, id: row.subject_id },
    slot: row.slot,
    payload: JSON.parse(row.payload) as unknown,
    volumes: Object.fromEntries(volumes.map(({ name, sha256 }) => [name, sha256])),
    createdAt: row.created_at,
  }
}
