import { InputError } from '../../errors/index.ts'
import { decayChain, IN_EQUILIBRIUM } from '../chain.ts'
import type { DaughterPolicy, Nuclide, NuclideTable } from '../types.ts'
import { mergeLines } from './emissionTable.ts'
import type { EmissionTable } from './emissionTable.ts'
import { INTERNAL_PAIRS, internalPairSpectra } from './internalPair.ts'
import type { ChainEmissions, ChainMemberEmissions, EmissionLine, Emissions } from './types.ts'

export interface ChainEmissionOptions {
  /** Adds internal pairs that the evaluation leaves out (`INTERNAL_PAIRS`: Y-90). No matter for dose; needed for images of Y-90. */
  readonly internalPairs?: boolean
}

const scaled = (lines: readonly EmissionLine[], factor: number): readonly EmissionLine[] =>
  lines.map((line) => ({ energyMev: line.energyMev, yield: line.yield * factor }))

/** All members together: each one's lines and spectra times its decays per decay of the parent. */
export function sumEmissions(members: readonly ChainMemberEmissions[]): Emissions {
  const collect = (of: (e: Emissions) => readonly EmissionLine[]): EmissionLine[] =>
    mergeLines(members.map((m) => scaled(of(m.emissions), m.decaysPerParentDecay)))
  return {
    photons: collect((e) => e.photons),
    electrons: collect((e) => e.electrons),
    betas: members.flatMap((m) =>
      m.emissions.betas.map((b) => ({ ...b, perMevAndDecay: b.perMevAndDecay.map((v) => v * m.decaysPerParentDecay) })),
    ),
    alphas: collect((e) => e.alphas),
    recoils: collect((e) => e.recoils),
  }
}

/**
 * The source term of a parent with the daughters that the policy counts: lines and spectra of each member per decay of its own, and
 * of all together per decay of the parent (`decayChain` gives the weights). Energies MeV.
 *
 * @throws InputError `nuclides.emissions-missing` where a member of the chain has no emission data; those of `decayChain`.
 */
export function chainEmissions(
  table: NuclideTable,
  emissions: EmissionTable,
  parent: Nuclide,
  policy: DaughterPolicy = IN_EQUILIBRIUM,
  options: ChainEmissionOptions = {},
): ChainEmissions {
  const members = decayChain(table, parent, policy).members.map((member): ChainMemberEmissions => {
    const found = emissions.nuclides.get(member.name)
    if (!found) {
      throw new InputError(
        'nuclides.emissions-missing',
        `"${emissions.name}" ${emissions.version} has no lines of ${member.name}, which is in the chain of ${parent.name}.`,
        'Use decay data and emission data of the same set.',
      )
    }
    const { photons, electrons, betas, alphas, recoils } = found
    const pairs = options.internalPairs ? INTERNAL_PAIRS.filter((p) => p.nuclide === member.name) : []
    return {
      name: member.name,
      decaysPerParentDecay: member.decaysPerParentDecay,
      emissions: { photons, electrons, betas: [...betas, ...pairs.flatMap(internalPairSpectra)], alphas, recoils },
    }
  })
  return { parent: parent.name, members, total: sumEmissions(members) }
}
