/** PET beyond one image in Bq/mL: `suvInStructures`, `dynamicStructures`. */
export { dynamicStructures } from './dynamic.ts'
export type { DynamicFrame, DynamicResult } from './dynamic.ts'
export type { PetStructure, StructureMean } from './structureMeans.ts'
export { suvInStructures } from './suv.ts'
export type { SuvRequest, SuvResult } from './suv.ts'
