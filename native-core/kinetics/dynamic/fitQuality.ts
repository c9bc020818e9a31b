/** What every fit to frames says of itself, and what it asks of a curve. */
import { InputError } from '../../errors/index.ts'
import type { LeastSquaresFit } from './leastSquares.ts'
import type { FrameCurve } from './types.ts'

export interface FitQuality {
  readonly fittedBqPerMl: readonly number[]
  /** (measured − fitted)/σ; σ up to a common factor where weights are relative. */
  readonly weightedResiduals: readonly number[]
  readonly chiSquare: number
  readonly degreesOfFreedom: number
  /** What (JᵀWJ)⁻¹ was multiplied with: χ²/(n − p), or 1 with given standard deviations. */
  readonly varianceScale: number
  /**
   * Akaike's criterion with the small-sample term 2K(K + 1)/(n − K − 1); null where n − K − 1 ≤ 0. Relative weights: n·ln(χ²/n) + 2K,
   * K counting the common factor of σ; given standard deviations: χ² + 2K, K being the parameters.
   */
  readonly aicc: number | null
  readonly converged: boolean
  readonly remarks: readonly string[]
}

/** @throws InputError `dynamic.curve`, `dynamic.few-frames`. */
export function checkCurve({ label, schedule, concentrationBqPerMl: c }: FrameCurve, parameters: number): void {
  if (c.length !== schedule.frames.length || !c.every(Number.isFinite))
    throw new InputError(
      'dynamic.curve',
      `${label} has ${schedule.frames.length} frames and ${c.length} values, or a value that is no number.`,
      'Give one value for each frame.',
    )
  if (!(Math.max(...c) > 0))
    throw new InputError('dynamic.curve', `${label} has no activity in any frame.`, 'Check the structure and the unit.')
  if (c.length <= parameters)
    throw new InputError(
      'dynamic.few-frames',
      `${label} has ${c.length} frames for ${parameters} parameters.`,
      'Choose a simpler model, fix the blood fraction and the delay, or give more frames.',
    )
}

export function fitQuality(
  { label, concentrationBqPerMl: y }: FrameCurve,
  fitted: readonly number[],
  inverseSigma: readonly number[],
  isAbsolute: boolean,
  parameters: number,
  { chiSquare, converged }: Pick<LeastSquaresFit, 'chiSquare' | 'converged'>,
): FitQuality {
  const n = y.length
  const count = isAbsolute ? parameters : parameters + 1
  // A perfect fit has a χ² of rounding, whose logarithm is no merit.
  const floor = 1e-24 * y.reduce((s, v, i) => s + (v * (inverseSigma[i] ?? 0)) ** 2, 0)
  const aic = (isAbsolute ? chiSquare : n * Math.log(Math.max(chiSquare, floor) / n)) + 2 * count
  return {
    fittedBqPerMl: fitted,
    weightedResiduals: fitted.map((f, i) => ((y[i] ?? NaN) - f) * (inverseSigma[i] ?? NaN)),
    chiSquare,
    degreesOfFreedom: n - parameters,
    varianceScale: isAbsolute ? 1 : chiSquare / (n - parameters),
    aicc: n - count - 1 > 0 ? aic + (2 * count * (count + 1)) / (n - count - 1) : null,
    converged,
    remarks: converged ? [] : [`${label}: the fit did not settle; do not use it without looking at its curve.`],
  }
}
