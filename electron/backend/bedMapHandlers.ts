/** Requests about BED maps of voxel doses, of one cycle and of several. */
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import type { BedMapAsk, bedMapRequests } from '../contracts/bedMaps.ts'
import type { BedSumAsk, bedSumRequests } from '../contracts/bedSums.ts'
import { loadStoredPatient } from '../services/import/index.ts'
import {
  bedMapOf,
  bedSumChoices,
  bedSumOf,
  runBedMap,
  runBedSum,
  storedBedTissues,
} from '../services/patients/index.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

interface OfDose {
  readonly patientId: string
  readonly doseId: string
}

const toolsOf = ({ bench }: SessionTools) => ({
  sets: () => bench.resources.biologySets().flatMap(parseBiologySets),
  ports: () => ({ ...bench.data, engines: bench.doseEngines, compute: bench.compute }),
})

export function bedSumHandlers(tools: SessionTools): HandlersOf<keyof typeof bedSumRequests> {
  const { store, jobs, emit } = tools
  const { sets, ports } = toolsOf(tools)
  return {
    'bedSum.available': async ({ patientId, doseId }: OfDose) =>
      bedSumChoices(store, await loadStoredPatient(store, patientId), doseId, ports()),
    'bedSum.compute': (ask: BedSumAsk) => ({
      jobId: jobs.start('dose', 'BED of several cycles', async ({ progress, signal }) => {
        const { patientId, referenceId } = ask
        const patient = await loadStoredPatient(store, patientId)
        const bedId = await runBedSum(store, patient, ask, ports(), sets(), { progress, signal })
        emit('patientChanged', { patientId })
        return { kind: 'bed-sum', patientId, doseId: referenceId, bedId }
      }),
    }),
    'bedSum.result': async ({ patientId, doseId }: OfDose) =>
      bedSumOf(store, await loadStoredPatient(store, patientId), doseId, ports(), sets()),
  }
}

export function bedMapHandlers(tools: SessionTools): HandlersOf<keyof typeof bedMapRequests> {
  const { store, jobs, emit } = tools
  const { sets, ports } = toolsOf(tools)
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
