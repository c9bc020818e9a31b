/**
 * Semi-automatic segmentation: thresholds, edges, growing, random walker, level set, with boundaries between voxels.
 * Pure; runs in workers.
 */
export type * from './types.ts'
export { SEGMENTATION_DEFAULTS } from './defaults.ts'
export { segmentRegion } from './segmentRegion.ts'
export { boxAroundPoint, boxOfCorners, valuesIn } from './place.ts'
export { PEAK_RADIUS_MM, peakIn, type Peak } from './peak.ts'
export { resolutionFindings, type ResolutionFindings } from './resolutionRemarks.ts'
