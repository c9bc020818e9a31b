import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { defaultDisplay, readDisplay, textSizes, type Display, type TextSize } from './model/display.ts'

const KEY = 'theratwin.display'

/** How the window looks: theme, text size, whose colours structures have. Kept on this machine, not with the patient. */
export const useDisplayStore = defineStore('display', () => {
  const display = ref<Display>(load())

  function load(): Display {
    try {
      return readDisplay(localStorage.getItem(KEY))
    } catch {
      return { ...defaultDisplay }
    }
  }

  /** Puts the choices on the document; style sheets do the rest. */
  function apply(): void {
    document.documentElement.dataset['theme'] = display.value.theme
    document.documentElement.style.fontSize = `${display.value.textPercent}%`
  }

  function toggleTheme(): void {
    display.value.theme = display.value.theme === 'dark' ? 'light' : 'dark'
  }

  function stepTextSize(direction: 1 | -1): void {
    const index = textSizes.indexOf(display.value.textPercent) + direction
    display.value.textPercent = textSizes[Math.min(textSizes.length - 1, Math.max(0, index))] as TextSize
  }

  watch(
    display,
    (value) => {
      apply()
      try {
        localStorage.setItem(KEY, JSON.stringify(value))
      } catch {
        // Where nothing can be kept, the choice holds for this session.
      }
    },
    { deep: true },
  )

  return { display, apply, toggleTheme, stepTextSize }
})
