/** Measured series: time courses of planar images, probe, samples or typed values that feed a patient's curves. */
export { default as PairPage } from './components/PairPage.vue'
export { default as SeriesPage } from './components/SeriesPage.vue'
