/** Recovery of a structure by its volume, from a curve that was fitted to spheres. */
import { InputError } from '../../errors/index.ts'
import { quadraticForm } from '../../statistics/index.ts'
import { sphereRecovery } from './sphereRecovery.ts'

/**
 * gear: R = 1 − 1/(1 + (v/β)^γ), parameters β (mL), γ (Gear et al., Eur J Nucl Med Mol Imaging 45 (2018) 2456). hyperbolic: the same with
 * γ = 1, v/(v + β), parameter β (mL). gaussian-sphere: a sphere in a Gaussian point spread function, parameter FWHM (mm).
 */
export type RecoveryForm = 'gear' | 'hyperbolic' | 'gaussian-sphere'

export const RECOVERY_PARAMETERS: Readonly<Record<RecoveryForm, readonly string[]>> = {
  gear: ['betaMl', 'gamma'],
  hyperbolic: ['betaMl'],
  'gaussian-sphere': ['fwhmMm'],
}

export interface RecoveryCurve {
  readonly form: RecoveryForm
  readonly parameters: readonly number[]
  /** Of the parameters, in their units. */
  readonly covariance: readonly (readonly number[])[]
  /** Smallest and largest volume that was measured, mL. */
  readonly volumeRangeMl: readonly [number, number]
}

export interface RecoveryValue {
  readonly coefficient: number
  /** By each parameter. */
  readonly gradient: readonly number[]
  /** By the volume, 1/mL. */
  readonly perMl: number
}

/** Diameter of the sphere of a volume. */
export const sphereDiameterMm = (volumeMl: number): number => Math.cbrt((6000 * volumeMl) / Math.PI)
export const sphereVolumeOfDiameterMl = (diameterMm: number): number => (Math.PI * diameterMm ** 3) / 6000

/** Value and slopes of a form. @throws InputError `recovery.volume`, `recovery.parameters`. */
export function evaluateRecovery(form: RecoveryForm, parameters: readonly number[], volumeMl: number): RecoveryValue {
  if (!(volumeMl > 0) || !Number.isFinite(volumeMl))
    throw new InputError('recovery.volume', `A volume of ${volumeMl} mL has no recovery.`, 'Give a volume above 0 mL.')
  if (parameters.length !== RECOVERY_PARAMETERS[form].length || parameters.some((p) => !(p > 0) || !Number.isFinite(p)))
    throw new InputError(
      'recovery.parameters',
      `The curve "${form}" takes ${RECOVERY_PARAMETERS[form].join(' and ')}, each above 0, not ${parameters.join(', ') || 'nothing'}.`,
      'Fit the curve again.',
    )
  const [first = NaN, gamma = 1] = parameters
  if (form === 'gaussian-sphere') {
    const { coefficient, perLnDiameter } = sphereRecovery(sphereDiameterMm(volumeMl), first)
    return { coefficient, gradient: [-perLnDiameter / first], perMl: perLnDiameter / (3 * volumeMl) }
  }
  const x = (volumeMl / first) ** gamma
  const coefficient = Number.isFinite(x) ? x / (1 + x) : 1
  const change = coefficient * (1 - coefficient)
  const byBeta = (-gamma / first) * change
  return {
    coefficient,
    gradient: form === 'gear' ? [byBeta, Math.log(volumeMl / first) * change] : [byBeta],
    perMl: (gamma / volumeMl) * change,
  }
}

export interface Recovery {
  readonly coefficient: number
  /** Of curve and volume together. What the curve brings is common to all structures and time points. */
  readonly standardUncertainty: number
  readonly curveStandardUncertainty: number
  /** Where the volume lies outside what was measured; null inside. */
  readonly outside: 'below' | 'above' | null
  /** What to tell of it; '' inside. */
  readonly remark: string
}

/**
 * Recovery coefficient of a volume: u²(R) = gᵀVg + (∂R/∂v)²·u²(v), with the gradient g by the parameters and their covariance V (Gear et
 * al. 2018). Outside the measured volumes the curve is continued, and `outside` and `remark` say so: it is for the caller to pass it on.
 *
 * @throws InputError `recovery.volume`, `recovery.parameters`
 */
export function recoveryAt(curve: RecoveryCurve, volumeMl: number, volumeStandardUncertaintyMl = 0): Recovery {
  const { coefficient, gradient, perMl } = evaluateRecovery(curve.form, curve.parameters, volumeMl)
  const curveStandardUncertainty = Math.sqrt(Math.max(0, quadraticForm(curve.covariance, gradient)))
  const [least, most] = curve.volumeRangeMl
  const outside = volumeMl < least ? 'below' : volumeMl > most ? 'above' : null
  return {
    coefficient,
    standardUncertainty: Math.hypot(curveStandardUncertainty, perMl * volumeStandardUncertaintyMl),
    curveStandardUncertainty,
    outside,
    remark:
      outside === null
        ? ''
        : `The volume of ${volumeMl.toPrecision(3)} mL lies ${outside} the ${least.toPrecision(3)} to ${most.toPrecision(3)} mL that the recovery curve was measured with: the curve is extrapolated.`,
  }
}
