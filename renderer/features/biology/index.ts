/** Biological effect of the doses: BED, limits, complication and control, with the parameters they rest on. */
import { defineAsyncComponent } from 'vue'

/** The step, loaded when it is first opened. */
export const BiologyStep = defineAsyncComponent(() => import('./components/BiologyStep.vue'))

export { useKeepBiologyAtClosing } from './keepAtClosing.ts'
/** The course of an outcome model with dose, for the simulated backend. */
export { responseOf } from './model/outcomeCurve.ts'
