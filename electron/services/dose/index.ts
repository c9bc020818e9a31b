/** Dose maps: `computeVoxelDose` runs an engine, `activityUse` says what an activity image means. */
export { activityUse } from './activityUse.ts'
export type { ActivityUse, ActivityUseRequest } from './activityUse.ts'
export { computeVoxelDose } from './computeVoxelDose.ts'
export type { ComputedVoxelDose, VoxelDosePorts, VoxelDoseRequest } from './computeVoxelDose.ts'
export { computingGrid } from './computingGrid.ts'
export type { GridChoice } from './computingGrid.ts'
export type { Volume } from './maps.ts'
