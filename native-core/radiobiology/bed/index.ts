/** Biologically effective dose: of a dose, of a course with repopulation, of voxels. */
export { bedOf, bedOfEqd, doseOfBed, eqdOf, externalBeamBed } from './bed.ts'
export type { ExternalBeamCourse } from './bed.ts'
export { bedMap } from './map.ts'
export type { BedMap, BedMapRequest, VoxelDoseRateTerm } from './map.ts'
export { effectiveBed, simpleCriticalTime } from './repopulation.ts'
export type { EffectiveBed, Repopulation } from './repopulation.ts'
export { tissueBedMap } from './tissueMap.ts'
export type { TissueBedMap, TissueBedRequest, VoxelTissue } from './tissueMap.ts'
