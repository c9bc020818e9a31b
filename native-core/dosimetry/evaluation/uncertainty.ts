/**
 * How uncertain the volume above a dose, and the dose to a volume, are.
 *
 * Two parts that are never mixed up:
 *
 * - Statistical. The dose dᵢ of sample i has an error of standard deviation sᵢ. Whether the sample is above D is a yes/no variable
 *   with pᵢ = Φ((dᵢ − D)/sᵢ), the moments of the indicator function (Wahl et al. 2020, Med Phys 47:5260, "Analytical
 *   probabilistic modeling of dose-volume histograms"). Errors are independent from voxel to voxel, and taken as common to all samples
 *   in the same voxel: var V(D) = Σ_voxels (Σ_{i in voxel} vᵢ √(pᵢ(1−pᵢ)))². Samples between voxels share more
 *   than that; Monte Carlo voxels are nearly independent (Sempau and Bielajew 2000, PMB 45:131). For Dx the same variance is carried
 *   over by the density of the smeared histogram: sd(Dx) = sd V / Σ vᵢ φ((dᵢ − Dx)/sᵢ)/sᵢ.
 * - Common. A relative standard uncertainty u of all doses together (calibration, recovery, fit): the dose axis is scaled, so
 *   that V(D) lies between V(D/(1−u)) and V(D/(1+u)).
 *
 * Noise also broadens the histogram itself, by which D2 and the maximum are too high and D98 and the minimum too low: the
 * spread that it adds is `noiseSdGy`, in quadrature. It is stated, not removed.
 */
import { InputError } from '../../errors/index.ts'
import { normalCdf } from '../../statistics/index.ts'
import { firstIndex, volumeAtDoseMl } from './statistics.ts'
import type { StructureDose } from './types.ts'

/** Beyond so many standard deviations a sample is taken as surely above or below: Φ(−6) = 1e-9. */
const SURE = 6

export interface VolumeBand {
  /** Volume at or above the dose, mL. */
  readonly volumeMl: number
  /** One standard deviation of the statistical part, mL; 0 without standard deviations. */
  readonly statisticalSdMl: number
  /** Volume one combined standard uncertainty below and above, mL, within 0 and the whole. */
  readonly lowMl: number
  readonly highMl: number
}

/**
 * V(D) with its band of one standard uncertainty (k = 1): statistical and common part in quadrature, each side for itself.
 *
 * @throws InputError `dose.uncertainty` unless 0 ≤ `relativeUncertainty` < 1.
 */
export function volumeBandAtDose(dose: StructureDose, atDoseGy: number, relativeUncertainty = 0): VolumeBand {
  assertRelative(relativeUncertainty)
  const volumeMl = volumeAtDoseMl(dose, atDoseGy)
  const statisticalSdMl = Math.sqrt(thresholdMoments(dose, atDoseGy).variance)
  const less = volumeMl - volumeAtDoseMl(dose, atDoseGy / (1 - relativeUncertainty))
  const more = volumeAtDoseMl(dose, atDoseGy / (1 + relativeUncertainty)) - volumeMl
  // For a dose below 0 the scaled thresholds change sides.
  const [down, up] = [Math.max(less, -more, 0), Math.max(more, -less, 0)]
  return {
    volumeMl,
    statisticalSdMl,
    lowMl: Math.max(0, volumeMl - Math.hypot(down, statisticalSdMl)),
    highMl: Math.min(dose.insideMl, volumeMl + Math.hypot(up, statisticalSdMl)),
  }
}

/** Standard uncertainty (k = 1) of a dose to a volume `dxGy`: statistical, common, and both in quadrature, Gy. */
export function doseAtVolumeUncertainty(
  dose: StructureDose,
  dxGy: number,
  relativeUncertainty = 0,
): { readonly statisticalGy: number; readonly commonGy: number; readonly combinedGy: number } {
  assertRelative(relativeUncertainty)
  const { variance, density } = thresholdMoments(dose, dxGy)
  const statisticalGy = variance > 0 && density > 0 ? Math.sqrt(variance) / density : 0
  const commonGy = Math.abs(dxGy) * relativeUncertainty
  return { statisticalGy, commonGy, combinedGy: Math.hypot(statisticalGy, commonGy) }
}

/** Root mean square of the samples' standard deviations, Gy: the spread that noise adds to the histogram. 0 without any. */
export function noiseSdGy({ sdGy, volumeMl, insideMl }: StructureDose): number {
  if (sdGy === null) return 0
  let sum = 0
  for (let n = 0; n < sdGy.length; n++) sum += volumeMl[n]! * sdGy[n]! ** 2
  return Math.sqrt(sum / insideMl)
}

/** Variance of V(D) in mL², and the smeared density of volume in dose in mL/Gy. */
function thresholdMoments(dose: StructureDose, atDoseGy: number): { variance: number; density: number } {
  const { doseGy, volumeMl, sdGy, voxel } = dose
  if (sdGy === null || voxel === null) return { variance: 0, density: 0 }
  const reach = SURE * sdGy.reduce((a, b) => Math.max(a, b), 0)
  const start = firstIndex(doseGy.length, (n) => doseGy[n]! > atDoseGy - reach)
  const byVoxel = new Float64Array(voxel.reduce((a, b) => Math.max(a, b), 0) + 1)
  let density = 0
  for (let n = start; n < doseGy.length && doseGy[n]! < atDoseGy + reach; n++) {
    const s = sdGy[n]!
    const z = (doseGy[n]! - atDoseGy) / s
    if (!(Math.abs(z) < SURE)) continue
    const p = normalCdf(z)
    byVoxel[voxel[n]!]! += volumeMl[n]! * Math.sqrt(p * (1 - p))
    density += (volumeMl[n]! * Math.exp(-z * z * 0.5)) / (s * Math.sqrt(2 * Math.PI))
  }
  return { variance: byVoxel.reduce((sum, sd) => sum + sd * sd, 0), density }
}

function assertRelative(relative: number): void {
  if (relative >= 0 && relative < 1) return
  throw new InputError(
    'dose.uncertainty',
    `A relative standard uncertainty of ${relative} cannot be used.`,
    'Give a number from 0 to below 1; 0.05 is 5 %.',
  )
}
