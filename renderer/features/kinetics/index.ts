/** Time–activity curves: chart, residuals, goodness, choice of the model. */
import { defineAsyncComponent } from 'vue'

export { default as ActivityChart } from './components/ActivityChart.vue'
/** The step, loaded when it is first opened. */
export const KineticsStep = defineAsyncComponent(() => import('./components/KineticsStep.vue'))
