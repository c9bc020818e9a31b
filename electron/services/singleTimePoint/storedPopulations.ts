/** The site's own populations as kinetics for few scans. */
import { nuclideNameOf } from '../../../native-core/physics/index.ts'
import type { PopulationView } from '../../contracts/populations.ts'
import type { Store } from '../ports/store.ts'
import { listPopulations } from '../populations/index.ts'
import { populationCurves } from './populationCurves.ts'
import type { KnownPopulation } from './populationTable.ts'

/** Those in use in the store. They are taken only where a protocol names them by their id: none is chosen by itself. */
export function storedPopulations(store: Pick<Store, 'read'>): KnownPopulation[] {
  return listPopulations(store).map(storedPopulation)
}

function storedPopulation({ populationId, name, version, content }: PopulationView): KnownPopulation {
  const { agent, nuclide, patientCount, evidence, source, note } = content
  const definition = { kind: 'stored', population: { populationId, name, version, content } } as const
  return {
    id: populationId,
    title: `${name}, version ${version}`,
    agent,
    nuclide: nuclideNameOf(nuclide),
    patients: patientCount,
    evidence,
    sources: [source],
    note,
    version: null,
    fits: () => false,
    definition,
    curves: (physicalHalfLifeS, administeredBq, massKg) =>
      populationCurves(definition, { physicalHalfLifeS, administeredBq, massKg }),
  }
}
