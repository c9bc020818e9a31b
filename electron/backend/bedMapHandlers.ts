/** Requests about BED maps of voxel doses. */
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import type { BedMapAsk, bedMapRequests } from '../contracts/bedMaps.ts'
import { loadStoredPatient } from '../services/import/index.ts'
import { bedMapOf, runBedMap, storedBedTissues } from '../services/patients/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

interface OfDose {
  readonly patientId: string
  readonly doseId: string
}

export function bedMapHandlers({ store, bench, jobs, emit }: SessionTools): HandlersOf<keyof typeof bedMapRequests> {
  const sets = () => bench.resources.biologySets().flatMap(parseBiologySets)
  const ports = () => ({ ...bench.data, engines: bench.doseEngines, compute: bench.compute })
  return {
    'bedMap.tissues': async ({ patientId, doseId }: OfDose) =>
      storedBedTissues(store, await loadStoredPatient(store, patientId), doseId, ports(), sets()),
    'bedMap.compute': (ask: BedMapAsk) => ({
      jobId: jobs.start('dose', 'BED map', async ({ progress, signal }) => {
        const { patientId, doseId } = ask
        const patient = await loadStoredPatient(store, patientId)
        const bedId = await runBedMap(store, patient, ask, ports(), sets(), { progress, signal })
        emit('patientChanged', { patientId })
        return { kind: 'bed-map', patientId, doseId, bedId }
      }),
    }),
    'bedMap.result': async ({ patientId, doseId }: OfDose) =>
      bedMapOf(store, await loadStoredPatient(store, patientId), doseId, ports(), sets()),
  }
}
