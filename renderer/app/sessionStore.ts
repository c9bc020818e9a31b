import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { AppStatus } from '../../electron/contracts/index.ts'
import { ask } from '../bridge/index.ts'

/** Where the window is: at the door (store locked or new), among the patients, or with one patient at one step. */
export const useSessionStore = defineStore('session', () => {
  const status = ref<AppStatus | null>(null)
  const stepId = ref('images')
  const settingsOpen = ref(false)
  const nuclidesOpen = ref(false)
  const calibrationsOpen = ref(false)
  const populationsOpen = ref(false)
  const open = computed(() => status.value?.store === 'open')

  async function loadStatus(): Promise<void> {
    status.value = await ask('app.status', {})
  }

  async function unlock(passphrase: string): Promise<void> {
    status.value = await ask('store.unlock', { passphrase })
  }

  return { status, stepId, settingsOpen, nuclidesOpen, calibrationsOpen, populationsOpen, open, loadStatus, unlock }
})
