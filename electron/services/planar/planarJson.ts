/** The answer of `quantify planar`. */
import type { Measured } from '../../../native-core/statistics/index.ts'
import { secondsToHours } from '../../../native-core/units/index.ts'
import type { ViewCounts } from './measureRegion.ts'
import type { PlanarResult } from './quantifyPlanar.ts'
import { inUnit, seriesJson } from './seriesJson.ts'

/** Activities in MBq, times in h, counts as counted. */
export function planarJson({ regions, wholeBody, remarks }: PlanarResult) {
  return {
    regions: regions.map((region) => ({
      ...seriesJson(region.series, region.fit),
      transmission: region.transmission,
      sourceFactor: region.sourceFactor,
      times: region.times.map(({ timeS, anterior, posterior, geometricMeanCps, activityBq, relativeBudget }) => ({
        timeH: secondsToHours(timeS),
        anterior: viewJson(anterior),
        posterior: viewJson(posterior),
        geometricMeanCps,
        activityMbq: inUnit(activityBq, 1e-6),
        relativeBudget,
      })),
    })),
    wholeBody: wholeBody === null ? null : seriesJson(wholeBody.series, wholeBody.fit),
    remarks,
  }
}

function viewJson({ gross, scatter, background, net, overlapShare }: ViewCounts): Record<string, Measured | null> {
  return { grossCounts: gross, scatterCounts: scatter, backgroundCounts: background, netCounts: net, overlapShare }
}
