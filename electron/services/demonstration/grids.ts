/** The image grids of each size, and grids in the order that a scanner stores them. */
import type { ImageGrid, Mat3, Vec3 } from '../../../native-core/imaging/types.ts'
import type { PhantomOptions } from './options.ts'

export interface CaseGrids {
  readonly ct: ImageGrid
  readonly emission: ImageGrid
}

const LPS: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]

/** A grid with its middle at the origin, axes along L, P, S. */
function centred(dimensions: Vec3, spacingMm: Vec3): ImageGrid {
  const originMm = dimensions.map((n, a) => (-(n - 1) / 2) * spacingMm[a]!) as unknown as Vec3
  return { dimensions, spacingMm, originMm, direction: LPS }
}

/** CT and emission grids. The small ones are those of usual SPECT/CT in every second row; all cover 435 × 435 × 300 mm. */
export function caseGrids(sizes: PhantomOptions['sizes']): CaseGrids {
  switch (sizes) {
    case 'tiny':
      return { ct: centred([64, 64, 38], [6.796875, 6.796875, 8]), emission: centred([32, 32, 22], [13.6, 13.6, 13.6]) }
    case 'small':
      return {
        ct: centred([128, 128, 60], [3.3984375, 3.3984375, 5]),
        emission: centred([64, 64, 44], [6.8, 6.8, 6.8]),
      }
    case 'medium':
      return {
        ct: centred([256, 256, 100], [1.69921875, 1.69921875, 3]),
        emission: centred([96, 96, 64], [4.6, 4.6, 4.6]),
      }
  }
}

/** Directions of rows and columns of axial images by patient position (DICOM PS3.3 C.7.3.1.1.2), slices along their normal. */
const AXES: Record<PhantomOptions['orientation'], readonly [1 | -1, 1 | -1]> = {
  HFS: [1, 1],
  FFS: [-1, 1],
  HFP: [-1, -1],
  FFP: [1, -1],
}

/**
 * A volume turned from L, P, S order to how a patient in `position` is stored; slices run along the normal of the images, or
 * against it if `sliceAgainstNormal` (then `direction` is left-handed). World coordinates of every voxel stay what they are.
 */
export function storeAs<T extends Float32Array | Int16Array | Uint8Array>(
  volume: T,
  grid: ImageGrid,
  position: PhantomOptions['orientation'],
  sliceAgainstNormal = false,
): { readonly volume: T; readonly grid: ImageGrid } {
  const [fx, fy] = AXES[position]
  const normal = fx * fy
  const fz = sliceAgainstNormal ? -normal : normal
  const [nx, ny, nz] = grid.dimensions
  const stored = volume.slice() as T
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const from = nx * ((fy < 0 ? ny - 1 - j : j) + ny * (fz < 0 ? nz - 1 - k : k))
      const to = nx * (j + ny * k)
      if (fx > 0) stored.set(volume.subarray(from, from + nx), to)
      else for (let i = 0; i < nx; i++) stored[to + i] = volume[from + nx - 1 - i]!
    }
  }
  const flips = [fx, fy, fz]
  const originMm = grid.originMm.map((o, a) =>
    flips[a]! < 0 ? o + (grid.dimensions[a]! - 1) * grid.spacingMm[a]! : o,
  ) as unknown as Vec3
  return { volume: stored, grid: { ...grid, originMm, direction: [fx, 0, 0, 0, fy, 0, 0, 0, fz] } }
}
