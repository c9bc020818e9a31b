/** Structures on image grids: the part of each voxel that lies inside, from contours or from voxels. */
import { assertValidGrid } from './grid.ts'
import { contourSolid } from './contours/solid.ts'
import { invertAffine, IDENTITY_MAT4 } from './transform.ts'
import { maskVolumeMl } from './maskStatistics.ts'
import { rasteriseSolid } from './contours/rasterise.ts'
import { resampleMask } from './resampleMask.ts'
import type { ContourOptions } from './contours/solid.ts'
import type { FractionalMask, ImageGrid, Mat4, PlanarContour, StructureShape } from './types.ts'

export interface RasteriseOptions extends ContourOptions {
  /** Maps the structure's patient coordinates to those of the target grid (a registration); identity if left out. */
  readonly transform?: Mat4
}

/**
 * The part of each voxel of `grid` inside a stack of planar contours. Between contours the shape is interpolated such that
 * cross-section areas run along parabolas (exact for spheres, ellipsoids, cones and prisms); the ends close where the parabola
 * does, else are flat half a slice beyond the last contour. See `contours/areaModel.ts`.
 *
 * Throws InputError for contours that describe no body (codes `structure.…`) or an invalid grid (`geometry.invalid-grid`).
 */
export function rasteriseContours(
  contours: readonly PlanarContour[],
  grid: ImageGrid,
  options: RasteriseOptions = {},
): FractionalMask {
  return rasteriseShape({ kind: 'contours', contours }, grid, options)
}

/**
 * The part of each voxel of `targetGrid` inside a structure. Contours are sampled with sub-voxel accuracy, voxel structures by
 * volume overlap. What falls outside the grid is counted in `volumeOutsideMl`. With `options.transform` volumes grow by its
 * determinant (1 for rigid registrations).
 *
 * Throws InputError for a structure without a body, an invalid grid, or a transform that is not an invertible affine map.
 */
export function rasteriseShape(
  shape: StructureShape,
  targetGrid: ImageGrid,
  options: RasteriseOptions = {},
): FractionalMask {
  assertValidGrid(targetGrid)
  const transform = options.transform ?? IDENTITY_MAT4
  if (shape.kind === 'voxels') return resampleMask(shape.mask, targetGrid, transform)
  return rasteriseSolid(contourSolid(shape.contours, options), targetGrid, invertAffine(transform), options)
}

/** Volume of a structure in mL, from the shape itself (no target grid). Errors as for `rasteriseShape`. */
export function shapeVolumeMl(shape: StructureShape, options: ContourOptions = {}): number {
  if (shape.kind === 'voxels') return maskVolumeMl(shape.mask) + shape.mask.volumeOutsideMl
  return contourSolid(shape.contours, options).volumeMl
}
