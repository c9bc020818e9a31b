import { defineStore } from 'pinia'
import { computed, nextTick, ref, shallowRef, watch } from 'vue'
import { biologySettingsSchema } from '../../../electron/contracts/index.ts'
import type {
  BiologyResult,
  BiologySettings,
  BiologySetView,
  Failure,
  PartsModel,
} from '../../../electron/contracts/index.ts'
import { ask, toFailure } from '../../bridge/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { NO_SETTINGS, changedParts, sameSettings } from './model/edits.ts'
import { refusedChange, useChanges, type SettingsChange, type Tried } from './useChanges.ts'

interface BiologyChange extends SettingsChange<BiologySettings> {
  /** Changes of one thing by a slider that follow each other are one change. */
  readonly slider: string | null
}

/** Effect of the newest analysis with the settings that are kept, and with those that are tried. Only `keep` stores anything. */
export const useBiologyStore = defineStore('biology', () => {
  const patients = usePatientStore()
  const sets = shallowRef<readonly BiologySetView[]>([])
  const partModels = shallowRef<readonly PartsModel[]>([])
  const kept = shallowRef<{ readonly result: BiologyResult; readonly stale: boolean } | null>(null)
  const tried = shallowRef<BiologyResult | null>(null)
  const draft = shallowRef<BiologySettings>(NO_SETTINGS)
  const { changes, undone, takeBack, makeAgain, putAway, bringBack, putAwayTries } = useChanges<
    BiologySettings,
    BiologySettings | null,
    BiologyChange
  >()
  const loaded = ref(false)
  const asking = ref(false)
  const keeping = ref(false)
  /** Why the stored settings cannot be used, and why those that are tried cannot. */
  const keptFailure = shallowRef<Failure | null>(null)
  const triedFailure = shallowRef<Failure | null>(null)

  const keptSettings = computed(() => kept.value?.result.settings ?? null)
  const isTried = computed(() =>
    keptSettings.value
      ? !sameSettings(draft.value, keptSettings.value)
      : keptFailure.value !== null && tried.value !== null,
  )
  const shown = computed(() =>
    isTried.value ? (tried.value ?? kept.value?.result ?? null) : (kept.value?.result ?? null),
  )
  /** The numbers shown are those of the settings shown. */
  const isCurrent = computed(() => shown.value !== null && sameSettings(shown.value.settings, draft.value))
  const tryParts = computed(() => (keptSettings.value ? changedParts(keptSettings.value, draft.value) : []))

  let latestLoad = 0
  /** The draft is one that was put away, and kept settings are not known yet. */
  let returned = false
  let running: Promise<void> | null = null
  let again = false

  /** Asks for the effect with what is kept; what is tried stays, and is computed anew. */
  async function load(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null) return
    const mine = ++latestLoad
    if (sets.value.length === 0) sets.value = await ask('biology.sets', {})
    if (partModels.value.length === 0) partModels.value = await ask('biology.parts', {})
    const wasTried = isTried.value || returned
    returned = false
    try {
      const answer = await ask('biology.effects', { patientId, settings: null })
      if (mine !== latestLoad || patients.patientId !== patientId) return
      kept.value = answer
      keptFailure.value = null
      if (!wasTried) draft.value = answer?.result.settings ?? NO_SETTINGS
    } catch (error) {
      const failure = toFailure(error)
      if (mine !== latestLoad || patients.patientId !== patientId) return
      if (failure.kind !== 'input') throw error
      kept.value = null
      keptFailure.value = failure
    }
    loaded.value = true
    if (isTried.value) await attempt()
  }

  /** Computes what is tried. While one answer is on its way changes wait, and the newest of them goes next. */
  function attempt(): Promise<void> {
    again = true
    running ??= compute()
    return running
  }

  async function compute(): Promise<void> {
    asking.value = true
    try {
      await nextTick()
      while (again) {
        again = false
        const patientId = patients.patientId
        if (patientId === null) return
        const settings = draft.value
        try {
          const answer = await ask('biology.effects', { patientId, settings })
          if (patients.patientId !== patientId) continue
          tried.value = answer?.result ?? null
          triedFailure.value = null
        } catch (error) {
          const failure = toFailure(error)
          if (failure.kind !== 'input') throw error
          if (patients.patientId !== patientId) continue
          tried.value = null
          triedFailure.value = failure
        }
      }
    } finally {
      asking.value = false
      running = null
    }
  }

  function put(settings: BiologySettings): Promise<void> {
    draft.value = settings
    triedFailure.value = null
    return isTried.value || keptFailure.value ? attempt() : Promise.resolve()
  }

  /** Tries other settings; nothing is stored. A change by `slider` continues the one before it. */
  async function change(what: string, after: BiologySettings, slider: string | null = null): Promise<void> {
    const checked = biologySettingsSchema.safeParse(after)
    if (!checked.success) {
      triedFailure.value = refusedChange('biology.settings', what, checked.error)
      return
    }
    const before = draft.value
    if (sameSettings(before, checked.data)) return
    const last = changes.value.at(-1)
    const goesOn = slider !== null && last?.slider === slider
    changes.value = goesOn
      ? [...changes.value.slice(0, -1), { ...last, what, after: checked.data }]
      : [...changes.value, { what, slider, before, after: checked.data }]
    undone.value = []
    await put(checked.data)
  }

  async function undo(): Promise<void> {
    const last = takeBack()
    if (last) await put(last.before)
  }

  async function redo(): Promise<void> {
    const next = makeAgain()
    if (next) await put(next.after)
  }

  const backToKept = (): Promise<void> =>
    keptSettings.value ? change('Back to what is kept', keptSettings.value) : Promise.resolve()

  /** Where the stored settings cannot be used: the defaults, tried until they are kept. */
  const startFromDefaults = (): Promise<void> => put(NO_SETTINGS)

  /** Stores what is tried as a decision; earlier ones stay in the history. */
  async function keep(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || !isTried.value || keeping.value) return
    keeping.value = true
    try {
      await ask('biology.save', { patientId, settings: draft.value })
      if (patients.patientId === patientId) await load()
    } finally {
      keeping.value = false
    }
  }

  function turnTo(patientId: string | null, before: string | null | undefined): void {
    if (before && changes.value.length + undone.value.length > 0) putAway(before, draft.value, keptSettings.value)
    latestLoad++
    kept.value = null
    tried.value = null
    const away = bringBack(patientId)
    returned = away !== null
    draft.value = away ?? NO_SETTINGS
    keptFailure.value = null
    triedFailure.value = null
    loaded.value = false
  }
  watch(() => patients.patientId, turnTo, { flush: 'sync' })

  /** What is tried and not kept, of every patient. */
  function tries(): Tried<BiologySettings | null, BiologySettings>[] {
    const { patientId } = patients
    const here =
      patientId !== null && isTried.value ? [{ patientId, settings: draft.value, base: keptSettings.value }] : []
    const away = putAwayTries().filter(({ settings, base }) => !base || !sameSettings(settings, base))
    return [...here, ...away]
  }

  return {
    sets,
    partModels,
    kept,
    draft,
    changes,
    undone,
    loaded,
    asking,
    keeping,
    keptFailure,
    triedFailure,
    isTried,
    isCurrent,
    shown,
    tryParts,
    load,
    change,
    undo,
    redo,
    backToKept,
    startFromDefaults,
    keep,
    tries,
  }
})
