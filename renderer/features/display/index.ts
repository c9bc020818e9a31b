/** How the window looks: theme, text size, whose colours structures have, what is folded away. */
export { useDisplayStore } from './store.ts'
export { textSizes, type Display } from './model/display.ts'
