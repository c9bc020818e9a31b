/** Requests about response over time. */
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import type { biologyResponseRequests } from '../contracts/biologyResponse.ts'
import type { z } from '../contracts/schema.ts'
import { biologyDosimetry } from '../services/biology/index.ts'
import {
  responseOf,
  saveResponseSettings,
  storedClones,
  storedLesionResponse,
  storedMarkerResponse,
} from '../services/patients/index.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

type Asked<N extends keyof typeof biologyResponseRequests> = z.output<(typeof biologyResponseRequests)[N]['ask']>

export function biologyResponseHandlers(tools: SessionTools): HandlersOf<keyof typeof biologyResponseRequests> {
  const { store, bench, emit } = tools
  const ports = { ...bench.data, dosimetry: biologyDosimetry(bench.resources) }
  const responses = async (patientId: string) => {
    const { patient, course } = await patientAndCourse(tools, patientId)
    const sets = bench.resources.biologySets().flatMap(parseBiologySets)
    return responseOf(store, patient, course, ports, sets)
  }
  let latest = new AbortController()
  return {
    'biologyResponse.of': async ({ patientId }: Asked<'biologyResponse.of'>) => {
      const { analysis: _, ...response } = await responses(patientId)
      return response
    },
    'biologyResponse.fit': async ({ patientId, identity, settings }: Asked<'biologyResponse.fit'>) => {
      const { signal } = latest
      return storedLesionResponse(await responses(patientId), identity, settings, bench.compute, signal)
    },
    'biologyResponse.marker': async ({ patientId, settings }: Asked<'biologyResponse.marker'>) => {
      const { signal } = latest
      return storedMarkerResponse(await responses(patientId), settings, bench.compute, signal)
    },
    'biologyResponse.clones': async ({ patientId, settings }: Asked<'biologyResponse.clones'>) => {
      const { signal } = latest
      return storedClones(await responses(patientId), settings, bench.compute, signal)
    },
    'biologyResponse.cancel': () => {
      latest.abort()
      latest = new AbortController()
      return {}
    },
    'biologyResponse.save': ({ patientId, settings }: Asked<'biologyResponse.save'>) => {
      const saved = saveResponseSettings(store, patientId, settings)
      emit('patientChanged', { patientId })
      return saved
    },
  }
}
