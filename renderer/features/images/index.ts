/** The linked image views: fusion, time points, outlines. */
import { defineAsyncComponent } from 'vue'

export { useImageStore } from './store.ts'
export { useVoxels } from './voxels.ts'
export { boundsOfPoint, centreOfMask, layerOf, sightOfBox, timePointTitle, toWorld } from './model/layout.ts'
export { default as ColourBar } from './components/ColourBar.vue'
export { default as LinkedSlices } from './components/LinkedSlices.vue'
/** The step, loaded when it is first opened. */
export const ImagesStep = defineAsyncComponent(() => import('./components/ImagesStep.vue'))
