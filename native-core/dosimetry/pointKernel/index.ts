/**
 * Dose point kernels: `parsePointKernels` reads the tables of a medium, `nuclidePointKernel` weights them with what a decay sends out,
 * `voxelKernel` integrates over voxels, `voxelSValues` gives S values.
 */
export { enclosedOfAlpha, enclosedOfAnnihilation, enclosedOfCharged, enclosedOfPhoton } from './mono.ts'
export { enclosedFraction, nuclidePointKernel } from './nuclideKernel.ts'
export { parsePointKernels } from './table.ts'
export type * from './types.ts'
export { mirrorCount, totalFraction, voxelKernel } from './voxelKernel.ts'
export type { VoxelKernel, VoxelKernelRequest } from './voxelKernel.ts'
export { voxelSValues } from './voxelS.ts'
export type { VoxelSRequest, VoxelSValue } from './voxelS.ts'
