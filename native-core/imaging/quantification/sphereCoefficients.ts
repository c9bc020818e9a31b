/** Recovery of the spheres of a phantom. */
import { InputError } from '../../errors/index.ts'
import type { ImageGrid, Vec3 } from '../types.ts'
import { ballMask } from './ball.ts'
import type { SphereCoefficient } from './fitRecovery.ts'
import type { Measured } from '../../statistics/index.ts'
import { sphereVolumeOfDiameterMl } from './recoveryCurve.ts'
import { countsIn } from './regions.ts'

export interface PhantomSphere {
  /** LPS, mm. */
  readonly centreMm: Vec3
  readonly innerDiameterMm: number
}

export interface SphereImage {
  readonly grid: ImageGrid
  /** In Bq/mL, or in any unit in which `concentration` and `background` are given too. */
  readonly values: Float32Array | Float64Array
  /** Counts that one unit of the image is in a voxel, for the uncertainty of counting; null where it is not known. */
  readonly countsPerUnit: number | null
}

export interface SphereRecovery extends SphereCoefficient {
  readonly centreMm: Vec3
  readonly innerDiameterMm: number
  /** Mean of the image in the sphere. */
  readonly measured: number
  /** Counts in the sphere; null where `countsPerUnit` is. */
  readonly counts: number | null
}

/**
 * Recovery coefficient of each sphere, R = (C − B)/(T − B) with the mean C of the image inside its inner diameter, the true concentration T
 * and that of the background B (0 for cold water: R = C/T). A cold sphere (T = 0) has R = 1 − C/B.
 *
 * Uncertainty: counting (√N/N) and the volume of the sphere through the filling, `volumeRelativeUncertainty`. The activity meter and the
 * calibration factor scale all spheres together and are not in it.
 *
 * @throws InputError `recovery.contrast` where T and B are the same, `recovery.sphere-outside`, `image.not-finite`
 */
export function sphereCoefficients(
  image: SphereImage,
  spheres: readonly PhantomSphere[],
  known: { readonly concentration: number; readonly background: number; readonly volumeRelativeUncertainty: number },
): SphereRecovery[] {
  const contrast = known.concentration - known.background
  if (!(Math.abs(contrast) > 0) || !(known.concentration >= 0) || !(known.background >= 0))
    throw new InputError(
      'recovery.contrast',
      `Spheres of ${known.concentration} in a background of ${known.background} have no contrast to recover.`,
      'Give the concentration of the spheres and that of the background, both at the same time.',
    )
  return spheres.map(({ centreMm, innerDiameterMm }) => {
    const { measured, counts } = sphereMean(image, { centreMm, innerDiameterMm })
    const coefficient = (measured.value - known.background) / contrast
    const ofVolume = (known.volumeRelativeUncertainty * known.concentration) / Math.abs(contrast)
    return {
      centreMm,
      innerDiameterMm,
      volumeMl: sphereVolumeOfDiameterMl(innerDiameterMm),
      measured: measured.value,
      counts,
      coefficient,
      standardUncertainty: Math.hypot(
        measured.standardUncertainty / Math.abs(contrast),
        Math.abs(coefficient) * ofVolume,
      ),
    }
  })
}

/** Mean of the image in a sphere, with the uncertainty of counting where it is known. */
export function sphereMean(
  { grid, values, countsPerUnit }: SphereImage,
  { centreMm, innerDiameterMm }: PhantomSphere,
): { readonly measured: Measured; readonly counts: number | null } {
  const mask = ballMask(grid, centreMm, innerDiameterMm / 2)
  const where = `The sphere of ${innerDiameterMm} mm at (${centreMm.map((x) => x.toFixed(1)).join(', ')}) mm`
  if (mask.volumeOutsideMl > 0)
    throw new InputError('recovery.sphere-outside', `${where} leaves the image.`, 'Check its place (LPS, mm).')
  const { counts: sum, voxels } = countsIn(mask, values)
  if (!Number.isFinite(sum))
    throw new InputError('image.not-finite', `${where} has a voxel that is not a finite number.`, 'Check the image.')
  const counts = countsPerUnit === null ? null : sum * countsPerUnit
  const value = sum / voxels
  const relative = counts !== null && counts > 0 ? 1 / Math.sqrt(counts) : 0
  return { measured: { value, standardUncertainty: Math.abs(value) * relative }, counts }
}
