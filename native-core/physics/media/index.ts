/**
 * Matter: `parseMaterialData` and `parseMedia` read the data files, `buildMediaPack` mixes them into what transport takes,
 * `mediumIndexFromHu` gives each CT voxel its medium.
 */
export { findMedium, mediumIndexFromHu, parseMaterialData, parseMedia } from './data.ts'
export type { MaterialData, MediaOfHu, MediaTable } from './data.ts'
export { alphaRange, buildMediaPack, electronRange, massAttenuation } from './pack.ts'
export { betheCollisionStopping, electronsMolPerG, meanExcitationEnergyEv } from './stopping.ts'
export type * from './types.ts'
