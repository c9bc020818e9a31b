/** BED voxel by voxel from the curves of dose rates. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { VoxelFitMaps } from '../../../native-core/kinetics/voxelwise/index.ts'
import { bedMap, eqdOf } from '../../../native-core/radiobiology/index.ts'

export interface VoxelBedOptions {
  readonly alphaBetaGy: number
  readonly repairHalfTimeS: number
}

export interface VoxelBed {
  /** Gy, Gy in fractions of 2 Gy, and the Lea–Catcheside factor of each voxel; 0 where there is no dose. */
  readonly bed: Float32Array
  readonly eqd2: Float32Array
  readonly g: Float32Array
  /** One entry for the whole image, then one for each structure: means over their voxels. */
  readonly structures: readonly { readonly name: string; readonly meanBedGy: number; readonly meanEqd2Gy: number }[]
}

/**
 * BED, EQD2 and G of one administration that decays completely, each voxel with its own curve of the dose rate; α/β and repair are those of one tissue
 * for all voxels.
 *
 * @throws InputError `voxel-kinetics.terms` for maps without their curves; those of `bedMap`.
 */
export function voxelBed(
  maps: Pick<VoxelFitMaps, 'terms'>,
  labels: Uint8Array | Uint16Array,
  names: readonly string[],
  { alphaBetaGy, repairHalfTimeS }: VoxelBedOptions,
): VoxelBed {
  if (!maps.terms)
    throw new InputError(
      'voxel-kinetics.terms',
      'The curves of the voxels were not kept.',
      'Ask for the terms of the fit.',
    )
  const { bed, g } = bedMap({
    terms: maps.terms.map(({ amplitude, ratePerS }) => ({ rateGyPerS: amplitude, decayPerS: ratePerS })),
    repair: { kind: 'exponential', components: [{ halfTimeS: repairHalfTimeS, fraction: 1 }] },
    alphaBetaGy,
  })
  const perBed = eqdOf(1, alphaBetaGy)
  return {
    bed,
    eqd2: bed.map((one) => one * perBed),
    g,
    structures: ['Whole image', ...names].map((name, label) => {
      let [voxels, sum] = [0, 0]
      for (let voxel = 0; voxel < bed.length; voxel++) {
        if (label > 0 && labels[voxel] !== label) continue
        voxels++
        sum += bed[voxel] as number
      }
      const meanBedGy = voxels > 0 ? sum / voxels : 0
      return { name, meanBedGy, meanEqd2Gy: meanBedGy * perBed }
    }),
  }
}
