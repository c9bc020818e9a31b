/** The site's own populations as kinetics for few scans. */
import { canonicalNuclideName } from '../../../native-core/physics/index.ts'
import type { PopulationView } from '../../contracts/populations.ts'
import type { Store } from '../ports/store.ts'
import { listPopulations, sitePopulation } from '../populations/index.ts'
import type { KnownPopulation } from './populationTable.ts'

/** Those in use in the store. They are taken only where a protocol names them by their id: none is chosen by itself. */
export function storedPopulations(store: Pick<Store, 'read'>): KnownPopulation[] {
  return listPopulations(store).map(storedPopulation)
}

function storedPopulation({ populationId, name, version, content }: PopulationView): KnownPopulation {
  const { agent, nuclide, patientCount, evidence, source, note } = content
  return {
    id: populationId,
    title: `${name}, version ${version}`,
    agent,
    nuclide: canonicalNuclideName(nuclide) ?? nuclide,
    patients: patientCount,
    evidence,
    sources: [source],
    note,
    version: null,
    fits: () => false,
    curves: (_, administeredBq, massKg) => {
      const curves = sitePopulation(
        { populationId, name, version, content },
        { administeredBq: administeredBq ?? 1, massKg },
      )
      // Without the administered activity only curves whose size is a parameter of its own keep their meaning.
      return { ...curves, sizeKnown: administeredBq !== null || curves.sizeIndex === null }
    },
  }
}
