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
/** Of a grid of one direction; those at its ends have half the weight. */
const POINTS = 1025

const sine = (k: number): number => (2 / Math.sqrt(7)) * Math.sin((k * Math.PI) / 7)
const TILT = Math.atan(2) / 2
/**
 * Two and three directions: a cubic lattice, turned so that no two of its points share a score (the rotated Zⁿ of Q(√5) and of Q(2 cos 2π/7): Bayer-Fluckiger,
 * Oggier & Viterbo, IEEE Trans. Inf. Theory 50 (2004) 702): where a value follows one direction alone its percentiles see all points, not the few of a
 * straight grid. It is one of t with the scores sinh t: the weight cosh t·exp(−sinh²t/2) is flat in the middle, so that no point is heavy, and the
 * sum over the lattice still converges exponentially.
 */
const LATTICES: Readonly<Record<number, { readonly step: number; readonly axes: Matrix }>> = {
  2: {
    step: 0.09,
    axes: [
      [Math.cos(TILT), -Math.sin(TILT)],
      [Math.sin(TILT), Math.cos(TILT)],
    ],
  },
  3: {
    step: 0.31,
    axes: [
      [-sine(1), -sine(2), -sine(3)],
      [-sine(3), -sine(1), sine(2)],
      [-sine(2), sine(3), -sine(1)],
    ],
  },
}
/** Of populations with more directions. */
const SAMPLE = 4096
const SAMPLE_SEED = 20_261_127
/** Nodes of less than this share of the heaviest are left out: those more than about 5 standard deviations from the middle. */
const LIGHTEST = 1e-5

/**
 * Curves over the population with their weights: the size where it is a parameter of its own stays at its mean, the other parameters
 * follow their marginal distribution (grid of one, lattice of two and three, above a fixed Philox sample).
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

interface Score {
  readonly z: readonly number[]
  readonly weight: number
}

function scoresOf(dimension: number): Score[] {
  if (dimension === 0) return [{ z: [], weight: 1 }]
  if (dimension === 1)
    return Array.from({ length: POINTS }, (_, i) =>
      scoreAt([FARTHEST * ((2 * i) / (POINTS - 1) - 1)], i === 0 || i === POINTS - 1 ? 0.5 : 1),
    )
  const lattice = LATTICES[dimension]
  if (lattice) return latticeScores(lattice.step, lattice.axes)
  const stream = new RandomStream(SAMPLE_SEED)
  return Array.from({ length: SAMPLE }, () => ({
    z: Array.from({ length: dimension }, () => stream.normal()),
    weight: 1,
  }))
}

const scoreAt = (z: readonly number[], share: number): Score => ({
  z,
  weight: share * Math.exp(-z.reduce((sum, score) => sum + score * score, 0) / 2),
})

function latticeScores(step: number, axes: Matrix): Score[] {
  const most = Math.ceil((Math.asinh(FARTHEST) * Math.sqrt(axes.length)) / step)
  const line = Array.from({ length: 2 * most + 1 }, (_, i) => (i - most) * step)
  return axes
    .reduce<number[][]>((points) => points.flatMap((place) => line.map((own) => [...place, own])), [[]])
    .map((place) => axes.map((axis) => axis.reduce((sum, v, k) => sum + v * (place[k] ?? 0), 0)))
    .filter((t) => t.every((own) => Math.abs(Math.sinh(own)) <= FARTHEST))
    .map((t) =>
      scoreAt(
        t.map(Math.sinh),
        t.reduce((product, own) => product * Math.cosh(own), 1),
      ),
    )
}
