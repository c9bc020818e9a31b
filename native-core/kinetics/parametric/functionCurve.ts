/** A curve of which only value and derivatives are known: its integral is found by quadrature. */
import { naturalOf, naturalSlope } from './scale.ts'
import { integrateFunctions, integrateToInfinity } from './quadrature.ts'
import type { CurveParameter, ParametricCurve } from './types.ts'

export interface FunctionDefinition {
  readonly id: string
  readonly title: string
  readonly formula: string
  readonly parameters: readonly CurveParameter[]
  /** Activity in Bq at natural parameters and a time in s; writes ∂/∂(natural parameters). */
  readonly value: (natural: readonly number[], timeS: number, gradient?: Float64Array) => number
  readonly physicalRatePerS: number
  /** Natural values to start a fit from. */
  readonly start: readonly number[]
}

/** Starts at a distance of these factors (log scale), logits or shares of the value (linear) from the given one. */
const AWAY = [0, 1, -1, 2.3, -2.3]
const MOST_STARTS = 60

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/**
 * The `ParametricCurve` of a function. Its integral and that of its derivatives are found by adaptive quadrature, to infinity with a check that
 * the curve falls.
 *
 * @throws InputError as `integrateToInfinity`, when it is integrated.
 */
export function functionCurve(definition: FunctionDefinition, workingStart: readonly number[]): ParametricCurve {
  const { id, title, formula, parameters, value, physicalRatePerS } = definition
  const count = parameters.length
  const naturalAt = (phi: ArrayLike<number>): number[] => parameters.map((p, j) => naturalOf(p.scale, at(phi, j)))
  const toWorking = (phi: ArrayLike<number>, gradient: Float64Array): void =>
    parameters.forEach((p, j) => (gradient[j] = at(gradient, j) * naturalSlope(p.scale, at(phi, j))))
  const partialIntegral: NonNullable<ParametricCurve['partialIntegral']> = (phi, fromS, toS, gradient) => {
    const natural = naturalAt(phi)
    const size = gradient ? count + 1 : 1
    const slopes = new Float64Array(count)
    const all = (timeS: number, out: Float64Array): void => {
      out[0] = value(natural, timeS, gradient ? slopes : undefined)
      if (gradient) out.set(slopes, 1)
    }
    const found =
      toS === Infinity
        ? integrateToInfinity(all, size, fromS, physicalRatePerS)
        : integrateFunctions(all, size, fromS, toS)
    if (gradient) {
      gradient.set(found.subarray(1))
      toWorking(phi, gradient)
    }
    return at(found, 0)
  }
  return {
    id,
    title,
    formula,
    parameters,
    value: (phi, timeS, gradient) => {
      const result = value(naturalAt(phi), timeS, gradient)
      if (gradient) toWorking(phi, gradient)
      return result
    },
    integral: (phi, gradient) => partialIntegral(phi, 0, Infinity, gradient),
    partialIntegral,
    terms: () => null,
    starts: (_points, fixed) => startsAround(parameters, workingStart, fixed),
  }
}

/** The given start, then each parameter alone and all pairs of parameters away from it. */
function startsAround(
  parameters: readonly CurveParameter[],
  start: readonly number[],
  fixed: readonly (number | null)[],
): number[][] {
  const base = start.map((v, j) => fixed[j] ?? v)
  const free = parameters.flatMap((_, j) => (fixed[j] === null ? [j] : []))
  const moved = (from: readonly number[], j: number, away: number): number[] =>
    from.map((v, i) => (i === j ? v + away * (parameters[j]?.scale === 'linear' ? Math.abs(v) || 1 : 1) : v))
  const starts = [base]
  for (const j of free) for (const away of AWAY.slice(1)) starts.push(moved(base, j, away))
  for (const j of free)
    for (const k of free)
      if (k > j) for (const a of [1, -1]) for (const b of [1, -1]) starts.push(moved(moved(base, j, a), k, b))
  return starts.slice(0, MOST_STARTS)
}
