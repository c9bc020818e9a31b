/** uPlot's options for the two strips of a chart. Drawing only; the numbers come from chartData. */
import type uPlot from 'uplot'
import { formatNumber } from '../../../ui/index.ts'
import { aligned, type ChartData } from './chartData.ts'
import { drawLevels, drawPoints } from './drawPoints.ts'
import { residualText } from './parameters.ts'

export interface ChartStyle {
  readonly text: string
  readonly grid: string
  readonly curve: string
  readonly dash: number[]
  readonly ghost: string
  /** Of the curve that is pointed at. */
  readonly accent: string
  readonly zero: string
  readonly fontPx: number
  readonly family: string
  readonly compact: boolean
}

/** Dashes of the alternatives by their place, so that curves are told apart without colour. */
const GHOST_DASHES: readonly (readonly number[])[] = [
  [3, 4],
  [9, 4],
  [1.5, 3.5],
  [9, 3, 2, 3],
  [14, 4],
  [5, 2, 2, 2],
]
export const ghostDash = (place: number): number[] => [...(GHOST_DASHES[place % GHOST_DASHES.length] ?? [])]

/** Standard deviations beyond which a residual is unusual, drawn as lines. */
const UNUSUAL = 2

/** Columns: time, upper and lower end of the band, the curve, then the alternatives. */
export function curveSeries(data: ChartData): (number | null)[][] {
  const { curve } = data
  return aligned([
    curve && { hours: curve.hours, activity: curve.upper },
    curve && { hours: curve.hours, activity: curve.lower },
    curve,
    ...data.alternatives,
  ])
}

export function residualSeries(data: ChartData): (number | null)[][] {
  const points = [...data.points].sort((a, b) => a.hours - b.hours)
  return [points.map((point) => point.hours), points.map((point) => point.residual)]
}

const faded = (colour: string, percent: number) => `color-mix(in srgb, ${colour} ${percent}%, transparent)`

function axis(style: ChartStyle, label: string, values?: (plot: uPlot, splits: number[]) => string[]): uPlot.Axis {
  return {
    stroke: style.text,
    grid: { stroke: style.grid, width: 1 },
    ticks: { stroke: style.grid, width: 1, size: 4 },
    font: `${style.fontPx}px ${style.family}`,
    labelFont: `${style.fontPx}px ${style.family}`,
    ...(label === '' || style.compact ? {} : { label, labelSize: labelSize(style) }),
    ...(values ? { values } : {}),
  }
}

/** Ticks are round numbers: written as they are. uPlot gives null for ticks of a logarithmic axis that it leaves out. */
export const tickText = (value: number | null): string =>
  value === null ? '' : String(Number(value.toPrecision(6))).replace('-', '−')
const numbers = (_plot: uPlot, splits: (number | null)[]) => splits.map(tickText)

const nothing = (_plot: uPlot, splits: (number | null)[]) => splits.map(() => '')

/** Height of the numbers under a time axis. */
const labelSize = (style: ChartStyle) => style.fontPx * 1.5
const tickSize = (style: ChartStyle) => Math.round(style.fontPx * 1.9)

const STRIP_TOP_PX = 6

/** Height of the residual strip: room for ±1 to be told from 0, and its time axis. */
export const residualStripPx = (style: ChartStyle) => Math.round(style.fontPx * 9)

/** Vertical space for y labels, the same in both strips so that their time axes stand under each other. */
const leftSize = (style: ChartStyle) => Math.round(style.fontPx * (style.compact ? 3.6 : 4.6))

/** The place of the pointer in words; near a point, what the point says. */
export function readingAt(data: ChartData, hours: number, activity: number, nearHours: number): string {
  const near = data.points
    .filter((point) => Math.abs(point.hours - hours) <= nearHours)
    .sort((a, b) => Math.abs(a.hours - hours) - Math.abs(b.hours - hours))[0]
  if (!near) return `${formatNumber(hours, 3)} h p.i. · ${formatNumber(activity, 3)} ${data.unit}`
  const residual = near.residual === null ? '' : ` · Δ/u ${residualText(near.residual)}`
  const out = near.used ? '' : ` · left out: ${near.note}`
  return `${formatNumber(near.hours, 3)} h p.i. · measured ${formatNumber(near.activity, 3)} ± ${formatNumber(near.uncertainty, 2)} ${data.unit}${residual}${out}`
}

/** Pixels within which the pointer is taken to mean a point. */
const NEAR_PX = 12

export function curveOptions(
  data: ChartData,
  style: ChartStyle,
  width: number,
  height: number,
  log: boolean,
  highlighted: string | null,
  read: (text: string) => void,
): uPlot.Options {
  const hidden = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: true }
  return {
    width: Math.round(width),
    height: Math.round(height),
    legend: { show: false },
    padding: [style.compact ? 6 : 10, 12, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { show: false }, x: true, y: true },
    scales: {
      x: { time: false, range: [...data.hoursRange] },
      y: { distr: log ? 3 : 1, range: [...data.activityRange] },
    },
    axes: [
      style.compact ? { ...axis(style, '', numbers), size: tickSize(style) } : { ...axis(style, '', nothing), size: 6 },
      { ...axis(style, data.unit, numbers), size: leftSize(style) },
    ],
    bands: data.curve ? [{ series: [1, 2], fill: faded(style.curve, 20) }] : [],
    series: [
      {},
      hidden,
      hidden,
      { stroke: style.curve, width: 2, dash: style.dash, points: { show: false }, spanGaps: true },
      ...data.alternatives.map(({ model, place }) => ({
        stroke: model === highlighted ? style.accent : style.ghost,
        width: model === highlighted ? 2.5 : 1.2,
        dash: ghostDash(place),
        points: { show: false },
        spanGaps: true,
      })),
    ],
    hooks: {
      draw: [(plot) => drawPoints(plot, data, style, (point) => point.activity, true)],
      setCursor: [
        (plot) => {
          const left = plot.cursor.left ?? -1
          const top = plot.cursor.top ?? -1
          if (left < 0) return read('')
          const nearHours = Math.abs(plot.posToVal(left + NEAR_PX, 'x') - plot.posToVal(left, 'x'))
          read(readingAt(data, plot.posToVal(left, 'x'), plot.posToVal(top, 'y'), nearHours))
        },
      ],
    },
  }
}

/**
 * Ticks of the residuals: at the dashed lines; where these lie too near to zero for their numbers, at the whole number that still is in the strip;
 * in a low strip only zero.
 */
export function residualSplits(reach: number, stripPx: number, fontPx: number): number[] {
  const isApart = (value: number): boolean => (value * stripPx) / (2 * reach) >= 1.1 * fontPx
  const far = [UNUSUAL, Math.floor(reach)].find((value) => value <= reach && isApart(value))
  return far === undefined ? [0] : [-far, 0, far]
}

export function residualOptions(data: ChartData, style: ChartStyle, width: number, height: number): uPlot.Options {
  const reach = data.residualReach
  return {
    width: Math.round(width),
    height: Math.round(height),
    legend: { show: false },
    padding: [STRIP_TOP_PX, 12, 0, 0],
    cursor: { show: false },
    scales: { x: { time: false, range: [...data.hoursRange] }, y: { range: [-reach, reach] } },
    axes: [
      { ...axis(style, 'h p.i.', numbers), size: tickSize(style) },
      {
        ...axis(style, 'Δ / u', numbers),
        grid: { show: false },
        size: leftSize(style),
        splits: () => residualSplits(reach, height - STRIP_TOP_PX - tickSize(style) - labelSize(style), style.fontPx),
      },
    ],
    series: [{}, { stroke: 'transparent', width: 0, points: { show: false } }],
    hooks: {
      draw: [
        (plot) => {
          drawLevels(plot, style, UNUSUAL)
          drawPoints(plot, data, style, (point) => point.residual, false)
        },
      ],
    },
  }
}
