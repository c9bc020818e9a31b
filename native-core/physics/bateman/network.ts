import { InputError } from '../../errors/index.ts'
import { checkPolicy, retainedShare } from '../chain.ts'
import { findNuclide } from '../nuclideTable.ts'
import type { DaughterPolicy, Nuclide, NuclideTable } from '../types.ts'

/** How fast the body clears what is at the site, per s, beside the decay. 0: not at all. */
export interface Clearance {
  readonly defaultPerS: number
  readonly byNuclidePerS?: Readonly<Record<string, number>>
}

export const NO_CLEARANCE: Clearance = { defaultPerS: 0 }

/** Every daughter stays where it was formed. */
export const ALL_STAY: DaughterPolicy = { kind: 'equilibrium', retainedFraction: 1 }

export interface NetworkMember {
  readonly name: string
  readonly halfLifeS: number
  readonly decayPerS: number
  readonly clearancePerS: number
}

/** What becomes of the decays of a member: `share` of them feed another one, or go where nothing decays any more. */
export interface NetworkFeed {
  readonly from: number
  /** Index of the member fed; null for an outlet. */
  readonly to: number | null
  readonly share: number
  /** Name of the nuclide formed; null for spontaneous fission. */
  readonly name: string | null
  readonly outlet: 'member' | 'stable' | 'left the site' | 'not counted by the policy' | 'fission'
}

/** Nuclides with the decays between them, each behind those that feed it (a triangular system). */
export interface DecayNetwork {
  readonly members: readonly NetworkMember[]
  readonly feeds: readonly NetworkFeed[]
}

/** Parents first, each daughter behind every nuclide that feeds it. */
function ordered(table: NuclideTable, parents: readonly Nuclide[], policy: DaughterPolicy): Nuclide[] {
  const done = new Map<string, Nuclide>()
  const visit = (nuclide: Nuclide): void => {
    if (done.has(nuclide.name)) return
    if (policy.kind !== 'parent-only') {
      for (const mode of nuclide.modes) {
        const daughter = mode.daughter === null ? undefined : table.nuclides.get(mode.daughter)
        if (daughter && mode.branch > 0) visit(daughter)
      }
    }
    done.set(nuclide.name, nuclide)
  }
  parents.forEach(visit)
  return [...done.values()].reverse()
}

/**
 * The network of some nuclides and all their daughters that the table knows, also those that outlive the parent. Of each daughter
 * formed at the site the share of the policy stays (`retainedFraction`: for the daughters of the nuclides given; `byNuclide` instead where
 * given); the rest is an outlet 'left the site'.
 *
 * @throws InputError `nuclide.unknown`, `nuclide.retained`, `nuclide.clearance`.
 */
export function decayNetwork(
  table: NuclideTable,
  parents: readonly string[],
  policy: DaughterPolicy = ALL_STAY,
  clearance: Clearance = NO_CLEARANCE,
): DecayNetwork {
  checkPolicy(table, policy)
  const roots = parents.map((name) => findNuclide(table, name))
  const nuclides = ordered(table, roots, policy)
  const index = new Map(nuclides.map((n, i) => [n.name, i]))
  const named = { 'the rest': clearance.defaultPerS, ...clearance.byNuclidePerS }
  for (const [name, perS] of Object.entries(named)) {
    if (perS >= 0 && Number.isFinite(perS)) continue
    throw new InputError(
      'nuclide.clearance',
      `The biological clearance of ${name} is ${perS} per s.`,
      'Give a rate of zero or more, or a positive biological half-life.',
    )
  }
  const feeds = nuclides.flatMap((nuclide, from): NetworkFeed[] =>
    nuclide.modes
      .filter((mode) => mode.branch > 0)
      .flatMap((mode): NetworkFeed[] => {
        const { daughter: name, branch } = mode
        if (name === null) return [{ from, to: null, share: branch, name, outlet: 'fission' }]
        if (!table.nuclides.has(name)) return [{ from, to: null, share: branch, name, outlet: 'stable' }]
        if (policy.kind === 'parent-only')
          return [{ from, to: null, share: branch, name, outlet: 'not counted by the policy' }]
        const stays = retainedShare(policy, name, roots.includes(nuclide))
        const to = index.get(name) as number
        return [
          ...(stays > 0 ? [{ from, to, share: branch * stays, name, outlet: 'member' as const }] : []),
          ...(stays < 1
            ? [{ from, to: null, share: branch * (1 - stays), name, outlet: 'left the site' as const }]
            : []),
        ]
      }),
  )
  return {
    members: nuclides.map((n) => ({
      name: n.name,
      halfLifeS: n.halfLifeS,
      decayPerS: Math.LN2 / n.halfLifeS,
      clearancePerS: clearance.byNuclidePerS?.[n.name] ?? clearance.defaultPerS,
    })),
    feeds,
  }
}
