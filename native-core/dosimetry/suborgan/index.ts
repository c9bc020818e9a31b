/**
 * Doses within an organ. From the user's own table of S values: `parseSuborganTable`, `suborganDoses` (none is shipped). From shares of mass and activity
 * in concentric parts: `parseSuborganModels`, `partRatios`, over the closed form of `nestedShares`.
 */
export { givenActivityShares, parseSuborganModels, partRatios } from './model.ts'
export type { PartRatio, SuborganModel, SuborganModelPart, SuborganShare } from './model.ts'
export { chargedShares, electronReachGPerCm2, nestedShares } from './nested.ts'
export type { NestedShares } from './nested.ts'
export { parseSuborganTable, suborganDoses } from './suborgan.ts'
export type * from './types.ts'
