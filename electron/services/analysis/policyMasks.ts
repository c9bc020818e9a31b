/** The rules on structures that claim the same voxels, on masks of one grid: lesions in organs, ranks of organs, walls of hollow organs. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { FractionalMask } from '../../../native-core/imaging/index.ts'
import { claimInOrder, hollowParts, overlapsOf } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { HollowParts, Overlap, WallSource } from '../../../native-core/imaging/structurePolicy/index.ts'
import type { HollowOrgan } from '../../contracts/protocol.ts'
import type { StructureRules } from '../ports/compute.ts'
import { lesionsToLeaveOut, withoutLesions } from './lesionPolicy.ts'
import { sameStructure } from './structures.ts'
import type { StructureKind } from './structures.ts'

/** Two structures overlap from this share of the smaller one on: outlines of neighbours cross by a voxel here and there. */
export const OVERLAP_SHARE = 0.01

interface Named {
  readonly name: string
  readonly kind: StructureKind
}

export interface PolicyMasks {
  /** In the order of the structures, after the rules. */
  readonly masks: readonly FractionalMask[]
  /** For each structure the positions of the lesions that were taken out of it. */
  readonly withoutLesions: readonly (readonly number[])[]
  /** For each structure the positions of those of higher rank that overlapped it. */
  readonly withoutHigher: readonly (readonly number[])[]
  /** What structures of one kind still share. */
  readonly overlaps: readonly Overlap[]
}

/**
 * Lesions are taken out of the organs that they lie in, then structures of one kind that overlap are divided by their ranks (`claimInOrder`).
 *
 * @param masks those of `structures`, on one grid
 * @param lesions where it is known already (on another grid): for each structure the positions of the lesions to take out
 */
export function policyMasks(
  structures: readonly Named[],
  masks: readonly FractionalMask[],
  rules: StructureRules,
  lesions: readonly (readonly number[])[] = lesionsToLeaveOut(structures, masks, rules.lesionsInOrgans),
): PolicyMasks {
  const bare = structures.map((_, position) => withoutLesions(masks, position, lesions[position] ?? []))
  const before = overlapsOfKind(structures, bare, rules)
  const ranks = ranksOf(structures, rules)
  if (ranks === null)
    return { masks: bare, withoutLesions: lesions, withoutHigher: structures.map(() => []), overlaps: before }
  const claimed = [...groupsByRank(structures, ranks)].reduce(
    (current, groups) => claimInOrder(current, groups),
    bare as readonly FractionalMask[],
  )
  const isHigher = (one: number, other: number): boolean => (ranks[one] ?? 0) < (ranks[other] ?? 0)
  return {
    masks: claimed,
    withoutLesions: lesions,
    withoutHigher: structures.map((_, position) =>
      before.flatMap(({ first, second }) => {
        const other = first === position ? second : second === position ? first : null
        return other !== null && isHigher(other, position) ? [other] : []
      }),
    ),
    overlaps: overlapsOfKind(structures, claimed, rules),
  }
}

/** The rank of each structure, 0 the highest; what no entry names stands last. null: no ranks. */
function ranksOf(structures: readonly Named[], { overlapPriority = 'none' }: StructureRules): number[] | null {
  if (overlapPriority === 'none') return null
  return structures.map(({ name }) => {
    const rank = overlapPriority.findIndex((entry) => namesStructure(entry, name))
    return rank < 0 ? overlapPriority.length : rank
  })
}

/** Whether an entry of `overlapPriority` is a structure's name, or a regular expression of the whole name, in any case. */
export function namesStructure(entry: string, name: string): boolean {
  if (sameStructure(entry, name)) return true
  try {
    return new RegExp(`^(?:${entry.trim()})$`, 'i').test(name.trim())
  } catch {
    return false
  }
}

/** Organs among themselves and lesions among themselves: what a lesion takes from an organ is the lesion rule's. */
function groupsByRank(structures: readonly Named[], ranks: readonly number[]): readonly number[][][] {
  const isLesion = (position: number): boolean => structures[position]?.kind === 'lesion'
  return [true, false].map((lesions) => {
    const positions = structures.flatMap((_, position) => (isLesion(position) === lesions ? [position] : []))
    const used = [...new Set(positions.map((position) => ranks[position] as number))].sort((a, b) => a - b)
    return used.map((rank) => positions.filter((position) => ranks[position] === rank))
  })
}

/** Pairs of one kind that overlap, but for organs and the outlines of their own wall or content. */
function overlapsOfKind(
  structures: readonly Named[],
  masks: readonly FractionalMask[],
  { hollowOrgans = {} }: StructureRules,
): readonly Overlap[] {
  const isPart = (part: Named | undefined, organ: Named | undefined): boolean => {
    const entry = organ && hollowEntry(organ.name, hollowOrgans)
    const other = entry?.wallStructure ?? entry?.contentStructure
    return part !== undefined && other !== undefined && sameStructure(other, part.name)
  }
  return overlapsOf(masks, OVERLAP_SHARE).filter(({ first, second }) => {
    const [one, other] = [structures[first], structures[second]]
    return (one?.kind === 'lesion') === (other?.kind === 'lesion') && !isPart(one, other) && !isPart(other, one)
  })
}

/** What the protocol says of a hollow organ; undefined where it is none. */
export function hollowEntry(name: string, hollowOrgans: StructureRules['hollowOrgans']): HollowOrgan | undefined {
  return Object.entries(hollowOrgans ?? {}).find(([key]) => sameStructure(key, name))?.[1]
}

/**
 * Wall and content of the structure at `position`; null where it is not hollow by the rules.
 *
 * @param whole the masks of all structures as outlined, @param after those after the rules
 * @throws InputError `structures.no-wall`, `structures.no-content`, `structures.part-missing` where the outline of the part is not there.
 */
export function hollowMasks(
  structures: readonly Named[],
  position: number,
  whole: readonly FractionalMask[],
  after: readonly FractionalMask[],
  { hollowOrgans }: StructureRules,
): HollowParts | null {
  const structure = structures[position]
  const entry = structure && hollowEntry(structure.name, hollowOrgans)
  const organ = after[position]
  if (!entry || !organ) return null
  return hollowParts(organ, wallSource(structure.name, entry, structures, whole), structure.name)
}

function wallSource(
  organ: string,
  { wallThicknessMm, wallStructure, contentStructure }: HollowOrgan,
  structures: readonly Named[],
  whole: readonly FractionalMask[],
): WallSource {
  if (wallThicknessMm !== undefined) return { kind: 'thickness', wallThicknessMm }
  const name = wallStructure ?? contentStructure ?? ''
  const part = whole[structures.findIndex((one) => sameStructure(one.name, name))]
  if (!part)
    throw new InputError(
      'structures.part-missing',
      `"${name}", which tells wall from content of "${organ}", has no outline at this time point.`,
      'Outline it, or give a wall thickness in hollowOrgans.',
    )
  return wallStructure !== undefined ? { kind: 'wall', wall: part } : { kind: 'content', content: part }
}
