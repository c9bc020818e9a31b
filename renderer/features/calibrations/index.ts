/** Calibrations of the site's cameras: the list with what is known of each, phantoms, and their use for a patient. */
import { defineAsyncComponent } from 'vue'

export { default as CalibrationsDialog } from './components/CalibrationsDialog.vue'
/** What turns counts into activity for the open patient; loaded when it is first shown. */
export const QuantificationPane = defineAsyncComponent(() => import('./components/QuantificationPane.vue'))
