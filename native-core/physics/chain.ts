import type { ChainEnd, DaughterPolicy, DecayChain, DecayEnergyMev, Nuclide, NuclideTable } from './types.ts'

/** The default: daughters of shorter half-life than the parent decay where the parent did. */
export const IN_EQUILIBRIUM: DaughterPolicy = { kind: 'equilibrium', retainedFraction: 1 }

/**
 * Walks the decay modes of a parent and counts, for each daughter, its decays per decay of the parent when all nuclei have decayed
 * (Bateman with time to infinity: the products of the branches, summed over paths). The walk ends at nuclides that are stable or
 * live longer than the parent (Bi-207 behind At-211, Tc-99 behind Tc-99m): they are named in `ends`.
 */
export function decayChain(table: NuclideTable, parent: Nuclide, policy: DaughterPolicy = IN_EQUILIBRIUM): DecayChain {
  const decays = new Map<string, number>()
  const ends = new Map<string, ChainEnd>()
  const visit = (nuclide: Nuclide, weight: number): void => {
    decays.set(nuclide.name, (decays.get(nuclide.name) ?? 0) + weight)
    for (const mode of nuclide.modes) {
      if (mode.daughter === null) continue
      const daughter = table.nuclides.get(mode.daughter)
      const formed = weight * mode.branch
      if (daughter && policy.kind === 'equilibrium' && daughter.halfLifeS < parent.halfLifeS) {
        const retained = nuclide === parent ? policy.retainedFraction : 1
        if (retained > 0) visit(daughter, formed * retained)
        continue
      }
      const reason = !daughter
        ? ('stable' as const)
        : policy.kind === 'parent-only'
          ? ('not counted by the policy' as const)
          : ('longer-lived than the parent' as const)
      const before = ends.get(mode.daughter)?.formedPerParentDecay ?? 0
      ends.set(mode.daughter, { name: mode.daughter, formedPerParentDecay: before + formed, reason })
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
