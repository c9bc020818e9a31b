/** Mean doses of structures from a voxel dose, for engines that do not score structures themselves. */
import { voxelVolumeMl } from '../../imaging/index.ts'
import { RADIATIONS } from './types.ts'
import type { StructureMeanDose, VoxelDose, VoxelDoseInput } from './types.ts'

/**
 * Mass-weighted mean dose of each structure (energy deposited in it over its mass, as MIRD defines it), Gy, whole and by radiation: partial
 * voxels count by their fraction. `densityGPerMl` is that which the engine computed with, in each voxel or one for all. No statistical
 * uncertainty: the covariance of the voxels is not known here.
 */
export function structureMeans(
  { grid, structures }: Pick<VoxelDoseInput, 'grid' | 'structures'>,
  densityGPerMl: Float32Array | number,
  dose: Pick<VoxelDose, 'doseGy' | 'byRadiationGy'>,
): StructureMeanDose[] {
  const [nx, ny] = grid.dimensions
  const kgPerVoxel = voxelVolumeMl(grid) / 1000
  const parts = RADIATIONS.filter((radiation) => dose.byRadiationGy[radiation] !== undefined)
  return structures.map(({ name, mask }) => {
    const { start, size } = mask.box
    let [weight, whole] = [0, 0]
    const sums = parts.map(() => 0)
    for (let k = 0, n = 0; k < size[2]; k++)
      for (let j = 0; j < size[1]; j++) {
        let voxel = start[0] + nx * (start[1] + j + ny * (start[2] + k))
        for (let i = 0; i < size[0]; i++, n++, voxel++) {
          const fraction = mask.fractions[n] as number
          if (!(fraction > 0)) continue
          const w = fraction * (typeof densityGPerMl === 'number' ? densityGPerMl : (densityGPerMl[voxel] as number))
          weight += w
          whole += w * (dose.doseGy[voxel] as number)
          parts.forEach((radiation, p) => {
            sums[p] = (sums[p] as number) + w * ((dose.byRadiationGy[radiation] as Float32Array)[voxel] as number)
          })
        }
      }
    const mean = (sum: number): number => (weight > 0 ? sum / weight : 0)
    return {
      name,
      massKg: weight * kgPerVoxel,
      doseGy: mean(whole),
      statisticalSdGy: null,
      byRadiationGy: Object.fromEntries(parts.map((radiation, p) => [radiation, mean(sums[p] as number)])),
    }
  })
}
