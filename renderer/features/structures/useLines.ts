import { onBeforeUnmount, shallowRef, watch } from 'vue'
import { samplesPerPx, slicePlane, type ViewFrame } from '../../viewer/index.ts'
import type { DrawnLines } from './model/protocol.ts'
import { useDrawingStore } from './store.ts'

/** Keeps the outlines of a view up to date. At most one question is on its way; newer wishes replace older ones. `run` tells what goes wrong. */
export function useLines(frame: () => ViewFrame, run: (work: () => Promise<unknown>) => Promise<void>) {
  const drawing = useDrawingStore()
  const lines = shallowRef<{
    readonly found: readonly DrawnLines[]
    readonly frame: ViewFrame
    readonly samples: number
  } | null>(null)
  let busy = false
  let wanted = false
  let alive = true

  async function ask(): Promise<void> {
    if (busy) {
      wanted = true
      return
    }
    const now = frame()
    if (drawing.key === null || now.widthPx < 2 || now.heightPx < 2) return
    busy = true
    wanted = false
    await run(async () => {
      const plane = slicePlane(now, samplesPerPx(now.widthPx, now.heightPx, window.devicePixelRatio))
      const found = await drawing.lines(plane)
      if (alive) lines.value = { found, frame: now, samples: plane.width / now.widthPx }
    }).finally(() => (busy = false))
    if (alive && wanted) void ask()
  }

  watch([frame, () => drawing.state?.revision, () => drawing.visible, () => drawing.key], () => void ask(), {
    immediate: true,
    flush: 'post',
  })
  onBeforeUnmount(() => (alive = false))
  return lines
}
