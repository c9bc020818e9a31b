/** Where the edge of an outline lies, and what its error does to volume and counts (Gear et al. 2018). */
import { InputError } from '../../errors/index.ts'
import { erf, FWHM_PER_SIGMA } from '../../statistics/index.ts'

/**
 * Relative standard uncertainty of a volume from the place of its edge: each end of a diameter d lies anywhere within a voxel of width a
 * (variance a²/12) and is seen with the resolution FWHM (variance FWHM²/(8 ln 2)); u²(d) = a²/6 + FWHM²/(4 ln 2), and
 * u(V)/V = 3·u(d)/d for the sphere of equal volume. Gear et al. (2018); the voxel term was seen in public code, the resolution term is recalled
 * and not verified. An outline that was drawn on another image (CT) has the voxels and the resolution of that image.
 *
 * @throws InputError `uncertainty.edge` for a volume that is not positive, or a voxel or resolution below zero.
 */
export function edgeVolumeUncertainty(volumeMl: number, voxelMm: number, fwhmMm = 0): number {
  if (!(volumeMl > 0) || !Number.isFinite(volumeMl) || !(voxelMm >= 0) || !(fwhmMm >= 0))
    throw new InputError(
      'uncertainty.edge',
      `A volume of ${volumeMl} mL on voxels of ${voxelMm} mm with a resolution of ${fwhmMm} mm has no uncertainty of its edge.`,
      'Give a volume above 0 mL, and widths of 0 mm or more.',
    )
  const diameterMm = Math.cbrt((6000 * volumeMl) / Math.PI)
  return (3 * Math.sqrt(voxelMm ** 2 / 6 + fwhmMm ** 2 / (4 * Math.LN2))) / diameterMm
}

/**
 * d ln C / d ln V of a uniform sphere in a cold background, imaged with a Gaussian resolution: the activity just outside the outline
 * over the mean inside it. The concentration at the edge of the blurred sphere is φ/2 of the true one, with
 * φ = erf(2r/(σ√2)) − (2σ/(r√(2π)))·(1 − exp(−2r²/σ²)) (the form of Gear et al. 2018, recalled and not verified), and the mean is R of it.
 *
 * @param volumeMl volume of the sphere  @param fwhmMm resolution  @param recovery R, mean measured over true concentration
 */
export function countsVolumeSlopeOfSphere(volumeMl: number, fwhmMm: number, recovery: number): number {
  const radius = Math.cbrt((3 * volumeMl * 1e3) / (4 * Math.PI))
  const sigma = fwhmMm / FWHM_PER_SIGMA
  const phi =
    erf((2 * radius) / (sigma * Math.SQRT2)) -
    ((2 * sigma) / (radius * Math.sqrt(2 * Math.PI))) * -Math.expm1((-2 * radius * radius) / (sigma * sigma))
  return phi / (2 * recovery)
}

/**
 * Relative standard uncertainty of `counts` events, √(g/N): g is the noise factor of the reconstruction, the variance of the counts in a region
 * over Poisson's (1 for a sum of projections; reconstructed images need a measured one).
 *
 * @throws InputError `uncertainty.counts`
 */
export function countsUncertainty(counts: number, noiseFactor = 1): number {
  if (!(counts > 0) || !Number.isFinite(counts) || !(noiseFactor >= 0) || !Number.isFinite(noiseFactor))
    throw new InputError(
      'uncertainty.counts',
      `${counts} counts with a noise factor of ${noiseFactor} have no relative uncertainty.`,
      'Give counts above 0 and a noise factor of 0 or more.',
    )
  return Math.sqrt(noiseFactor / counts)
}
