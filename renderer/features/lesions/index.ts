/** Lesions: found as candidates, judged by a person, followed over time points and cycles. A page of the Structures step. */
import { defineAsyncComponent } from 'vue'

/** The Structures step with its pages, loaded when it is first opened. */
export const StructurePages = defineAsyncComponent(() => import('./components/StructurePages.vue'))

export { useKeepLesionsAtClosing } from './keepAtClosing.ts'
