/** The curve of a population with a late phase whose half-life is cut off at the physical one. */
import { normalCdf, normalQuantile } from '../../statistics/index.ts'
import type { CurveParameter, ParametricCurve } from '../parametric/types.ts'
import type { ExponentialTerm } from '../types.ts'
import type { LogNormal, PopulationShape } from './population.ts'

const SIZE: CurveParameter = { name: 'A', title: 'Amplitude of the late phase', unit: 'Bq', scale: 'log' }
const SCORE: CurveParameter = { name: 'z', title: 'Standard score of the late half-life', unit: '1', scale: 'linear' }
const EARLY: CurveParameter = { name: 'T_early', title: 'Half-life of the early phase', unit: 's', scale: 'log' }
const SHARE: CurveParameter = { name: 'r', title: 'Early over late amplitude', unit: '1', scale: 'log' }

const DESCRIBED: Record<PopulationShape, { formula: string; parameters: readonly CurveParameter[] }> = {
  'mono-exponential': { formula: 'A e^(−kt)', parameters: [SIZE, SCORE] },
  'uptake-washout': { formula: 'A (e^(−kt) − e^(−mt))', parameters: [SIZE, SCORE, EARLY] },
  'bi-exponential': { formula: 'A (e^(−kt) + r e^(−mt))', parameters: [SIZE, SCORE, EARLY, SHARE] },
}

/** The late half-life of a standard score, s, and its relative slope ∂ln T/∂z. */
export function lateHalfLife(
  { median, geometricStandardDeviation }: LogNormal,
  physicalHalfLifeS: number,
  z: number,
): { readonly halfLifeS: number; readonly slope: number } {
  const s = Math.log(geometricStandardDeviation)
  if (s === 0) return { halfLifeS: median, slope: 0 }
  const below = normalCdf(Math.log(physicalHalfLifeS / median) / s)
  const q = normalQuantile(below * normalCdf(z))
  const slope = s * below * Math.exp((q * q - z * z) / 2)
  return { halfLifeS: Math.min(physicalHalfLifeS, median * Math.exp(s * q)), slope }
}

/** Value, integral and gradients of `PopulationShape`; see `curvePopulation` for its working parameters. */
export function latePhaseCurve(shape: PopulationShape, late: LogNormal, physicalHalfLifeS: number): ParametricCurve {
  // The times of one curve ask for the same score one after the other, and its half-life is the dear part.
  let known = { z: NaN, halfLifeS: NaN, slope: NaN }
  const halfLifeOf = (z: number): { readonly halfLifeS: number; readonly slope: number } => {
    if (z !== known.z) known = { z, ...lateHalfLife(late, physicalHalfLifeS, z) }
    return known
  }
  const parts = (phi: ArrayLike<number>): { a: number; k: number; kSlope: number; early: number; r: number } => {
    const { halfLifeS, slope } = halfLifeOf(phi[1] ?? 0)
    const k = Math.LN2 / halfLifeS
    return {
      a: Math.exp(phi[0] ?? 0),
      k,
      kSlope: -k * slope,
      early: shape === 'mono-exponential' ? 0 : Math.LN2 / Math.exp(phi[2] ?? 0),
      r: shape === 'bi-exponential' ? Math.exp(phi[3] ?? 0) : shape === 'uptake-washout' ? -1 : 0,
    }
  }
  const write = (gradient: Float64Array | undefined, values: readonly number[]): void => {
    if (gradient) for (let i = 0; i < gradient.length; i++) gradient[i] = values[i] ?? 0
  }
  return {
    id: `late-phase-${shape}`,
    title: shape,
    formula: DESCRIBED[shape].formula,
    parameters: DESCRIBED[shape].parameters,
    value: (phi, timeS, gradient) => {
      const { a, k, kSlope, early, r } = parts(phi)
      const first = a * Math.exp(-k * timeS)
      const ratio = r * Math.exp(-early * timeS)
      // 1 − e^{−mt} without loss where the uptake has just begun.
      const value = shape === 'uptake-washout' ? -first * Math.expm1(-early * timeS) : first * (1 + ratio)
      write(gradient, [value, -timeS * value * kSlope, first * ratio * early * timeS, first * ratio])
      return value
    },
    integral: (phi, gradient) => {
      const { a, k, kSlope, early, r } = parts(phi)
      const m = k + early
      const value = shape === 'uptake-washout' ? (a * early) / (k * m) : a / k + (a * r) / m
      write(gradient, [value, -a * kSlope * (1 / (k * k) + r / (m * m)), (a * r * early) / (m * m), (a * r) / m])
      return value
    },
    terms: (phi) => {
      const { a, k, early, r } = parts(phi)
      const second: ExponentialTerm[] = r === 0 ? [] : [{ amplitudeBq: a * r, effectiveRatePerS: k + early }]
      return [{ amplitudeBq: a, effectiveRatePerS: k }, ...second]
    },
  }
}
