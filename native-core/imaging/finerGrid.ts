/** Grids whose voxels are parts of another's. */
import type { ImageGrid, Vec3 } from './types.ts'

/** The same box of space in whole parts of the voxels, none wider than `widestMm`. */
export function finerGrid(grid: ImageGrid, widestMm: number): ImageGrid {
  const parts = grid.spacingMm.map((spacing) => Math.max(1, Math.ceil(spacing / widestMm - 1e-9)))
  const spacingMm = grid.spacingMm.map((spacing, axis) => spacing / (parts[axis] ?? 1)) as unknown as Vec3
  const { direction: d, originMm: o } = grid
  // The first small centre lies half a difference of the spacings before the first large one.
  const back = spacingMm.map((spacing, axis) => (spacing - (grid.spacingMm[axis] ?? 0)) / 2)
  const originMm = o.map((start, row) =>
    back.reduce((sum, shift, axis) => sum + (d[3 * row + axis] ?? 0) * shift, start),
  ) as unknown as Vec3
  const dimensions = grid.dimensions.map((n, axis) => n * (parts[axis] ?? 1)) as unknown as Vec3
  return { dimensions, spacingMm, originMm, direction: d }
}
