/** The decay data for looking at: a list of all nuclides, and a sheet of one with its chain, lines and spectra. */
import { IN_EQUILIBRIUM, decayChain, findNuclide } from '../../../native-core/physics/index.ts'
import type { ChainEmissions, EmissionLine } from '../../../native-core/physics/emissions/types.ts'
import type { DaughterPolicy, DecayChain, Nuclide, NuclideTable } from '../../../native-core/physics/index.ts'
import type { NuclideSheet, NuclideSummary } from '../../contracts/index.ts'

/** The source term of a parent under a policy: `chainEmissions` of the core with the data set in hand. */
export type EmissionsOf = (parent: Nuclide, policy: DaughterPolicy) => ChainEmissions

/** Lines weaker than this share of the class's strongest in energy per decay are left out of a sheet: nobody sees them. */
const SMALLEST_SHARE = 1e-5
const MOST_LINES = 400

export function listNuclides(table: NuclideTable): NuclideSummary[] {
  return [...table.nuclides.values()]
    .map(({ name, z, a, halfLifeS, modes }) => ({
      name,
      z,
      a,
      halfLifeS,
      modes: [...new Set(modes.map((one) => one.mode))],
    }))
    .sort((one, other) => one.z - other.z || one.a - other.a || (one.name < other.name ? -1 : 1))
}

/** @throws InputError `nuclide.unknown` for a name that the data do not have. */
export function nuclideSheet(
  table: NuclideTable,
  emissionsOf: EmissionsOf,
  name: string,
  withDaughters: boolean,
): NuclideSheet {
  const nuclide = findNuclide(table, name)
  // The diagram always shows the whole chain; the lines are those of what decays in place.
  const chain = decayChain(table, nuclide, IN_EQUILIBRIUM)
  const emissions = emissionsOf(nuclide, withDaughters ? IN_EQUILIBRIUM : { kind: 'parent-only' })
  const energy = { electron: 0, photon: 0, alpha: 0, recoil: 0 }
  for (const member of emissions.members) {
    const mean = table.nuclides.get(member.name)?.energyMev
    if (!mean) continue
    const weight = member.decaysPerParentDecay
    energy.electron += weight * (mean.betaMinus + mean.betaPlus + mean.conversionElectron + mean.auger)
    energy.photon += weight * (mean.gamma + mean.xray + mean.annihilation)
    energy.alpha += weight * mean.alpha
    energy.recoil += weight * mean.alphaRecoil
  }
  return {
    name: nuclide.name,
    z: nuclide.z,
    a: nuclide.a,
    halfLifeS: nuclide.halfLifeS,
    halfLifeUncertaintyS: nuclide.halfLifeUncertaintyS,
    note: nuclide.note,
    chain: chainGraph(table, chain),
    lines: {
      photon: strongest(emissions, (one) => one.photons),
      electron: strongest(emissions, (one) => one.electrons),
      alpha: strongest(emissions, (one) => one.alphas),
    },
    betas: emissions.members.flatMap((member) =>
      member.emissions.betas.map((beta) => ({
        kind: beta.kind,
        from: member.name,
        energiesMev: [...beta.energiesMev],
        perMevAndDecay: [...beta.perMevAndDecay].map((value) => value * member.decaysPerParentDecay),
      })),
    ),
    energyMev: energy,
    source: {
      name: table.name,
      version: table.version,
      citation: table.provenance.citation,
      evidence: table.provenance.evidence,
    },
  }
}

function strongest(
  emissions: ChainEmissions,
  linesOf: (one: ChainEmissions['total']) => readonly EmissionLine[],
): NuclideSheet['lines']['photon'] {
  const all = emissions.members.flatMap((member) =>
    linesOf(member.emissions).map((line) => ({
      energyMev: line.energyMev,
      yieldPerDecay: line.yield * member.decaysPerParentDecay,
      from: member.name,
    })),
  )
  const weight = (line: (typeof all)[number]): number => line.energyMev * line.yieldPerDecay
  const top = Math.max(0, ...all.map(weight))
  return all
    .filter((line) => weight(line) > top * SMALLEST_SHARE)
    .sort((one, other) => weight(other) - weight(one))
    .slice(0, MOST_LINES)
}

function chainGraph(table: NuclideTable, chain: DecayChain): NuclideSheet['chain'] {
  const nodes = [
    ...chain.members.map(({ name, halfLifeS, decaysPerParentDecay }) => ({
      name,
      halfLifeS,
      decaysPerParentDecay,
      end: '',
    })),
    ...chain.ends.map(({ name, reason }) => ({
      name,
      halfLifeS: table.nuclides.get(name)?.halfLifeS ?? null,
      decaysPerParentDecay: 0,
      end: reason,
    })),
  ]
  const edges = chain.members.flatMap(({ name }) =>
    (table.nuclides.get(name)?.modes ?? [])
      .filter((mode) => mode.daughter !== null)
      .map((mode) => ({
        from: name,
        to: mode.daughter as string,
        mode: mode.mode,
        branch: mode.branch,
        qMev: mode.qMev,
      })),
  )
  const known = new Set(nodes.map((node) => node.name))
  return { nodes, edges: edges.filter((edge) => known.has(edge.to)) }
}
