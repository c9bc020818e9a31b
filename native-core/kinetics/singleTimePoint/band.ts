/** The curve of few scans with its 95 % band. */
import { NORMAL_975 } from '../../statistics/index.ts'
import { activityAt } from '../curve.ts'
import { individualCurve } from '../population/index.ts'
import type { FittedCurve } from '../types.ts'
import { neededPopulation } from './checkRequest.ts'
import { isMostProbableCurve, mapEstimate } from './map.ts'
import { HANSCHEID_WINDOW } from './methods.ts'
import { nodeValue } from './nodes.ts'
import { requestNodes } from './single.ts'
import type { FewScansEstimate, FewScansRequest } from './types.ts'
import { weightedPercentiles } from './weighted.ts'

/**
 * The curve of an estimate at given times, Bq, with a pointwise 95 % band: of one scan the 2.5th and 97.5th percentile of the
 * population's curves through the point (without a population, of the half-lives in the window of Hänscheid's rule), widened by the
 * uncertainty of the measurement; of the most probable curve that of its posterior. The band always holds the curve.
 */
export function fewScansCurve(
  request: FewScansRequest,
  estimate: Pick<FewScansEstimate, 'terms'>,
  timesS: readonly number[],
): FittedCurve {
  const activityBq = timesS.map((t) => activityAt(estimate.terms, t))
  const limits = isMostProbableCurve(request) ? mapBand(request, timesS) : singleBand(request, timesS)
  return {
    timesS: [...timesS],
    activityBq,
    lowerBq: activityBq.map((value, i) => Math.min(value, Math.max(0, limits[i]?.[0] ?? value))),
    upperBq: activityBq.map((value, i) => Math.max(value, limits[i]?.[1] ?? value)),
  }
}

function singleBand(request: FewScansRequest, timesS: readonly number[]): [number, number][] {
  const {
    timesS: [scanS = 0],
    activityBq: [activity = 0],
    sigmaBq: [sigma = 0],
    population,
  } = request
  const nodes = requestNodes(request)
  const noise = (NORMAL_975 * sigma) / activity
  const around = nodes.map((node) => (population ? nodeValue(node, scanS, population) : 1))
  const weights = nodes.map(({ weight }) => weight)
  return timesS.map((timeS): [number, number] => {
    const [low = 1, high = 1] = population
      ? weightedPercentiles(
          { values: nodes.map((node, i) => nodeValue(node, timeS, population) / (around[i] ?? 1)), weights },
          [0.025, 0.975],
        )
      : windowLimits(scanS, timeS, request.physicalHalfLifeS)
    return [activity * low * Math.exp(-noise), activity * high * Math.exp(noise)]
  })
}

function windowLimits(scanS: number, timeS: number, physicalHalfLifeS: number): [number, number] {
  const ends = [scanS / HANSCHEID_WINDOW.to, Math.min(physicalHalfLifeS, scanS / HANSCHEID_WINDOW.from)]
  const values = ends.map((halfLifeS) => 2 ** ((scanS - timeS) / halfLifeS))
  return [Math.min(...values), Math.max(...values)]
}

function mapBand(request: FewScansRequest, timesS: readonly number[]): [number, number][] {
  const { curve } = neededPopulation(request)
  const { lower, upper } = individualCurve(curve, mapEstimate(request).individual, timesS)
  return timesS.map((_, i) => [lower[i] ?? 0, upper[i] ?? 0])
}
