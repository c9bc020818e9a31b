/** The rows of the table of points, as text. */
import type { Protocol, StructureResult } from '../../../../electron/contracts/index.ts'
import { formatNumber, formatUncertain } from '../../../ui/index.ts'
import { HOUR_S } from '../../../units.ts'
import { leftOutReason, seriesPointLeftOut } from '../../analysis/index.ts'
import { fittedAt, perUnit, type ActivityUnit } from './chartData.ts'
import { residualText } from './parameters.ts'

export interface PointRow {
  readonly timePointId: string
  readonly seriesUid: string
  /** What it was measured with, of a point of a measured series; null for one of an image. */
  readonly measuredWith: string | null
  readonly timeS: number
  readonly hours: string
  readonly activity: string
  readonly recovery: string
  readonly inside: string
  readonly residual: string
  /** Fitted by the analysis that is shown. */
  readonly isUsed: boolean
  /** Left out by a person, as the protocol stands now. */
  readonly byPerson: boolean
  readonly reason: string
  readonly note: string
}

/** In the order of time. Recovery and the share inside the image are of images only: points of a measured series have a dash. */
export function pointRows(
  structure: StructureResult,
  administeredBq: number,
  unit: ActivityUnit,
  protocol: Protocol,
  seriesOf: (timePointId: string) => string,
  cycle: number,
): readonly PointRow[] {
  const at = structure.fit && fittedAt(structure.fit)
  const per = perUnit(unit, administeredBq)
  return [...structure.points]
    .sort((a, b) => a.timeS - b.timeS)
    .map((point) => {
      const seriesUid = seriesOf(point.timePointId)
      const isOfSeries = point.measuredSeries !== undefined
      const reason = isOfSeries
        ? seriesPointLeftOut(protocol, { cycle, structure: structure.name, timeS: point.timeS })
        : leftOutReason(protocol, { structure: structure.name, seriesUid })
      const u = point.activityStandardUncertaintyBq
      const fitted = at && u > 0 ? (point.activityBq - at(point.timeS)) / u : null
      return {
        timePointId: point.timePointId,
        seriesUid,
        measuredWith: point.measuredSeries ?? null,
        timeS: point.timeS,
        hours: formatNumber(point.timeS / HOUR_S, 3),
        activity: formatUncertain(point.activityBq / per, u / per),
        recovery: isOfSeries ? '–' : formatNumber(point.recoveryCoefficient, 3),
        inside: isOfSeries ? '–' : `${formatNumber(point.fractionInsideImage * 100, 3)} %`,
        residual: residualText(fitted),
        isUsed: point.used,
        byPerson: reason !== null,
        reason: reason ?? '',
        note: point.note,
      }
    })
}
