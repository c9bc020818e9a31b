import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAnchor, verifyAudit, type Anchor } from './anchor.ts'
import { appendAuditRow, auditHash, auditHead, auditReader, genesisHash, verifyChain } from './audit.ts'
import { readContext, type WriteContext } from './context.ts'
import { databaseAt, temporaryFolder, testKey } from './testing/index.ts'

function writing(rows = 0): WriteContext {
  const context: WriteContext = {
    ...readContext(databaseAt(1)),
    now: '2026-01-01T00:00:00.000Z',
    actor: 'me',
    changes: [],
    durableSize: () => null,
  }
  for (let i = 1; i <= rows; i++) appendAuditRow(context, 'step', { i })
  return context
}

/** Lets a test change what the triggers protect, as somebody with the key and another program could. */
function tamper(context: WriteContext, sql: string): void {
  const triggers = context.db
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'`,
    )
    .all()
  for (const { name } of triggers) context.db.exec(`DROP TRIGGER ${name}`)
  context.db.exec(sql)
  for (const trigger of triggers) context.db.exec(trigger.sql)
}

function anchorOf(context: WriteContext): { anchor: Anchor; path: string } {
  const path = join(temporaryFolder(), 'audit.anchor')
  const anchor = openAnchor(path, testKey, 'store')
  anchor.write(auditHead(context))
  return { anchor, path }
}

describe('auditHash', () => {
  it('is SHA-256 over the hash before, a line feed, and the canonical JSON of the row', () => {
    const text = `${genesisHash}\n{"action":"b","actor":"a","at":"t","detail":{"x":1,"y":2},"sequence":1}`
    expect(auditHash(genesisHash, { sequence: 1, at: 't', actor: 'a', action: 'b', detail: { y: 2, x: 1 } })).toBe(
      createHash('sha256').update(text).digest('hex'),
    )
  })

  it('changes with every part of the row', () => {
    const row = fc.record({
      sequence: fc.nat(),
      at: fc.string(),
      actor: fc.string(),
      action: fc.string(),
      detail: fc.jsonValue(),
    })
    const hash = (value: typeof row extends fc.Arbitrary<infer T> ? T : never): string => auditHash(genesisHash, value)
    fc.assert(
      fc.property(row, (value) => {
        const changed = [
          { ...value, sequence: value.sequence + 1 },
          { ...value, at: `${value.at}x` },
          { ...value, actor: `${value.actor}x` },
          { ...value, action: `${value.action}x` },
          { ...value, detail: [value.detail] },
        ].map(hash)
        expect(new Set([hash(value), ...changed]).size).toBe(6)
        expect(auditHash('1'.repeat(64), value)).not.toBe(hash(value))
      }),
    )
  })
})

describe('the chain', () => {
  it('holds for any rows that were appended', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ action: fc.string({ minLength: 1 }), detail: fc.jsonValue() }), { maxLength: 8 }),
        (rows) => {
          const context = writing()
          for (const { action, detail } of rows) appendAuditRow(context, action, detail)
          expect(verifyChain(context)).toEqual({ ok: true, head: auditHead(context), rollbacks: [] })
          expect(auditReader(context).audit()).toHaveLength(rows.length)
        },
      ),
      { numRuns: 25 },
    )
  })

  it.each([
    ['detail', `UPDATE audit SET detail = '{"i":33}' WHERE sequence = 3`],
    ['detail, in its form only', `UPDATE audit SET detail = '{"i": 3}' WHERE sequence = 3`],
    ['actor', `UPDATE audit SET actor = 'somebody else' WHERE sequence = 3`],
    ['action', `UPDATE audit SET action = 'nothing' WHERE sequence = 3`],
    ['time', `UPDATE audit SET at = '2020-01-01T00:00:00.000Z' WHERE sequence = 3`],
    ['hash', `UPDATE audit SET hash = '${'a'.repeat(64)}' WHERE sequence = 3`],
    ['previous hash', `UPDATE audit SET previous_hash = '${'a'.repeat(64)}' WHERE sequence = 3`],
    ['presence', 'DELETE FROM audit WHERE sequence = 3'],
  ])('shows at which row its %s was changed', (_name, sql) => {
    const context = writing(5)
    tamper(context, sql)
    expect(verifyChain(context)).toMatchObject({ ok: false, firstBadSequence: 3 })
  })

  it('shows a row whose hash was recomputed, at the row behind it', () => {
    const context = writing(5)
    const [, second, third] = auditReader(context).audit()
    if (second === undefined || third === undefined) throw new Error('five rows were written')
    const forged = auditHash(second.hash, { ...third, detail: { i: 33 } })
    tamper(context, `UPDATE audit SET detail = '{"i":33}', hash = '${forged}' WHERE sequence = 3`)
    expect(verifyChain(context)).toMatchObject({ ok: false, firstBadSequence: 4 })
  })

  it('is read page by page', () => {
    const context = writing(5)
    const sequences = (options: { afterSequence?: number; limit?: number; newestFirst?: boolean }): number[] =>
      auditReader(context)
        .audit(options)
        .map((row) => row.sequence)
    expect(sequences({ limit: 2 })).toEqual([1, 2])
    expect(sequences({ afterSequence: 3 })).toEqual([4, 5])
    expect(sequences({ newestFirst: true, limit: 2 })).toEqual([5, 4])
  })
})

describe('the anchor', () => {
  it('agrees with the trail it was written for, and with one that has grown since', () => {
    const context = writing(3)
    const { anchor } = anchorOf(context)
    expect(verifyAudit(context, anchor)).toMatchObject({ ok: true, rows: 3, anchor: 'matches' })
    appendAuditRow(context, 'step', null)
    expect(verifyAudit(context, anchor)).toMatchObject({ ok: true, rows: 4, anchor: 'matches' })
  })

  it('shows that the end was cut off, which the chain cannot', () => {
    const context = writing(5)
    const { anchor } = anchorOf(context)
    tamper(context, 'DELETE FROM audit WHERE sequence > 3')
    expect(verifyChain(context).ok).toBe(true)
    expect(verifyAudit(context, anchor)).toMatchObject({ ok: false, firstBadSequence: 4 })
  })

  it('shows a trail that was written anew from some row on', () => {
    const context = writing(5)
    const { anchor } = anchorOf(context)
    tamper(context, 'DELETE FROM audit WHERE sequence > 3')
    appendAuditRow(context, 'other', 1)
    appendAuditRow(context, 'other', 2)
    expect(verifyChain(context).ok).toBe(true)
    expect(verifyAudit(context, anchor)).toMatchObject({ ok: false, firstBadSequence: 5 })
  })

  it('is not believed where it is forged, of another store, or torn', () => {
    const context = writing(2)
    const { anchor, path } = anchorOf(context)
    const head = auditHead(context)
    openAnchor(path, testKey, 'another store').write(head)
    expect(verifyAudit(context, anchor)).toMatchObject({ ok: true, anchor: 'unreadable' })
    writeFileSync(path, JSON.stringify({ ...head, mac: '0'.repeat(64) }))
    expect(anchor.read().kind).toBe('unreadable')
    writeFileSync(path, '')
    expect(anchor.read().kind).toBe('unreadable')
  })

  it('is said to be missing where it is', () => {
    const context = writing(2)
    const anchor = openAnchor(join(temporaryFolder(), 'none'), testKey, 'store')
    expect(verifyAudit(context, anchor)).toMatchObject({ ok: true, rows: 2, anchor: 'missing' })
  })
})
