import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ScanAdvice, ScanPopulation } from '../../../electron/contracts/index.ts'
import { ask, toFailure } from '../../bridge/index.ts'

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
    await giveUp()
    const found = await ask('scanTime.populations', question)
    if (mine !== latest) return
    populations.value = found
    const [first] = found
    populationId.value = first?.fits ? first.populationId : null
    advice.value = []
  }

  /**
   * What is asked for later takes the place of what is under way, here and in the backend.
   *
   * @param noise relative standard deviation of one measured activity
   */
  async function advise(noise: number): Promise<void> {
    const mine = ++latest
    const id = populationId.value
    advice.value = []
    await giveUp()
    if (id === null || mine !== latest) return
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
    } catch (error) {
      if (toFailure(error).kind !== 'cancelled') throw error
    } finally {
      if (mine === latest) asking.value = false
    }
  }

  async function giveUp(): Promise<void> {
    if (!asking.value) return
    asking.value = false
    await ask('scanTime.cancel', {})
  }

  /** Gives up what is under way, as when nobody looks any more. */
  async function stop(): Promise<void> {
    latest++
    await giveUp()
  }

  return { populations, populationId, scans, advice, asking, look, advise, stop }
})
