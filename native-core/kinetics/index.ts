/**
 * Time–activity curves: `fitTimeActivity` fits and integrates one curve, `fittedCurve` draws it with its band, `activityAt` and
 * `integrateTerms` evaluate a sum of exponentials; `integrateVoxels` integrates images voxel by voxel.
 */
export { fitTimeActivity } from './fit.ts'
export { activityAt, drawingTimes, integrateTerms, fittedCurve } from './curve.ts'
export { DEFAULT_EARLY_PHASE_PRIOR, DEFAULT_ERROR_MODEL, FIT_VERSION } from './defaults.ts'
export { parameterCount, TAC_MODELS } from './models/index.ts'
export { DEFAULT_VOXELWISE, integrateVoxels, VOXELWISE_VERSION } from './voxelwise.ts'
export type { VoxelwiseOptions, VoxelwiseRequest, VoxelwiseResult } from './voxelwise.ts'
export type * from './types.ts'
