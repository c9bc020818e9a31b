/** Recovery curves from the coefficients of spheres. */
import { InputError } from '../../errors/index.ts'
import { fitPositive } from './leastSquares.ts'
import { evaluateRecovery } from './recoveryCurve.ts'
import type { RecoveryCurve, RecoveryForm } from './recoveryCurve.ts'

export interface SphereCoefficient {
  readonly volumeMl: number
  readonly coefficient: number
  readonly standardUncertainty: number
}

export interface FittedRecovery extends RecoveryCurve {
  readonly chiSquare: number
  readonly degreesOfFreedom: number
  /** null without degrees of freedom. */
  readonly reducedChiSquare: number | null
  /** Measured minus curve, in the order given. */
  readonly residuals: readonly number[]
  readonly remarks: readonly string[]
}

/** The start of the fit: near the half-recovery volume and the widths that cameras have; it does not move the result. */
const START: Readonly<Record<RecoveryForm, (halfMl: number) => readonly number[]>> = {
  gear: (halfMl) => [halfMl, 1],
  hyperbolic: (halfMl) => [halfMl],
  'gaussian-sphere': (halfMl) => [Math.cbrt((6000 * halfMl) / Math.PI)],
}

/**
 * Weighted least squares of a recovery curve, with the covariance of its parameters. Where the spheres scatter more than their
 * uncertainties allow (χ²/ν above 1) the covariance is enlarged by it and a remark says so.
 *
 * @throws InputError `recovery.volume`, `fit.too-few`, `fit.uncertainty`, `fit.no-fit`, `recovery.coefficient` for one that is not positive
 */
export function fitRecovery(spheres: readonly SphereCoefficient[], form: RecoveryForm): FittedRecovery {
  const wrong = spheres.find(({ coefficient }) => !(coefficient > 0) || !Number.isFinite(coefficient))
  if (wrong)
    throw new InputError(
      'recovery.coefficient',
      `The sphere of ${wrong.volumeMl} mL has a recovery of ${wrong.coefficient}.`,
      'Leave it out, or check its place and the concentrations of spheres and background.',
    )
  const fit = fitPositive(
    spheres.map(({ coefficient, standardUncertainty }) => ({ value: coefficient, standardUncertainty })),
    (parameters, n) => {
      const { coefficient, gradient } = evaluateRecovery(form, parameters, spheres[n]!.volumeMl)
      return { value: coefficient, gradient }
    },
    START[form](halfVolumeMl(spheres)),
  )
  const volumes = spheres.map(({ volumeMl }) => volumeMl)
  const reducedChiSquare = fit.degreesOfFreedom > 0 ? fit.chiSquare / fit.degreesOfFreedom : null
  const above = spheres.filter(({ coefficient }) => coefficient > 1)
  return {
    form,
    parameters: fit.parameters,
    covariance: fit.covariance,
    volumeRangeMl: [Math.min(...volumes), Math.max(...volumes)],
    chiSquare: fit.chiSquare,
    degreesOfFreedom: fit.degreesOfFreedom,
    reducedChiSquare,
    residuals: spheres.map(
      ({ volumeMl, coefficient }) => coefficient - evaluateRecovery(form, fit.parameters, volumeMl).coefficient,
    ),
    remarks: [
      ...(reducedChiSquare !== null && reducedChiSquare > 1
        ? [
            `The spheres scatter more than their uncertainties say (χ²/ν = ${reducedChiSquare.toPrecision(3)}): those of the curve are enlarged by its root.`,
          ]
        : []),
      ...(reducedChiSquare === null
        ? ['There are as many parameters as spheres: nothing says how well the curve fits.']
        : []),
      ...(above.length > 0
        ? [
            `The recovery of ${above.map(({ volumeMl }) => `${volumeMl.toPrecision(3)} mL`).join(', ')} is above 1, which no curve reaches: factor, concentration or edge enhancement.`,
          ]
        : []),
    ],
  }
}

/** The volume whose recovery is nearest to one half, moved along the hyperbola. */
function halfVolumeMl(spheres: readonly SphereCoefficient[]): number {
  const nearest = [...spheres].sort((a, b) => Math.abs(a.coefficient - 0.5) - Math.abs(b.coefficient - 0.5))[0]
  if (!nearest) return 1
  const r = Math.min(0.95, Math.max(0.05, nearest.coefficient))
  return (nearest.volumeMl * (1 - r)) / r
}
