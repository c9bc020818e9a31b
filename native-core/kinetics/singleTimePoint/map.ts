/** The most probable curve with a population prior, from one scan or more. */
import { estimateIndividual } from '../population/index.ts'
import type { IndividualEstimate } from '../population/index.ts'
import { neededPopulation } from './checkRequest.ts'
import { slowestHalfLifeS } from './single.ts'
import type { CurvePopulation, FewScansRequest } from './types.ts'

export interface MapEstimate {
  readonly individual: IndividualEstimate
  /** Relative standard uncertainty of the TIA by the noise of the points, to first order. */
  readonly measurement: number
  readonly effectiveHalfLifeS: number
  readonly effectiveHalfLifeUncertaintyS: number
}

const DIFFERENCE = 1e-4

/**
 * The prior as it is, or, where nothing is known of the size, with the size that the mean curve through the points has (mean of the
 * logarithms).
 */
export function centredPrior(
  { curve, prior, sizeIndex, sizeKnown }: CurvePopulation,
  timesS: readonly number[],
  values: readonly number[],
): CurvePopulation['prior'] {
  if (sizeKnown || sizeIndex === null) return prior
  const shift =
    timesS.reduce((s, t, i) => s + Math.log((values[i] ?? 1) / curve.value(prior.mean, t)), 0) / timesS.length
  return { ...prior, mean: prior.mean.map((m, i) => (i === sizeIndex ? m + shift : m)) }
}

/** Whether a request is answered by the most probable curve: earlier cycles are, from two scans on. */
export const isMostProbableCurve = ({ method, timesS }: Pick<FewScansRequest, 'method' | 'timesS'>): boolean =>
  method === 'population-map' || (method === 'prior-cycles' && timesS.length > 1)

/**
 * Posterior mode and its normal approximation (`estimateIndividual`) with the given uncertainties of the points. What their noise does to the
 * TIA by way of the mode has the variance Σ (gᵀC∇f_j/s_j)², a part of gᵀCg.
 */
export function mapEstimate(request: FewScansRequest): MapEstimate {
  const { label, timesS, activityBq, sigmaBq } = request
  const population = neededPopulation(request)
  const { curve } = population
  const individual = estimateIndividual({
    label,
    curve,
    prior: centredPrior(population, timesS, activityBq),
    residual: { additive: 0, proportional: 0.05 },
    timesS,
    values: activityBq,
    sigma: sigmaBq,
  })
  const { phi, covariance, tiaBqS } = individual
  const gradient = new Float64Array(phi.length)
  const valueGradient = new Float64Array(phi.length)
  curve.integral(phi, gradient)
  const response = covariance.map((row) => row.reduce((s, v, k) => s + v * (gradient[k] ?? 0), 0))
  const noise = timesS.reduce((sum, timeS, j) => {
    curve.value(phi, timeS, valueGradient)
    const gain = response.reduce((s, v, k) => s + v * (valueGradient[k] ?? 0), 0) / (sigmaBq[j] ?? 1)
    return sum + gain * gain
  }, 0)
  return {
    individual,
    measurement: Math.sqrt(noise) / tiaBqS,
    ...halfLife(curve, phi, covariance),
  }
}

function halfLife(
  curve: CurvePopulation['curve'],
  phi: readonly number[],
  covariance: IndividualEstimate['covariance'],
): Pick<MapEstimate, 'effectiveHalfLifeS' | 'effectiveHalfLifeUncertaintyS'> {
  const at = (p: readonly number[]): number => slowestHalfLifeS(curve.terms(p)) ?? NaN
  const slopes = phi.map((_, k) => {
    const moved = (by: number): number => at(phi.map((v, i) => (i === k ? v + by : v)))
    return (moved(DIFFERENCE) - moved(-DIFFERENCE)) / (2 * DIFFERENCE)
  })
  const variance = slopes.reduce(
    (sum, a, i) => sum + slopes.reduce((s, b, j) => s + a * b * (covariance[i]?.[j] ?? 0), 0),
    0,
  )
  return { effectiveHalfLifeS: at(phi), effectiveHalfLifeUncertaintyS: Math.sqrt(Math.max(0, variance)) }
}
