/** One scan times a ratio: the rules of Hänscheid and Madsen, the median over a population, the shape of an earlier cycle. */
import type { ExponentialTerm } from '../types.ts'
import { neededPopulation } from './checkRequest.ts'
import { curveWithTia } from './curveWithTia.ts'
import { HANSCHEID_WINDOW, hanscheidQuotient } from './methods.ts'
import { nodeValue, populationNodes } from './nodes.ts'
import type { CurveNode } from './nodes.ts'
import type { CurvePopulation, FewScansRequest } from './types.ts'
import { spreadAbout, weightedMean, weightedMedian } from './weighted.ts'
import type { Weighted } from './weighted.ts'

/** TIA over activity at one time, s, and the curve through a point of one Bq that has it. */
export interface SingleRatio {
  readonly ratioS: number
  /** For an activity of one Bq at the time of the scan. */
  readonly terms: readonly ExponentialTerm[]
  readonly halfLifeUncertaintyS: number
}

/** TIA over activity at `timeS` of each curve of a population, s. */
export function populationRatios(nodes: readonly CurveNode[], timeS: number, population: CurvePopulation): Weighted {
  return {
    values: nodes.map((node) => node.integral / nodeValue(node, timeS, population)),
    weights: nodes.map(({ weight }) => weight),
  }
}

/** Effective half-life of the slowest phase, s; null for a curve that is no sum of exponentials. */
export function slowestHalfLifeS(terms: readonly ExponentialTerm[] | null): number | null {
  if (!terms || terms.length === 0) return null
  return Math.LN2 / Math.min(...terms.map((term) => term.effectiveRatePerS))
}

/** The late half-lives of a population and their weights, s. */
export function lateHalfLives(nodes: readonly CurveNode[]): Weighted {
  const known = nodes.flatMap((node) => {
    const halfLifeS = slowestHalfLifeS(node.terms)
    return halfLifeS === null ? [] : [{ halfLifeS, weight: node.weight }]
  })
  return { values: known.map(({ halfLifeS }) => halfLifeS), weights: known.map(({ weight }) => weight) }
}

/** The curve of the mean working parameters. */
export function centralTerms({ curve, prior }: CurvePopulation): readonly ExponentialTerm[] | null {
  return curve.terms(prior.mean)
}

/** TIA over activity that a method takes at `timeS`, s; null for `population-map`, where there is none. */
export function methodRatioS(
  method: FewScansRequest['method'],
  timeS: number,
  population: CurvePopulation | undefined,
  nodes: readonly CurveNode[],
): number | null {
  if (method === 'hanscheid') return (2 * timeS) / Math.LN2
  if (!population || method === 'population-map') return null
  if (method === 'population-half-life') return weightedMedian(populationRatios(nodes, timeS, population))
  const { mean } = population.prior
  if (method === 'prior-cycles') return population.curve.integral(mean) / population.curve.value(mean, timeS)
  const halfLifeS = slowestHalfLifeS(centralTerms(population))
  return halfLifeS === null ? null : (2 ** (timeS / halfLifeS) * halfLifeS) / Math.LN2
}

/** The ratio of a method with one scan, its curve, and how uncertain its half-life is. */
export function singleRatio(request: FewScansRequest, nodes: readonly CurveNode[]): SingleRatio {
  const { method, timesS, population, physicalHalfLifeS } = request
  const [timeS = 0] = timesS
  if (method === 'hanscheid') return hanscheidRatio(timeS, physicalHalfLifeS, population)
  const own = neededPopulation(request)
  const ratioS = methodRatioS(method, timeS, own, nodes)
  if (ratioS === null) throw new Error(`${method} has no ratio`)
  const late = lateHalfLives(nodes)
  const terms =
    method === 'madsen'
      ? monoExponential(slowestHalfLifeS(centralTerms(own)) ?? 0, timeS)
      : curveWithTia(own, timeS, ratioS)
  return { ratioS, terms, halfLifeUncertaintyS: spreadAbout(late, weightedMean(late)) }
}

const monoExponential = (halfLifeS: number, timeS: number): ExponentialTerm[] => [
  { amplitudeBq: 2 ** (timeS / halfLifeS), effectiveRatePerS: Math.LN2 / halfLifeS },
]

/**
 * TIA = A(t)·2t/ln 2 is exact for the effective half-lives t and t/2. The one nearer to the population's is drawn; without one t, unless
 * that is longer than the physical half-life. Its uncertainty is that of a half-life anywhere in the rule's window.
 */
function hanscheidRatio(
  timeS: number,
  physicalHalfLifeS: number,
  population: CurvePopulation | undefined,
): SingleRatio {
  const expected = population && slowestHalfLifeS(centralTerms(population))
  const isHalf = timeS > physicalHalfLifeS || (expected ? expected < timeS / Math.SQRT2 : false)
  const longest = Math.min(physicalHalfLifeS, timeS / HANSCHEID_WINDOW.from)
  return {
    ratioS: (2 * timeS) / Math.LN2,
    terms: monoExponential(isHalf ? timeS / 2 : timeS, timeS),
    halfLifeUncertaintyS: (longest - timeS / HANSCHEID_WINDOW.to) / Math.sqrt(12),
  }
}

/**
 * Relative standard uncertainty of Hänscheid's TIA for an effective half-life that is equally likely anywhere that true/estimated,
 * 2^(x−1)/x, reaches for x = t/T_eff within the rule's window (rectangular distribution; GUM 4.3.7).
 */
export function hanscheidWindowUncertainty(): number {
  const corners = [HANSCHEID_WINDOW.from, 1 / Math.LN2, HANSCHEID_WINDOW.to].map((x) => 1 / hanscheidQuotient(x))
  return (Math.max(...corners) - Math.min(...corners)) / Math.sqrt(12)
}

/** The population of a request as weighted curves; none without one. */
export const requestNodes = ({ population }: FewScansRequest): CurveNode[] =>
  population ? populationNodes(population) : []
