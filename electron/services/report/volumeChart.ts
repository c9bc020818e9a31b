/** Volume over time as SVG: measured volumes with their uncertainty, the curve and its band, marks at the cycles. */
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
  QUIET,
  svgOf,
  verticalAxis,
} from './chartParts.ts'

export interface VolumeChart {
  readonly points: readonly {
    readonly days: number
    readonly volumeMl: number
    /** Of ln V. */
    readonly relativeUncertainty: number
    readonly used: boolean
  }[]
  readonly curve: {
    readonly days: readonly number[]
    readonly volumeMl: readonly number[]
    readonly lowMl: readonly number[]
    readonly highMl: readonly number[]
  }
  readonly cycleDays: readonly number[]
  readonly widthPt: number
  readonly heightPt: number
}

/** Linear axes, volumes from zero; a band that opens wider than twice what was measured or computed is cut at the top. */
export function volumeChart({ points, curve, cycleDays, widthPt: width, heightPt: height }: VolumeChart): string {
  const { left, right, top, bottom } = MARGINS_PT
  const [first, last] = [curve.days[0] ?? 0, curve.days.at(-1) ?? 1]
  const ends = points.map(({ volumeMl, relativeUncertainty: u }) => volumeMl * Math.exp(u))
  const seen = Math.max(1e-9, ...curve.volumeMl, ...ends)
  const yTicks = niceTicks(1.04 * Math.max(seen, Math.min(2 * seen, Math.max(0, ...curve.highMl))), 4)
  const yMax = yTicks.at(-1) ?? 1
  const x = (days: number): number => left + ((days - first) / (last - first || 1)) * (width - left - right)
  const y = (ml: number): number => height - bottom - (Math.min(Math.max(ml, 0), yMax) / yMax) * (height - top - bottom)
  const at = (values: readonly number[]): [number, number][] => curve.days.map((day, i) => [x(day), y(values[i] ?? 0)])
  const step = niceTicks(last - first, 8)[1] ?? 1
  const from = Math.ceil(first / step)
  const xTicks = Array.from({ length: Math.floor(last / step) - from + 1 }, (_, k) => (from + k) * step)
  return svgOf(width, height, [
    ...verticalAxis(yTicks, y, width),
    band(at(curve.lowMl), at(curve.highMl)),
    ...cycleDays.map((day) => line([x(day), top], [x(day), height - bottom], QUIET, 0.5, '2 2')),
    curveLine(at(curve.volumeMl)),
    ...horizontalAxis(xTicks, x, y(0), width),
    ...points.flatMap(({ days, volumeMl, relativeUncertainty: u, used }) => [
      line([x(days), y(volumeMl * Math.exp(-u))], [x(days), y(volumeMl * Math.exp(u))], INK, 0.7),
      dot([x(days), y(volumeMl)], used),
    ]),
    ...axisTitles('mL', 'days after the first administration', width, height),
  ])
}
