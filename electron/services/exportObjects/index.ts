/** DICOM objects for any patient: what goes into them, ready for a writer. */
export type { ObjectOwner } from './context.ts'
export { activityMapObject } from './activity.ts'
export { madeBy } from './made.ts'
export { ownerOf } from './ownerOf.ts'
export { referencedImages, registrationObjects } from './registrations.ts'
export { segmentationObject, structureSetObject } from './structures.ts'
export type { StructureToExport } from './structures.ts'
export { wholeVoxelRemarks } from './wholeVoxels.ts'
