/** Predictions of the open patient from diagnostic scans, and making them. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { AnswerOf, PairSettings } from '../../../electron/contracts/index.ts'
import { ask, oneAtATime, toFailure } from '../../bridge/index.ts'
import { useFollowedJob } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'

export const usePairStore = defineStore('pair', () => {
  const patients = usePatientStore()
  const found = shallowRef<(AnswerOf<'pair.of'> & { readonly patientId: string }) | null>(null)
  const chosen = ref<string | null>(null)
  /** Settings before each change while the patient is open, by source. */
  const earlier = ref<Record<string, PairSettings[]>>({})
  const { busy, failure, attempt } = oneAtATime()
  const { job, follow } = useFollowedJob()

  const known = computed(() => (found.value?.patientId === patients.patientId ? found.value : null))
  const sources = computed(() => known.value?.sources ?? [])
  const source = computed(
    () => sources.value.find(({ sourceId }) => sourceId === chosen.value) ?? sources.value[0] ?? null,
  )
  const stored = computed(
    () =>
      known.value?.predictions.find(({ prediction }) => prediction.source.sourceId === source.value?.sourceId) ?? null,
  )
  const canUndo = computed(() => (earlier.value[source.value?.sourceId ?? '']?.length ?? 0) > 0)

  async function load(): Promise<void> {
    const { patientId } = patients
    if (patientId === null) return
    try {
      const answer = await ask('pair.of', { patientId })
      if (patients.patientId === patientId) found.value = { ...answer, patientId }
    } catch (error) {
      if (patients.patientId === patientId) failure.value = toFailure(error)
    }
  }

  async function compute(sourceId: string, settings: PairSettings): Promise<boolean> {
    const { patientId } = patients
    if (patientId === null) return false
    const { jobId } = await ask('pair.predict', { patientId, sourceId, settings })
    const last = await follow(jobId)
    failure.value = last.failure
    await load()
    return last.state === 'done'
  }

  /** Keeps the settings and predicts by them; what was there before can be had back. */
  const predict = (settings: PairSettings) =>
    attempt(async () => {
      const { sourceId } = source.value ?? {}
      if (sourceId === undefined) return
      const before = stored.value?.prediction.settings
      if (!(await compute(sourceId, settings)) || !before) return
      earlier.value = { ...earlier.value, [sourceId]: [...(earlier.value[sourceId] ?? []), before] }
    })

  const undo = () =>
    attempt(async () => {
      const { sourceId } = source.value ?? {}
      const before = sourceId === undefined ? undefined : earlier.value[sourceId]?.at(-1)
      if (sourceId === undefined || !before || !(await compute(sourceId, before))) return
      earlier.value = { ...earlier.value, [sourceId]: (earlier.value[sourceId] ?? []).slice(0, -1) }
    })

  watch(
    () => patients.patientId,
    () => {
      chosen.value = null
      earlier.value = {}
      failure.value = null
    },
  )

  return { known, sources, source, stored, chosen, busy, failure, job, canUndo, load, predict, undo }
})
