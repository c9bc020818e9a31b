import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { lesionResponseSettingsSchema, responseSettingsSchema } from '../../../electron/contracts/index.ts'
import type {
  ClonesResult,
  ClonesSettings,
  Failure,
  LesionResponse,
  LesionResponseSettings,
  MarkerResponse,
  MarkerSettings,
  ResponsePatient,
  ResponseSettings,
} from '../../../electron/contracts/index.ts'
import { ask, toFailure } from '../../bridge/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { sameSettings } from './model/edits.ts'
import { refusedChange, useChanges, type Tried } from './useChanges.ts'

const NOTHING: ResponseSettings = responseSettingsSchema.parse({})
const NO_LESION_SETTINGS: LesionResponseSettings = lesionResponseSettingsSchema.parse({})

/** Response over time: lesions of the patient, settings that are tried, and what follows from them. Only `keep` stores anything. */
export const useResponseStore = defineStore('biology-response', () => {
  const patients = usePatientStore()
  const patient = shallowRef<ResponsePatient | null>(null)
  const draft = shallowRef<ResponseSettings>(NOTHING)
  const { changes, undone, takeBack, makeAgain, putAway, bringBack, putAwayTries } = useChanges<ResponseSettings>()
  const chosen = ref<string | null>(null)
  const result = shallowRef<LesionResponse | null>(null)
  const marker = shallowRef<MarkerResponse | null>(null)
  const clones = shallowRef<ClonesResult | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const markerFailure = shallowRef<Failure | null>(null)
  const clonesFailure = shallowRef<Failure | null>(null)
  const loadFailure = shallowRef<Failure | null>(null)
  const asking = ref(false)
  /** A marker is fitted or schedules are compared. */
  const busy = ref(false)
  /** The lesion that is shown was cancelled: its numbers are not those of the settings. */
  const isCancelled = ref(false)

  const lesion = computed(
    () => patient.value?.lesions.find(({ identity }) => identity === chosen.value) ?? patient.value?.lesions[0] ?? null,
  )
  const settings = computed(() => draft.value.byLesion[lesion.value?.identity ?? ''] ?? NO_LESION_SETTINGS)
  const isTried = computed(() => patient.value !== null && !sameSettings(draft.value, patient.value.settings))

  /** What an input error says goes to `into`, a cancel is nobody's fault; anything else is a bug. True where it was cancelled. */
  function told(error: unknown, into: Ref<Failure | null>): boolean {
    const found = toFailure(error)
    if (found.kind === 'cancelled') return true
    if (found.kind !== 'input') throw error
    into.value = found
    return false
  }

  /** Gives up what is being computed, changes that wait for it too. */
  async function cancel(): Promise<void> {
    again = false
    await ask('biologyResponse.cancel', {})
  }

  async function load(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null) return
    try {
      const answer = await ask('biologyResponse.of', { patientId })
      if (patients.patientId !== patientId) return
      const wasTried = isTried.value || returned
      returned = false
      patient.value = answer
      loadFailure.value = null
      if (!wasTried) draft.value = answer.settings
    } catch (error) {
      if (patients.patientId === patientId) told(error, loadFailure)
      return
    }
    await compute()
  }

  /** The draft is one that was put away, and kept settings are not known yet. */
  let returned = false
  let running: Promise<void> | null = null
  let again = false
  /** While one answer is on its way changes wait, and the newest of them goes next. */
  function compute(): Promise<void> {
    again = true
    running ??= computeNow().finally(() => (running = null))
    return running
  }

  async function computeNow(): Promise<void> {
    asking.value = true
    try {
      while (again) {
        again = false
        const patientId = patients.patientId
        const identity = lesion.value?.identity
        if (patientId === null || identity === undefined) return
        try {
          const answer = await ask('biologyResponse.fit', { patientId, identity, settings: settings.value })
          if (patients.patientId !== patientId) continue
          result.value = answer
          failure.value = null
          isCancelled.value = false
        } catch (error) {
          if (patients.patientId !== patientId) continue
          result.value = null
          isCancelled.value = told(error, failure)
        }
      }
    } finally {
      asking.value = false
    }
  }

  async function choose(identity: string): Promise<void> {
    if (identity === lesion.value?.identity) return
    chosen.value = identity
    result.value = null
    isCancelled.value = false
    failure.value = null
    await compute()
  }

  async function put(what: string, after: ResponseSettings): Promise<void> {
    const before = draft.value
    if (sameSettings(before, after)) return
    changes.value = [...changes.value, { what, before, after }]
    undone.value = []
    draft.value = after
    await compute()
  }

  /** Tries other settings of the lesion that is shown; nothing is stored. */
  async function change(what: string, parts: Partial<LesionResponseSettings>): Promise<void> {
    const identity = lesion.value?.identity
    if (identity === undefined) return
    const checked = lesionResponseSettingsSchema.safeParse({ ...settings.value, ...parts })
    if (!checked.success) {
      failure.value = refusedChange('biology.response-settings', what, checked.error)
      return
    }
    await put(`${what} of ${identity}`, {
      ...draft.value,
      byLesion: { ...draft.value.byLesion, [identity]: checked.data },
    })
  }

  async function undo(): Promise<void> {
    const last = takeBack()
    if (!last) return
    draft.value = last.before
    await compute()
  }

  async function redo(): Promise<void> {
    const next = makeAgain()
    if (!next) return
    draft.value = next.after
    await compute()
  }

  async function keep(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || !isTried.value) return
    await ask('biologyResponse.save', { patientId, settings: draft.value })
    if (patients.patientId === patientId) await load()
  }

  /** Computes one of these at a time; the answer counts while its patient is open, and its settings are tried from then on. */
  async function answerTo<Answer>(
    tried: Pick<ResponseSettings, 'marker'> | Pick<ResponseSettings, 'clones'>,
    question: (patientId: string) => Promise<Answer>,
    answer: Ref<Answer | null>,
    refusal: Ref<Failure | null>,
  ): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || busy.value) return
    busy.value = true
    try {
      const found = await question(patientId)
      if (patients.patientId !== patientId) return
      answer.value = found
      refusal.value = null
      draft.value = { ...draft.value, ...tried }
    } catch (error) {
      told(error, refusal)
    } finally {
      busy.value = false
    }
  }
  const fitMarker = (tried: MarkerSettings): Promise<void> =>
    answerTo(
      { marker: tried },
      (patientId) => ask('biologyResponse.marker', { patientId, settings: tried }),
      marker,
      markerFailure,
    )
  const compareSchedules = (tried: ClonesSettings): Promise<void> =>
    answerTo(
      { clones: tried },
      (patientId) => ask('biologyResponse.clones', { patientId, settings: tried }),
      clones,
      clonesFailure,
    )

  /** Stores values of a marker as a measured series; the old ones stay. */
  async function addMarker(name: string, unit: string, point: { date: string; value: number; u: number | null }) {
    const patientId = patients.patientId
    if (patientId === null) return
    const points = [{ date: point.date, value: point.value, standardUncertainty: point.u }]
    const origin = { method: 'typed by a person' }
    try {
      await ask('measuredSeries.add', { patientId, content: { kind: 'marker', marker: name, unit, points, origin } })
      markerFailure.value = null
    } catch (error) {
      told(error, markerFailure)
      return
    }
    if (patients.patientId === patientId) await load()
  }

  function turnTo(patientId: string | null, before: string | null | undefined): void {
    if (asking.value || busy.value) void cancel()
    if (before && patient.value && isTried.value) putAway(before, draft.value, patient.value.settings)
    patient.value = null
    const away = bringBack(patientId)
    returned = away !== null
    draft.value = away ?? NOTHING
    chosen.value = null
    result.value = null
    marker.value = null
    clones.value = null
    isCancelled.value = false
    failure.value = markerFailure.value = clonesFailure.value = loadFailure.value = null
  }
  watch(() => patients.patientId, turnTo, { flush: 'sync' })

  /** What is tried and not kept, of every patient. */
  function tries(): Tried<ResponseSettings, ResponseSettings>[] {
    const { patientId } = patients
    const here =
      patientId !== null && patient.value && isTried.value
        ? [{ patientId, settings: draft.value, base: patient.value.settings }]
        : []
    return [...here, ...putAwayTries()]
  }

  /** Tries all settings of a draft at once. */
  const takeUp = (settings: ResponseSettings): Promise<void> => put('What was tried before', settings)

  return {
    ...{ patient, draft, changes, undone, lesion, settings, result, marker, clones, failure, markerFailure },
    ...{ clonesFailure, loadFailure, asking, busy, isCancelled, isTried },
    ...{
      load,
      compute,
      cancel,
      choose,
      change,
      undo,
      redo,
      keep,
      fitMarker,
      compareSchedules,
      addMarker,
      takeUp,
      tries,
    },
  }
})
