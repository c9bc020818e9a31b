import { ref } from 'vue'
import { toFailure } from '../../bridge/index.ts'

/** Runs work of a page or dialog and keeps in words what the user can mend of its failure; '' where there was none. */
export function useTold() {
  const failure = ref('')
  const busy = ref(false)
  async function told(work: () => Promise<unknown>): Promise<boolean> {
    failure.value = ''
    busy.value = true
    try {
      await work()
      return true
    } catch (error) {
      const { kind, message, hint } = toFailure(error)
      if (kind !== 'cancelled') failure.value = `${message} ${hint}`.trim()
      return false
    } finally {
      busy.value = false
    }
  }
  return { failure, busy, told }
}
