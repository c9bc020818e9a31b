/** Voxel dose of a patient's cycle. */
export { ACTIVITY_MAP_VERSION } from './activityMap.ts'
export { computeDoseMap } from './doseMap.ts'
export type { DoseMap, DoseMapPorts, DoseMapRequest, EngineRunRequest } from './doseMap.ts'
export { listEngines } from './listEngines.ts'
export { structuresOf } from './structures.ts'
