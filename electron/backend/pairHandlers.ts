/** Requests about the theranostic pair. */
import type { PairSettings, pairRequests } from '../contracts/pair.ts'
import { pairPredictions, pairSources, runPair } from '../services/patients/index.ts'
import { dosePorts } from './dosePorts.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

export function pairHandlers(tools: SessionTools): HandlersOf<keyof typeof pairRequests> {
  const { store, bench, jobs, emit } = tools
  return {
    'pair.of': async ({ patientId }: { readonly patientId: string }) => {
      const { patient, course } = await patientAndCourse(tools, patientId)
      return {
        therapyNuclide: course.nuclide,
        sources: pairSources(course).map((source) => ({ ...source, scanHours: [...source.scanHours] })),
        predictions: [...pairPredictions(store, patient, course, bench.data)],
      }
    },
    'pair.predict': ({
      patientId,
      sourceId,
      settings,
    }: {
      readonly patientId: string
      readonly sourceId: string
      readonly settings: PairSettings
    }) => ({
      jobId: jobs.start('analysis', 'Prediction from a diagnostic scan', async ({ progress, signal }) => {
        const { patient, course } = await patientAndCourse(tools, patientId)
        const ports = dosePorts(bench, store, patient)
        await runPair(store, patient, course, { sourceId, settings }, ports, { progress, signal })
        emit('patientChanged', { patientId })
        return { kind: 'pair-prediction', patientId, sourceId }
      }),
    }),
  }
}
