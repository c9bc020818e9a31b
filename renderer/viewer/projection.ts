import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import { apply, indexToPatient } from './affine.ts'
import type { Volume } from './reslice.ts'

/** What of a block of voxels is kept: the highest value, so that no lesion fades, or the mean, so that nothing thickens. */
export type Shrinking = 'maximum' | 'mean'

/** A volume made small for projections. */
export interface Projection {
  readonly values: Float32Array<ArrayBuffer>
  readonly grid: ImageGrid
}

/** Takes the maximum or the mean over whole blocks so that no axis has more than `largest` voxels. A NaN counts as nothing. */
export function shrink(volume: Volume, grid: ImageGrid, largest: number, by: Shrinking): Projection {
  const [nx, ny, nz] = volume.dimensions
  const [blockX, blockY, blockZ] = volume.dimensions.map((n) => Math.max(1, Math.ceil(n / largest))) as unknown as Vec3
  const dimensions: Vec3 = [Math.ceil(nx / blockX), Math.ceil(ny / blockY), Math.ceil(nz / blockZ)]
  const size = dimensions[0] * dimensions[1] * dimensions[2]
  const values = new Float32Array(size).fill(by === 'maximum' ? -Infinity : 0)
  const counted = by === 'mean' ? new Uint32Array(size) : null
  for (let z = 0, from = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = dimensions[0] * (Math.floor(y / blockY) + dimensions[1] * Math.floor(z / blockZ))
      for (let x = 0; x < nx; x++, from++) {
        const to = row + Math.floor(x / blockX)
        const value = volume.values[from] as number
        if (counted === null) {
          if (value > (values[to] as number)) values[to] = value
        } else if (!Number.isNaN(value)) {
          values[to] = (values[to] as number) + value
          counted[to] = (counted[to] as number) + 1
        }
      }
    }
  }
  for (let at = 0; at < size; at++) {
    if (counted !== null && (counted[at] as number) > 1) values[at] = (values[at] as number) / (counted[at] as number)
    else if (values[at] === -Infinity) values[at] = 0
  }
  const originMm = apply(indexToPatient(grid), [(blockX - 1) / 2, (blockY - 1) / 2, (blockZ - 1) / 2])
  const spacingMm: Vec3 = [grid.spacingMm[0] * blockX, grid.spacingMm[1] * blockY, grid.spacingMm[2] * blockZ]
  return { values, grid: { dimensions, spacingMm, originMm, direction: grid.direction } }
}
