/** Requests about lesions. */
import type { LesionsAccept, LesionsFind, LesionsFollow, LesionsIdentify, LesionsRename } from '../contracts/index.ts'
import type { lesionRequests } from '../contracts/lesions.ts'
import {
  acceptLesions,
  chooseStructureSet,
  findStoredLesions,
  followLesions,
  identifyLesions,
  lesionCandidates,
  renameLesion,
} from '../services/patients/index.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

export function lesionHandlers(tools: SessionTools): HandlersOf<keyof typeof lesionRequests> {
  const { store, bench, jobs, emit } = tools
  const use = async (patientId: string, timePointId: string, setId: string): Promise<void> => {
    const { patient, course } = await patientAndCourse(tools, patientId)
    chooseStructureSet(store, patient, course, timePointId, setId)
  }
  return {
    'lesions.find': (ask: LesionsFind) => ({
      jobId: jobs.start('segmentation', 'Search for lesions', async (how) => {
        const { patientId, timePointId } = ask
        const { patient, course } = await patientAndCourse(tools, patientId)
        const ports = { compute: bench.compute, nuclides: bench.data.nuclides }
        const { setId, found } = await findStoredLesions(store, patient, course, ask, ports, how)
        if (setId !== null) emit('patientChanged', { patientId })
        const { threshold, tooSmall, candidates } = found
        return {
          kind: 'lesions',
          patientId,
          timePointId,
          setId,
          candidates: candidates.length,
          thresholdBqPerMl: threshold,
          tooSmall: { ...tooSmall },
        }
      }),
    }),
    'lesions.candidates': async (ask: {
      readonly patientId: string
      readonly timePointId: string
      readonly setId: string
    }) => {
      const { patient, course } = await patientAndCourse(tools, ask.patientId)
      return lesionCandidates(store, patient, course, ask)
    },
    'lesions.accept': async (ask: LesionsAccept) => {
      const { patient, course } = await patientAndCourse(tools, ask.patientId)
      const stored = await acceptLesions(store, patient, course, ask)
      if (ask.use) await use(ask.patientId, ask.timePointId, stored.setId)
      emit('patientChanged', { patientId: ask.patientId })
      return stored
    },
    'lesions.follow': (ask: LesionsFollow) => ({
      jobId: jobs.start('segmentation', 'Lesions over time', async (how) => {
        const { patientId } = ask
        const { patient, course } = await patientAndCourse(tools, patientId)
        const ports = { ...bench.data, compute: bench.compute }
        const followUp = await followLesions(store, patient, course, ask, ports, how)
        return { kind: 'lesion-follow-up', patientId, followUp }
      }),
    }),
    'lesions.identify': async (ask: LesionsIdentify) => {
      const { patient, course } = await patientAndCourse(tools, ask.patientId)
      const stored = await identifyLesions(store, patient, course, ask)
      if (ask.use) for (const { timePointId, setId } of stored) await use(ask.patientId, timePointId, setId)
      emit('patientChanged', { patientId: ask.patientId })
      return stored
    },
    'lesions.rename': async (ask: LesionsRename) => {
      const { patient, course } = await patientAndCourse(tools, ask.patientId)
      const stored = await renameLesion(store, patient, course, ask)
      if (ask.use) for (const { timePointId, setId } of stored) await use(ask.patientId, timePointId, setId)
      if (stored.length > 0) emit('patientChanged', { patientId: ask.patientId })
      return stored
    },
  }
}
