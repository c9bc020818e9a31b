/** Outlines of a structure's mask in the plane of a view. */
import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import { apply, indexToPatient, type Affine } from './affine.ts'
import { levelLines, type PlaneLines, type planeOf } from './levelLines.ts'
import type { Polyline } from './outline.ts'
import type { Volume } from './reslice.ts'

export interface MaskLines {
  readonly id: string
  /** In pixels of the slice, 0 at the centre of its first pixel. */
  readonly lines: readonly Polyline[]
}

interface Boxed {
  readonly grid: ImageGrid
  readonly boxStart: Vec3
  readonly boxSize: Vec3
}

/** The voxels of a mask's box with one empty voxel around, and the grid of exactly these: outside is outside. */
export function padded(bytes: Uint8Array, { grid, boxStart, boxSize }: Boxed): { volume: Volume; grid: ImageGrid } {
  const [nx, ny, nz] = boxSize
  const dimensions: Vec3 = [nx + 2, ny + 2, nz + 2]
  const values = new Uint8Array(dimensions[0] * dimensions[1] * dimensions[2])
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const from = nx * (y + ny * z)
      values.set(bytes.subarray(from, from + nx), 1 + dimensions[0] * (y + 1 + dimensions[1] * (z + 1)))
    }
  }
  const originMm = apply(indexToPatient(grid), [boxStart[0] - 1, boxStart[1] - 1, boxStart[2] - 1])
  return { volume: { values, dimensions }, grid: { ...grid, dimensions, originMm } }
}

/** Where the mask meets the plane, at half a voxel's fraction. */
export function maskOutlines(
  volume: Volume,
  grid: ImageGrid,
  toWorld: Affine,
  of: ReturnType<typeof planeOf>,
): PlaneLines {
  return levelLines(volume, grid, toWorld, of, [127.5])[0] as PlaneLines
}
