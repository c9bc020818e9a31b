/** Planar scans to activities of regions and of the whole body at each time. */
import { InputError } from '../../../native-core/errors/index.ts'
import { conjugateViewActivity } from '../../../native-core/imaging/planar/index.ts'
import type { ConjugateViewBudget, PlanarView, Transmission } from '../../../native-core/imaging/planar/index.ts'
import { fitSeries, seriesOf } from '../../../native-core/kinetics/samples/index.ts'
import type { ScaledSeries, SeriesFit } from '../../../native-core/kinetics/samples/index.ts'
import { exactly, timesFactor } from '../../../native-core/statistics/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import type { PlanarImage } from '../ports/planarSource.ts'
import { toMeasured } from './fields.ts'
import { regionCounts } from './measureRegion.ts'
import type { AlignViews, ViewCounts } from './measureRegion.ts'
import type { PlanarRegion, PlanarRequest } from './request.ts'
import { scansOf } from './scans.ts'
import type { Scan } from './scans.ts'
import { sourceAttenuationOf, transmissions } from './transmissions.ts'
import type { AttenuationPorts } from './transmissions.ts'
import { wholeBodySeries } from './wholeBody.ts'

export interface PlanarPorts extends AttenuationPorts {
  readonly halfLifeS: number
  /** Left out: `conjugateShift`. */
  readonly align?: AlignViews
}

export interface RegionAtTime {
  readonly timeS: number
  /** What regions were moved by on the posterior view. */
  readonly posteriorShiftMm: readonly [number, number]
  readonly anterior: ViewCounts
  readonly posterior: ViewCounts
  readonly geometricMeanCps: Measured
  readonly activityBq: Measured
  readonly relativeBudget: ConjugateViewBudget
}

export interface PlanarRegionResult {
  readonly name: string
  readonly transmission: Measured
  readonly sourceFactor: Measured
  readonly times: readonly RegionAtTime[]
  readonly series: ScaledSeries
  readonly fit: SeriesFit | null
}

export interface PlanarResult {
  readonly regions: readonly PlanarRegionResult[]
  readonly wholeBody: { readonly series: ScaledSeries; readonly fit: SeriesFit | null } | null
  readonly remarks: readonly string[]
}

/**
 * Conjugate-view activities of regions drawn on the anterior view (MIRD Pamphlet 16). Transmission, self-attenuation and sensitivity are common to
 * the times of a region, counts are each time's own. Count rates are those at the start of each scan: decay while counting is corrected.
 *
 * @param images of each scan of the request, in its order
 * @throws InputError naming scan and region.
 */
export function quantifyPlanar(
  request: PlanarRequest,
  images: readonly (readonly PlanarImage[])[],
  ports: PlanarPorts,
): PlanarResult {
  const { scans, remarks: aligned } = scansOf(request, images, ports.halfLifeS, ports.align)
  const remarks = [...aligned]
  if (request.regions.length === 0 && !request.wholeBody)
    throw new InputError('planar.nothing', 'The request has neither regions nor the whole body.', 'Give some regions.')
  if (request.scatter.method === 'none')
    remarks.push('Scatter was not corrected: the attenuation coefficient must be the broad-beam one of this window.')
  const transmissionOf = transmissions(request, ports)
  const regions = request.regions.map((region) =>
    quantifyRegion(region, request, scans, transmissionOf, ports, remarks),
  )
  if (!request.wholeBody) return { regions, wholeBody: null, remarks: [...new Set(remarks)] }
  const series = wholeBodySeries(request.wholeBody, request.scatter, scans, ports.halfLifeS)
  remarks.push('The first scan is taken to be of the whole administered activity: before the patient first voided.')
  return { regions, wholeBody: { series, fit: fitOf(series, request, ports) }, remarks: [...new Set(remarks)] }
}

function quantifyRegion(
  region: PlanarRegion,
  request: PlanarRequest,
  scans: readonly Scan[],
  transmissionOf: (region: PlanarRegion) => Transmission,
  ports: PlanarPorts,
  remarks: string[],
): PlanarRegionResult {
  const { transmission, remarks: said } = transmissionOf(region)
  remarks.push(...said.map((remark) => `${region.name}: ${remark}`))
  const sourceAttenuation = sourceAttenuationOf(region, remarks)
  const sensitivityCpsPerBq = toMeasured(request.sensitivityCpsPerMbq, 1e-6)
  const results = scans.map((scan) => {
    try {
      const of = (view: PlanarView): ViewCounts => regionCounts(region, view, scan.views, request.scatter)
      const [anterior, posterior] = [of('anterior'), of('posterior')]
      remarks.push(...[...anterior.remarks, ...posterior.remarks].map((remark) => `${scan.where}: ${remark}`))
      const rate = (counts: ViewCounts): Measured => timesFactor(counts.net, 1 / scan.effectiveS)
      const found = conjugateViewActivity({
        anteriorCps: rate(anterior),
        posteriorCps: rate(posterior),
        transmission,
        sourceAttenuation,
        sensitivityCpsPerBq,
      })
      const { posteriorShiftMm } = scan.views
      return { timeS: scan.timeS, posteriorShiftMm, anterior, posterior, ...found }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      throw new InputError(error.code, `${scan.where}, "${region.name}": ${error.message}`, error.hint)
    }
  })
  const [first] = results
  const { anterior: _a, posterior: _p, ...common } = first?.relativeBudget ?? { anterior: 0, posterior: 0 }
  const series = seriesOf({
    label: region.name,
    timesS: results.map(({ timeS }) => timeS),
    activityBq: results.map(({ activityBq }) => activityBq.value),
    independentRelative: results.map(({ relativeBudget }) =>
      Math.hypot(relativeBudget.anterior, relativeBudget.posterior),
    ),
    commonRelativeUncertainty: Math.hypot(...Object.values(common)),
  })
  return {
    name: region.name,
    transmission,
    sourceFactor: first?.sourceFactor ?? exactly(1),
    times: results,
    series,
    fit: fitOf(series, request, ports),
  }
}

function fitOf(series: ScaledSeries, { fit }: PlanarRequest, { halfLifeS }: PlanarPorts): SeriesFit | null {
  return fit === undefined ? null : fitSeries(series, { physicalHalfLifeS: halfLifeS, model: fit })
}
