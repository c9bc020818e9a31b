import { watch } from 'vue'
import { ask } from '../../bridge/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import { useDrawingStore } from './store.ts'

/** Asks for the sets of the time point again when something stored of the patient changed: others may be there, or another in use. */
export function useFreshSets(told: (work: () => Promise<unknown>) => Promise<unknown>): void {
  const patients = usePatientStore()
  const selection = useSelectionStore()
  const drawing = useDrawingStore()
  watch(
    () => patients.view,
    () => {
      const patientId = patients.patientId
      const timePointId = selection.timePoint?.id
      if (patientId === null || timePointId === undefined || drawing.isOpening || drawing.key === null) return
      void told(async () => {
        const found = await ask('structures.sets', { patientId, timePointId })
        if (patients.patientId === patientId && selection.timePoint?.id === timePointId) drawing.sets = found
      })
    },
  )
}
