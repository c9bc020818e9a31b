/**
 * Time–activity voxel by voxel: `integrateVoxels` without a fit; `fitVoxels` with one, regularised by the structure's curve
 * (`prepareVoxelFit` and `fitVoxelRange` are its two halves, for several threads).
 */
export { DEFAULT_VOXELWISE, integrateVoxels, VOXELWISE_VERSION } from './trapezoid.ts'
export type { VoxelwiseOptions, VoxelwiseRequest, VoxelwiseResult } from './trapezoid.ts'
export { fitVoxelRange, fitVoxels, prepareVoxelFit, summariseVoxelFit, voxelFitMaps, VOXEL_FIT_VERSION } from './fit.ts'
export { DEFAULT_VOXEL_FIT, DEFAULT_VOXEL_TRAPEZOID } from './defaults.ts'
export { freeParameters, heldShape, isVoxelModel, NOT_OF_VOXELS, VOXEL_MODELS } from './models.ts'
export { VOXEL_FLAG, VOXEL_MODEL_IDS } from './types.ts'
export type * from './types.ts'
