/** The report: made, looked at, saved. */
import { defineAsyncComponent } from 'vue'

/** The step, loaded when it is first opened. */
export const ReportStep = defineAsyncComponent(() => import('./components/ReportStep.vue'))
