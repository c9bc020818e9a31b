/** Concentration around a structure, out of reach of its own blur. */
import { InputError } from '../../errors/index.ts'
import { maskVoxels } from './maskVoxels.ts'
import { voxelCount } from '../grid.ts'
import type { ImageGrid, Vec3 } from '../types.ts'
import type { GaussianPsf } from './gaussianBlur.ts'
import type { GtmStructure } from './geometricTransferMatrix.ts'
import type { Measured } from '../../statistics/index.ts'
import { blurSparse } from './sparseBlur.ts'

/** One per cent of a blurred edge is one FWHM away from it: Φ(−2.35). */
const EDGE_SHARE = 0.01
const LEAST_VOXELS = 8

/**
 * Mean of the image between one and about two widths of the point spread function around a structure, where no structure of the list has a
 * part or spills one per cent or more. The uncertainty is the standard deviation of these voxels: the surroundings differ from place to place,
 * and which part of them spills in is not known.
 *
 * @param structures all that are outlined; `position` says which one is asked for
 * @throws InputError `surroundings.none` where less than eight voxels are left
 */
export function surroundingsMean(
  grid: ImageGrid,
  structures: readonly GtmStructure[],
  position: number,
  values: Float32Array | Float64Array,
  { fwhmMm }: GaussianPsf,
): Measured {
  const structure = structures[position]
  if (!structure) throw new Error(`no structure ${position}`)
  const spill = new Float64Array(voxelCount(grid))
  for (const { mask } of structures) {
    const list = maskVoxels(mask)
    if (list.voxels.length === 0) continue
    const blurred = blurSparse(list, grid, fwhmMm)
    blurred.voxels.forEach((voxel, n) => (spill[voxel]! += blurred.values[n]!))
    list.voxels.forEach((voxel, n) => (spill[voxel]! += list.weights[n]!))
  }
  const own = maskVoxels(structure.mask)
  const around =
    own.voxels.length === 0
      ? { voxels: new Int32Array(), values: new Float64Array() }
      : blurSparse(own, grid, fwhmMm.map((width) => 2 * width) as unknown as Vec3)
  const seen: number[] = []
  around.voxels.forEach((voxel, n) => {
    if (around.values[n]! >= EDGE_SHARE && spill[voxel]! < EDGE_SHARE) seen.push(values[voxel]!)
  })
  if (seen.length < LEAST_VOXELS)
    throw new InputError(
      'surroundings.none',
      `Around "${structure.name}" there is no place that is free of structures and of their blur.`,
      'Use the geometric transfer matrix, which knows its neighbours, or set the background to none.',
    )
  const value = seen.reduce((sum, one) => sum + one, 0) / seen.length
  const variance = seen.reduce((sum, one) => sum + (one - value) ** 2, 0) / (seen.length - 1)
  return { value, standardUncertainty: Math.sqrt(variance) }
}
