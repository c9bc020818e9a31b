/** Requests about structures. */
import type { StructuresPropagate, StructuresSave } from '../contracts/index.ts'
import type { structureRequests } from '../contracts/structures.ts'
import {
  chooseStructureSet,
  masksOf,
  propagateStructures,
  protocolOf,
  saveStructures,
  structureSetViews,
} from '../services/patients/index.ts'
import { patientAndCourse } from './sessionTools.ts'
import type { HandlersOf, SessionTools } from './sessionTools.ts'

interface TimePointAsk {
  readonly patientId: string
  readonly timePointId: string
}

export function structureHandlers(tools: SessionTools): HandlersOf<keyof typeof structureRequests> {
  const { store, bench, jobs, emit } = tools
  return {
    'structures.sets': async ({ patientId, timePointId }: TimePointAsk) => {
      const { patient, course } = await patientAndCourse(tools, patientId)
      return structureSetViews(store, patient, course, timePointId)
    },
    'structures.list': async ({ patientId, ...which }: TimePointAsk & { readonly setId?: string | undefined }) => {
      const { patient, course } = await patientAndCourse(tools, patientId)
      return [...(await masksOf(store, patient, course, protocolOf(store, patientId), which, bench.compute))]
    },
    'structures.save': async (ask: StructuresSave) => {
      const { patient, course } = await patientAndCourse(tools, ask.patientId)
      const setId = await saveStructures(store, patient, course, ask)
      if (ask.use) {
        const now = await patientAndCourse(tools, ask.patientId)
        chooseStructureSet(store, now.patient, now.course, ask.timePointId, setId)
      }
      emit('patientChanged', { patientId: ask.patientId })
      return { setId }
    },
    'structures.propagate': (ask: StructuresPropagate) => ({
      jobId: jobs.start('segmentation', 'Structures carried over', async (how) => {
        const { patientId, targetTimePointId: timePointId } = ask
        const { patient, course } = await patientAndCourse(tools, patientId)
        const carried = await propagateStructures(store, patient, course, ask, bench.compute, how)
        emit('patientChanged', { patientId })
        const { setId, registration, structures, remarks } = carried
        return {
          kind: 'propagation',
          patientId,
          timePointId,
          setId,
          registration,
          structures: [...structures],
          remarks: [...remarks],
        }
      }),
    }),
    'structures.use': async ({ patientId, timePointId, setId }: TimePointAsk & { readonly setId: string | null }) => {
      const before = await patientAndCourse(tools, patientId)
      chooseStructureSet(store, before.patient, before.course, timePointId, setId)
      emit('patientChanged', { patientId })
      const { patient, course } = await patientAndCourse(tools, patientId)
      return structureSetViews(store, patient, course, timePointId)
    },
  }
}
