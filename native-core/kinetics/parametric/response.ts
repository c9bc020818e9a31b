/**
 * What an exponential e^(−λt), the curve after a bolus at time zero, becomes when the activity is given over a time or in several
 * parts: its convolution with the rate of administration. Times and rates in any one reciprocal pair of units (s and 1/s outside).
 */
import { InputError } from '../../errors/index.ts'

/** A part of the administration, given at a constant rate; a duration of 0 is a bolus. */
export interface AdministrationPart {
  /** From time zero of the curve, s. */
  readonly startS: number
  readonly durationS: number
  /** Share of the whole; the activity of each part at its own time. */
  readonly share: number
}

export type Administration = readonly AdministrationPart[]

/** Everything at time zero. */
export const BOLUS: Administration = [{ startS: 0, durationS: 0, share: 1 }]

export function isBolus(administration: Administration): boolean {
  const only = administration[0]
  return administration.length === 1 && only?.startS === 0 && only.durationS === 0
}

/**
 * Checks an administration: at least one part, no part before time zero, the first at time zero, shares positive with the sum 1 (within
 * 1e-6, then made exact).
 *
 * @throws InputError `kinetics.administration` that names the part.
 */
export function checkAdministration(label: string, administration: Administration): Administration {
  const fail = (what: string, hint: string): never => {
    throw new InputError('kinetics.administration', `${label}: ${what}`, hint)
  }
  administration.forEach(({ startS, durationS, share }, i) => {
    const part = `part ${i + 1} of the administration`
    if (!(startS >= 0) || !Number.isFinite(startS))
      fail(`${part} starts at ${startS} s.`, 'Count the times from the start of the first part.')
    if (!(durationS >= 0) || !Number.isFinite(durationS))
      fail(`${part} lasts ${durationS} s.`, 'Give a duration of 0 (bolus) or more.')
    if (!(share > 0) || !Number.isFinite(share)) fail(`${part} has the share ${share}.`, 'Give shares above 0.')
  })
  const total = administration.reduce((sum, { share }) => sum + share, 0)
  if (administration.length === 0 || !(Math.abs(total - 1) <= 1e-6))
    fail(`the shares of the administration sum to ${total}.`, 'Give at least one part, and shares that sum to 1.')
  if (!administration.some(({ startS }) => startS === 0))
    fail('no part of the administration starts at time zero.', 'Count the times from the start of the first part.')
  return administration.map((part) => ({ ...part, share: part.share / total }))
}

/** The same in another unit of time. */
export const inTimeUnit = (administration: Administration, unitS: number): Administration =>
  administration.map((part) => ({ ...part, startS: part.startS / unitS, durationS: part.durationS / unitS }))

/** g(x) = (1 − e^(−x))/x, the mean of e^(−x·s) over s from 0 to 1, with its first two derivatives; by series where the differences cancel. */
function meanExponential(x: number): readonly [value: number, slope: number, curvature: number] {
  if (x > 0.5) {
    const e = Math.exp(-x)
    const value = -Math.expm1(-x) / x
    const slope = (e - value) / x
    return [value, slope, (-e - 2 * slope) / x]
  }
  // Σ (−x)ⁿ/(n + 1)! and its derivatives; `power` is (−1)ⁿxⁿ⁻²/(n + 1)!.
  let [value, slope, curvature] = [1 - x / 2, -0.5, 0]
  let power = 1 / 6
  for (let n = 2; n < 16; n++) {
    value += power * x * x
    slope += power * x * n
    curvature += power * n * (n - 1)
    power *= -x / (n + 2)
  }
  return [value, slope, curvature]
}

/** Response of e^(−λt) to one part at `t`, with its first two derivatives with respect to λ. */
function partResponse(rate: number, t: number, part: AdministrationPart): readonly [number, number, number] {
  const since = t - part.startS
  if (since < 0) return [0, 0, 0]
  const length = part.durationS
  // Over `over`, which ended `ago`: e^(−λ·ago)·g(λ·over), times the share of the part that has been given.
  const over = Math.min(since, length)
  const ago = since - over
  const e = Math.exp(-rate * ago)
  if (length === 0) return [e, -ago * e, ago * ago * e]
  const [g, slope, curvature] = meanExponential(rate * over)
  const given = over / length
  return [
    given * e * g,
    given * e * (over * slope - ago * g),
    given * e * (over * over * curvature - 2 * ago * over * slope + ago * ago * g),
  ]
}

/**
 * Response R(λ, t) of e^(−λt) to the administration: Σ share·∫e^(−λ(t−s))·ds/duration over what has been given until t. Right-continuous at
 * a bolus. Returns R and ∂R/∂λ.
 */
export function exponentialResponse(
  rate: number,
  t: number,
  administration: Administration,
): { value: number; slope: number } {
  let [value, slope] = [0, 0]
  for (const part of administration) {
    const [v, s] = partResponse(rate, t, part)
    value += part.share * v
    slope += part.share * s
  }
  return { value, slope }
}

/** Share of the activity that has been given in (from, to]. */
function givenBetween(administration: Administration, from: number, to: number): number {
  const until = (t: number, part: AdministrationPart): number =>
    part.durationS === 0 ? Number(t >= part.startS) : Math.min(1, Math.max(0, (t - part.startS) / part.durationS))
  return administration.reduce((sum, part) => sum + part.share * (until(to, part) - until(from, part)), 0)
}

/**
 * ∫R(λ, t)dt from `from` to `to` (Infinity allowed) with its derivative with respect to λ. As R' = input − λR, it is
 * (input between the two − R(to) + R(from))/λ.
 */
export function responseIntegral(
  rate: number,
  from: number,
  to: number,
  administration: Administration,
): { value: number; slope: number } {
  const start = exponentialResponse(rate, from, administration)
  const end = to === Infinity ? { value: 0, slope: 0 } : exponentialResponse(rate, to, administration)
  const value = (givenBetween(administration, from, to) - end.value + start.value) / rate
  return { value, slope: (start.slope - end.slope - value) / rate }
}

/** Gauss–Legendre nodes and weights on 0 to 1, five points (Abramowitz & Stegun, table 25.4). */
const GAUSS: readonly (readonly [node: number, weight: number])[] = [-1, 1]
  .flatMap((sign) => [
    [0.5 + (sign * 0.906179845938664) / 2, 0.236926885056189 / 2] as const,
    [0.5 + (sign * 0.5384693101056831) / 2, 0.478628670499366 / 2] as const,
  ])
  .concat([[0.5, 0.568888888888889 / 2]])

/**
 * Response of a pair (e^(−λt) − e^(−(λ+δ)t))/δ: D = (R(λ) − R(λ + δ))/δ with its derivatives with respect to λ and δ. Where δt is small,
 * so that the difference would cancel, D = −∫R'(λ + δs)ds over s from 0 to 1 by Gauss–Legendre: exact also where the rates meet (δ = 0).
 */
export function pairResponse(
  rate: number,
  difference: number,
  t: number,
  administration: Administration,
): { value: number; byRate: number; byDifference: number } {
  const result = { value: 0, byRate: 0, byDifference: 0 }
  for (const part of administration) {
    if (difference * (t - part.startS) < 0.1) {
      for (const [node, weight] of GAUSS) {
        const [, slope, curvature] = partResponse(rate + difference * node, t, part)
        result.value -= part.share * weight * slope
        result.byRate -= part.share * weight * curvature
        result.byDifference -= part.share * weight * node * curvature
      }
      continue
    }
    const [slow, slowSlope] = partResponse(rate, t, part)
    const [fast, fastSlope] = partResponse(rate + difference, t, part)
    const value = (slow - fast) / difference
    result.value += part.share * value
    result.byRate += (part.share * (slowSlope - fastSlope)) / difference
    result.byDifference += (part.share * (-fastSlope - value)) / difference
  }
  return result
}
