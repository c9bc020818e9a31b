/** The TIA over the whole posterior of one scan, by quadrature. */
import { choleskyFactor, choleskySolve } from '../../statistics/index.ts'
import { centredPrior } from './map.ts'
import { nodeValue } from './nodes.ts'
import type { CurveNode } from './nodes.ts'
import type { CurvePopulation, FewScansRequest } from './types.ts'
import type { Weighted } from './weighted.ts'

/** The activity at the scan is summed over so many standard deviations of its own posterior to both sides, in so many steps. */
const FARTHEST = 5
const STEPS = 20
/** Combinations that weigh less than this share of the heaviest are left out. */
const LIGHTEST = 1e-9
const NEWTON_STEPS = 50
/** Each curve's activities lie elsewhere within a step, so that the percentiles see no lumps. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * TIA, Bq·s, over the exact posterior of one scan with normal noise, with weights that add to one: each curve of the population (nodes of
 * its kinetics) with each activity v at the scan, as TIA = v·∫f/f(t), weighted by the population, by what it says of the size of that curve
 * (ln v is normal given the kinetics) and by the measurement. To first order nothing would be open where t = 1/λ, for there the TIA
 * of all curves through the point is least. null where no parameter of the curve is its size alone.
 */
export function singleScanPosterior(
  request: FewScansRequest,
  population: CurvePopulation,
  nodes: readonly CurveNode[],
): Weighted | null {
  const { timesS, activityBq, sigmaBq } = request
  const [timeS = 0] = timesS
  const [measured = 0] = activityBq
  const [sigma = 1] = sigmaBq
  const { sizeIndex } = population
  if (sizeIndex === null) return null
  const size = sizeGiven({ ...population, prior: centredPrior(population, timesS, activityBq) }, sizeIndex)
  const values: number[] = []
  const logWeights: number[] = []
  nodes.forEach((node, n) => {
    const { mean, variance } = size(node.phi)
    const atScan = nodeValue(node, timeS, population)
    // The node has the size of the population's mean; the logarithm of its activity at the scan moves with that of its size.
    const expected = Math.log(atScan) + mean - (node.phi[sizeIndex] ?? 0)
    for (const { logActivity, logWeight } of activitiesAt(expected, variance, measured, sigma, (n * GOLDEN) % 1)) {
      values.push((Math.exp(logActivity) * node.integral) / atScan)
      logWeights.push(Math.log(node.weight) + logWeight)
    }
  })
  const most = logWeights.reduce((a, b) => Math.max(a, b), -Infinity)
  const kept = values.flatMap((value, i) => {
    const weight = Math.exp((logWeights[i] ?? -Infinity) - most)
    return weight > LIGHTEST ? [{ value, weight }] : []
  })
  const total = kept.reduce((sum, { weight }) => sum + weight, 0)
  return { values: kept.map(({ value }) => value), weights: kept.map(({ weight }) => weight / total) }
}

/** Mean and variance of the logarithm of the size given the other parameters (of a multivariate normal distribution). */
function sizeGiven(
  { prior }: CurvePopulation,
  sizeIndex: number,
): (phi: readonly number[]) => { mean: number; variance: number } {
  const { mean, covariance } = prior
  const free = mean.map((_, i) => i).filter((i) => i !== sizeIndex && (covariance[i]?.[i] ?? 0) > 0)
  const cross = free.map((i) => covariance[sizeIndex]?.[i] ?? 0)
  const factor = choleskyFactor(free.map((i) => free.map((j) => covariance[i]?.[j] ?? 0)))
  const slopes = factor && free.length > 0 ? choleskySolve(factor, cross) : cross.map(() => 0)
  const explained = slopes.reduce((sum, slope, i) => sum + slope * (cross[i] ?? 0), 0)
  const variance = Math.max(0, (covariance[sizeIndex]?.[sizeIndex] ?? 0) - explained)
  return (phi) => ({
    mean: slopes.reduce(
      (sum, slope, i) => sum + slope * ((phi[free[i] ?? 0] ?? 0) - (mean[free[i] ?? 0] ?? 0)),
      mean[sizeIndex] ?? 0,
    ),
    variance,
  })
}

interface ActivityNode {
  readonly logActivity: number
  readonly logWeight: number
}

/** Nodes of −(u − expected)²/(2·variance) − (measured − eᵘ)²/(2σ²), u the logarithm of the activity; a variance of 0: that alone. */
function activitiesAt(
  expected: number,
  variance: number,
  measured: number,
  sigma: number,
  shift: number,
): ActivityNode[] {
  const misfit = (u: number): number => ((measured - Math.exp(u)) / sigma) ** 2 / 2
  if (variance === 0) return [{ logActivity: expected, logWeight: -misfit(expected) }]
  const { mode, sd } = modeOf(expected, variance, measured, sigma)
  const step = (FARTHEST * sd) / STEPS
  return Array.from({ length: 2 * STEPS }, (_, i) => {
    const u = mode + (i - STEPS + shift) * step
    return { logActivity: u, logWeight: -((u - expected) ** 2 / (2 * variance)) - misfit(u) + Math.log(step) }
  })
}

/** Its maximum by Newton's steps with the expected curvature, from the measured value on, and the standard deviation there. */
function modeOf(expected: number, variance: number, measured: number, sigma: number): { mode: number; sd: number } {
  let u = Math.log(measured)
  const curvature = (): number => 1 / variance + (Math.exp(u) / sigma) ** 2
  for (let n = 0; n < NEWTON_STEPS; n++) {
    const value = Math.exp(u)
    const slope = (expected - u) / variance + ((measured - value) * value) / sigma ** 2
    const move = Math.max(-1, Math.min(1, slope / curvature()))
    u += move
    if (Math.abs(move) < 1e-12) break
  }
  return { mode: u, sd: 1 / Math.sqrt(curvature()) }
}
