/** A mark that uPlot has none of. */
import type uPlot from 'uplot'
import type { PlotLook } from '../../display/index.ts'

/** A dashed vertical line with a word at its top. */
export function drawMarker(plot: uPlot, at: number, word: string, colour: string, look: PlotLook): void {
  const { ctx, bbox } = plot
  const x = Math.round(plot.valToPos(at, 'x', true))
  if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) return
  ctx.save()
  ctx.strokeStyle = colour
  ctx.fillStyle = colour
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.font = `${look.fontPx * devicePixelRatio}px ${look.family}`
  ctx.textBaseline = 'top'
  ctx.textAlign = x > bbox.left + 0.8 * bbox.width ? 'right' : 'left'
  ctx.fillText(word, x + (ctx.textAlign === 'left' ? 4 : -4) * devicePixelRatio, bbox.top + 2 * devicePixelRatio)
  ctx.restore()
}
