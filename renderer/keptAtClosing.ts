/** Closing the window never loses work: what was not saved is stored first. */
import { onBeforeUnmount, onMounted } from 'vue'

/** Work that would be lost, and what stores it. */
export interface Unsaved {
  readonly hasUnsaved: () => boolean
  readonly keepUnsaved: () => Promise<void>
}

/**
 * While mounted, a close with unsaved work stores it and closes then. Where that fails the window stays open and `report` tells why; the
 * next close goes through.
 */
export function useKeptAtClosing({ hasUnsaved, keepUnsaved }: Unsaved, report: (error: unknown) => void): void {
  let isKeeping = false
  let isLetGo = false

  async function keep(): Promise<void> {
    isKeeping = true
    try {
      await keepUnsaved()
      isLetGo = true
      window.close()
    } catch (error) {
      isLetGo = true
      report(error)
    } finally {
      isKeeping = false
    }
  }

  function beforeUnload(event: BeforeUnloadEvent): void {
    if (isLetGo || !hasUnsaved()) return
    event.preventDefault()
    if (!isKeeping) void keep()
  }

  onMounted(() => window.addEventListener('beforeunload', beforeUnload))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', beforeUnload))
}
