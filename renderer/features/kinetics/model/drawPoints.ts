/** Marks of measured points, and the levels of the residual strip, on uPlot's canvas. */
import type uPlot from 'uplot'
import type { ChartData } from './chartData.ts'

interface MarkStyle {
  readonly curve: string
  readonly zero: string
}

/** A disc where the point was used, an open square where it was left out; with its error bar where `bars`. */
export function drawPoints(
  plot: uPlot,
  data: ChartData,
  style: MarkStyle,
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

/** A line at zero and dashed ones at ± `unusual`. */
export function drawLevels(plot: uPlot, style: MarkStyle, unusual: number): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = style.zero
  ctx.lineWidth = devicePixelRatio
  for (const level of [-unusual, 0, unusual]) {
    const y = plot.valToPos(level, 'y', true)
    ctx.setLineDash(level === 0 ? [] : [4 * devicePixelRatio, 4 * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
  }
  ctx.restore()
}
