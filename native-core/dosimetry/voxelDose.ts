import { InputError } from '../errors/index.ts'
import { JOULE_PER_MEV } from '../units/index.ts'

export interface VoxelDoseRequest {
  /** Time-integrated activity concentration of each voxel, Bq·s/mL. */
  readonly tiaBqSPerMl: Float32Array
  /** Mass density of each voxel, g/mL, or one number for all. */
  readonly densityGPerMl: Float32Array | number
  /** Energy deposited where it is emitted, MeV per decay (see `localEnergyMev`). */
  readonly localEnergyMev: number
  /** Densities below this give no dose: air holds no tissue to protect, and a small mass would make the dose absurd. g/mL. */
  readonly smallestDensityGPerMl?: number
}

/**
 * Dose map by local energy deposition, Gy: D = TIA concentration · E / ρ in each voxel. Voxels below the smallest density (default
 * 0.1 g/mL) get zero and are counted in `skippedVoxels`; negative TIA (noise of a fit) stays negative, so that means are unbiased.
 *
 * @throws InputError `dose.grid` where the maps differ in size, `dose.voxel` for a value that is not finite.
 */
export function voxelDose(request: VoxelDoseRequest): { doseGy: Float32Array; skippedVoxels: number } {
  const { tiaBqSPerMl, densityGPerMl, localEnergyMev } = request
  const smallest = request.smallestDensityGPerMl ?? 0.1
  const n = tiaBqSPerMl.length
  if (typeof densityGPerMl !== 'number' && densityGPerMl.length !== n) {
    throw new InputError(
      'dose.grid',
      `The activity map has ${n} voxels and the density map ${densityGPerMl.length}.`,
      'Resample both to one grid.',
    )
  }
  const doseGy = new Float32Array(n)
  // (Bq·s/mL)/(g/mL) = decays/g; times 1000 per kg.
  const factor = localEnergyMev * JOULE_PER_MEV * 1e3
  let skippedVoxels = 0
  for (let i = 0; i < n; i++) {
    const tia = tiaBqSPerMl[i] as number
    const density = typeof densityGPerMl === 'number' ? densityGPerMl : (densityGPerMl[i] as number)
    if (!Number.isFinite(tia) || !Number.isFinite(density)) {
      throw new InputError(
        'dose.voxel',
        `Voxel ${i} has TIA ${tia} and density ${density}.`,
        'Maps must hold finite numbers.',
      )
    }
    if (density < smallest) {
      if (tia !== 0) skippedVoxels++
      continue
    }
    doseGy[i] = (tia / density) * factor
  }
  return { doseGy, skippedVoxels }
}
