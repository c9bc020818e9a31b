/** Voxel S values (MIRD Pamphlet 17): mean dose in a voxel per decay spread uniformly over another, in an infinite medium. */
import { InputError } from '../../errors/index.ts'
import { JOULE_PER_MEV } from '../../units/index.ts'
import type { Radiation } from '../engines/types.ts'
import { mirrorCount, totalFraction, voxelKernel } from './voxelKernel.ts'
import type { NuclidePointKernel, PointKernel } from './types.ts'

export interface VoxelSRequest {
  readonly kernel: NuclidePointKernel
  readonly spacingMm: readonly [number, number, number]
  readonly densityGPerMl: number
  /** Largest offset along each axis, voxels. */
  readonly reach: number
}

/** Gy/(Bq·s) at offset (i, j, k) and its mirror images. */
export interface VoxelSValue {
  readonly offset: readonly [number, number, number]
  /** Distance of the centres. */
  readonly distanceMm: number
  readonly mirrorImages: number
  readonly total: number
  readonly byRadiation: Readonly<Record<Radiation, number>>
}

const LARGEST_REACH = 60

/**
 * S values of all offsets with 0 ≤ i, j, k ≤ reach, x fastest, and `beyondFraction`, the share of the emitted energy that goes farther.
 *
 * @throws InputError `voxel-s.spacing`, `voxel-s.density`, `voxel-s.reach`
 */
export function voxelSValues(request: VoxelSRequest): { values: VoxelSValue[]; beyondFraction: number } {
  const { kernel, spacingMm, densityGPerMl, reach } = request
  if (!spacingMm.every((mm) => mm >= 0.01 && mm <= 200)) {
    throw new InputError(
      'voxel-s.spacing',
      `Voxels of ${spacingMm.join(' × ')} mm cannot be computed.`,
      'Each side must be between 0.01 and 200 mm.',
    )
  }
  if (!(densityGPerMl >= 0.001 && densityGPerMl <= 30)) {
    throw new InputError(
      'voxel-s.density',
      `A density of ${densityGPerMl} g/mL is none of tissue.`,
      'Give 0.001 to 30 g/mL.',
    )
  }
  if (!Number.isInteger(reach) || reach < 0 || reach > LARGEST_REACH) {
    throw new InputError('voxel-s.reach', `The reach is ${reach}.`, `Give a whole number from 0 to ${LARGEST_REACH}.`)
  }
  const size = [reach + 1, reach + 1, reach + 1] as const
  const massKg = (spacingMm[0] * spacingMm[1] * spacingMm[2] * densityGPerMl) / 1e6
  const emittedMev = kernel.electronMev + kernel.photonMev + kernel.alphaMev + kernel.recoilMev
  let insideMev = kernel.recoilMev
  const part = (of: PointKernel | null, energyMev: number, charged: boolean): Float64Array => {
    if (of === null) return new Float64Array(size[0] * size[1] * size[2])
    const voxels = voxelKernel({ kernel: of, spacingMm, densityGPerMl, charged, size })
    insideMev += energyMev * totalFraction(voxels)
    return voxels.fraction.map((f) => (f * energyMev * JOULE_PER_MEV) / massKg)
  }
  const electron = part(kernel.electron, kernel.electronMev, true)
  const photon = part(kernel.photon, kernel.photonMev, false)
  const alpha = part(kernel.alpha, kernel.alphaMev, true)
  const values: VoxelSValue[] = []
  for (let k = 0, at = 0; k <= reach; k++) {
    for (let j = 0; j <= reach; j++) {
      for (let i = 0; i <= reach; i++, at++) {
        const byRadiation = {
          electron: electron[at] as number,
          photon: photon[at] as number,
          alpha: alpha[at] as number,
          recoil: at === 0 ? (kernel.recoilMev * JOULE_PER_MEV) / massKg : 0,
        }
        values.push({
          offset: [i, j, k],
          distanceMm: Math.hypot(i * spacingMm[0], j * spacingMm[1], k * spacingMm[2]),
          mirrorImages: mirrorCount(i, j, k),
          total: byRadiation.electron + byRadiation.photon + byRadiation.alpha + byRadiation.recoil,
          byRadiation,
        })
      }
    }
  }
  return { values, beyondFraction: emittedMev > 0 ? Math.max(0, 1 - insideMev / emittedMev) : 0 }
}
