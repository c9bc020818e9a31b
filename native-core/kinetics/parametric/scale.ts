/** Natural parameters and their working parameters φ. */
import { InputError } from '../../errors/index.ts'
import type { CurveParameter, ParameterScale, ParametricCurve } from './types.ts'

/** Natural value of a working parameter. */
export function naturalOf(scale: ParameterScale, phi: number): number {
  if (scale === 'log') return Math.exp(phi)
  return scale === 'logit' ? 1 / (1 + Math.exp(-phi)) : phi
}

/** dp/dφ at φ. */
export function naturalSlope(scale: ParameterScale, phi: number): number {
  if (scale === 'log') return Math.exp(phi)
  if (scale === 'linear') return 1
  const e = Math.exp(-Math.abs(phi))
  return e / (1 + e) ** 2
}

/**
 * Working value of a natural one.
 *
 * @throws InputError `kinetics.parameter-range` where the value does not lie in the range of its scale (log: above 0; logit: between 0 and 1).
 */
export function workingOf(parameter: Pick<CurveParameter, 'name' | 'title' | 'scale'>, value: number): number {
  const { name, title, scale } = parameter
  const inside = scale === 'linear' ? Number.isFinite(value) : value > 0 && value < (scale === 'logit' ? 1 : Infinity)
  if (!inside) {
    const range = scale === 'logit' ? 'between 0 and 1' : scale === 'log' ? 'a positive number' : 'a finite number'
    throw new InputError(
      'kinetics.parameter-range',
      `The value of ${name} (${title}) is ${value}; it must be ${range}.`,
      'Correct the value and its unit.',
    )
  }
  if (scale === 'log') return Math.log(value)
  return scale === 'logit' ? Math.log(value) - Math.log1p(-value) : value
}

/** Natural parameters of a curve at φ. */
export const naturalParameters = (curve: ParametricCurve, phi: ArrayLike<number>): number[] =>
  curve.parameters.map((parameter, j) => naturalOf(parameter.scale, phi[j] as number))

/** φ of natural parameters in the curve's order. Throws as `workingOf`. */
export const workingParameters = (curve: ParametricCurve, natural: ArrayLike<number>): number[] =>
  curve.parameters.map((parameter, j) => workingOf(parameter, natural[j] as number))
