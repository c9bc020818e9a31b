/** The end of a curve that is no sum of exponentials. */
import { quadraticForm } from '../statistics/index.ts'
import { curveFunctions } from './curve.ts'
import { phaseOf } from './modelFit.ts'
import type { ParametricCurve } from './parametric/types.ts'
import type { FittedPhase, FittedShape } from './types.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** Physical half-lives after the last point at which the end of a curve is looked at, the latest first where there is still activity. */
const LATE = [10, 5, 2, 1, 0.5, 0.2, 0.05]

/**
 * The end of a curve that is no sum of exponentials: the rate at which it falls long after the last point, and its uncertainty. A curve that
 * does not fall there at least by physical decay is objected to; its phase is then given as the physical one.
 */
export function terminalPhase(
  fit: FittedShape,
  curve: ParametricCurve,
  physicalHalfLifeS: number,
): { readonly phase: FittedPhase; readonly objection: string | null } {
  const { value } = curveFunctions(fit, curve)
  const { lastS, physicalRatePerS } = fit.ends
  const gradientAt = (timeS: number): { value: number; gradient: number[] } => {
    const gradient = fit.parameters.map(() => 0)
    return { value: value(timeS, gradient), gradient }
  }
  const late = LATE.find((count) => value(lastS + 1.1 * count * physicalHalfLifeS) > 1e-290) ?? 0.01
  const step = 0.1 * late * physicalHalfLifeS
  const first = gradientAt(lastS + late * physicalHalfLifeS)
  const second = gradientAt(lastS + late * physicalHalfLifeS + step)
  const found = Math.log(first.value / second.value) / step
  const falls = found >= physicalRatePerS * (1 - 1e-6)
  const rate = falls ? found : physicalRatePerS
  const slope = first.gradient.map((v, j) => (v / first.value - at(second.gradient, j) / second.value) / step)
  const error = Math.sqrt(Math.max(0, quadraticForm(fit.covariance, slope)))
  const term = { amplitudeBq: value(lastS) * Math.exp(rate * lastS), effectiveRatePerS: rate }
  return {
    phase: phaseOf(term, falls && Number.isFinite(error) ? error : 0, physicalHalfLifeS),
    objection: falls ? null : 'in the end the curve falls more slowly than by physical decay',
  }
}
