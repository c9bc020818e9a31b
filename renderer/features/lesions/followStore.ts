import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { LesionFollowUp } from '../../../electron/contracts/index.ts'
import { RequestError, ask } from '../../bridge/index.ts'
import { useJobStore } from '../jobs/index.ts'
import { usePatientStore } from '../patients/index.ts'
import { firstTimePoints, identitiesToStore, nameHindrance, renamed } from './model/followUp.ts'

/** Lesions of the patient over time points and cycles, and what a person says of which is which. */
export const useFollowUpStore = defineStore('lesionFollowUp', () => {
  const patients = usePatientStore()
  const jobs = useJobStore()

  const wanted = ref<string[]>([])
  const followUp = shallowRef<LesionFollowUp | null>(null)
  /** What the table was made from. */
  const stamp = ref('')
  const answers = ref<Record<string, string>>({})
  const chosen = ref<string | null>(null)
  const following = ref(false)
  const message = ref('')

  const present = computed(() =>
    JSON.stringify([patients.view?.protocol.structureSetBySeries, patients.view?.analysisState]),
  )
  /** Other structures are in use, or the analysis is another, since the table was made. */
  const isOld = computed(() => followUp.value !== null && !following.value && stamp.value !== present.value)

  /** Makes the table. Throws RequestError of a refusal. */
  async function follow(): Promise<void> {
    const patientId = patients.patientId
    if (patientId === null || following.value || wanted.value.length === 0) return
    following.value = true
    try {
      const { jobId } = await ask('lesions.follow', { patientId, timePointIds: wanted.value })
      const last = await jobs.finished(jobId)
      if (last.failure) throw new RequestError(last.failure)
      if (last.state !== 'done' || last.result?.kind !== 'lesion-follow-up' || patients.patientId !== patientId) return
      followUp.value = last.result.followUp
      answers.value = {}
      stamp.value = present.value
      chosen.value = followUp.value.lesions[0]?.identity ?? null
    } finally {
      following.value = false
    }
  }

  /** Stores the identities of the table with the person's answers, and makes it anew. Throws RequestError. */
  async function confirm(): Promise<void> {
    const patientId = patients.patientId
    const now = followUp.value
    if (patientId === null || !now) return
    const sets = identitiesToStore(now, answers.value)
    await ask('lesions.identify', { patientId, sets, label: 'Lesions identified', use: true })
    message.value = 'Identities confirmed and stored as new sets, which are in use now.'
    await patients.open(patientId)
    await follow()
  }

  /**
   * Another name for a lesion: new sets where a person has confirmed it; of a proposal it changes the table, and is stored with the confirmation.
   * Throws RequestError.
   */
  async function rename(identity: string, name: string): Promise<void> {
    const patientId = patients.patientId
    const now = followUp.value
    const newIdentity = name.trim().slice(0, 200)
    if (patientId === null || !now || newIdentity === identity) return
    const hindrance = nameHindrance(now, answers.value, identity, newIdentity)
    if (hindrance !== '')
      throw new RequestError({ kind: 'input', code: 'lesions.identity-taken', message: hindrance, hint: '' })
    const stored = await ask('lesions.rename', { patientId, identity, newIdentity, use: true })
    if (stored.length === 0) {
      followUp.value = renamed(now, identity, newIdentity)
      answers.value = Object.fromEntries(
        Object.entries(answers.value).map(([id, one]) => [id, one === identity ? newIdentity : one]),
      )
      message.value = `"${identity}" is called "${newIdentity}" here. The name is stored when the identities are confirmed.`
    } else {
      message.value = `"${identity}" is called "${newIdentity}" now, in new sets that are in use.`
      await patients.open(patientId)
      await follow()
    }
    chosen.value = newIdentity
  }

  watch(
    () => patients.patientId,
    () => {
      followUp.value = null
      answers.value = {}
      message.value = ''
      wanted.value = firstTimePoints(patients.view)
    },
    { immediate: true },
  )
  return { wanted, followUp, isOld, answers, chosen, following, message, follow, confirm, rename }
})
