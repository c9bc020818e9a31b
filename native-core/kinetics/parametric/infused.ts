/** What any curve after a bolus becomes when the activity is given over a time or in several parts, by quadrature. */
import { isBolus } from './response.ts'
import type { Administration, AdministrationPart } from './response.ts'
import { integrateFunctions } from './quadrature.ts'
import type { ParametricCurve } from './types.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

type PartialIntegral = NonNullable<ParametricCurve['partialIntegral']>

/**
 * The response R(t) = Σ share·∫f(t − s)ds/duration, over what has been given until t, of a curve f that is only known as a function of time
 * (convolution with a rate of administration that is constant in each part). As R is the mean of f over the times since what was given, it
 * is the partial integral of f, which a function of time finds by adaptive quadrature to 1e-11 of its size; so are ∂R/∂φ and integrals of
 * R. From zero to infinity the integral is that of f. A bolus leaves the curve as it is. Right-continuous at a bolus.
 *
 * @throws InputError as the curve itself does; a curve without a partial integral is a bug
 */
export function infusedCurve(curve: ParametricCurve, administration: Administration): ParametricCurve {
  if (isBolus(administration)) return curve
  const { partialIntegral } = curve
  if (!partialIntegral) throw new Error(`${curve.id} has no partial integral`)
  const count = curve.parameters.length
  const value: ParametricCurve['value'] = (phi, timeS, gradient) => {
    const own = gradient ? new Float64Array(count) : undefined
    gradient?.fill(0)
    return administration.reduce((sum, part) => {
      const factor = partResponse(curve, partialIntegral, part, phi, timeS, own)
      own?.forEach((v, j) => {
        if (gradient) gradient[j] = at(gradient, j) + part.share * v
      })
      return sum + part.share * factor
    }, 0)
  }
  /** Between two times: piece by piece, for R has kinks and jumps where a part begins and ends. */
  const between = (phi: ArrayLike<number>, from: number, to: number, gradient?: Float64Array): number => {
    const breaks = administration
      .flatMap(({ startS, durationS }) => [startS, startS + durationS])
      .filter((t) => t > from && t < to)
      .sort((a, b) => a - b)
    const ends = [from, ...breaks, to]
    const slopes = new Float64Array(count)
    gradient?.fill(0)
    let total = 0
    for (let k = 0; k + 1 < ends.length; k++) {
      const piece = integrateFunctions(
        (timeS, out) => {
          out[0] = value(phi, timeS, gradient ? slopes : undefined)
          if (gradient) out.set(slopes, 1)
        },
        gradient ? count + 1 : 1,
        at(ends, k),
        at(ends, k + 1),
      )
      total += at(piece, 0)
      gradient?.forEach((v, j) => (gradient[j] = v + at(piece, j + 1)))
    }
    return total
  }
  return {
    ...curve,
    value,
    partialIntegral: (phi, fromS, toS, gradient) => {
      if (toS !== Infinity) return between(phi, fromS, toS, gradient)
      const whole = curve.integral(phi, gradient)
      if (fromS <= 0) return whole
      const before = gradient ? new Float64Array(count) : undefined
      const head = between(phi, 0, fromS, before)
      before?.forEach((v, j) => {
        if (gradient) gradient[j] = at(gradient, j) - v
      })
      return whole - head
    },
  }
}

/** Mean of f over what one part has given until `timeS`, times the share of it that has been given; ∂/∂φ is written to `gradient`. */
function partResponse(
  curve: ParametricCurve,
  partialIntegral: PartialIntegral,
  { startS, durationS }: AdministrationPart,
  phi: ArrayLike<number>,
  timeS: number,
  gradient?: Float64Array,
): number {
  gradient?.fill(0)
  const since = timeS - startS
  if (since < 0) return 0
  if (durationS === 0) return curve.value(phi, since, gradient)
  const mean = partialIntegral(phi, Math.max(0, since - durationS), since, gradient) / durationS
  gradient?.forEach((v, j) => (gradient[j] = v / durationS))
  return mean
}
