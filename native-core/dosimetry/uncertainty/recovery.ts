/** What a chain's recovery does with the volume and with its own parameters. */
import { InputError } from '../../errors/index.ts'
import { evaluateRecovery, formStandardUncertainty } from '../../imaging/quantification/index.ts'
import { choleskyFactor } from '../../statistics/index.ts'
import type { UncertaintyChain, UncertainFactor, UncertainRecovery } from './types.ts'

/** d ln R / d ln V of the chain's recovery. */
export function recoveryVolumeSlope({ recovery, volume }: Pick<UncertaintyChain, 'recovery' | 'volume'>): number {
  if (!recovery) return 0
  if (recovery.kind === 'factor') return recovery.volumeSlope ?? 0
  const { form, parameters } = recovery.curve
  const { coefficient, perMl } = evaluateRecovery(form, parameters, volume.volumeMl)
  return (perMl * volume.volumeMl) / coefficient
}

/** The factor by the form of a curve that is continued beyond its volumes: one error above them, another below. */
export function recoveryForm(
  { curve, source }: Extract<UncertainRecovery, { kind: 'curve' }>,
  volumeMl: number,
): UncertainFactor {
  const { coefficient } = evaluateRecovery(curve.form, curve.parameters, volumeMl)
  return {
    relative: formStandardUncertainty(curve, volumeMl) / coefficient,
    source: `${source}#form ${volumeMl > curve.volumeRangeMl[1] ? 'above' : 'below'}`,
  }
}

/** Of relative covariances: more than rounding of printed numbers. */
const ASYMMETRY = 1e-6

/** Lower triangular L of the parameters' relative covariance, L·Lᵀ = V_ij/(p_i·p_j). @throws InputError `uncertainty.recovery`. */
export function recoveryFactor({ curve }: Extract<UncertainRecovery, { kind: 'curve' }>): number[][] {
  const { parameters, covariance } = curve
  const relative = covariance.map((row, i) =>
    row.map((v, j) => v / ((parameters[i] ?? Number.NaN) * (parameters[j] ?? Number.NaN))),
  )
  const isSymmetric = relative.every((row, i) =>
    row.every((v, j) => Math.abs(v - (relative[j]?.[i] ?? NaN)) <= ASYMMETRY),
  )
  const factored = isSymmetric ? choleskyFactor(relative) : null
  if (factored && factored.length === parameters.length) return factored
  throw new InputError(
    'uncertainty.recovery',
    'The covariance of the recovery curve is not that of its parameters (not symmetric, not positive semidefinite, or of another size).',
    'Fit the recovery curve again.',
  )
}
