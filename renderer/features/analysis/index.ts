/** Running the chain from images to dose: when it is due, what stands in its way, what it assumed. */
export { useAnalysisStore } from './store.ts'
export { default as AnalysisBar } from './components/AnalysisBar.vue'
export { default as MethodList } from './components/MethodList.vue'
export { hasFormula, modelLabel, modelOptions, ownModel } from './model/models.ts'
export type { TacModel } from './model/models.ts'
export { leftOutReason } from './model/points.ts'
export { seriesPointLeftOut, type SeriesPoint } from './model/seriesPoints.ts'
