/** Time–activity charts as SVG. */
import {
  axisTitles,
  band,
  curveLine,
  dot,
  horizontalAxis,
  INK,
  line,
  MARGINS_PT,
  niceTicks,
  POINT_PT,
  svgOf,
  verticalAxis,
} from './chartParts.ts'

export interface TimeActivityChart {
  readonly points: readonly {
    readonly hours: number
    readonly activityMbq: number
    readonly standardUncertaintyMbq: number
    /** Points that the fit left out are drawn hollow. */
    readonly used: boolean
  }[]
  readonly curve: {
    readonly hours: readonly number[]
    readonly activityMbq: readonly number[]
    readonly lowerMbq: readonly number[]
    readonly upperMbq: readonly number[]
  } | null
  readonly widthPt: number
  readonly heightPt: number
}

/** Hours to label: whole days or parts of one, at most `most` intervals. */
export function hourTicks(largest: number, most: number): number[] {
  const steps = [1, 2, 4, 6, 12, 24, 48, 72, 96, 120, 168, 336]
  const step = steps.find((s) => largest / s <= most) ?? Math.ceil(largest / most / 168) * 168
  return Array.from({ length: Math.floor(largest / step + 1e-9) + 1 }, (_, i) => i * step)
}

/**
 * A chart of activity (MBq) over hours after injection: points with error bars of one standard uncertainty, the fitted curve and
 * its band. Linear axes from zero; the band is cut at the top of the axis, which leaves room for points and curve.
 */
export function timeActivityChart(chart: TimeActivityChart): string {
  const { widthPt: width, heightPt: height, points, curve } = chart
  const { left, right, top, bottom } = MARGINS_PT
  const lastPoint = Math.max(1e-6, ...points.map((p) => p.hours))
  const lastHour = Math.max(lastPoint * 1.04, ...(curve ? [curve.hours.at(-1) ?? 0] : []))
  const highest = Math.max(
    0,
    ...points.map((p) => p.activityMbq + p.standardUncertaintyMbq),
    ...(curve ? curve.activityMbq : []),
  )
  const yTicks = niceTicks(highest * 1.06 || 1, 4)
  const yMax = yTicks.at(-1)!
  const xTicks = hourTicks(lastHour, 8)
  const x = (hours: number): number => left + (hours / lastHour) * (width - left - right)
  const y = (mbq: number): number =>
    height - bottom - (Math.min(Math.max(mbq, 0), yMax) / yMax) * (height - top - bottom)
  const at = (values: readonly number[]): [number, number][] =>
    (curve?.hours ?? []).map((hours, i) => [x(hours), y(values[i]!)])
  return svgOf(width, height, [
    ...verticalAxis(yTicks, y, width),
    ...(curve && curve.hours.length > 1
      ? [band(at(curve.lowerMbq), at(curve.upperMbq)), curveLine(at(curve.activityMbq))]
      : []),
    ...horizontalAxis(xTicks, x, y(0), width),
    ...points.flatMap(({ hours, activityMbq, standardUncertaintyMbq, used }) => {
      const [px, py] = [x(hours), y(activityMbq)]
      const [low, high] = [y(activityMbq - standardUncertaintyMbq), y(activityMbq + standardUncertaintyMbq)]
      // A bar that the point itself covers would only make it look square.
      const bar =
        low - high > 2 * POINT_PT + 1
          ? [
              line([px, low], [px, high], INK, 0.7),
              line([px - 2, low], [px + 2, low], INK, 0.7),
              line([px - 2, high], [px + 2, high], INK, 0.7),
            ]
          : []
      return [...bar, dot([px, py], used)]
    }),
    ...axisTitles('MBq', 'h p.i.', width, height),
  ])
}
