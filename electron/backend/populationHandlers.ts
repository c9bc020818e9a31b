/** Requests about populations of time–activity curves. */
import type {
  PopulationDocument,
  PopulationFitAsk,
  populationRequests,
  PopulationSelection,
} from '../contracts/populations.ts'
import {
  exportPopulation,
  fitStoredPopulation,
  gatherCurves,
  importPopulation,
  listPopulations,
  populationUses,
  retirePopulation,
} from '../services/populations/index.ts'
import { protocolOf } from '../services/patients/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

interface Named {
  readonly populationId: string
}

export function populationHandlers({ store, bench, jobs }: SessionTools): HandlersOf<keyof typeof populationRequests> {
  return {
    'populations.list': () => listPopulations(store),
    'populations.uses': () => populationUses(store.read, (patientId) => protocolOf(store, patientId)),
    'populations.gather': (selection: PopulationSelection) => gatherCurves(store.read, selection),
    'populations.fit': (ask: PopulationFitAsk) => ({
      jobId: jobs.start('population', 'Fit of a population', async ({ progress, signal }) => {
        const { nuclides, hashOf } = bench.data
        const ports = { compute: bench.compute, nuclides, hashOf }
        const tell = (fraction: number): void => {
          progress(fraction, 'Fitting the curves')
        }
        return { kind: 'population', ...(await fitStoredPopulation(store, ask, ports, { progress: tell, signal })) }
      }),
    }),
    'populations.retire': ({ populationId }: Named) => retirePopulation(store, populationId),
    'populations.export': ({ populationId }: Named) => exportPopulation(store, populationId, new Date().toISOString()),
    'populations.import': ({ document }: { readonly document: PopulationDocument }) => ({
      populationId: importPopulation(store, document),
    }),
  }
}
