import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { lesionResponseSettingsSchema, responseSettingsSchema } from '../../../electron/contracts/index.ts'
import type {
  ClonesResult,
  Failure,
  LesionResponse,
  LesionResponseSettings,
  MarkerResponse,
  ResponsePatient,
  ResponseSettings,
} from '../../../electron/contracts/index.ts'
import { ask, toFailure } from '../../bridge/index.ts'
import { usePatientStore } from '../patients/index.ts'

interface ResponseChange {
  readonly what: string
  readonly before: ResponseSettings
  readonly after: ResponseSettings
}

const NOTHING: ResponseSettings = responseSettingsSchema.parse({})
export const NO_LESION_SETTINGS: LesionResponseSettings = lesionResponseSettingsSchema.parse({})
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Response over time: lesions of the patient, settings that are tried, and what follows from them. Only `keep` stores anything. */
export const useResponseStore = defineStore('biology-response', () => {
  const patients = usePatientStore()
  const patient = shallowRef<ResponsePatient | null>(null)
  const draft = shallowRef<ResponseSettings>(NOTHING)
  const changes = shallowRef<readonly ResponseChange[]>([])
  const undone = shallowRef<readonly ResponseChange[]>([])
  const chosen = ref<string | null>(null)
  const result = shallowRef<LesionResponse | null>(null)
  const marker = shallowRef<MarkerResponse | null>(null)
  const clones = shallowRef<ClonesResult | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const markerFailure = shallowRef<Failure | null>(null)
  const clonesFailure = shallowRef<Failure | null>(null)
  const loadFailure = shallowRef<Failure | null>(null)
  const asking = ref(false)
  const busy = ref<'marker' | 'clones' | null>(null)

  const lesion = computed(
    () => patient.value?.lesions.find(({ identity }) => identity === chosen.value) ?? patient.value?.lesions[0] ?? null,
  )
  const settings = computed(() => draft.value.byLesion[lesion.value?.identity ?? ''] ?? NO_LESION_SETTINGS)
  const isTried = computed(() => patient.value !== null && !same(draft.value, patient.value.settings))
  /** What is shown is what the settings give. */
  const isCurrent = computed(
    () =>
      result.value !== null &&
      result.value.identity === lesion.value?.identity &&
      same(result.value.settings, settings.value),
  )

  /** What an input error says goes to `into`; anything else is a bug. */
  function told(error: unknown, into: { value: Failure | null }): void {
    const found = toFailure(error)
    if (found.kind !== 'input') throw error
    into.value = found
  }

  async function load(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null) return
    try {
      const answer = await ask('biologyResponse.of', { patientId })
      if (patients.patientId !== patientId) return
      const wasTried = isTried.value
      patient.value = answer
      loadFailure.value = null
      if (!wasTried) draft.value = answer.settings
    } catch (error) {
      if (patients.patientId === patientId) told(error, loadFailure)
      return
    }
    await compute()
  }

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
        } catch (error) {
          if (patients.patientId !== patientId) continue
          result.value = null
          told(error, failure)
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
    failure.value = null
    await compute()
  }

  async function put(what: string, after: ResponseSettings): Promise<void> {
    const before = draft.value
    if (same(before, after)) return
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
      failure.value = {
        kind: 'input',
        code: 'biology.response-settings',
        message: `"${what}" cannot be tried: ${checked.error.issues[0]?.message ?? 'it is out of range'}.`,
        hint: 'Give a value within the limits of the field.',
      }
      return
    }
    await put(`${what} of ${identity}`, {
      ...draft.value,
      byLesion: { ...draft.value.byLesion, [identity]: checked.data },
    })
  }

  async function undo(): Promise<void> {
    const last = changes.value.at(-1)
    if (!last) return
    changes.value = changes.value.slice(0, -1)
    undone.value = [...undone.value, last]
    draft.value = last.before
    await compute()
  }

  async function redo(): Promise<void> {
    const next = undone.value.at(-1)
    if (!next) return
    undone.value = undone.value.slice(0, -1)
    changes.value = [...changes.value, next]
    draft.value = next.after
    await compute()
  }

  async function keep(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || !isTried.value) return
    await ask('biologyResponse.save', { patientId, settings: draft.value })
    if (patients.patientId === patientId) await load()
  }

  async function fitMarker(tried: NonNullable<ResponseSettings['marker']>): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || busy.value) return
    busy.value = 'marker'
    try {
      const answer = await ask('biologyResponse.marker', { patientId, settings: tried })
      if (patients.patientId !== patientId) return
      marker.value = answer
      markerFailure.value = null
      draft.value = { ...draft.value, marker: tried }
    } catch (error) {
      told(error, markerFailure)
    } finally {
      busy.value = null
    }
  }

  async function compareSchedules(tried: NonNullable<ResponseSettings['clones']>): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || busy.value) return
    busy.value = 'clones'
    try {
      const answer = await ask('biologyResponse.clones', { patientId, settings: tried })
      if (patients.patientId !== patientId) return
      clones.value = answer
      clonesFailure.value = null
      draft.value = { ...draft.value, clones: tried }
    } catch (error) {
      told(error, clonesFailure)
    } finally {
      busy.value = null
    }
  }

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

  watch(
    () => patients.patientId,
    () => {
      patient.value = null
      draft.value = NOTHING
      changes.value = undone.value = []
      chosen.value = null
      result.value = null
      marker.value = null
      clones.value = null
      failure.value = markerFailure.value = clonesFailure.value = loadFailure.value = null
    },
    { flush: 'sync' },
  )

  return {
    ...{ patient, draft, changes, undone, lesion, settings, result, marker, clones, failure, markerFailure },
    ...{ clonesFailure, loadFailure, asking, busy, isTried, isCurrent },
    ...{ load, choose, change, undo, redo, keep, fitMarker, compareSchedules, addMarker },
  }
})
