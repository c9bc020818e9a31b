/** A population as weighted curves: what expectations and percentiles over it are sums of. */
import { InputError } from '../../errors/index.ts'
import { choleskyFactor, RandomStream } from '../../statistics/index.ts'
import type { Matrix } from '../../statistics/index.ts'
import type { ExponentialTerm } from '../types.ts'
import type { CurvePopulation } from './types.ts'

export interface CurveNode {
  readonly phi: readonly number[]
  /** All add to one. */
  readonly weight: number
  readonly terms: readonly ExponentialTerm[] | null
  readonly integral: number
}

/** Standard scores reach so far on both sides: 99.994 % of the population. */
const FARTHEST = 4
/**
 * Points of the grid of standard scores in each direction, those at its ends with half the weight. The trapezoid rule on a normal weight
 * converges exponentially (error of order exp(−2π²/h²) for the step h: 3e-9 at h = 1); the first direction is finer for the percentiles.
 */
const GRIDS: readonly (readonly number[])[] = [[], [1025], [65, 17], [33, 9, 9]]
/** Of populations with more directions than the grids have. */
const SAMPLE = 4096
const SAMPLE_SEED = 20_261_127
/** Nodes of less than this share of the heaviest are left out; together they weigh about as much as what lies farther out. */
const LIGHTEST = 1e-5

/**
 * Curves over the population with their weights: the size where it is a parameter of its own stays at its mean, the other parameters
 * follow their marginal distribution (grid up to three, above a fixed Philox sample).
 *
 * @throws InputError `kinetics.population` where the covariance is none
 */
export function populationNodes(population: CurvePopulation): CurveNode[] {
  const { prior, sizeIndex, curve } = population
  const free = prior.mean.map((_, i) => i).filter((i) => i !== sizeIndex && (prior.covariance[i]?.[i] ?? 0) > 0)
  const factor = factorOf(population, free)
  const scores = scoresOf(free.length).filter(({ weight }) => weight > LIGHTEST)
  const total = scores.reduce((sum, { weight }) => sum + weight, 0)
  return scores.map(({ z, weight }) => {
    const phi = [...prior.mean]
    free.forEach((index, i) => {
      phi[index] = (phi[index] ?? 0) + z.reduce((sum, score, j) => sum + score * (factor[i]?.[j] ?? 0), 0)
    })
    return { phi, weight: weight / total, terms: curve.terms(phi), integral: curve.integral(phi) }
  })
}

/** Value of a node's curve at a time, in its unit. */
export function nodeValue({ terms, phi }: CurveNode, timeS: number, population: CurvePopulation): number {
  if (!terms) return population.curve.value(phi, timeS)
  let value = 0
  for (const { amplitudeBq, effectiveRatePerS } of terms) value += amplitudeBq * Math.exp(-effectiveRatePerS * timeS)
  return value
}

/** `count` curves drawn from the population, all parameters; the same for the same seed. */
export function samplePopulation(population: CurvePopulation, count: number, stream: RandomStream): number[][] {
  const { mean } = population.prior
  const all = mean.map((_, i) => i)
  const factor = factorOf(population, all)
  return Array.from({ length: count }, () => {
    const z = all.map(() => stream.normal())
    return mean.map((m, i) => m + z.reduce((sum, score, j) => sum + score * (factor[i]?.[j] ?? 0), 0))
  })
}

function factorOf({ id, prior }: CurvePopulation, indices: readonly number[]): Matrix {
  const factor = choleskyFactor(indices.map((i) => indices.map((j) => prior.covariance[i]?.[j] ?? 0)))
  if (factor) return factor
  throw new InputError(
    'kinetics.population',
    `Population "${id}": the covariance of its parameters is no covariance matrix.`,
    'Check the correlations.',
  )
}

function scoresOf(dimension: number): { z: readonly number[]; weight: number }[] {
  const grid = GRIDS[dimension]
  if (!grid) {
    const stream = new RandomStream(SAMPLE_SEED)
    return Array.from({ length: SAMPLE }, () => ({
      z: Array.from({ length: dimension }, () => stream.normal()),
      weight: 1,
    }))
  }
  return grid.reduce<{ z: readonly number[]; weight: number }[]>(
    (points, count) =>
      points.flatMap(({ z, weight }) =>
        Array.from({ length: count }, (_, i) => {
          const score = FARTHEST * ((2 * i) / (count - 1) - 1)
          const end = i === 0 || i === count - 1 ? 0.5 : 1
          return { z: [...z, score], weight: weight * end * Math.exp((-score * score) / 2) }
        }),
      ),
    [{ z: [], weight: 1 }],
  )
}
