/** Responses over time as SVG: what was measured with its uncertainty, the curve and its band, marks at the cycles; cells on a logarithmic axis. */
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

interface Curve {
  readonly days: readonly number[]
  readonly value: readonly number[]
  /** null: no band. */
  readonly low: readonly number[] | null
  readonly high: readonly number[] | null
}

interface Size {
  readonly widthPt: number
  readonly heightPt: number
}

export interface ResponseChart extends Size {
  readonly points: readonly {
    readonly days: number
    readonly value: number
    /** Of the logarithm. */
    readonly relativeUncertainty: number
    readonly used: boolean
  }[]
  readonly curve: Curve
  readonly cycleDays: readonly number[]
  /** Of the values: "mL". */
  readonly unit: string
}

/** Linear axes, values from zero; a band that opens wider than twice what was measured or computed is cut at the top. */
export function responseChart({
  points,
  curve,
  cycleDays,
  unit,
  widthPt: width,
  heightPt: height,
}: ResponseChart): string {
  const { left, right, top, bottom } = MARGINS_PT
  const ends = points.map(({ value, relativeUncertainty: u }) => value * Math.exp(u))
  const seen = Math.max(1e-9, ...curve.value, ...ends)
  const yTicks = niceTicks(1.04 * Math.max(seen, Math.min(2 * seen, Math.max(0, ...(curve.high ?? [])))), 4)
  const yMax = yTicks.at(-1) ?? 1
  const { x, ticks: xTicks } = dayAxis(
    curve.days,
    points.map(({ days }) => days),
    left,
    width - right,
  )
  const y = (value: number): number =>
    height - bottom - (Math.min(Math.max(value, 0), yMax) / yMax) * (height - top - bottom)
  const at = (values: readonly number[]): [number, number][] => curve.days.map((day, i) => [x(day), y(values[i] ?? 0)])
  return svgOf(width, height, [
    ...verticalAxis(yTicks, y, width),
    ...(curve.low && curve.high ? [band(at(curve.low), at(curve.high))] : []),
    ...cycleDays.map((day) => line([x(day), top], [x(day), height - bottom], QUIET, 0.5, '2 2')),
    curveLine(at(curve.value)),
    ...horizontalAxis(xTicks, x, y(0), width),
    ...points.flatMap(({ days, value, relativeUncertainty: u, used }) => [
      line([x(days), y(value * Math.exp(-u))], [x(days), y(value * Math.exp(u))], INK, 0.7),
      dot([x(days), y(value)], used),
    ]),
    ...axisTitles(unit, 'days after the first administration', width, height),
  ])
}

export interface CellsChart extends Size {
  /** Numbers of all cells. */
  readonly curve: Curve
  readonly cycleDays: readonly number[]
}

/** Cells over time, log10 of their number; less than one cell lies on the axis. */
export function cellsChart({ curve, cycleDays, widthPt: width, heightPt: height }: CellsChart): string {
  const { left, right, top, bottom } = MARGINS_PT
  const decades = (value: number): number => Math.log10(Math.max(1, value))
  const yTicks = niceTicks(Math.max(1, ...curve.value.map(decades), ...(curve.high ?? []).map(decades)), 4)
  const yMax = yTicks.at(-1) ?? 1
  const { x, ticks: xTicks } = dayAxis(curve.days, [], left, width - right)
  const place = (tick: number): number => height - bottom - (tick / yMax) * (height - top - bottom)
  const at = (values: readonly number[]): [number, number][] =>
    curve.days.map((day, i) => [x(day), place(decades(values[i] ?? 0))])
  return svgOf(width, height, [
    ...verticalAxis(yTicks, place, width),
    ...(curve.low && curve.high ? [band(at(curve.low), at(curve.high))] : []),
    ...cycleDays.map((day) => line([x(day), top], [x(day), height - bottom], QUIET, 0.5, '2 2')),
    curveLine(at(curve.value)),
    ...horizontalAxis(xTicks, x, height - bottom, width),
    ...axisTitles('log10', 'days after the first cycle of the schedule', width, height),
  ])
}

/** Days from left to right with round ticks. */
function dayAxis(days: readonly number[], more: readonly number[], fromPt: number, toPt: number) {
  const first = Math.min(days[0] ?? 0, ...more)
  const last = Math.max(days.at(-1) ?? 1, ...more)
  const step = niceTicks(last - first, 8)[1] ?? 1
  const from = Math.ceil(first / step)
  return {
    x: (day: number): number => fromPt + ((day - first) / (last - first || 1)) * (toPt - fromPt),
    ticks: Array.from({ length: Math.floor(last / step) - from + 1 }, (_, k) => (from + k) * step),
  }
}
