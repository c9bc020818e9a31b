/** Requests about standardised uptake values. */
import type { SuvBody, suvRequests } from '../contracts/suv.ts'
import { saveSuvBody, suvBodyOf, suvScales, suvStructures } from '../services/patients/index.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

export function suvHandlers(tools: SessionTools): HandlersOf<keyof typeof suvRequests> {
  const { store, bench, emit } = tools
  const { nuclides } = bench.data
  return {
    'suv.scales': async ({ patientId }: { readonly patientId: string }) => {
      const { patient, course } = await patientAndCourse(tools, patientId)
      const { weightKg, heightM, sex } = patient.record
      return {
        ofFiles: { weightKg, heightM, sex },
        given: suvBodyOf(store, patientId),
        timePoints: [...suvScales(store, patient, course, nuclides)],
      }
    },
    'suv.setBody': ({ patientId, body }: { readonly patientId: string; readonly body: SuvBody }) => {
      saveSuvBody(store, patientId, body)
      emit('patientChanged', { patientId })
      return {}
    },
    'suv.structures': async ({
      patientId,
      timePointId,
    }: {
      readonly patientId: string
      readonly timePointId: string
    }) => {
      const { patient, course } = await patientAndCourse(tools, patientId)
      return suvStructures(store, patient, course, timePointId, { compute: bench.compute, nuclides })
    },
  }
}
