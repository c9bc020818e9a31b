/** Cells of a voxel: uneven uptake by receptors and vessels, crossfire, survival cell by cell. */
export { endlessCrossGyPerBqS } from './surroundings.ts'
export { sharedDecays } from './uptake.ts'
export { voxelEffect } from './voxel.ts'
export type { CellResponse, Surroundings, Vessels, VoxelCells, VoxelEffect, VoxelUptake } from './types.ts'
