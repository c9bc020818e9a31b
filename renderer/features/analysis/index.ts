/** Running the chain from images to dose: when it is due, what stands in its way, what it assumed. */
export { useAnalysisStore } from './store.ts'
export { default as AnalysisBar } from './components/AnalysisBar.vue'
export { default as MethodList } from './components/MethodList.vue'
export { modelLabel, modelOptions } from './model/models.ts'
