import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import { apply, indexToPatient } from './affine.ts'
import type { Volume } from './reslice.ts'

/** A volume made small for projections; the highest value of each block survives, so that no lesion fades. */
export interface Projection {
  readonly values: Float32Array<ArrayBuffer>
  readonly grid: ImageGrid
}

/** Takes the maximum over whole blocks so that no axis has more than `largest` voxels. A NaN counts as nothing. */
export function shrinkByMaximum(volume: Volume, grid: ImageGrid, largest: number): Projection {
  const [nx, ny, nz] = volume.dimensions
  const [bx, by, bz] = volume.dimensions.map((n) => Math.max(1, Math.ceil(n / largest))) as unknown as Vec3
  const dimensions: Vec3 = [Math.ceil(nx / bx), Math.ceil(ny / by), Math.ceil(nz / bz)]
  const values = new Float32Array(dimensions[0] * dimensions[1] * dimensions[2]).fill(-Infinity)
  for (let z = 0, from = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = dimensions[0] * (Math.floor(y / by) + dimensions[1] * Math.floor(z / bz))
      for (let x = 0; x < nx; x++, from++) {
        const to = row + Math.floor(x / bx)
        const value = volume.values[from] as number
        if (value > (values[to] as number)) values[to] = value
      }
    }
  }
  for (let at = 0; at < values.length; at++) if (values[at] === -Infinity) values[at] = 0
  const originMm = apply(indexToPatient(grid), [(bx - 1) / 2, (by - 1) / 2, (bz - 1) / 2])
  const spacingMm: Vec3 = [grid.spacingMm[0] * bx, grid.spacingMm[1] * by, grid.spacingMm[2] * bz]
  return { values, grid: { dimensions, spacingMm, originMm, direction: grid.direction } }
}
