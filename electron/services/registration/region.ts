/** The part of a fixed image that a registration looks at. */
import { InputError } from '../../../native-core/errors/index.ts'
import { indexToPatient, rasteriseShape, voxelCount, wholeBox } from '../../../native-core/imaging/index.ts'
import type { FractionalMask, ImageGrid, StructureShape } from '../../../native-core/imaging/index.ts'

/** All of the voxels whose centres lie in a box of patient coordinates (LPS, mm). @throws InputError `registration.empty-box`. */
export function insideBox(grid: ImageGrid, low: readonly number[], high: readonly number[]): FractionalMask {
  const fractions = new Float32Array(voxelCount(grid))
  const [nx, ny, nz] = grid.dimensions
  let any = false
  for (let k = 0, n = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, n++) {
        const p = indexToPatient(grid, [i, j, k])
        if (!p.every((x, axis) => x >= low[axis]! && x <= high[axis]!)) continue
        fractions[n] = 1
        any = true
      }
  if (!any)
    throw new InputError(
      'registration.empty-box',
      `No voxel of the fixed image lies between ${low.map((mm) => mm.toFixed(1)).join(', ')} and ${high.map((mm) => mm.toFixed(1)).join(', ')} mm.`,
      'Give a box inside the fixed image, in its patient coordinates (LPS, mm).',
    )
  return { grid, box: wholeBox(grid), fractions, volumeOutsideMl: 0 }
}

/** A box around a structure of the fixed image with a margin, for its own registration. @throws InputError as `rasteriseShape` and `insideBox`. */
export function aroundStructure(grid: ImageGrid, shape: StructureShape, marginMm: number): FractionalMask {
  const mask = rasteriseShape(shape, grid, { sliceThicknessMm: grid.spacingMm[2] })
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  let n = 0
  for (let k = 0; k < mask.box.size[2]; k++)
    for (let j = 0; j < mask.box.size[1]; j++)
      for (let i = 0; i < mask.box.size[0]; i++, n++) {
        if (!(mask.fractions[n]! > 0)) continue
        const p = indexToPatient(grid, [i + mask.box.start[0], j + mask.box.start[1], k + mask.box.start[2]])
        for (let axis = 0; axis < 3; axis++) {
          low[axis] = Math.min(low[axis]!, p[axis]! - marginMm)
          high[axis] = Math.max(high[axis]!, p[axis]! + marginMm)
        }
      }
  return insideBox(grid, low, high)
}
