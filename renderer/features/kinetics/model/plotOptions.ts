/** uPlot's options for the two strips of a chart. Drawing only; the numbers come from chartData. */
import type uPlot from 'uplot'
import { formatNumber } from '../../../ui/index.ts'
import { aligned, type ChartData } from './chartData.ts'

export interface ChartStyle {
  readonly text: string
  readonly grid: string
  readonly curve: string
  readonly dash: number[]
  readonly ghost: string
  readonly zero: string
  readonly fontPx: number
  readonly family: string
  readonly compact: boolean
}

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
    ...(label === '' || style.compact ? {} : { label, labelSize: style.fontPx * 1.5 }),
    ...(values ? { values } : {}),
  }
}

/** Ticks are round numbers: written as they are. uPlot gives null for ticks of a logarithmic axis that it leaves out. */
export const tickText = (value: number | null): string =>
  value === null ? '' : String(Number(value.toPrecision(6))).replace('-', '−')
const numbers = (_plot: uPlot, splits: (number | null)[]) => splits.map(tickText)

const nothing = (_plot: uPlot, splits: (number | null)[]) => splits.map(() => '')

/** Height of the numbers under a time axis. */
const tickSize = (style: ChartStyle) => Math.round(style.fontPx * 1.9)

/** Height of the residual strip: room for ±1 to be told from 0, and its time axis. */
export const residualStripPx = (style: ChartStyle) => Math.round(style.fontPx * 9)

/** Vertical space for y labels, the same in both strips so that their time axes stand under each other. */
const leftSize = (style: ChartStyle) => Math.round(style.fontPx * (style.compact ? 3.6 : 4.6))

/** A marker for a point: a disc where it was used, an open square where it was left out. */
function drawPoints(
  plot: uPlot,
  data: ChartData,
  style: ChartStyle,
  value: (point: ChartData['points'][number]) => number | null,
  bars: boolean,
): void {
  const { ctx } = plot
  const ratio = devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height)
  ctx.clip()
  ctx.setLineDash([])
  ctx.strokeStyle = style.curve
  ctx.lineWidth = 1.5 * ratio
  const size = 4 * ratio
  for (const point of data.points) {
    const y = value(point)
    if (y === null) continue
    const x = plot.valToPos(point.hours, 'x', true)
    const at = plot.valToPos(y, 'y', true)
    if (bars) {
      const floor = plot.scales['y']?.min ?? 0
      const top = plot.valToPos(point.activity + point.uncertainty, 'y', true)
      const bottom = plot.valToPos(Math.max(point.activity - point.uncertainty, floor), 'y', true)
      ctx.beginPath()
      ctx.moveTo(x, top)
      ctx.lineTo(x, bottom)
      ctx.moveTo(x - size, top)
      ctx.lineTo(x + size, top)
      ctx.moveTo(x - size, bottom)
      ctx.lineTo(x + size, bottom)
      ctx.stroke()
    }
    ctx.beginPath()
    if (point.used) ctx.arc(x, at, size, 0, 2 * Math.PI)
    else ctx.rect(x - size, at - size, 2 * size, 2 * size)
    ctx.fillStyle = point.used ? style.curve : 'transparent'
    ctx.fill()
    ctx.stroke()
  }
  ctx.restore()
}

export function curveOptions(
  data: ChartData,
  style: ChartStyle,
  width: number,
  height: number,
  log: boolean,
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
      ...data.alternatives.map(() => ({
        stroke: style.ghost,
        width: 1,
        dash: [3, 4],
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
          read(
            left < 0
              ? ''
              : `${formatNumber(plot.posToVal(left, 'x'), 3)} h p.i. · ${formatNumber(plot.posToVal(top, 'y'), 3)} ${data.unit}`,
          )
        },
      ],
    },
  }
}

export function residualOptions(data: ChartData, style: ChartStyle, width: number, height: number): uPlot.Options {
  const reach = data.residualReach
  return {
    width: Math.round(width),
    height: Math.round(height),
    legend: { show: false },
    padding: [6, 12, 0, 0],
    cursor: { show: false },
    scales: { x: { time: false, range: [...data.hoursRange] }, y: { range: [-reach, reach] } },
    axes: [
      { ...axis(style, 'h p.i.', numbers), size: tickSize(style) },
      { ...axis(style, 'Δ / u', numbers), size: leftSize(style), splits: () => [-reach, 0, reach] },
    ],
    series: [{}, { stroke: 'transparent', width: 0, points: { show: false } }],
    hooks: {
      draw: [
        (plot) => {
          const y = plot.valToPos(0, 'y', true)
          plot.ctx.save()
          plot.ctx.setLineDash([])
          plot.ctx.strokeStyle = style.zero
          plot.ctx.beginPath()
          plot.ctx.moveTo(plot.bbox.left, y)
          plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y)
          plot.ctx.stroke()
          plot.ctx.restore()
          drawPoints(plot, data, style, (point) => point.residual, false)
        },
      ],
    },
  }
}
