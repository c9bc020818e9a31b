/** NIfTI-1 files (.nii, .nii.gz): single volumes in and out, in LPS mm. */
export { encodeNifti, writeNifti } from './encode.ts'
export { decodeNifti, isNiftiName, readNifti } from './decode.ts'
export type { NiftiImage, NiftiReading } from './types.ts'
