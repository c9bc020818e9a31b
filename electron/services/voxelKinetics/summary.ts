/** What a voxelwise fit says of each structure. */
import { voxelVolumeMl } from '../../../native-core/imaging/index.ts'
import type { ImageGrid } from '../../../native-core/imaging/index.ts'
import { VOXEL_FLAG } from '../../../native-core/kinetics/voxelwise/index.ts'
import type { VoxelFitMaps } from '../../../native-core/kinetics/voxelwise/index.ts'

/** Of the voxels that belong to a structure by half at least; of "Whole image" all. Integrals in Bq·s and Bq·s/mL. */
export interface VoxelKineticsStructure {
  readonly name: string
  readonly voxels: number
  readonly volumeMl: number
  /** Mean of the map. */
  readonly meanIntegral: number
  /** Σ of the map times the volume of a voxel in mL. */
  readonly totalIntegral: number
  /** Of the voxels with a curve of their own; null where there is none. */
  readonly halfLifeS: { readonly quartile1: number; readonly median: number; readonly quartile3: number } | null
  /** Median of a voxel's standard uncertainty over its integral, of voxels that hold anything; null where none does. */
  readonly medianRelativeUncertainty: number | null
}

/** One entry for the whole image, then one for each structure. */
export function voxelKineticsStructures(
  grid: ImageGrid,
  labels: Uint8Array | Uint16Array,
  names: readonly string[],
  { integral, integralSd, halfLifeS, flags }: Pick<VoxelFitMaps, 'integral' | 'integralSd' | 'halfLifeS' | 'flags'>,
): VoxelKineticsStructure[] {
  const voxelMl = voxelVolumeMl(grid)
  return ['Whole image', ...names].map((name, label) => {
    const halfLives: number[] = []
    const relative: number[] = []
    let [voxels, sum] = [0, 0]
    for (let voxel = 0; voxel < integral.length; voxel++) {
      if (label > 0 && labels[voxel] !== label) continue
      const value = integral[voxel] as number
      voxels++
      sum += value
      if (((flags[voxel] as number) & VOXEL_FLAG.converged) !== 0) halfLives.push(halfLifeS[voxel] as number)
      if (value > 0) relative.push((integralSd[voxel] as number) / value)
    }
    const half = Float64Array.from(halfLives).sort()
    const uncertainty = Float64Array.from(relative).sort()
    const quantile = (sorted: Float64Array, share: number): number =>
      sorted[Math.floor(share * (sorted.length - 1))] as number
    return {
      name,
      voxels,
      volumeMl: voxels * voxelMl,
      meanIntegral: voxels > 0 ? sum / voxels : 0,
      totalIntegral: sum * voxelMl,
      halfLifeS:
        half.length > 0
          ? { quartile1: quantile(half, 0.25), median: quantile(half, 0.5), quartile3: quantile(half, 0.75) }
          : null,
      medianRelativeUncertainty: uncertainty.length > 0 ? quantile(uncertainty, 0.5) : null,
    }
  })
}
