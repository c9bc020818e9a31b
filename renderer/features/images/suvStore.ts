/** SUV of the open patient: the scales of its time points, the unit of display, what is known of the body, uptake of structures. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type {
  AnswerOf,
  SuvBody,
  SuvKind,
  SuvStructures,
  SuvTimePoint,
  TimePointView,
} from '../../../electron/contracts/index.ts'
import { ask, oneAtATime, toFailure } from '../../bridge/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { layerOf } from './model/layout.ts'
import { layerIn, type EmissionUnit } from './model/suvUnit.ts'

export const useSuvStore = defineStore('suv', () => {
  const patients = usePatientStore()
  const unit = ref<EmissionUnit>('stored')
  const known = shallowRef<(AnswerOf<'suv.scales'> & { readonly patientId: string }) | null>(null)
  /** By time point; of what the patient was when they were measured. */
  const measured = shallowRef<Readonly<Record<string, SuvStructures>>>({})
  const { busy, failure, attempt } = oneAtATime()
  const body = computed(() => (known.value?.patientId === patients.patientId ? known.value : null))

  const scalesOf = (timePointId: string | undefined): SuvTimePoint | undefined =>
    body.value?.timePoints.find((one) => one.timePointId === timePointId)
  const isOffered = (timePointId: string | undefined, kind: SuvKind): boolean =>
    scalesOf(timePointId)?.scales.some((one) => one.kind === kind) ?? false

  /** The emission layer of a time point in the chosen unit. */
  function emissionOf(point: TimePointView) {
    const layer = layerOf(point, point.emission)
    return layer && layerIn(layer, unit.value, scalesOf(point.id))
  }

  async function load(): Promise<void> {
    const { patientId } = patients
    if (patientId === null) return
    measured.value = {}
    try {
      const found = await ask('suv.scales', { patientId })
      if (patients.patientId === patientId) known.value = { ...found, patientId }
    } catch (error) {
      if (patients.patientId === patientId) failure.value = toFailure(error)
    }
  }

  /** Measures the structures of a time point, once. */
  const measure = (timePointId: string) =>
    attempt(async () => {
      const { patientId } = patients
      if (patientId === null || measured.value[timePointId]) return
      const found = await ask('suv.structures', { patientId, timePointId })
      if (patients.patientId === patientId) measured.value = { ...measured.value, [timePointId]: found }
    })

  const setBody = (given: SuvBody) =>
    attempt(async () => {
      const { patientId } = patients
      if (patientId === null) return
      await ask('suv.setBody', { patientId, body: given })
      await load()
    })

  watch(
    () => patients.patientId,
    () => {
      unit.value = 'stored'
      failure.value = null
    },
  )
  watch(
    () => patients.view,
    () => void load(),
    { immediate: true },
  )

  return { unit, body, measured, busy, failure, scalesOf, isOffered, emissionOf, load, measure, setBody }
})
