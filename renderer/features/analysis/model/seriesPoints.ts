import type { MeasuredSeriesEntry, Protocol } from '../../../../electron/contracts/index.ts'
import { HOUR_S } from '../../../units.ts'
import { sameStructure } from './points.ts'

/** A point of a measured series in the curve of a structure. */
export interface SeriesPoint {
  readonly cycle: number
  readonly structure: string
  readonly timeS: number
}

const isOf = (entry: MeasuredSeriesEntry, { cycle, structure }: SeriesPoint): boolean =>
  entry.cycle === cycle && sameStructure(entry.structure, structure)

/** The hours as the series states them: the protocol names a point by them exactly. */
const statedHours = ({ series }: MeasuredSeriesEntry, timeS: number): number | null =>
  series.content.curve.points.find(({ hoursAfterInjection }) => hoursAfterInjection * HOUR_S === timeS)
    ?.hoursAfterInjection ?? null

/** The reason why a person left it out ('' where none was given), null where it counts or the protocol no longer names its series. */
export function seriesPointLeftOut({ measuredSeries = [] }: Protocol, point: SeriesPoint): string | null {
  const entry = measuredSeries.find((one) => isOf(one, point))
  const hours = entry && statedHours(entry, point.timeS)
  return entry?.pointsLeftOut.find(({ hoursAfterInjection }) => hoursAfterInjection === hours)?.reason ?? null
}

/** The protocol with a point of a series left out for a reason, or with null taken in again; the same where it has no such point. */
export function withSeriesPoint(protocol: Protocol, point: SeriesPoint, reason: string | null): Protocol {
  const { measuredSeries } = protocol
  if (!measuredSeries) return protocol
  return {
    ...protocol,
    measuredSeries: measuredSeries.map((entry) => {
      const hoursAfterInjection = isOf(entry, point) ? statedHours(entry, point.timeS) : null
      if (hoursAfterInjection === null) return entry
      const others = entry.pointsLeftOut.filter((one) => one.hoursAfterInjection !== hoursAfterInjection)
      const left = { hoursAfterInjection, reason: reason?.trim().slice(0, 200) ?? '' }
      return { ...entry, pointsLeftOut: reason === null ? others : [...others, left] }
    }),
  }
}
