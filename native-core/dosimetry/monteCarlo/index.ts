/** What the engine `monte-carlo` is made of besides the kernels: structures by voxel, the media that occur, when to stop. */
export { fingerprint } from './fingerprint.ts'
export { nextBatch, shareDone, stopReason, stopRule } from './stopRule.ts'
export type { StopRule } from './stopRule.ts'
export { maskMassKg, structureParts } from './structureParts.ts'
export type { StructureParts } from './structureParts.ts'
export { usedMedia } from './usedMedia.ts'
