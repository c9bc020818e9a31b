/** The TIA over the whole posterior of one scan, by quadrature. */
import { choleskyFactor, choleskySolve } from '../../statistics/index.ts'
import { centredPrior } from './map.ts'
import { nodeValue } from './nodes.ts'
import type { CurveNode } from './nodes.ts'
import type { CurvePopulation, FewScansRequest } from './types.ts'
import type { Weighted } from './weighted.ts'

/** The logarithm of the activity at the scan is summed from where its density falls below e^−12.5 of its greatest to where it does so again. */
const DEEPEST = 12.5
/** A step in standard deviations at the narrowest mode: sums over a smooth density converge exponentially. More steps only smooth the percentiles. */
const STEP = 0.5
const STEPS = { least: 40, most: 1000 } as const
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

/**
 * Nodes of −(u − expected)²/(2·variance) − (measured − eᵘ)²/(2σ²), u the logarithm of the activity; a variance of 0: that alone. A point of
 * large σ hardly speaks against activities far below it, so that the density falls as the prior does to the left and as the measurement does to the right:
 * the ends are looked for, not taken from a width.
 */
function activitiesAt(
  expected: number,
  variance: number,
  measured: number,
  sigma: number,
  shift: number,
): ActivityNode[] {
  const misfit = (u: number): number => ((measured - Math.exp(u)) / sigma) ** 2 / 2
  if (variance === 0) return [{ logActivity: expected, logWeight: -misfit(expected) }]
  const logDensity = (u: number): number => -((u - expected) ** 2) / (2 * variance) - misfit(u)
  // A point far from a wide prior has a mode of its own beside that of the prior.
  const modes = [Math.log(measured), expected].map((start) => modeOf(start, expected, variance, measured, sigma))
  const least = Math.max(...modes.map(({ mode }) => logDensity(mode))) - DEEPEST
  const seen = modes.filter(({ mode }) => logDensity(mode) > least)
  const endOf = (sign: 1 | -1): number =>
    sign * Math.max(...seen.map(({ mode, sd }) => sign * levelFrom(logDensity, least, mode, sign * sd)))
  const [from, to] = [endOf(-1), endOf(1)]
  const widest = STEP * Math.min(...seen.map(({ sd }) => sd))
  const count = Math.min(STEPS.most, Math.max(STEPS.least, Math.ceil((to - from) / widest)))
  const step = (to - from) / count
  return Array.from({ length: count }, (_, i) => {
    const u = from + (i + shift) * step
    return { logActivity: u, logWeight: logDensity(u) + Math.log(step) }
  })
}

/** Where a density that falls from `start` on in the direction of `stride` reaches a level, to a part in 64 of the last stride. */
function levelFrom(logDensity: (u: number) => number, level: number, start: number, stride: number): number {
  let [inside, step] = [start, stride]
  while (logDensity(inside + step) > level) {
    inside += step
    step *= 2
  }
  let outside = inside + step
  for (let n = 0; n < 6; n++) {
    const middle = (inside + outside) / 2
    if (logDensity(middle) > level) inside = middle
    else outside = middle
  }
  return outside
}

/** A maximum by Newton's steps with the expected curvature, and the standard deviation there. */
function modeOf(
  start: number,
  expected: number,
  variance: number,
  measured: number,
  sigma: number,
): { mode: number; sd: number } {
  let u = start
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
