import { ref, shallowRef } from 'vue'
import type { SegmentedRegion } from '../../../native-core/imaging/segmentation/semiautomatic/index.ts'
import { StoppedError } from '../../bridge/index.ts'
import { searchClient } from './client.ts'
import type { SearchTask } from './model/protocol.ts'

/**
 * The one search that may be under way: it runs in a worker of its own, so that drawing goes on, and can be stopped at
 * once by ending that worker.
 */
export function useSearch() {
  const client = searchClient()
  const isSearching = ref(false)
  /** 0 to 1. */
  const fraction = ref(0)
  /** Which search is the newest; one that is not was stopped. */
  const newest = shallowRef<symbol | null>(null)

  function stop(): void {
    if (newest.value === null) return
    newest.value = null
    isSearching.value = false
    client.stop()
  }

  /** What is found; null where it was stopped, or another search began. `task` gives what to look for. Throws RequestError. */
  async function find(task: () => Promise<SearchTask>): Promise<SegmentedRegion | null> {
    stop()
    const mine = Symbol('search')
    newest.value = mine
    isSearching.value = true
    fraction.value = 0
    try {
      const wanted = await task()
      if (newest.value !== mine) return null
      const region = await client.ask('search', wanted, (part) => {
        if (newest.value === mine) fraction.value = part
      })
      return newest.value === mine ? region : null
    } catch (error) {
      if (error instanceof StoppedError) return null
      throw error
    } finally {
      if (newest.value === mine) {
        newest.value = null
        isSearching.value = false
      }
    }
  }

  return { isSearching, fraction, find, stop }
}
