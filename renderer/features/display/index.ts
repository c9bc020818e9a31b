/** How the window looks: theme, text size, whose colours structures have, what is folded away; the frame that charts are drawn in. */
export { useDisplayStore } from './store.ts'
export { textSizes, type Display } from './model/display.ts'
export { default as PlotFrame } from './components/PlotFrame.vue'
export { readingHooks, type Plot, type PlotLook, type Read } from './model/plot.ts'
