/** PET beyond one image in Bq/mL: `suvInStructures`, `timePointSuv`, `dynamicStructures`; `uptake.ts` is run by workers. */
export { dynamicStructures } from './dynamic.ts'
export type { DynamicFrame, DynamicResult } from './dynamic.ts'
export type { PetStructure, StructureMean } from './structureMeans.ts'
export { suvInStructures } from './suv.ts'
export type { SuvRequest, SuvResult } from './suv.ts'
export { timePointSuv } from './timePointSuv.ts'
export type { SuvInjection } from './timePointSuv.ts'
