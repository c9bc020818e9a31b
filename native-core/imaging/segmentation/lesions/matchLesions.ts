/**
 * Which lesion of one time is which of another. Overlap decides first, then distance; where neither does without doubt a person is asked.
 * Nothing here depends on which time comes first, but the names: exchanged, what merged has split and what appeared has disappeared.
 */
import { InputError } from '../../../errors/index.ts'
import { intersectMasks } from '../../maskAlgebra.ts'
import { maskVolumeMl } from '../../maskStatistics.ts'
import { maskCentroidMm } from '../../structurePolicy/centroid.ts'
import type { FractionalMask, Vec3 } from '../../types.ts'

export interface LesionAt {
  /** Unique among those of its time. */
  readonly id: string
  /** On the one grid of all, in the patient space of all. */
  readonly mask: FractionalMask
}

export interface MatchOptions {
  /** Lesions without overlap can be the same where their centres are not farther apart. */
  readonly maximumDistanceMm: number
  /** Two lesions overlap from this part of the smaller one's volume on, 0 to 1. */
  readonly minimumOverlap: number
  /** A nearest lesion is the same only where the next one is at least so many times as far, 1 or more. */
  readonly clearFactor: number
}

export type LesionEventKind = 'same' | 'appeared' | 'disappeared' | 'merged' | 'split' | 'uncertain'

export interface LesionEvent {
  readonly kind: LesionEventKind
  /** Ids, in the order given. */
  readonly previous: readonly string[]
  readonly current: readonly string[]
  readonly by: 'overlap' | 'distance' | null
  /** Of a single pair; null otherwise. */
  readonly overlap: number | null
  readonly distanceMm: number | null
  readonly reason: string
}

/** An overlap that is less than this part of the best of both its lesions is a touch beside the true pairing. Designed, not measured. */
const SLIGHT = 0.5

interface Pair {
  readonly a: number
  readonly b: number
  readonly sharedMl: number
  /** Of the smaller lesion. */
  readonly overlap: number
  readonly distanceMm: number
}

/**
 * Events that together name each lesion of both times once, in the order of the previous lesions, then of the current ones.
 *
 * - Lesions that overlap go together: one with one is the same, several with one merged, one with several split, several with several uncertain.
 *   A slight overlap beside a far better one of both lesions does not count.
 * - Of the others, two are the same where each is the nearest of the other within the distance and the next one, on either side, is clearly
 *   farther. What is within the distance of such but not clearly paired is uncertain; what is alone appeared or disappeared.
 *
 * @throws InputError `lesions.match` for options without sense or an id that is there twice, `lesions.empty` for one without volume on the
 * grid, `geometry.grids-differ`.
 */
export function matchLesions(
  previous: readonly LesionAt[],
  current: readonly LesionAt[],
  options: MatchOptions,
): LesionEvent[] {
  assertOptions(options)
  const before = described(previous)
  const after = described(current)
  const pairs = pairsOf(before, after, options)
  const overlapping = withoutSlight(pairs.filter(({ overlap }) => overlap >= options.minimumOverlap && overlap > 0))
  const events = groupsOf(overlapping).map((group) => overlapEvent(group))
  const taken = (side: 'a' | 'b', at: number): boolean => overlapping.some((pair) => pair[side] === at)
  const near = pairs.filter(
    ({ a, b, distanceMm }) => distanceMm <= options.maximumDistanceMm && !taken('a', a) && !taken('b', b),
  )
  const clear = clearPairs(near, options.clearFactor)
  const open = near.filter(({ a, b }) => !clear.some((pair) => pair.a === a || pair.b === b))
  events.push(...clear.map(distanceEvent), ...groupsOf(open).map((group) => uncertainEvent(group, 'distance')))
  const named = { a: new Set(events.flatMap(({ a }) => a)), b: new Set(events.flatMap(({ b }) => b)) }
  for (const a of before.keys()) if (!named.a.has(a)) events.push(alone('disappeared', [a], []))
  for (const b of after.keys()) if (!named.b.has(b)) events.push(alone('appeared', [], [b]))
  return events
    .sort((one, other) => (one.a[0] ?? Infinity) - (other.a[0] ?? Infinity) || (one.b[0] ?? 0) - (other.b[0] ?? 0))
    .map(({ a, b, ...event }) => ({
      ...event,
      previous: a.map((at) => previous[at]!.id),
      current: b.map((at) => current[at]!.id),
    }))
}

function assertOptions({ maximumDistanceMm, minimumOverlap, clearFactor }: MatchOptions): void {
  const sound =
    maximumDistanceMm >= 0 &&
    Number.isFinite(maximumDistanceMm) &&
    minimumOverlap >= 0 &&
    minimumOverlap <= 1 &&
    clearFactor >= 1 &&
    Number.isFinite(clearFactor)
  if (sound) return
  throw new InputError(
    'lesions.match',
    `Lesions cannot be matched within ${maximumDistanceMm} mm, from an overlap of ${minimumOverlap} on, the next one ${clearFactor} times as far.`,
    'Give a distance of 0 mm or more, an overlap from 0 to 1 and a factor of 1 or more.',
  )
}

interface Described {
  readonly mask: FractionalMask
  readonly centreMm: Vec3
  readonly volumeMl: number
}

function described(lesions: readonly LesionAt[]): Described[] {
  const ids = new Set<string>()
  return lesions.map(({ id, mask }) => {
    if (ids.has(id))
      throw new InputError('lesions.match', `Two lesions of one time are called "${id}".`, 'Give each its own name.')
    ids.add(id)
    const volumeMl = maskVolumeMl(mask)
    const centreMm = maskCentroidMm(mask)
    if (centreMm === null)
      throw new InputError(
        'lesions.empty',
        `The lesion "${id}" has no volume in the common images.`,
        'Match on a grid that holds all lesions of both times.',
      )
    return { mask, centreMm, volumeMl }
  })
}

function pairsOf(
  before: readonly Described[],
  after: readonly Described[],
  { maximumDistanceMm }: MatchOptions,
): Pair[] {
  return before.flatMap((one, a) =>
    after.flatMap((other, b): Pair[] => {
      const sharedMl = maskVolumeMl(intersectMasks(one.mask, other.mask))
      const distanceMm = Math.hypot(...one.centreMm.map((mm, axis) => mm - other.centreMm[axis]!))
      if (sharedMl === 0 && distanceMm > maximumDistanceMm) return []
      return [{ a, b, sharedMl, overlap: sharedMl / Math.min(one.volumeMl, other.volumeMl), distanceMm }]
    }),
  )
}

/** Every lesion keeps its best pair: of two lesions the lesser of their best overlaps is the measure. */
function withoutSlight(pairs: readonly Pair[]): Pair[] {
  const best = (side: 'a' | 'b', at: number): number =>
    pairs.reduce((most, pair) => (pair[side] === at ? Math.max(most, pair.sharedMl) : most), 0)
  return pairs.filter(({ a, b, sharedMl }) => sharedMl >= SLIGHT * Math.min(best('a', a), best('b', b)))
}

/** Pairs that hang together by common lesions. */
function groupsOf(pairs: readonly Pair[]): Pair[][] {
  const rest = new Set(pairs)
  const groups: Pair[][] = []
  for (const first of pairs) {
    if (!rest.delete(first)) continue
    const group = [first]
    for (let at = 0; at < group.length; at++)
      for (const pair of rest)
        if (pair.a === group[at]!.a || pair.b === group[at]!.b) {
          rest.delete(pair)
          group.push(pair)
        }
    groups.push(group)
  }
  return groups
}

/** Each the nearest of the other, the next one of either at least `clearFactor` times as far. */
function clearPairs(near: readonly Pair[], clearFactor: number): Pair[] {
  return near.filter((pair) =>
    near.every(
      (rival) =>
        rival === pair ||
        (rival.a !== pair.a && rival.b !== pair.b) ||
        (rival.distanceMm > pair.distanceMm && rival.distanceMm >= clearFactor * pair.distanceMm),
    ),
  )
}

type Indexed = Omit<LesionEvent, 'previous' | 'current'> & {
  readonly a: readonly number[]
  readonly b: readonly number[]
}

const sortedSet = (values: readonly number[]): number[] => [...new Set(values)].sort((x, y) => x - y)

function overlapEvent(group: readonly Pair[]): Indexed {
  const a = sortedSet(group.map((pair) => pair.a))
  const b = sortedSet(group.map((pair) => pair.b))
  const [only] = group
  if (group.length === 1 && only)
    return {
      kind: 'same',
      a,
      b,
      by: 'overlap',
      overlap: only.overlap,
      distanceMm: only.distanceMm,
      reason: `They share ${(100 * only.overlap).toFixed(0)} % of the smaller one; centres ${only.distanceMm.toFixed(1)} mm apart.`,
    }
  if (a.length > 1 && b.length > 1) return uncertainEvent(group, 'overlap')
  const merged = a.length > 1
  return {
    kind: merged ? 'merged' : 'split',
    a,
    b,
    by: 'overlap',
    overlap: null,
    distanceMm: null,
    reason: merged
      ? `One lesion overlaps ${a.length} earlier ones.`
      : `${b.length} lesions overlap one and the same earlier one.`,
  }
}

function distanceEvent({ a, b, overlap, distanceMm }: Pair): Indexed {
  return {
    kind: 'same',
    a: [a],
    b: [b],
    by: 'distance',
    overlap,
    distanceMm,
    reason: `They do not overlap enough; centres ${distanceMm.toFixed(1)} mm apart, and no other lesion is as near.`,
  }
}

function uncertainEvent(group: readonly Pair[], by: 'overlap' | 'distance'): Indexed {
  const [only] = group
  const isPair = group.length === 1 && only !== undefined
  const a = sortedSet(group.map((pair) => pair.a))
  const b = sortedSet(group.map((pair) => pair.b))
  return {
    kind: 'uncertain',
    a,
    b,
    by,
    overlap: isPair ? only.overlap : null,
    distanceMm: isPair ? only.distanceMm : null,
    reason: `${a.length} earlier and ${b.length} later lesions ${by === 'overlap' ? 'overlap one another' : 'lie about as near to one another'}: a person must say which is which.`,
  }
}

const alone = (kind: 'appeared' | 'disappeared', a: readonly number[], b: readonly number[]): Indexed => ({
  kind,
  a,
  b,
  by: null,
  overlap: null,
  distanceMm: null,
  reason:
    kind === 'appeared' ? 'No earlier lesion overlaps it or lies near.' : 'No later lesion overlaps it or lies near.',
})
