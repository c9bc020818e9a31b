import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ScanAdvice, ScanPopulation } from '../../../electron/contracts/index.ts'
import { ask } from '../../bridge/index.ts'

export interface ScanTimeQuestion {
  readonly agent: string
  readonly nuclide: string
  readonly structure: { readonly name: string; readonly isLesion: boolean }
}

/** Advice on when to scan: populations for a structure, and what one of them says. Answers are kept while the window is open. */
export const useScanTimeStore = defineStore('scanTimes', () => {
  const populations = shallowRef<readonly ScanPopulation[]>([])
  const populationId = ref<string | null>(null)
  const scans = ref<1 | 2>(1)
  const advice = shallowRef<readonly ScanAdvice[]>([])
  const asking = ref(false)
  const known = new Map<string, readonly ScanAdvice[]>()
  let latest = 0

  /** The populations for a structure; the first that fits it is taken, none where none does. */
  async function look(question: ScanTimeQuestion): Promise<void> {
    const mine = ++latest
    const found = await ask('scanTime.populations', question)
    if (mine !== latest) return
    populations.value = found
    const [first] = found
    populationId.value = first?.fits ? first.populationId : null
    advice.value = []
  }

  /** @param noise relative standard deviation of one measured activity */
  async function advise(noise: number): Promise<void> {
    const mine = ++latest
    const id = populationId.value
    advice.value = []
    if (id === null) return
    const key = JSON.stringify([id, scans.value, noise])
    const before = known.get(key)
    if (before) {
      advice.value = before
      return
    }
    asking.value = true
    try {
      const { methods } = await ask('scanTime.advice', { populationId: id, scans: scans.value, noise })
      known.set(key, methods)
      if (mine === latest) advice.value = methods
    } finally {
      if (mine === latest) asking.value = false
    }
  }

  return { populations, populationId, scans, advice, asking, look, advise }
})
