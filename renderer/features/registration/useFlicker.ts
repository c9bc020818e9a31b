import { onBeforeUnmount, ref, watch, type Ref } from 'vue'

/** Which of two images is seen. Where the system asks for less motion they change by hand only. */
export function useFlicker(isOn: () => boolean, switchesPerS: Ref<number>) {
  const side = ref<0 | 1>(0)
  const isPaused = ref(false)
  const still = window.matchMedia('(prefers-reduced-motion: reduce)')
  const isStill = ref(still.matches)
  const hear = (event: MediaQueryListEvent) => (isStill.value = event.matches)
  still.addEventListener('change', hear)
  let timer: ReturnType<typeof setInterval> | null = null
  const other = () => (side.value = side.value === 0 ? 1 : 0)

  function stop(): void {
    if (timer !== null) clearInterval(timer)
    timer = null
  }
  watch(
    [isOn, switchesPerS, isStill, isPaused],
    () => {
      stop()
      if (isOn() && !isStill.value && !isPaused.value) timer = setInterval(other, 1000 / switchesPerS.value)
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    stop()
    still.removeEventListener('change', hear)
  })

  return {
    side,
    isPaused,
    isStill,
    /** The other image, and no more changing by itself. */
    toggle(): void {
      isPaused.value = true
      other()
    },
    resume: () => (isPaused.value = false),
  }
}
