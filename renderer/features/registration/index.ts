/** The registration workbench: two time points on each other, made, looked at, measured and judged. A page of the Images step. */
import { defineAsyncComponent } from 'vue'

export { useRegistrationStore } from './store.ts'

/** The Images step with its pages, loaded when it is first opened. */
export const ImagesPages = defineAsyncComponent(() => import('./components/ImagesPages.vue'))
