/**
 * The anchor: a small file beside the database with the number and hash of the newest audit row, signed with the store's key. A hash
 * chain cannot show that its end was cut off, or that the whole database was replaced by an older copy; the anchor can.
 *
 * It is written after the commit, so after a crash it may be some rows behind the database, which is fine; it can never honestly be ahead.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { auditHashAt, auditHead, verifyChain, type AuditHead } from './audit.ts'
import type { AuditVerdict } from '../electron/services/ports/store.ts'
import type { ReadContext } from './context.ts'
import { writeFileAtomic } from './files.ts'

const anchorSchema = z.strictObject({
  sequence: z.int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
})

export type AnchorState =
  { readonly kind: 'missing' | 'unreadable' } | { readonly kind: 'read'; readonly head: AuditHead }

export interface Anchor {
  read(): AnchorState
  write(head: AuditHead): void
}

/** `storeKey` is the data key of the store, `storeId` ties the anchor to one store. */
export function openAnchor(path: string, storeKey: Uint8Array, storeId: string): Anchor {
  const key = Buffer.from(hkdfSync('sha256', storeKey, '', 'theratwin audit anchor v1', 32))
  const macOf = ({ sequence, hash }: AuditHead): string =>
    createHmac('sha256', key).update(`${storeId}\n${sequence}\n${hash}`).digest('hex')
  return {
    read() {
      let text: string
      try {
        text = readFileSync(path, 'utf8')
      } catch (error) {
        return { kind: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable' }
      }
      try {
        const { sequence, hash, mac } = anchorSchema.parse(JSON.parse(text))
        if (!timingSafeEqual(Buffer.from(mac), Buffer.from(macOf({ sequence, hash })))) return { kind: 'unreadable' }
        return { kind: 'read', head: { sequence, hash } }
      } catch {
        return { kind: 'unreadable' }
      }
    },
    write: ({ sequence, hash }) => {
      writeFileAtomic(path, `${JSON.stringify({ sequence, hash, mac: macOf({ sequence, hash }) })}\n`)
    },
  }
}

/** What is wrong between the anchor and the database; null where they agree or there is no anchor to compare with. */
export function disagreement(context: ReadContext, state: AnchorState): { sequence: number; what: string } | null {
  if (state.kind !== 'read') return null
  const found = auditHead(context)
  const { sequence, hash } = state.head
  if (sequence > found.sequence) {
    return { sequence: found.sequence + 1, what: `rows ${found.sequence + 1} to ${sequence} were there and are gone` }
  }
  if (auditHashAt(context, sequence) !== hash) return { sequence, what: 'the row is not the one that was there' }
  return null
}

/** The whole verdict: the chain in itself, and its end against the anchor. */
export function verifyAudit(context: ReadContext, anchor: Anchor): AuditVerdict {
  const chain = verifyChain(context)
  if (!chain.ok) return chain
  const state = anchor.read()
  const wrong = disagreement(context, state)
  if (wrong !== null) return { ok: false, firstBadSequence: wrong.sequence, what: wrong.what }
  return {
    ok: true,
    rows: chain.head.sequence,
    headHash: chain.head.hash,
    anchor: state.kind === 'read' ? 'matches' : state.kind,
    rollbacks: chain.rollbacks,
  }
}
