import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { RegistrationPreview, RegistrationView, RequestOf } from '../../../electron/contracts/index.ts'
import type { Mat4 } from '../../../native-core/imaging/types.ts'
import { ask, RequestError, toFailure } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore, useSelectionStore } from '../patients/index.ts'
import { firstForm, type ComputeForm } from './model/computeAsk.ts'
import { firstLook, type Look } from './model/look.ts'
import { between, firstPair, isTurnedRound, matrixOf, placesOf } from './model/pair.ts'
import { betweenPoints } from './model/pose.ts'

export type PanelTab = 'list' | 'compute' | 'hand' | 'landmarks'

/** Two time points of the open patient, the registrations between them, and how they are looked at. */
export const useRegistrationStore = defineStore('registration', () => {
  const jobs = useJobStore()
  const patients = usePatientStore()
  const selection = useSelectionStore()

  /** Of the Images step: the views, or the workbench of registrations. */
  const pageId = ref<'views' | 'registration'>('views')
  const fixedId = ref<string | null>(null)
  const movingId = ref<string | null>(null)
  const views = shallowRef<readonly RegistrationView[]>([])
  const isLoaded = ref(false)
  const chosenId = ref<string | null>(null)
  const previews = shallowRef<Record<string, RegistrationPreview>>({})
  const look = ref<Look>({ ...firstLook })
  const form = ref<ComputeForm>({ ...firstForm })
  const tab = ref<PanelTab>('list')
  /** What went wrong last, for the page: the job bar keeps it too. */
  const failure = ref('')

  const places = computed(() => placesOf(patients.view))
  const placeOf = (id: string | null) => places.value.find(({ point }) => point.id === id) ?? null
  const fixed = computed(() => placeOf(fixedId.value))
  const moving = computed(() => placeOf(movingId.value))
  const pair = computed(() => (fixed.value && moving.value ? [fixed.value.point.id, moving.value.point.id] : null))
  const shown = computed(() => {
    const [a = '', b = ''] = pair.value ?? []
    return between(views.value, a, b)
  })
  const chosen = computed(() => shown.value.find(({ registrationId }) => registrationId === chosenId.value) ?? null)
  const inUse = computed(() => shown.value.find((view) => view.inUse) ?? null)
  const running = computed(() => jobs.running.some((job) => job.kind === 'registration'))

  /** By the registrations that count, by way of the cycle's reference; null across cycles and where one is not linked. */
  const present = computed<Mat4 | null>(() => {
    const [a, b] = [moving.value, fixed.value]
    if (!a || !b || a.cycle.index !== b.cycle.index) return null
    return betweenPoints(a.point.toReference, b.point.toReference)
  })
  /** Moving to fixed as chosen, else as it counts; null: its own coordinates. Of a deformable one its linear part. */
  const matrix = computed<Mat4 | null>(() => {
    const [a, b] = pair.value ?? []
    if (!chosen.value || a === undefined || b === undefined) return present.value
    return matrixOf(chosen.value, a, b)
  })
  const preview = computed(() => (chosen.value ? (previews.value[chosen.value.registrationId] ?? null) : null))
  /** What is seen in place of the moving images; a matrix needs none. */
  const carried = computed(() => (chosen.value?.type === 'DEFORMABLE' ? preview.value : null))

  /** Chooses time points where none are chosen or the chosen ones are gone. */
  function settlePair(): void {
    if (fixed.value && moving.value && fixed.value !== moving.value) return
    const first = firstPair(places.value, selection.cycleIndex, selection.timePointId)
    fixedId.value = first?.fixedId ?? null
    movingId.value = first?.movingId ?? null
  }

  /** Throws RequestError. */
  async function load(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null) return
    const found = await ask('registrations.list', { patientId })
    if (patients.patientId !== patientId) return
    take(found)
  }

  function take(found: readonly RegistrationView[]): void {
    views.value = found
    isLoaded.value = true
    if (!chosen.value) chosenId.value = (inUse.value ?? shown.value[0])?.registrationId ?? null
  }

  /** One made with the other time point as fixed turns the pair round, so that it is seen as it was made. */
  function choose(registrationId: string): void {
    const [a = '', b = ''] = pair.value ?? []
    const view = shown.value.find((one) => one.registrationId === registrationId)
    if (view && isTurnedRound(view, a, b)) swap()
    chosenId.value = registrationId
  }

  /** Opens the workbench with the first of these registrations on its two time points. Throws RequestError. */
  async function show(registrationIds: readonly string[]): Promise<void> {
    pageId.value = 'registration'
    tab.value = 'list'
    await load()
    const view = views.value.find(({ registrationId }) => registrationIds.includes(registrationId))
    if (!view?.fixedTimePointId || !view.movingTimePointId) return
    fixedId.value = view.fixedTimePointId
    movingId.value = view.movingTimePointId
    chosenId.value = view.registrationId
  }

  function swap(): void {
    ;[fixedId.value, movingId.value] = [movingId.value, fixedId.value]
  }

  /** Follows a job; answers with the id of the registration that it made. */
  async function followed(jobId: string): Promise<string | null> {
    const patientId = patients.patientId
    const last = await jobs.finished(jobId)
    failure.value = last.failure ? `${last.failure.message} ${last.failure.hint}` : ''
    if (last.state !== 'done' || last.result?.kind !== 'registration' || patients.patientId !== patientId) return null
    await load()
    return last.result.registrationId
  }

  /** Computes a registration or stores one made by hand, and chooses it. True where it came to an end. Throws RequestError. */
  async function make(
    what:
      | { readonly name: 'compute'; readonly ask: RequestOf<'registrations.compute'> }
      | { readonly name: 'manual'; readonly ask: RequestOf<'registrations.manual'> },
  ): Promise<boolean> {
    failure.value = ''
    const { jobId } =
      what.name === 'compute'
        ? await ask('registrations.compute', what.ask)
        : await ask('registrations.manual', what.ask)
    const id = await followed(jobId)
    if (id === null) return false
    choose(id)
    tab.value = 'list'
    return true
  }

  /** Throws RequestError. */
  async function judge(status: 'accepted' | 'rejected'): Promise<void> {
    const patientId = patients.patientId
    const registrationId = chosen.value?.registrationId
    if (patientId === null || registrationId === undefined) return
    const found = await ask('registrations.judge', { patientId, registrationId, status })
    if (patients.patientId === patientId) take(found)
  }

  /**
   * What the chosen registration carries and how its structures agree; made where it is not there yet if `isNeeded`, as it is for the images
   * of a deformable one. Throws RequestError.
   */
  async function loadPreview(isNeeded = chosen.value?.type === 'DEFORMABLE'): Promise<void> {
    const patientId = patients.patientId
    const registrationId = chosen.value?.registrationId
    if (patientId === null || registrationId === undefined) return
    const what = { patientId, registrationId }
    const known = await ask('registrations.previewResult', what).catch((error: unknown) => {
      if (error instanceof RequestError && error.failure.code === 'registration.no-preview') return null
      throw error
    })
    const found = known ?? (isNeeded ? await madePreview(what) : null)
    if (found && patients.patientId === patientId) previews.value = { ...previews.value, [registrationId]: found }
  }

  /** One job for each registration at a time, however often it is asked for. */
  const previewsUnderWay = new Map<string, Promise<RegistrationPreview | null>>()

  function madePreview(what: RequestOf<'registrations.preview'>): Promise<RegistrationPreview | null> {
    const known = previewsUnderWay.get(what.registrationId)
    if (known) return known
    const work = runPreview(what).finally(() => previewsUnderWay.delete(what.registrationId))
    previewsUnderWay.set(what.registrationId, work)
    return work
  }

  async function runPreview(what: RequestOf<'registrations.preview'>): Promise<RegistrationPreview | null> {
    const { jobId } = await ask('registrations.preview', what)
    const last = await jobs.finished(jobId)
    if (last.state === 'done') return ask('registrations.previewResult', what)
    failure.value = last.failure ? `${last.failure.message} ${last.failure.hint}` : ''
    return null
  }

  watch(
    () => patients.patientId,
    () => {
      pageId.value = 'views'
      fixedId.value = null
      movingId.value = null
      views.value = []
      isLoaded.value = false
      chosenId.value = null
      previews.value = {}
      failure.value = ''
      form.value = { ...firstForm }
    },
  )
  /** Registrations may be accepted elsewhere: beside the question that asks for them. */
  watch(
    () => patients.view,
    () => {
      if (isLoaded.value && patients.view) load().catch((error: unknown) => (failure.value = toFailure(error).message))
    },
  )
  watch([fixedId, movingId], () => {
    if (!chosen.value) chosenId.value = (inUse.value ?? shown.value[0])?.registrationId ?? null
  })

  return {
    pageId,
    fixedId,
    movingId,
    views,
    isLoaded,
    chosenId,
    look,
    form,
    tab,
    failure,
    places,
    fixed,
    moving,
    shown,
    chosen,
    inUse,
    running,
    present,
    matrix,
    preview,
    carried,
    settlePair,
    load,
    take,
    choose,
    show,
    swap,
    make,
    judge,
    loadPreview,
  }
})
