import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import type { Picture, Sight } from './picture.ts'
import { slicePlane, type Plane, type ViewFrame } from './planes.ts'
import { sliceClient } from './sliceClient.ts'
import type { SliceAnswer, SliceAsk } from './sliceEngine.ts'

/** Most pixels along one side of a computed slice: beyond the finest CT nothing is gained. */
const MOST_SAMPLES = 1100

/** How many samples a CSS pixel gets: those of the screen, but never more than `MOST_SAMPLES` along the longer side. */
export function samplesPerPx(widthPx: number, heightPx: number, screen: number): number {
  return Math.min(screen, MOST_SAMPLES / Math.max(widthPx, heightPx, 1))
}

/**
 * Keeps a slice up to date with what is to be seen. At most one question is on its way; while it is, newer wishes replace
 * older ones, so that the view shows the newest state as fast as the worker can.
 */
export function useSlice(
  plane: () => Plane,
  picture: () => Picture,
  sight: () => Sight,
  size: { width: Ref<number>; height: Ref<number> },
  /** Grows when voxels arrive, so that views ask again. */
  loaded: () => number,
) {
  const slice = shallowRef<{ answer: SliceAnswer; frame: ViewFrame } | null>(null)
  const failure = ref('')
  let busy = false
  let wanted = false
  let alive = true
  let drawnKey = ''

  const frame = (): ViewFrame => ({
    plane: plane(),
    ...sight(),
    widthPx: size.width.value,
    heightPx: size.height.value,
  })

  async function draw(): Promise<void> {
    if (busy) {
      wanted = true
      return
    }
    const now = frame()
    if (now.widthPx < 2 || now.heightPx < 2) return
    busy = true
    wanted = false
    const { ct, emission, ctWindow, emissionWindow, map, blend, structures, levels, comparison, field } = picture()
    const layer = (one: { id: string; toWorld: Picture['structures'][number]['toWorld'] }) => ({
      id: one.id,
      toWorld: [...one.toWorld] as never,
    })
    const what: SliceAsk = {
      plane: slicePlane(now, samplesPerPx(now.widthPx, now.heightPx, window.devicePixelRatio)),
      ct: ct && layer(ct),
      emission: emission && layer(emission),
      ctWindow: { ...ctWindow },
      emissionWindow: { ...emissionWindow },
      map,
      blend,
      masks: structures.map(layer),
      levels: emission && levels.length > 0 ? { layer: layer(emission), values: levels.map((one) => one.value) } : null,
      second: comparison
        ? {
            ct: comparison.ct && layer(comparison.ct),
            emission: comparison.emission && layer(comparison.emission),
            emissionWindow: { ...comparison.emissionWindow },
            mode: { ...comparison.mode },
          }
        : null,
      field: field ? { ...field } : null,
    }
    // Scrolling one view moves the crosshair in the others, not their slices: those need only be painted again.
    const key = JSON.stringify([what, loaded()])
    if (key === drawnKey && slice.value) {
      busy = false
      slice.value = { answer: slice.value.answer, frame: now }
      return
    }
    try {
      const answer = await sliceClient().ask('slice', what)
      drawnKey = key
      if (alive) {
        slice.value = { answer, frame: now }
        failure.value = ''
      }
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error)
    } finally {
      busy = false
      if (alive && wanted) void draw()
    }
  }

  watch([plane, picture, sight, size.width, size.height, loaded], () => void draw(), {
    deep: true,
    immediate: true,
    flush: 'post',
  })
  onBeforeUnmount(() => (alive = false))
  return { slice, failure, frame }
}
