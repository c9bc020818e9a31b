/**
 * What DICOM objects mean: patients, series, geometry, physical values, injections, structures, registrations. `interpret` turns read files
 * (../dicom-files) into what the port electron/services/ports/dicomSource.ts promises; `assembleVoxels` loads an image's values.
 */
export { interpret } from './interpret.ts'
export type { Interpretation, InterpretOptions } from './interpret.ts'
export { planarFilesOf, planarImages, planarKind, planarProblem } from './planarNm.ts'
export { assembleVoxels } from './voxels.ts'
export type { ManyPixelLoader } from './voxels.ts'
export type { VoxelRecipe } from './types.ts'
