/** The most probable curve from few points, quickly: for experiments over many patients. */
import { choleskyFactor, choleskySolve } from '../../statistics/index.ts'
import type { CurvePopulation } from './types.ts'

const MOST_ITERATIONS = 12
const SETTLED = 1e-4

/**
 * Working parameters that maximise the posterior of points with log-normal noise: Σ (ln y − ln f)²/s² + (φ − μ)ᵀΩ⁻¹(φ − μ), by the
 * iterated Kalman update φ ← μ + ΩJᵀ(JΩJᵀ + s²I)⁻¹(ln y − ln f + J(φ − μ)), J = ∂ln f/∂φ (Bell & Cathey 1993, which is Gauss–Newton), a
 * step halved where it misses a point by far more than before. Its systems have the size of the points, so that one or two cost little,
 * and Ω may be singular.
 *
 * @param noise relative standard deviation of one point
 */
export function fastMode(
  { curve }: CurvePopulation,
  prior: CurvePopulation['prior'],
  timesS: readonly number[],
  logValues: readonly number[],
  noise: number,
): number[] {
  const { mean, covariance } = prior
  const variance = Math.log1p(noise * noise)
  const gradient = new Float64Array(mean.length)
  const measure = (phi: readonly number[]): { rows: number[][]; residual: number[] } => {
    const rows: number[][] = []
    const residual = timesS.map((timeS, i) => {
      const value = curve.value(phi, timeS, gradient)
      rows.push(Array.from(gradient, (g) => g / value))
      return (logValues[i] ?? 0) - Math.log(value)
    })
    return { rows, residual }
  }
  let phi = [...mean]
  let at = measure(phi)
  for (let n = 0; n < MOST_ITERATIONS; n++) {
    const { rows, residual } = at
    const spread = rows.map((row) => covariance.map((c) => c.reduce((s, v, k) => s + v * (row[k] ?? 0), 0)))
    const system = rows.map((row, i) =>
      spread.map((s, j) => row.reduce((sum, v, k) => sum + v * (s[k] ?? 0), 0) + (i === j ? variance : 0)),
    )
    const factor = choleskyFactor(system)
    if (!factor) return phi
    const wanted = rows.map(
      (row, i) => (residual[i] ?? 0) + row.reduce((s, v, k) => s + v * ((phi[k] ?? 0) - (mean[k] ?? 0)), 0),
    )
    const u = choleskySolve(factor, wanted)
    const target = mean.map((m, k) => m + u.reduce((s, v, i) => s + v * (spread[i]?.[k] ?? 0), 0))
    const next = damped(phi, target, residual, measure)
    const moved = Math.max(...next.phi.map((v, k) => Math.abs(v - (phi[k] ?? 0))))
    phi = next.phi
    at = next.at
    if (moved < SETTLED) break
  }
  return phi
}

type Measured = { rows: number[][]; residual: number[] }

/** The step to the target, halved while a point is missed by more than before and by more than a factor e. */
function damped(
  phi: readonly number[],
  target: readonly number[],
  before: readonly number[],
  measure: (phi: readonly number[]) => Measured,
): { phi: number[]; at: Measured } {
  const largest = (residual: readonly number[]): number => Math.max(...residual.map(Math.abs))
  const limit = Math.max(1, largest(before))
  for (let share = 1; ; share /= 2) {
    const next = phi.map((v, k) => v + share * ((target[k] ?? 0) - v))
    const at = measure(next)
    if (share < 1e-3 || largest(at.residual) <= limit) return { phi: next, at }
  }
}
