/** Drawing structures: tools, preview, undo without limit, and saving as a new set. */
import { defineAsyncComponent } from 'vue'

/** The step, loaded when it is first opened. */
export const StructuresStep = defineAsyncComponent(() => import('./components/StructuresStep.vue'))

export { useKeepAtClosing } from './keepAtClosing.ts'
export { useTold } from './useTold.ts'
