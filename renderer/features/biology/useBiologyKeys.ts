import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from 'vue'

export interface BiologyKeys {
  readonly undo: () => void
  readonly redo: () => void
}

/** Ctrl+Z and Ctrl+Shift+Z (or Y) in this step take what is tried back and forth, before the window takes them for the protocol. */
export function useBiologyKeys({ undo, redo }: BiologyKeys): void {
  function down(event: KeyboardEvent): void {
    const on = event.target instanceof HTMLElement ? event.target : null
    const isTyping = on?.closest('input:not([type="range"], [type="checkbox"]), select, textarea, [role="dialog"]')
    if (isTyping || !(event.ctrlKey || event.metaKey) || event.altKey) return
    const letter = event.key.toLowerCase()
    if (letter !== 'z' && letter !== 'y') return
    event.preventDefault()
    event.stopPropagation()
    if (letter === 'y' || event.shiftKey) redo()
    else undo()
  }
  const listen = () => window.addEventListener('keydown', down, { capture: true })
  const stop = () => window.removeEventListener('keydown', down, { capture: true })
  onMounted(listen)
  onActivated(listen)
  onDeactivated(stop)
  onBeforeUnmount(stop)
}
