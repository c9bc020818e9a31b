/** Three numbers in axis order x, y, z (index space: column, row, slice; patient space: LPS in mm). */
export type Vec3 = readonly [number, number, number]

/** Row-major 3×3 matrix. */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number]

/** Row-major 4×4 homogeneous matrix that maps patient coordinates (LPS, mm) to patient coordinates. */
export type Mat4 = readonly number[]

/**
 * A regular image grid in patient space. Voxel (i, j, k) has its centre at
 * `originMm + direction · (i·spacingMm[0], j·spacingMm[1], k·spacingMm[2])`; the columns of `direction` are the unit vectors
 * of the three index axes in LPS and form a right- or left-handed orthonormal basis. Voxels are stored with x fastest.
 */
export interface ImageGrid {
  readonly dimensions: Vec3
  readonly spacingMm: Vec3
  readonly originMm: Vec3
  readonly direction: Mat3
}

/** A planar closed contour: x, y, z triples in LPS mm, without repeating the first point at the end. */
export interface PlanarContour {
  readonly pointsMm: Float64Array
}

/** A box of voxels inside a grid: first index and number of voxels along each axis. */
export interface VoxelBox {
  readonly start: Vec3
  readonly size: Vec3
}

/**
 * The part of each voxel of `grid` that lies inside a structure, 0 to 1, for the voxels of `box` only (x fastest inside the box).
 * `volumeOutsideMl` is the volume of the structure that lies outside the grid.
 */
export interface FractionalMask {
  readonly grid: ImageGrid
  readonly box: VoxelBox
  readonly fractions: Float32Array
  readonly volumeOutsideMl: number
}

/** Where a structure is: stacked planar contours (RTSTRUCT), or voxels of a grid (SEG, drawn). */
export type StructureShape =
  | { readonly kind: 'contours'; readonly contours: readonly PlanarContour[] }
  | { readonly kind: 'voxels'; readonly mask: FractionalMask }

/**
 * A deformable map from the fixed image to the moving one: where the point x of the fixed image's patient space lies in the moving
 * image's, x ↦ `fixedToMoving` · (x + u(x)), LPS in mm (as in DICOM's Deformable Spatial Registration with a post-deformation matrix).
 * u is trilinear between the voxel centres of `grid`, which lies in the fixed space; in the outer half voxels it is that of the
 * nearest centre plane, and beyond the grid it is zero.
 */
export interface Deformation {
  readonly grid: ImageGrid
  /** x, y, z of u for each voxel of `grid`, voxel after voxel, x fastest. */
  readonly displacementMm: Float32Array
  readonly fixedToMoving: Mat4
}
