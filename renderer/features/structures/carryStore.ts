import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { EventOf, MaskRef, RegistrationView, StructureSetView } from '../../../electron/contracts/index.ts'
import { RequestError, ask } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import { carryAsk, REFINE_MARGIN, routeBetween, sourcesFor, type CarryForm } from './model/carry.ts'

type Carried = Extract<NonNullable<EventOf<'job'>['result']>, { kind: 'propagation' }>

/** Carrying structures of another time point to the chosen one. */
export const useCarryStore = defineStore('carryStructures', () => {
  const patients = usePatientStore()
  const selection = useSelectionStore()
  const jobs = useJobStore()

  const form = ref<CarryForm>({
    sourceId: '',
    setId: '',
    leftOut: [],
    refines: false,
    refineImage: 'ct',
    marginMm: REFINE_MARGIN.value,
  })
  const sets = shallowRef<readonly StructureSetView[]>([])
  const structures = shallowRef<readonly MaskRef[]>([])
  const registrations = shallowRef<readonly RegistrationView[]>([])
  const result = shallowRef<Carried | null>(null)
  const running = ref(false)
  let asked = 0

  const targetId = computed(() => selection.timePoint?.id ?? '')
  const sources = computed(() => sourcesFor(patients.view, targetId.value))
  const route = computed(() => routeBetween(registrations.value, form.value.sourceId, targetId.value))
  /** Images that both time points have: only those can be registered once more. */
  const refineImages = computed(() => {
    const points = (patients.view?.cycles ?? []).flatMap((cycle) => cycle.timePoints)
    const two = [form.value.sourceId, targetId.value].map((id) => points.find((one) => one.id === id))
    return (['ct', 'emission'] as const).filter((image) => two.every((point) => point?.[image]))
  })
  const request = computed(() => {
    const ids = structures.value.map(({ structureId }) => structureId)
    return patients.patientId === null ? null : carryAsk(form.value, patients.patientId, targetId.value, ids)
  })

  /** To begin with: another time point, the reference first. Throws RequestError. */
  async function begin(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null) return
    result.value = null
    registrations.value = await ask('registrations.list', { patientId })
    const known = sources.value.find(({ id }) => id === form.value.sourceId)
    const reference = sources.value.find(({ id }) => id === selection.cycle?.referenceTimePointId)
    const first = known ?? reference ?? sources.value[0]
    await from(first?.id ?? '')
  }

  /** Chooses the source, and its set in use. Throws RequestError. */
  async function from(sourceId: string): Promise<void> {
    const patientId = patients.patientId
    const mine = ++asked
    form.value = { ...form.value, sourceId, setId: '', leftOut: [] }
    sets.value = []
    structures.value = []
    if (patientId === null || sourceId === '') return
    const found = await ask('structures.sets', { patientId, timePointId: sourceId })
    if (mine !== asked) return
    sets.value = found
    const set = found.find(({ inUse }) => inUse) ?? found[0]
    if (set) await ofSet(set.setId)
    const [image] = refineImages.value
    if (image && !refineImages.value.includes(form.value.refineImage))
      form.value = { ...form.value, refineImage: image }
  }

  /** Chooses one of its sets. Throws RequestError. */
  async function ofSet(setId: string): Promise<void> {
    const patientId = patients.patientId
    const { sourceId } = form.value
    const mine = ++asked
    form.value = { ...form.value, setId, leftOut: [] }
    structures.value = []
    if (patientId === null) return
    const found = await ask('structures.list', { patientId, timePointId: sourceId, setId })
    if (mine === asked) structures.value = found
  }

  /** Answers with the set that was made, null where it was not. Throws RequestError of a refusal. */
  async function carry(): Promise<string | null> {
    const wanted = request.value
    if (!wanted || running.value) return null
    running.value = true
    result.value = null
    try {
      const { jobId } = await ask('structures.propagate', wanted)
      const last = await jobs.finished(jobId)
      if (last.failure) throw new RequestError(last.failure)
      if (last.state !== 'done' || last.result?.kind !== 'propagation') return null
      result.value = last.result
      return last.result.timePointId === targetId.value ? last.result.setId : null
    } finally {
      running.value = false
    }
  }

  return { form, sets, structures, result, running, sources, route, refineImages, request, begin, from, ofSet, carry }
})
