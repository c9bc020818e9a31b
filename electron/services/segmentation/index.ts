/** Semi-automatic segmentation as a task, and what an image holds in the result. */
export { runSegmentation } from './segmentationTask.ts'
export type { SegmentationTask } from './segmentationTask.ts'
export { massOfRegion, measureRegion } from './measureRegion.ts'
export type { RegionMass, RegionStatistics } from './measureRegion.ts'
