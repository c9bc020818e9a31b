import { computed, onBeforeUnmount, ref, watch, type Ref } from 'vue'

/** Width and height of an element as it is laid out, in CSS pixels, and its width in rem so that text size counts. */
export function useElementSize(element: Ref<HTMLElement | null>) {
  const width = ref(0)
  const height = ref(0)
  const rootFontPx = ref(16)
  let frame = 0
  // Told in the next frame: who draws to the new size may change the size, and within this one that would be an endless loop.
  const observer = new ResizeObserver((entries) => {
    const box = entries.at(-1)?.contentRect
    if (!box) return
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => {
      width.value = box.width
      height.value = box.height
      rootFontPx.value = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
    })
  })
  // A change of text size changes what fits, though the element stays as wide as it was.
  const rootObserver = new MutationObserver(() => {
    rootFontPx.value = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
  })
  rootObserver.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] })
  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before)
      if (now) observer.observe(now)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    cancelAnimationFrame(frame)
    observer.disconnect()
    rootObserver.disconnect()
  })
  return { width, height, widthRem: computed(() => width.value / rootFontPx.value) }
}
