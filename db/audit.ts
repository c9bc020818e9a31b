/**
 * The audit trail: who did what and when, each row chained to the one before by its hash, so that changing, removing or inserting a row
 * anywhere shows. What the chain itself cannot show, that its end was cut off, the anchor does (anchor.ts).
 */
import type { AuditRow, StoreReader } from '../electron/services/ports/store.ts'
import { canonicalJson, sha256Hex } from './canonicalJson.ts'
import type { ReadContext, WriteContext } from './context.ts'

/** What the first row follows. */
export const genesisHash = '0'.repeat(64)

interface Row {
  readonly sequence: number
  readonly at: string
  readonly actor: string
  readonly action: string
  /** Canonical JSON. */
  readonly detail: string
  readonly previous_hash: string
  readonly hash: string
}

export interface AuditHead {
  /** 0 where there is no row. */
  readonly sequence: number
  readonly hash: string
}

export type ChainVerdict =
  | { readonly ok: true; readonly head: AuditHead; readonly rollbacks: readonly number[] }
  | { readonly ok: false; readonly firstBadSequence: number; readonly what: string }

/** The action of the row that records that an older database was put in place of a newer one. */
export const rolledBackAction = 'audit.rolled-back'

/** SHA-256 over the hash of the row before and the canonical JSON of what this row says. */
export function auditHash(
  previousHash: string,
  row: {
    readonly sequence: number
    readonly at: string
    readonly actor: string
    readonly action: string
    readonly detail: unknown
  },
): string {
  const { sequence, at, actor, action, detail } = row
  return sha256Hex(`${previousHash}\n${canonicalJson({ sequence, at, actor, action, detail })}`)
}

export function auditHead(context: ReadContext): AuditHead {
  const head = context.statement<[], AuditHead>('SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1').get()
  return head ?? { sequence: 0, hash: genesisHash }
}

/** The hash of row `sequence`; null where there is no such row. */
export function auditHashAt(context: ReadContext, sequence: number): string | null {
  if (sequence === 0) return genesisHash
  return context.statement<[number], string>('SELECT hash FROM audit WHERE sequence = ?').pluck().get(sequence) ?? null
}

export function appendAuditRow(context: WriteContext, action: string, detail: unknown): void {
  const head = auditHead(context)
  const row = { sequence: head.sequence + 1, at: context.now, actor: context.actor, action, detail }
  context
    .statement<[number, string, string, string, string, string, string]>(
      `INSERT INTO audit (sequence, at, actor, action, detail, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(row.sequence, row.at, row.actor, row.action, canonicalJson(detail), head.hash, auditHash(head.hash, row))
}

export function auditReader(context: ReadContext): Pick<StoreReader, 'audit'> {
  return {
    audit: (options) =>
      context
        .statement<[number, number], Row>(
          `SELECT * FROM audit WHERE sequence > ? ORDER BY sequence ${options?.newestFirst === true ? 'DESC' : 'ASC'} LIMIT ?`,
        )
        .all(options?.afterSequence ?? 0, options?.limit ?? 200)
        .map(fromRow),
  }
}

/** Recomputes every row. The result names the first row that is not what was written. */
export function verifyChain(context: ReadContext): ChainVerdict {
  let head: AuditHead = { sequence: 0, hash: genesisHash }
  const rollbacks: number[] = []
  for (const row of context.statement<[], Row>('SELECT * FROM audit ORDER BY sequence').iterate()) {
    const bad = (what: string): ChainVerdict => ({ ok: false, firstBadSequence: head.sequence + 1, what })
    if (row.sequence !== head.sequence + 1) return bad(`row ${head.sequence + 1} is missing`)
    if (row.previous_hash !== head.hash) return bad('the row does not follow the one before')
    let detail: unknown
    try {
      detail = JSON.parse(row.detail)
    } catch {
      return bad('the row was changed')
    }
    if (canonicalJson(detail) !== row.detail || auditHash(head.hash, { ...row, detail }) !== row.hash) {
      return bad('the row was changed')
    }
    if (row.action === rolledBackAction) rollbacks.push(row.sequence)
    head = { sequence: row.sequence, hash: row.hash }
  }
  return { ok: true, head, rollbacks }
}

function fromRow(row: Row): AuditRow {
  return {
    sequence: row.sequence,
    at: row.at,
    actor: row.actor,
    action: row.action,
    detail: JSON.parse(row.detail) as unknown,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
