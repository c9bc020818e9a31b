/** What lies over a slice: structure outlines and the crosshair. Pure drawing on a given context. */
import type { StructureLayer } from './picture.ts'
import { patientToView, type ViewFrame } from './planes.ts'
import type { MaskLines } from './maskOutlines.ts'

export interface OverlayColours {
  readonly crosshair: string
}

/** Draws in CSS pixels; the caller has scaled the context for the screen. `samples` is slice pixels for one CSS pixel. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  frame: ViewFrame,
  outlines: readonly MaskLines[],
  structures: readonly StructureLayer[],
  fill: number,
  samples: number,
  colours: OverlayColours,
  showCrosshair: boolean,
): void {
  context.clearRect(0, 0, frame.widthPx, frame.heightPx)
  context.lineJoin = 'round'
  const ordered = [...structures].sort((a, b) => Number(a.emphasised) - Number(b.emphasised))
  for (const structure of ordered) {
    const found = outlines.find((one) => one.id === structure.id)
    if (!found) continue
    const path = new Path2D()
    for (const { points, closed } of found.lines) {
      for (let at = 0; at < points.length; at += 2) {
        const x = ((points[at] as number) + 0.5) / samples
        const y = ((points[at + 1] as number) + 0.5) / samples
        if (at === 0) path.moveTo(x, y)
        else path.lineTo(x, y)
      }
      if (closed) path.closePath()
    }
    const opacity = Math.min(1, fill + (structure.emphasised ? 0.15 : 0))
    if (opacity > 0) {
      context.globalAlpha = opacity
      context.fillStyle = structure.colour
      context.fill(path, 'evenodd')
      context.globalAlpha = 1
    }
    // A dark rim keeps a light line visible on a light image.
    context.setLineDash([])
    context.lineWidth = structure.emphasised ? 4.5 : 3
    context.strokeStyle = 'rgb(0 0 0 / 55%)'
    context.stroke(path)
    context.setLineDash([...structure.dash])
    context.lineWidth = structure.emphasised ? 2.5 : 1.4
    context.strokeStyle = structure.colour
    context.stroke(path)
  }
  context.setLineDash([])
  if (!showCrosshair) return
  const at = patientToView(frame, frame.crosshairMm)
  const gap = 9
  context.lineWidth = 1
  context.strokeStyle = colours.crosshair
  context.globalAlpha = 0.75
  context.beginPath()
  const x = Math.round(at.x) + 0.5
  const y = Math.round(at.y) + 0.5
  context.moveTo(0, y)
  context.lineTo(x - gap, y)
  context.moveTo(x + gap, y)
  context.lineTo(frame.widthPx, y)
  context.moveTo(x, 0)
  context.lineTo(x, y - gap)
  context.moveTo(x, y + gap)
  context.lineTo(x, frame.heightPx)
  context.stroke()
  context.globalAlpha = 1
}
