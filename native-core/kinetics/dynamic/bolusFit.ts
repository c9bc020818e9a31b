/** A formula for the input: the bolus model of Feng and others, fitted to samples or to frames of a blood pool. */
import { InputError } from '../../errors/index.ts'
import { solveLeastSquares } from '../../statistics/index.ts'
import { bestOfStarts } from './leastSquares.ts'
import type { Residuals } from './leastSquares.ts'
import { exponentialCurve } from './timeCurve.ts'
import type { FrameTime } from '../../imaging/pet/index.ts'
import type { Estimate, TimeCurve } from './types.ts'

export interface BolusFit {
  readonly curve: TimeCurve
  /** Start, rates and amplitudes; amplitudes in Bq/mL, A1 in Bq/(mL·s). */
  readonly startS: Estimate
  readonly ratesPerS: readonly [number, number, number]
  readonly amplitudes: readonly [number, number, number]
  readonly fittedBqPerMl: readonly number[]
  /** Root mean square of the weighted residuals over the largest value. */
  readonly relativeRms: number
  readonly converged: boolean
}

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/**
 * C(t) = (A1·τ − A2 − A3)·e^(−λ1·τ) + A2·e^(−λ2·τ) + A3·e^(−λ3·τ), τ = t − t0 ≥ 0 (Feng, Huang, Wang, Int. J. Biomed. Comput. 32 (1993) 95, model 2), by
 * least squares on values at moments (frames of no length) or plain averages over frames. Starts from a grid of rates and of t0, with exact
 * amplitudes.
 *
 * @param frames when each value was taken; duration 0 for a sample
 * @throws InputError `dynamic.bolus` for fewer than eight values, or none above zero.
 */
export function fitBolus(
  frames: readonly FrameTime[],
  concentrationBqPerMl: readonly number[],
  weights?: readonly number[],
): BolusFit {
  const y = concentrationBqPerMl
  const largest = Math.max(...y)
  if (frames.length < 8 || y.length !== frames.length || !y.every(Number.isFinite) || !(largest > 0))
    throw new InputError(
      'dynamic.bolus',
      `There are ${frames.length} times and ${y.length} values for the seven parameters of a bolus input.`,
      'Give eight values or more with the peak among them, or use the samples as they are.',
    )
  const w = weights ?? y.map(() => 1)
  const scaled = y.map((v) => v / largest)
  const target = scaled.map((v, i) => v * at(w, i))
  // θ = (t0, ln λ1, ln λ2, ln λ3, A1, A2, A3) with values over the largest.
  const value = (theta: readonly number[]) => {
    const [t0, rates] = [at(theta, 0), theta.slice(1, 4).map(Math.exp)]
    return frames.map((frame) => basisOver(frame, t0, rates))
  }
  const evaluate = (theta: readonly number[]): Residuals => {
    const rows = value(theta)
    const amplitudes = theta.slice(4)
    return {
      residual: rows.map(({ basis }, i) => at(target, i) - at(w, i) * dot(basis, amplitudes)),
      jacobian: rows.map(({ basis, byStart, byRate }, i) =>
        [
          dot(byStart, amplitudes),
          ...byRate.map((row, k) => dot(row, amplitudes) * Math.exp(at(theta, k + 1))),
          ...basis,
        ].map((v) => v * at(w, i)),
      ),
    }
  }
  const peak = frames[y.indexOf(largest)] ?? { startS: 0, durationS: 0 }
  const starts = STARTS_PER_MIN.flatMap((rates) =>
    [0.2, 0.5, 0.8].map((share) => {
      const nonlinear = [share * peak.startS, ...rates.map((k) => Math.log(k / 60))]
      const rows = value(nonlinear).map(({ basis }, i) => basis.map((v) => v * at(w, i)))
      const { x } = solveLeastSquares(rows, target)
      const cost = rows.reduce((s, row, i) => s + (at(target, i) - dot(row, x)) ** 2, 0)
      return { cost, theta: [...nonlinear, ...x] }
    }),
  )
  const best = starts.sort((a, b) => a.cost - b.cost).slice(0, 4)
  const [low, high] = [Math.log(1e-4 / 60), Math.log(60 / 60)]
  const fit = bestOfStarts(
    evaluate,
    best.map(({ theta }) => theta),
    {
      lower: [-60, low, low, low, -Infinity, -Infinity, -Infinity],
      upper: [peak.startS + peak.durationS, high, high, high, Infinity, Infinity, Infinity],
    },
    Math.sqrt(dot(target, target)),
  )
  const [t0, l1, l2, l3] = [at(fit.theta, 0), ...fit.theta.slice(1, 4).map(Math.exp)] as [
    number,
    number,
    number,
    number,
  ]
  const [a1, a2, a3] = fit.theta.slice(4).map((a) => a * largest) as [number, number, number]
  const variance = fit.chiSquare / Math.max(1, y.length - 7)
  const curve = exponentialCurve(
    [
      { ratePerS: l1, coefficients: [-a2 - a3, a1] },
      { ratePerS: l2, coefficients: [a2] },
      { ratePerS: l3, coefficients: [a3] },
    ],
    t0,
    'bolus model of three exponentials, fitted',
  )
  return {
    curve: fit.converged
      ? curve
      : { ...curve, remarks: ['The fit of the bolus input did not settle; look at it before it is used.'] },
    startS: {
      name: 't0',
      title: 'Arrival of the bolus',
      value: t0,
      unit: 's',
      standardError:
        fit.inverseNormal && !fit.atBound[0] ? Math.sqrt(variance * at(fit.inverseNormal[0] ?? [], 0)) : null,
      atBound: fit.atBound[0] === true,
    },
    ratesPerS: [l1, l2, l3],
    amplitudes: [a1, a2, a3],
    fittedBqPerMl: value(fit.theta).map(({ basis }) => dot(basis, fit.theta.slice(4)) * largest),
    relativeRms: Math.sqrt(fit.chiSquare / y.length),
    converged: fit.converged,
  }
}

/** First, second and third rate, /min. */
const STARTS_PER_MIN = [1, 3, 8].flatMap((fast) =>
  [0.1, 0.4].flatMap((middle) => [0.003, 0.012].map((slow) => [fast, middle, slow] as const)),
)

const dot = (a: ArrayLike<number>, b: readonly number[]): number => b.reduce((s, v, i) => s + v * at(a, i), 0)

/**
 * What A1, A2, A3 are multiplied with, averaged over a frame, with derivatives by t0 and the rates. With M_m(λ) = the average of τᵐe^(−λτ), the
 * basis is M_1(λ1), M_0(λ2) − M_0(λ1), M_0(λ3) − M_0(λ1); ∂M_m/∂λ = −M_(m+1).
 */
function basisOver({ startS, durationS }: FrameTime, t0: number, rates: readonly number[]) {
  const [from, to] = [Math.max(0, startS - t0), startS + durationS - t0]
  const none = {
    basis: [0, 0, 0],
    byStart: [0, 0, 0],
    byRate: [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
  }
  if (durationS === 0 ? to < 0 : to <= 0) return none
  const [m1, m2, m3] = rates.map((rate) => moments(rate, from, to, durationS)) as [number[], number[], number[]]
  // −∂/∂t0 is the change over the frame by its length, or the slope at a moment; at its start the curve is zero.
  const shape = (tau: number): number[] => {
    const [e1, e2, e3] = rates.map((rate) => Math.exp(-rate * tau)) as [number, number, number]
    return [tau * e1, e2 - e1, e3 - e1]
  }
  const slope = (tau: number): number[] => {
    const [l1, l2, l3] = rates as [number, number, number]
    const [e1, e2, e3] = [l1, l2, l3].map((rate) => Math.exp(-rate * tau)) as [number, number, number]
    return [e1 - l1 * tau * e1, l1 * e1 - l2 * e2, l1 * e1 - l3 * e3]
  }
  const [before, after] = [shape(from), shape(to)]
  return {
    basis: [at(m1, 1), at(m2, 0) - at(m1, 0), at(m3, 0) - at(m1, 0)],
    byStart: durationS === 0 ? slope(to).map((v) => -v) : after.map((v, i) => -(v - at(before, i)) / durationS),
    byRate: [
      [-at(m1, 2), at(m1, 1), at(m1, 1)],
      [0, -at(m2, 1), 0],
      [0, 0, -at(m3, 1)],
    ],
  }
}

/** ∫ τᵐe^(−λτ) dτ over the frame, by its length, for m = 0, 1, 2; the values themselves at a moment. */
function moments(rate: number, from: number, to: number, durationS: number): number[] {
  if (durationS === 0) {
    const e = Math.exp(-rate * to)
    return [e, to * e, to * to * e]
  }
  const h = to - from
  const fall = Math.exp(-rate * from)
  const i = incomplete(rate, h)
  const [i0, i1, i2] = [at(i, 0), at(i, 1), at(i, 2)]
  return [i0, i1 + from * i0, i2 + 2 * from * i1 + from * from * i0].map((v) => (v * fall) / durationS)
}

/** ∫₀ʰ uᵐe^(−λu) du for m = 0, 1, 2: series where λh is small, for the closed forms cancel there. */
function incomplete(rate: number, h: number): number[] {
  const x = rate * h
  if (x > 1) {
    const e = Math.exp(-x)
    return [(1 - e) / rate, (1 - e * (1 + x)) / rate ** 2, (2 - e * (2 + 2 * x + x * x)) / rate ** 3]
  }
  return [0, 1, 2].map((m) => {
    let [term, sum] = [1, 0]
    for (let k = 0; k < 25; k++) {
      sum += term / (m + k + 1)
      term *= -x / (k + 1)
    }
    return sum * h ** (m + 1)
  })
}
