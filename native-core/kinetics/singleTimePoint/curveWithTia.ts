/** A curve to draw and to count with, whose integral is a given TIA. */
import { InputError } from '../../errors/index.ts'
import type { ExponentialTerm } from '../types.ts'
import type { CurvePopulation } from './types.ts'

const STEP = 0.02
const FARTHEST = 6
const BISECTIONS = 60

/**
 * The curve of the population through one Bq at `timeS` whose TIA is `ratioS` Bq·s: among the curves on the line through the mean along
 * which TIA over activity changes most for the population's spread, the nearest to the mean. Where the line does not reach the ratio
 * (its minimum over the half-life lies above) the nearest curve is scaled, so that the integral is the TIA and the point is missed.
 *
 * @throws InputError `kinetics.few-scans-shape` for a curve that is no sum of exponentials
 */
export function curveWithTia(population: CurvePopulation, timeS: number, ratioS: number): ExponentialTerm[] {
  const { curve, prior } = population
  const along = direction(population, timeS)
  const phiAt = (s: number): number[] => prior.mean.map((m, i) => m + s * (along[i] ?? 0))
  const miss = (s: number): number => {
    const phi = phiAt(s)
    return Math.log(curve.integral(phi) / curve.value(phi, timeS) / ratioS)
  }
  const s = nearestRoot(miss)
  const phi = phiAt(s)
  const terms = curve.terms(phi)
  if (!terms)
    throw new InputError(
      'kinetics.few-scans-shape',
      `The curve "${curve.title}" of the population is no sum of exponentials.`,
      'Choose a population with a sum of exponentials.',
    )
  const scale = ratioS / curve.integral(phi)
  return terms.map((term) => ({ ...term, amplitudeBq: term.amplitudeBq * scale }))
}

/** Ω·∂ln(TIA/activity)/∂φ without the size, at the point where that slope is not zero, of unit length in standard scores. */
function direction({ curve, prior, sizeIndex }: CurvePopulation, timeS: number): number[] {
  const valueSlope = new Float64Array(prior.mean.length)
  const tiaSlope = new Float64Array(prior.mean.length)
  const tia = curve.integral(prior.mean, tiaSlope)
  const value = curve.value(prior.mean, timeS, valueSlope)
  // The TIA's own slope where the two cancel: there, too, it is the half-life that matters.
  const slopes = prior.mean.map((_, i) => (i === sizeIndex ? 0 : (tiaSlope[i] ?? 0) / tia))
  const full = slopes.map((slope, i) => (i === sizeIndex ? 0 : slope - (valueSlope[i] ?? 0) / value))
  const spread = (g: readonly number[]): number[] =>
    prior.covariance.map((row, i) => (i === sizeIndex ? 0 : row.reduce((sum, v, k) => sum + v * (g[k] ?? 0), 0)))
  const length = (g: readonly number[]): number => Math.sqrt(Math.max(0, dot(g, spread(g))))
  const chosen = length(full) > 0.05 * length(slopes) ? full : slopes
  const norm = length(chosen)
  return norm > 0 ? spread(chosen).map((v) => v / norm) : prior.mean.map(() => 0)
}

/** The zero nearest to the origin, or the place of the smallest size where there is none within reach. */
function nearestRoot(f: (s: number) => number): number {
  const start = f(0)
  let best = { s: 0, size: Math.abs(start) }
  if (best.size < 1e-12) return 0
  for (let s = STEP; s <= FARTHEST; s += STEP) {
    for (const sign of [1, -1]) {
      const value = f(sign * s)
      if (Math.sign(value) !== Math.sign(start)) return bisect(f, sign * (s - STEP), sign * s)
      if (Math.abs(value) < best.size) best = { s: sign * s, size: Math.abs(value) }
    }
  }
  return best.s
}

function bisect(f: (s: number) => number, from: number, to: number): number {
  let [a, b] = [from, to]
  const side = Math.sign(f(a))
  for (let n = 0; n < BISECTIONS; n++) {
    const middle = (a + b) / 2
    if (Math.sign(f(middle)) === side) a = middle
    else b = middle
  }
  return (a + b) / 2
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * (b[i] ?? 0), 0)
