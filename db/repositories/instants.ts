/** Instants as two columns: local time, and the offset from UTC where it is known. */
import type { Instant } from '../../electron/contracts/domain.ts'
import type { SqlRow } from '../context.ts'

export function instantColumns(prefix: string, instant: Instant | null): SqlRow {
  return {
    [`${prefix}_local`]: instant?.local ?? null,
    [`${prefix}_utc_offset_min`]: instant?.utcOffsetMin ?? null,
  }
}

export function instantFrom(local: string | null, utcOffsetMin: number | null): Instant | null {
  return local === null ? null : { local, utcOffsetMin }
}
