/** The protocol's choice for structures with few scans. */
import { FEW_SCANS_VERSION } from '../../../native-core/kinetics/singleTimePoint/index.ts'
import { INDIVIDUAL_VERSION } from '../../../native-core/kinetics/population/index.ts'
import type { FewScans } from '../../contracts/fewScans.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { findPopulation } from '../singleTimePoint/index.ts'
import type { AnalysisPorts } from './ports.ts'
import { sameStructure } from './structures.ts'

type Choice = Pick<FewScans, 'method' | 'population'>

const choices = ({ fewScans }: Protocol): Choice[] => [fewScans, ...Object.values(fewScans.byStructure)]

/** The choice for one structure, by its name without regard to case, else for all. */
export function fewScansFor(name: string, { fewScans }: Protocol): Choice {
  const own = Object.entries(fewScans.byStructure).find(([key]) => sameStructure(key, name))
  return own?.[1] ?? fewScans
}

/** @throws InputError `kinetics.population-unknown` for a population that is not there */
export function checkFewScansChoice(protocol: Protocol, populations: AnalysisPorts['populations'] = []): void {
  for (const { population } of choices(protocol)) if (population !== null) findPopulation(populations, population)
}

/** What the hash of a result needs beside the protocol; nothing where no method is chosen. */
export function fewScansVersions(
  protocol: Protocol,
  populations: AnalysisPorts['populations'] = [],
): { readonly fewScans?: readonly string[] } {
  if (choices(protocol).every(({ method }) => method === 'none')) return {}
  const tables = [...new Set(populations.flatMap(({ version }) => version ?? []))]
  return { fewScans: [FEW_SCANS_VERSION, INDIVIDUAL_VERSION, ...tables] }
}
