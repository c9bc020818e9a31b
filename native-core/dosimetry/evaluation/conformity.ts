/** How well a prescribed isodose fits a target. */
import { InputError } from '../../errors/index.ts'
import { voxelVolumeMl } from '../../imaging/grid.ts'
import { volumeAtDoseMl } from './statistics.ts'
import { valueAt } from './trilinear.ts'
import type { DoseImage, DoseSampling, StructureDose } from './types.ts'

export interface Conformity {
  readonly prescriptionGy: number
  /** Volume of the whole dose grid at or above the prescription, mL. */
  readonly isodoseMl: number
  /** Volume of the target at or above the prescription, mL. */
  readonly coveredMl: number
  /** Covered part of the target, 0 to 1. */
  readonly coverage: number
  /** Paddick's index covered²/(target · isodose) (2000, J Neurosurg 93 Suppl 3:219); null where nothing gets the prescription. */
  readonly paddickIndex: number | null
  /** Isodose volume over target volume (Shaw et al. 1993, IJROBP 27:1231: PITV). */
  readonly rtogIndex: number
}

/**
 * Conformity of the prescription isodose to a target whose dose is `target`; the part of the target outside the dose grid counts as not
 * covered.
 *
 * @throws InputError `dose.prescription` unless it is positive.
 */
export function conformity(dose: DoseImage, target: StructureDose, prescriptionGy: number): Conformity {
  if (!(prescriptionGy > 0 && prescriptionGy < Infinity)) {
    throw new InputError(
      'dose.prescription',
      `A prescription of ${prescriptionGy} Gy cannot be used.`,
      'Give a positive dose in Gy.',
    )
  }
  const targetMl = target.insideMl + target.outsideMl
  const coveredMl = volumeAtDoseMl(target, prescriptionGy)
  const isodoseMl = isodoseVolumeMl(dose, prescriptionGy, target.sampling)
  return {
    prescriptionGy,
    isodoseMl,
    coveredMl,
    coverage: coveredMl / targetMl,
    paddickIndex: isodoseMl > 0 ? Math.min(1, coveredMl ** 2 / (targetMl * isodoseMl)) : null,
    rtogIndex: isodoseMl / targetMl,
  }
}

/** Samples along each axis of a voxel that the isodose surface may cross. */
const ACROSS = 4

/**
 * Volume in mL of a dose grid at or above a dose: of whole voxels, or of the trilinear dose within them. Voxels that are NaN
 * count as below.
 */
export function isodoseVolumeMl(dose: DoseImage, atDoseGy: number, sampling: DoseSampling = 'interpolated'): number {
  const { grid, doseGy } = dose
  const [nx, ny, nz] = grid.dimensions
  const threshold = atDoseGy - Math.abs(atDoseGy) * 2 ** -23
  const isAbove = Uint8Array.from(doseGy, (value) => (value >= threshold ? 1 : 0))
  let voxels = 0
  let n = 0
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, n++) {
        if (sampling === 'voxels' || isLikeNeighbours(isAbove, nx, ny, nz, i, j, k)) voxels += isAbove[n]!
        else voxels += partAbove(dose, i, j, k, threshold)
      }
    }
  }
  return voxels * voxelVolumeMl(grid)
}

function isLikeNeighbours(
  isAbove: Uint8Array,
  nx: number,
  ny: number,
  nz: number,
  i: number,
  j: number,
  k: number,
): boolean {
  const own = isAbove[i + nx * (j + ny * k)]!
  for (let c = Math.max(k - 1, 0); c <= Math.min(k + 1, nz - 1); c++) {
    for (let b = Math.max(j - 1, 0); b <= Math.min(j + 1, ny - 1); b++) {
      for (let a = Math.max(i - 1, 0); a <= Math.min(i + 1, nx - 1); a++) {
        if (isAbove[a + nx * (b + ny * c)] !== own) return false
      }
    }
  }
  return true
}

function partAbove(dose: DoseImage, i: number, j: number, k: number, threshold: number): number {
  let above = 0
  for (let n = 0; n < ACROSS ** 3; n++) {
    const x = i + ((n % ACROSS) + 0.5) / ACROSS - 0.5
    const y = j + ((Math.floor(n / ACROSS) % ACROSS) + 0.5) / ACROSS - 0.5
    const z = k + (Math.floor(n / ACROSS ** 2) + 0.5) / ACROSS - 0.5
    if (valueAt(dose.doseGy, dose.grid, x, y, z) >= threshold) above++
  }
  return above / ACROSS ** 3
}
