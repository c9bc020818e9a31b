/**
 * Time–activity curves: `fitTimeActivity` fits and integrates one curve (sums of exponentials, own formulas, trapezoids, averages over
 * models), `fittedCurve` draws it with its bands, `curveFunctions`, `activityAt` and `integrateCurve` evaluate it, `integrateTerms` a plain
 * sum of exponentials; `parametricCurve` gives a function of the library; `integrateVoxels` integrates images voxel by voxel.
 */
export { comparedFit } from './compared.ts'
export { fitTimeActivity } from './fit.ts'
export { activityAt, curveFunctions, fittedCurve, integrateCurve, integrateTerms } from './curve.ts'
export { DEFAULT_EARLY_PHASE_PRIOR, DEFAULT_ERROR_MODEL, FIT_VERSION } from './defaults.ts'
export { parameterCount, TAC_MODELS } from './models/index.ts'
export { DEFAULT_VOXELWISE, integrateVoxels, VOXELWISE_VERSION } from './voxelwise/index.ts'
export type { VoxelwiseOptions, VoxelwiseRequest, VoxelwiseResult } from './voxelwise/index.ts'
export * from './parametric/index.ts'
export type * from './types.ts'
