/** Sums of exponentials and other smooth curves as functions of time. */
import { infusedCurve } from '../parametric/infused.ts'
import { exponentialResponse, responseIntegral } from '../parametric/response.ts'
import { naturalSlope, workingParameters } from '../parametric/scale.ts'
import type { ParametricCurve } from '../parametric/types.ts'
import type { CurveShape } from '../types.ts'
import type { CurveFunctions } from './types.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** Response of each term to the administration; the integral in closed form. */
export function exponentialFunctions(shape: Extract<CurveShape, { kind: 'exponentials' }>): CurveFunctions {
  const { terms, termGradient, administration } = shape
  const count = terms.length
  const sum = (of: (rate: number) => { value: number; slope: number }, gradient?: number[]): number =>
    terms.reduce((s, { amplitudeBq, effectiveRatePerS }, k) => {
      const { value, slope } = of(effectiveRatePerS)
      if (gradient) {
        const amplitudes = termGradient[k] as readonly number[]
        const rates = termGradient[count + k] as readonly number[]
        amplitudes.forEach((v, j) => {
          gradient[j] = at(gradient, j) + v * value + amplitudeBq * slope * at(rates, j)
        })
      }
      return s + amplitudeBq * value
    }, 0)
  return {
    value: (timeS, gradient) => sum((rate) => exponentialResponse(rate, timeS, administration), gradient),
    integral: (fromS, toS, gradient) => sum((rate) => responseIntegral(rate, fromS, toS, administration), gradient),
  }
}

/** A curve that only its `ParametricCurve` (after a bolus) knows. Parameters that were held are no parameters of the fit. */
export function functionFunctions(
  shape: Extract<CurveShape, { kind: 'function' }>,
  bolus: ParametricCurve,
): CurveFunctions {
  const curve = shape.administration ? infusedCurve(bolus, shape.administration) : bolus
  const phi = workingParameters(curve, shape.natural)
  const work = new Float64Array(phi.length)
  const carry = (gradient?: number[]): void => {
    shape.parameterIndices.forEach((index, j) => {
      const parameter = curve.parameters[index]
      if (!gradient || !parameter) return
      gradient[j] = at(gradient, j) + at(work, index) / naturalSlope(parameter.scale, at(phi, index))
    })
  }
  return {
    value: (timeS, gradient) => {
      const value = curve.value(phi, timeS, gradient ? work : undefined)
      carry(gradient)
      return value
    },
    integral: (fromS, toS, gradient) => {
      const partial = curve.partialIntegral
      if (!partial && (fromS !== 0 || toS !== Infinity)) throw new Error(`${curve.id} has no partial integral`)
      const value = partial
        ? partial(phi, fromS, toS, gradient ? work : undefined)
        : curve.integral(phi, gradient ? work : undefined)
      carry(gradient)
      return value
    },
  }
}
