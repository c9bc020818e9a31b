/** Absorbed dose by structure, and over the cycles. */
import { defineAsyncComponent } from 'vue'

/** The step, loaded when it is first opened. */
export const DoseStep = defineAsyncComponent(() => import('./components/DoseStep.vue'))
