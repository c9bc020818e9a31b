/** NIfTI-1 files (.nii, .nii.gz): single volumes and displacement fields in and out, in LPS mm. */
export { encodeDisplacement, readDisplacement } from './displacement.ts'
export type { DisplacementVolume } from './displacement.ts'
export { encodeNifti, writeNifti } from './encode.ts'
export { decodeNifti, isNiftiName, readNifti } from './decode.ts'
export type { NiftiImage, NiftiReading } from './types.ts'
