import { InputError } from '../errors/index.ts'
import type { ChainEnd, DaughterPolicy, DecayChain, DecayEnergyMev, Nuclide, NuclideTable } from './types.ts'

/** The default: daughters of shorter half-life than the parent decay where the parent did. */
export const IN_EQUILIBRIUM: DaughterPolicy = { kind: 'equilibrium', retainedFraction: 1 }

/** Share of the nuclei of a daughter formed at the site that stay there. */
export function retainedShare(policy: DaughterPolicy, daughter: string, ofParent: boolean): number {
  if (policy.kind === 'parent-only') return 0
  return policy.byNuclide?.[daughter] ?? (ofParent ? policy.retainedFraction : 1)
}

/** @throws InputError `nuclide.retained` for shares outside 0 to 1 and for nuclides that the table does not have. */
export function checkPolicy(table: NuclideTable, policy: DaughterPolicy): void {
  if (policy.kind === 'parent-only') return
  const shares = [['the first daughters', policy.retainedFraction], ...Object.entries(policy.byNuclide ?? {})] as const
  for (const [name, share] of shares) {
    if (share >= 0 && share <= 1) continue
    throw new InputError(
      'nuclide.retained',
      `The share of ${name} that stays at the site is ${share}.`,
      'Give a number from 0 (all leave) to 1 (all stay).',
    )
  }
  const unknown = Object.keys(policy.byNuclide ?? {}).find((name) => !table.nuclides.has(name))
  if (unknown === undefined) return
  throw new InputError(
    'nuclide.retained',
    `A share that stays is given for "${unknown}", of which there are no decay data in "${table.name}".`,
    'Write the names as the chain has them, for instance "Bi-213".',
  )
}

/**
 * Walks the decay modes of a parent and counts, for each daughter, its decays per decay of the parent when all nuclei have decayed
 * (Bateman with time to infinity: the products of the branches, summed over paths). The walk ends at nuclides that are stable or
 * live longer than the parent (Bi-207 behind At-211, Tc-99 behind Tc-99m), and with the share that leaves the site: all are named in
 * `ends`.
 *
 * @throws InputError `nuclide.retained` for a policy that cannot be.
 */
export function decayChain(table: NuclideTable, parent: Nuclide, policy: DaughterPolicy = IN_EQUILIBRIUM): DecayChain {
  checkPolicy(table, policy)
  const decays = new Map<string, number>()
  const ends = new Map<string, ChainEnd>()
  const end = (name: string, formed: number, reason: ChainEnd['reason']): void => {
    const key = `${name} ${reason}`
    ends.set(key, { name, formedPerParentDecay: (ends.get(key)?.formedPerParentDecay ?? 0) + formed, reason })
  }
  const visit = (nuclide: Nuclide, weight: number): void => {
    decays.set(nuclide.name, (decays.get(nuclide.name) ?? 0) + weight)
    for (const mode of nuclide.modes) {
      if (mode.daughter === null) continue
      const daughter = table.nuclides.get(mode.daughter)
      const formed = weight * mode.branch
      if (!daughter) end(mode.daughter, formed, 'stable')
      else if (policy.kind === 'parent-only') end(mode.daughter, formed, 'not counted by the policy')
      else if (daughter.halfLifeS >= parent.halfLifeS) end(mode.daughter, formed, 'longer-lived than the parent')
      else {
        const retained = retainedShare(policy, daughter.name, nuclide === parent)
        if (retained > 0) visit(daughter, formed * retained)
        if (retained < 1) end(daughter.name, formed * (1 - retained), 'left the site')
      }
    }
  }
  visit(parent, 1)
  return {
    members: [...decays].map(([name, decaysPerParentDecay]) => ({
      name,
      halfLifeS: (table.nuclides.get(name) as Nuclide).halfLifeS,
      decaysPerParentDecay,
    })),
    ends: [...ends.values()],
  }
}

/** Mean energies in MeV per decay of the parent, with the daughters that the policy counts. */
export function chainEnergyMev(
  table: NuclideTable,
  parent: Nuclide,
  policy: DaughterPolicy = IN_EQUILIBRIUM,
): DecayEnergyMev {
  const sum: Record<keyof DecayEnergyMev, number> = {
    betaMinus: 0,
    betaPlus: 0,
    conversionElectron: 0,
    auger: 0,
    alpha: 0,
    alphaRecoil: 0,
    gamma: 0,
    xray: 0,
    annihilation: 0,
  }
  for (const member of decayChain(table, parent, policy).members) {
    const energy = (table.nuclides.get(member.name) as Nuclide).energyMev
    for (const kind of Object.keys(sum) as (keyof DecayEnergyMev)[]) {
      sum[kind] += member.decaysPerParentDecay * energy[kind]
    }
  }
  return sum
}

/** Energy of electrons and positrons, MeV. */
export const electronEnergyMev = (e: DecayEnergyMev): number =>
  e.betaMinus + e.betaPlus + e.conversionElectron + e.auger

/** Energy of photons, MeV: gamma, X and annihilation. */
export const photonEnergyMev = (e: DecayEnergyMev): number => e.gamma + e.xray + e.annihilation
