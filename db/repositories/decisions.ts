import {
  decisionSlot,
  type DecisionRecord,
  type EntityName,
  type EntityRef,
  type SettingRecord,
  type StoreReader,
  type StoreWriter,
} from '../../electron/services/ports/store.ts'
import { InputError } from '../../native-core/errors/index.ts'
import { canonicalJson, hashOfJson, sha256Hex } from '../canonicalJson.ts'
import type { ReadContext, WriteContext } from '../context.ts'
import { insertRow, keepHistory } from '../rows.ts'
import { decisionSchema, validated } from '../validate.ts'

type Reader = Pick<StoreReader, 'decision' | 'decisionsOf' | 'decisionHistory' | 'setting' | 'settings'>
type Writer = Pick<StoreWriter, 'recordDecision' | 'putSetting'>

interface DecisionRow {
  readonly sequence: number
  readonly subject_entity: EntityName
  readonly subject_id: string
  readonly code: string
  readonly value: string
  readonly reason: string
  readonly decided_by: string
  readonly decided_at: string
}

interface SettingRow {
  readonly name: string
  readonly value: string
  readonly content_hash: string
}

export function decisionReader(context: ReadContext): Reader {
  const newest = (subject: EntityRef, code: string): DecisionRecord | null => {
    const row = context
      .statement<[string, string, string], DecisionRow>(
        `SELECT * FROM decisions WHERE subject_entity = ? AND subject_id = ? AND code = ?
         ORDER BY sequence DESC LIMIT 1`,
      )
      .get(subject.entity, subject.id, code)
    return row === undefined ? null : decisionFromRow(row)
  }
  return {
    decision(subject, code) {
      const record = newest(subject, code)
      return record === null || record.value === null ? null : record
    },
    decisionsOf: (subject) =>
      context
        .statement<[string, string], DecisionRow>(
          `SELECT * FROM decisions WHERE sequence IN
             (SELECT max(sequence) FROM decisions WHERE subject_entity = ? AND subject_id = ? GROUP BY code)
           ORDER BY code`,
        )
        .all(subject.entity, subject.id)
        .map(decisionFromRow)
        .filter((record) => record.value !== null),
    decisionHistory: (subject, code) =>
      context
        .statement<[string, string, string], DecisionRow>(
          'SELECT * FROM decisions WHERE subject_entity = ? AND subject_id = ? AND code = ? ORDER BY sequence',
        )
        .all(subject.entity, subject.id, code)
        .map(decisionFromRow),
    setting(name) {
      const row = context.statement<[string], SettingRow>('SELECT * FROM settings WHERE name = ?').get(name)
      return row === undefined ? null : settingFromRow(row)
    },
    settings: () => context.statement<[], SettingRow>('SELECT * FROM settings ORDER BY name').all().map(settingFromRow),
  }
}

export function decisionWriter(context: WriteContext): Writer {
  const reader = decisionReader(context)
  return {
    recordDecision(given) {
      const { subject, code, value, reason } = validated(decisionSchema, given, 'decision')
      const id = decisionSlot(subject, code)
      const text = canonical(value, `answer to ${code}`)
      const before = reader.decisionHistory(subject, code).at(-1)
      const same =
        before === undefined ? text === 'null' : canonicalJson(before.value) === text && before.reason === reason
      if (same) return { id, change: 'unchanged' }
      const sequence =
        context.statement<[], number>('SELECT coalesce(max(sequence), 0) + 1 FROM decisions').pluck().get() ?? 1
      insertRow(context, 'decisions', {
        sequence,
        subject_entity: subject.entity,
        subject_id: subject.id,
        code,
        value: text,
        reason,
        decided_by: context.actor,
        decided_at: context.now,
      })
      const change = before === undefined ? 'added' : 'changed'
      context.changes.push({ entity: 'decision', id, change, contentHash: sha256Hex(text) })
      return { id, change }
    },

    putSetting(name, value) {
      const text = canonical(value, `setting ${name}`)
      const contentHash = sha256Hex(text)
      const before = context.statement<[string], SettingRow>('SELECT * FROM settings WHERE name = ?').get(name)
      if (before?.value === text) return { id: name, change: 'unchanged' }
      if (before !== undefined) keepHistory(context, 'setting', name, before.content_hash, before.value)
      context
        .statement<[string, string, string, string]>(
          `INSERT INTO settings (name, value, content_hash, changed_at) VALUES (?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET value = excluded.value, content_hash = excluded.content_hash,
             changed_at = excluded.changed_at`,
        )
        .run(name, text, contentHash, context.now)
      const change = before === undefined ? 'added' : 'changed'
      context.changes.push({ entity: 'setting', id: name, change, contentHash })
      return { id: name, change }
    },
  }
}

/** Hash of the answer that counts now; of null where there is none. */
export function decisionHash(context: ReadContext, slot: string): string | null {
  const parts = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(slot)
  if (parts === null) return null
  const [, entity, id, code] = parts
  const record = decisionReader(context).decision({ entity: entity as EntityName, id: id ?? '' }, code ?? '')
  return hashOfJson(record === null ? null : record.value)
}

/** What a person entered as JSON; a number that JSON cannot hold is their error, or a division by zero on the way. */
function canonical(value: unknown, what: string): string {
  try {
    return canonicalJson(value)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new InputError(
      'store.invalid-value',
      `The ${what} was not stored: ${error.message}.`,
      'Enter a finite number.',
    )
  }
}

function decisionFromRow(row: DecisionRow): DecisionRecord {
  return {
    sequence: row.sequence,
    subject: { entity: row.subject_entity, id: row.subject_id },
    code: row.code,
    value: JSON.parse(row.value) as unknown,
    reason: row.reason,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  }
}

function settingFromRow(row: SettingRow): SettingRecord {
  return { name: row.name, value: JSON.parse(row.value) as unknown, contentHash: row.content_hash }
}
