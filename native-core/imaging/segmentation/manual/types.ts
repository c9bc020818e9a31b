import type { Vec3, VoxelBox } from '../../types.ts'

/**
 * How much of each voxel of a box of a grid belongs to a structure, 0 (nothing) to 255 (all of it), x fastest inside the box. It is the
 * editable form of a `FractionalMask`: a boundary lies between voxels where the tool that drew it put it. Nothing outside the box.
 */
export interface CoverageBox {
  readonly box: VoxelBox
  readonly coverage: Uint8Array
}

/** A plane in patient space: a point of it (mm, LPS) and its unit normal. */
export interface PatientPlane {
  readonly pointMm: Vec3
  readonly normal: Vec3
}

/** Coverage of a voxel that lies wholly inside. */
export const FULL = 255

/** From this coverage on a voxel counts as inside where a choice must be made. */
export const HALF = 128
