/** The TIA of a structure from one or two scans. */
import type { ExponentialTerm } from '../types.ts'
import { checkFewScans, neededPopulation } from './checkRequest.ts'
import { mapError, patientSample, ratioError } from './experiment.ts'
import { isMostProbableCurve, mapEstimate } from './map.ts'
import { FEW_SCANS_METHODS } from './methods.ts'
import type { CurveNode } from './nodes.ts'
import { singleScanPosterior } from './posterior.ts'
import { fewScansAssumptions, fewScansWarnings } from './remarks.ts'
import { hanscheidWindowUncertainty, populationRatios, requestNodes, singleRatio, slowestHalfLifeS } from './single.ts'
import type { ExpectedError, FewScansEstimate, FewScansRequest, TiaDistribution, UncertaintyPart } from './types.ts'
import { spreadAbout, weightedMean, weightedPercentiles } from './weighted.ts'

/** Version of the algorithms: part of the hash of every result. */
export const FEW_SCANS_VERSION = '1.3.0'
/** Patients of the experiment that gives the expected error of the most probable curve. */
const PATIENTS = 500

type Core = Pick<
  FewScansEstimate,
  'terms' | 'tiaBqS' | 'parts' | 'distribution' | 'effectiveHalfLifeS' | 'effectiveHalfLifeUncertaintyS'
>

/**
 * Time-integrated activity, Bq·s, from one scan (or more, where the method takes them), its standard uncertainty with its parts, a curve
 * with exactly this TIA, and how far off the method is to be expected at these times over the population.
 *
 * Parts: the measurement (σ/A for one scan); `population`, half the distance between the 16th and the 84th percentile of the TIA over the
 * population's curves through the point; `method-bias`, the difference between that distribution's median and the method's TIA (for Hänscheid's rule without a population
 * the rectangular spread over its window). Of the most probable curve `population` is what the points leave open: with one scan the same of
 * the whole posterior, with more to first order, less the measurement. They add in squares.
 *
 * @throws InputError `kinetics.few-scans-*` for points, populations or times that cannot be used
 */
export function estimateFewScans(request: FewScansRequest): FewScansEstimate {
  checkFewScans(request)
  const { label, method, population } = request
  const nodes = requestNodes(request)
  const isMap = isMostProbableCurve(request)
  const core = isMap ? mapCore(request, nodes) : singleCore(request, nodes)
  const error = expectedErrorOf(request, nodes, isMap)
  const { title, formula, source } = FEW_SCANS_METHODS[method]
  return {
    algorithm: { name: 'theratwin.few-scans', version: FEW_SCANS_VERSION },
    label,
    method,
    title,
    formula,
    source,
    ...core,
    tiaUncertaintyBqS: core.tiaBqS * Math.hypot(...core.parts.map((part) => part.relative)),
    expectedError: error,
    populationId: population?.id ?? null,
    assumptions: fewScansAssumptions(request),
    warnings: fewScansWarnings(request, nodes, error),
  }
}

function singleCore(request: FewScansRequest, nodes: readonly CurveNode[]): Core {
  const { method, timesS, activityBq, sigmaBq, population } = request
  const [timeS = 0] = timesS
  const [activity = 0] = activityBq
  const { ratioS, terms, halfLifeUncertaintyS } = singleRatio(request, nodes)
  const ratios = population ? populationRatios(nodes, timeS, population) : null
  const [low = ratioS, median = ratioS, high = ratioS] = ratios ? weightedPercentiles(ratios, [0.16, 0.5, 0.84]) : []
  const parts: UncertaintyPart[] = [
    { name: 'measurement', title: 'measured activity', relative: (sigmaBq[0] ?? 0) / activity },
    ...(ratios
      ? [
          { name: 'population', title: spreadTitle(method), relative: (high - low) / 2 / ratioS } as const,
          {
            name: 'method-bias',
            title: 'bias of the method at this time',
            relative: Math.abs(median / ratioS - 1),
          } as const,
        ]
      : [
          {
            name: 'method-bias',
            title: 'half-life unknown within the rule’s window',
            relative: hanscheidWindowUncertainty(),
          } as const,
        ]),
  ]
  return {
    terms: scaled(terms, activity),
    tiaBqS: activity * ratioS,
    parts,
    distribution: ratios && distributionOf(ratios, activity),
    effectiveHalfLifeS: slowestHalfLifeS(terms) ?? 0,
    effectiveHalfLifeUncertaintyS: halfLifeUncertaintyS,
  }
}

const spreadTitle = (method: FewScansRequest['method']): string =>
  method === 'prior-cycles'
    ? 'kinetics from cycle to cycle, fit of the earlier cycle'
    : 'spread of the population’s kinetics'

function distributionOf(ratios: Parameters<typeof weightedMean>[0], activity: number): TiaDistribution {
  const mean = weightedMean(ratios)
  const [p2 = 0, p16 = 0, median = 0, p84 = 0, p97 = 0] = weightedPercentiles(ratios, [0.025, 0.16, 0.5, 0.84, 0.975])
  return {
    meanBqS: activity * mean,
    standardDeviationBqS: activity * spreadAbout(ratios, mean),
    medianBqS: activity * median,
    percentile2p5BqS: activity * p2,
    percentile16BqS: activity * p16,
    percentile84BqS: activity * p84,
    percentile97p5BqS: activity * p97,
  }
}

function mapCore(request: FewScansRequest, nodes: readonly CurveNode[]): Core {
  const { individual, measurement, effectiveHalfLifeS, effectiveHalfLifeUncertaintyS } = mapEstimate(request)
  const { phi, tiaBqS, tiaUncertaintyBqS } = individual
  const population = neededPopulation(request)
  const posterior = request.timesS.length === 1 ? singleScanPosterior(request, population, nodes) : null
  const [low = 0, median = tiaBqS, high = 0] = posterior ? weightedPercentiles(posterior, [0.16, 0.5, 0.84]) : []
  const all = posterior ? (high - low) / 2 : tiaUncertaintyBqS
  return {
    terms: population.curve.terms(phi) ?? [],
    tiaBqS,
    parts: [
      { name: 'measurement', title: 'measured activities', relative: measurement },
      {
        name: 'population',
        title: 'kinetics that the scans leave open',
        relative: Math.sqrt(Math.max(0, (all / tiaBqS) ** 2 - measurement ** 2)),
      },
      ...(posterior
        ? [{ name: 'method-bias', title: BIAS_OF_MODE, relative: Math.abs(median / tiaBqS - 1) } as const]
        : []),
    ],
    distribution: posterior && distributionOf(posterior, 1),
    effectiveHalfLifeS,
    effectiveHalfLifeUncertaintyS,
  }
}

const BIAS_OF_MODE = 'most probable curve against the median of its posterior'

function expectedErrorOf(
  { method, timesS, activityBq, sigmaBq, population }: FewScansRequest,
  nodes: readonly CurveNode[],
  isMap: boolean,
): ExpectedError | null {
  if (!population) return null
  const noise = sigmaBq.reduce((sum, sigma, i) => sum + sigma / (activityBq[i] ?? 1), 0) / sigmaBq.length
  if (isMap) return mapError(timesS, population, patientSample(population, PATIENTS), noise)
  return ratioError(method, timesS[0] ?? 0, population, nodes, noise)
}

const scaled = (terms: readonly ExponentialTerm[], factor: number): ExponentialTerm[] =>
  terms
    .map((term) => ({ ...term, amplitudeBq: term.amplitudeBq * factor }))
    .sort((a, b) => a.effectiveRatePerS - b.effectiveRatePerS)
