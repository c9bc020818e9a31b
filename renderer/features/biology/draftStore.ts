/** Drafts that the last session left: offered for the patient that is open, taken up, thrown away, and written at closing. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { BiologyDrafts, RequestOf } from '../../../electron/contracts/index.ts'
import { ask } from '../../bridge/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { useFormulaStore } from './formulaStore.ts'
import { sameSettings } from './model/edits.ts'
import { useResponseStore } from './responseStore.ts'
import { useBiologyStore } from './store.ts'

export type DraftKind = keyof BiologyDrafts
type Given = RequestOf<'biologyDrafts.keep'>

export const useBiologyDraftStore = defineStore('biology-drafts', () => {
  const patients = usePatientStore()
  const biology = useBiologyStore()
  const response = useResponseStore()
  const formulas = useFormulaStore()
  const found = shallowRef<BiologyDrafts | null>(null)
  /** Taken up from the store and still there: written anew, or taken away, when the window closes. */
  const takenUp = shallowRef<readonly { readonly patientId: string; readonly kind: DraftKind }[]>([])

  const keptNow = computed(() => ({
    effects: biology.kept?.result.settings ?? null,
    response: response.patient?.settings ?? null,
  }))
  /** A draft that says what is kept, or what is tried already, is none. */
  function offerOf(kind: DraftKind): { readonly savedAt: string; readonly isOld: boolean } | null {
    const draft = found.value?.[kind]
    const kept = keptNow.value[kind]
    const tried = kind === 'effects' ? biology.draft : response.draft
    if (!draft || (kept && sameSettings(draft.settings, kept)) || sameSettings(draft.settings, tried)) return null
    return { savedAt: draft.savedAt, isOld: kept !== null && !(draft.base && sameSettings(draft.base, kept)) }
  }
  const offers = computed(() => ({ effects: offerOf('effects'), response: offerOf('response') }))

  async function look(): Promise<void> {
    const { patientId } = patients
    if (patientId === null || found.value) return
    const drafts = await ask('biologyDrafts.of', { patientId })
    if (patients.patientId === patientId) found.value = drafts
  }

  const withdraw = (kind: DraftKind): void => {
    if (found.value) found.value = { ...found.value, [kind]: null }
  }

  async function takeUp(kind: DraftKind): Promise<void> {
    const { patientId } = patients
    const drafts = found.value
    if (patientId === null || !drafts) return
    takenUp.value = [...takenUp.value, { patientId, kind }]
    withdraw(kind)
    if (kind === 'effects' && drafts.effects) await biology.change('What was tried before', drafts.effects.settings)
    if (kind === 'response' && drafts.response) await response.takeUp(drafts.response.settings)
  }

  async function throwAway(kind: DraftKind): Promise<void> {
    const { patientId } = patients
    if (patientId === null) return
    await ask('biologyDrafts.keep', { patientId, [kind]: null })
    withdraw(kind)
  }

  /** What to write at closing, one for each patient with tries or with a draft that was taken up. */
  function toWrite(): Given[] {
    const byPatient = new Map<string, Given>()
    const put = (patientId: string, parts: Partial<Given>): void => {
      byPatient.set(patientId, { ...(byPatient.get(patientId) ?? { patientId }), ...parts })
    }
    for (const { patientId, kind } of takenUp.value) put(patientId, { [kind]: null })
    for (const { patientId, settings, base } of biology.tries()) put(patientId, { effects: { settings, base } })
    for (const { patientId, settings, base } of response.tries()) put(patientId, { response: { settings, base } })
    return [...byPatient.values()]
  }

  const hasUnsaved = (): boolean => formulas.form !== null || toWrite().length > 0
  async function keepUnsaved(): Promise<void> {
    for (const one of toWrite()) await ask('biologyDrafts.keep', one)
    await formulas.keepDraft()
  }

  watch(
    () => patients.patientId,
    () => (found.value = null),
    { flush: 'sync' },
  )

  return { offers, look, takeUp, throwAway, hasUnsaved, keepUnsaved }
})
