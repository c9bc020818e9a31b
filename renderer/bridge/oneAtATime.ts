import { ref, shallowRef } from 'vue'
import type { Failure } from '../../electron/contracts/index.ts'
import { toFailure } from './client.ts'

/** The actions of a store, one after the other: `busy` while one is under way, `failure` what was refused last. */
export function oneAtATime() {
  const busy = ref(false)
  const failure = shallowRef<Failure | null>(null)

  /** True where it was done; false where `failure` says why not, or where another action is still under way. */
  async function attempt(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    failure.value = null
    try {
      await act()
      return true
    } catch (error) {
      failure.value = toFailure(error)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, failure, attempt }
}
