/** Kinetics voxel by voxel: of a cycle, or of images on one grid. */
export { voxelBed } from './bed.ts'
export type { VoxelBed, VoxelBedOptions } from './bed.ts'
export { fitCycle } from './cycle.ts'
export type { FittedCycle } from './cycle.ts'
export { fitImages } from './images.ts'
export type { FittedImages, ImagesRequest } from './images.ts'
export { voxelKineticsStructures } from './summary.ts'
export type { VoxelKineticsStructure } from './summary.ts'
