/** Decay data of the therapy nuclide as the analysis needs them. */
import { emittedEnergy } from '../../../native-core/dosimetry/index.ts'
import type { EmittedEnergy } from '../../../native-core/dosimetry/index.ts'
import { canonicalNuclideName, chainEnergyMev, decayChain, IN_EQUILIBRIUM } from '../../../native-core/physics/index.ts'
import type { NuclideTable } from '../../../native-core/physics/index.ts'

export interface DecayData {
  readonly halfLifeS: number
  readonly decayConstantPerS: number
  readonly energy: EmittedEnergy
  readonly emitsPositrons: boolean
  readonly version: string
  readonly citation: string
  readonly evidence: string
  readonly assumptions: readonly string[]
}

/** Half-lives that differ by more than this are two statements, not rounding. */
const HALF_LIFE_TOLERANCE = 0.01

/**
 * Decay data by name, with every daughter in equilibrium and retained where its parent decays; null where the table has no such
 * nuclide. The table's half-life is used; that of the file is only compared.
 */
export function decayDataOf(nuclide: string, table: NuclideTable, halfLifeInFileS: number | null): DecayData | null {
  const name = canonicalNuclideName(nuclide)
  const found = name === null ? undefined : table.nuclides.get(name)
  if (!found) return null
  const differs = halfLifeInFileS !== null && Math.abs(halfLifeInFileS / found.halfLifeS - 1) > HALF_LIFE_TOLERANCE
  const daughters = decayChain(table, found, IN_EQUILIBRIUM).members.length - 1
  return {
    halfLifeS: found.halfLifeS,
    decayConstantPerS: Math.LN2 / found.halfLifeS,
    energy: emittedEnergy(chainEnergyMev(table, found, IN_EQUILIBRIUM)),
    emitsPositrons: found.positronYield > 0.01,
    version: `${table.name} ${table.version}`,
    citation: table.provenance.citation,
    evidence: table.provenance.evidence,
    assumptions: [
      ...(daughters > 0
        ? [
            `The ${daughters} radioactive daughter(s) of ${found.name} are taken to decay where it decays, in equilibrium with it.`,
          ]
        : []),
      ...(differs
        ? [
            `The files state a half-life of ${halfLifeInFileS} s; the decay data set says ${found.halfLifeS} s, which was used.`,
          ]
        : []),
    ],
  }
}
