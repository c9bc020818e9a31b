/** Dose engines behind one contract (`types.ts`): `doseEngines`, `findEngine`, `engineParameters`, checks of their input. */
export {
  assertFitsMemory,
  DEFAULT_MEMORY_LIMIT_BYTES,
  LARGEST_NEGATIVE_SHARE,
  prepareActivity,
  prepareVoxelInput,
  voxelDoseBytes,
} from './prepareVoxelInput.ts'
export type { PreparedVoxelInput } from './prepareVoxelInput.ts'
export { doseEngines, engineParameters, findEngine, findVoxelEngine } from './registry.ts'
export { structureMeans } from './structureMeans.ts'
export { RADIATIONS } from './types.ts'
export type * from './types.ts'
