import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { usePatientStore } from './store.ts'
import { cycleOf } from './model/patient.ts'

/** What is chosen and what is hovered, the same in every step: cycle, time point, structure. */
export const useSelectionStore = defineStore('selection', () => {
  const patients = usePatientStore()
  const cycleIndex = ref(1)
  const timePointId = ref<string | null>(null)
  const structure = ref<string | null>(null)
  const hovered = ref<string | null>(null)

  const cycle = computed(() => cycleOf(patients.view, cycleIndex.value))
  const timePoint = computed(() => {
    const points = cycle.value?.timePoints ?? []
    return points.find((point) => point.id === timePointId.value) ?? points[0] ?? null
  })
  const analysisCycle = computed(
    () => patients.view?.analysis?.cycles.find((one) => one.index === cycleIndex.value) ?? null,
  )
  const structureResult = computed(
    () => analysisCycle.value?.structures.find((one) => one.name === structure.value) ?? null,
  )

  watch(
    () => patients.patientId,
    () => {
      cycleIndex.value = patients.view?.cycles.at(-1)?.index ?? 1
      timePointId.value = null
      structure.value = null
      hovered.value = null
    },
  )

  return { cycleIndex, timePointId, structure, hovered, cycle, timePoint, analysisCycle, structureResult }
})
