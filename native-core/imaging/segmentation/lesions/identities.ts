import type { LesionEvent } from './matchLesions.ts'

export interface IdentifiedLesion {
  readonly id: string
  /** null while nobody can say which it is. */
  readonly identity: string | null
  /** Identities of the earlier lesions that went into it, or that it is a part of; its own among them where it goes on. */
  readonly ancestors: readonly string[]
}

/**
 * Identities of the current lesions by the events of `matchLesions`: the same lesion keeps the earlier one's; of lesions that merged that of the
 * largest goes on, and all are ancestors; of a lesion that split the largest part goes on, and the others get names of their own; so does one
 * that appeared. Uncertain ones have none until a person has decided.
 *
 * @param previous With their identities; one without identity is named as well (`named`), so that it can be followed
 * @param taken Identities in use that are not among `previous`
 */
export function identitiesOf(
  events: readonly LesionEvent[],
  previous: readonly { readonly id: string; readonly identity: string | null; readonly volumeMl: number }[],
  current: readonly { readonly id: string; readonly volumeMl: number }[],
  taken: readonly string[] = [],
): { readonly previous: readonly IdentifiedLesion[]; readonly current: readonly IdentifiedLesion[] } {
  const used = new Set([...taken, ...previous.flatMap(({ identity }) => identity ?? [])])
  const next = (): string => {
    let number = 1
    while (used.has(`L${number}`)) number++
    used.add(`L${number}`)
    return `L${number}`
  }
  const named = new Map(previous.map(({ id, identity }) => [id, identity ?? next()]))
  const largest = <T extends { readonly id: string; readonly volumeMl: number }>(
    ids: readonly string[],
    of: readonly T[],
  ): string | undefined =>
    of
      .filter(({ id }) => ids.includes(id))
      .reduce<T | null>((best, one) => (best === null || one.volumeMl > best.volumeMl ? one : best), null)?.id
  const eventOf = new Map(events.flatMap((event) => event.current.map((id) => [id, event] as const)))
  return {
    previous: previous.map(({ id }) => ({ id, identity: named.get(id) ?? null, ancestors: [] })),
    current: current.map(({ id }): IdentifiedLesion => {
      const event = eventOf.get(id)
      const ancestors = (event?.previous ?? []).flatMap((one) => named.get(one) ?? [])
      if (event === undefined || event.kind === 'appeared') return { id, identity: next(), ancestors: [] }
      if (event.kind === 'uncertain') return { id, identity: null, ancestors }
      const goesOn = event.kind !== 'split' || largest(event.current, current) === id
      const first = largest(event.previous, previous)
      return { id, identity: goesOn && first !== undefined ? (named.get(first) ?? next()) : next(), ancestors }
    }),
  }
}
