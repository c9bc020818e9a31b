import type { Instant } from '../../contracts/domain.ts'

/** Milliseconds of the instant's local clock reading, as if it were UTC. Only differences of these mean something. */
export function localMs(instant: Instant): number {
  return Date.parse(`${instant.local}Z`)
}

/**
 * Seconds from `from` to `to`. In UTC where both instants know their offset, else by the local clock of one place.
 *
 * A file without an offset on one side only is read as the same place's clock: a scanner does not move between scans.
 */
export function secondsBetween(from: Instant, to: Instant): number {
  const local = (localMs(to) - localMs(from)) / 1000
  if (from.utcOffsetMin === null || to.utcOffsetMin === null) return local
  return local - (to.utcOffsetMin - from.utcOffsetMin) * 60
}

/** The earliest of several; null of none. */
export function earliest(instants: readonly Instant[]): Instant | null {
  return instants.reduce<Instant | null>(
    (first, one) => (first === null || secondsBetween(first, one) < 0 ? one : first),
    null,
  )
}

/** "2024-01-08 09:05" for people. */
export function showInstant(instant: Instant): string {
  return instant.local.slice(0, 16).replace('T', ' ')
}

/** An instant from a local ISO time given by a person; seconds may be left out. */
export function instantFromLocal(local: string): Instant {
  return { local: local.length === 16 ? `${local}:00` : local, utcOffsetMin: null }
}
