import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from 'vue'
import { tools, type ToolId } from './model/tools.ts'

export interface DrawingKeys {
  readonly choose: (tool: ToolId) => void
  readonly apply: () => void
  /** Whether an edit that is only seen waits for `apply`. */
  readonly isWaiting: () => boolean
  readonly escape: () => void
  readonly undo: () => void
  readonly redo: () => void
  readonly resize: (direction: 1 | -1) => void
  readonly swapShape: () => void
  readonly pressAtCrosshair: () => void
  readonly space: (isHeld: boolean) => void
}

/**
 * The keys of the step, wherever the focus is, unless something is being typed. Undo and redo are the drawing's here: they are taken before the
 * window's own, which are the protocol's.
 */
export function useDrawingKeys(act: DrawingKeys): void {
  const single: Readonly<Record<string, () => void>> = {
    ...Object.fromEntries(tools.map((tool) => [tool.key, () => act.choose(tool.id)])),
    Enter: act.apply,
    Escape: act.escape,
    '[': () => act.resize(-1),
    ']': () => act.resize(1),
    x: act.swapShape,
    a: act.pressAtCrosshair,
  }

  function down(event: KeyboardEvent): void {
    const on = event.target instanceof HTMLElement ? event.target : null
    if (on?.closest('[role="dialog"]')) return
    const isField = on?.closest('input:not([type="range"], [type="checkbox"]), select, textarea') != null
    if (event.ctrlKey || event.metaKey) {
      const letter = event.key.toLowerCase()
      if (isField || event.altKey || (letter !== 'z' && letter !== 'y')) return
      event.preventDefault()
      event.stopPropagation()
      if (letter === 'y' || event.shiftKey) act.redo()
      else act.undo()
      return
    }
    if (event.altKey) return
    if (event.key === ' ') act.space(true)
    // In a list of structures Enter is for an edit that waits: a click there left the focus on the row, which Enter would let go.
    const isButton = on?.closest('button, a') != null && !(act.isWaiting() && on.closest('li') !== null)
    // A field takes letters, a button takes Enter; Escape is for the tool everywhere.
    if (event.key !== 'Escape' && (isField || (isButton && event.key === 'Enter'))) return
    const does = single[event.key]
    if (!does) return
    event.preventDefault()
    event.stopPropagation()
    does()
  }
  const up = (event: KeyboardEvent): void => {
    if (event.key === ' ') act.space(false)
  }

  const listen = () => {
    window.addEventListener('keydown', down, { capture: true })
    window.addEventListener('keyup', up, { capture: true })
  }
  const stop = () => {
    window.removeEventListener('keydown', down, { capture: true })
    window.removeEventListener('keyup', up, { capture: true })
    act.space(false)
  }
  onMounted(listen)
  onActivated(listen)
  onDeactivated(stop)
  onBeforeUnmount(stop)
}
