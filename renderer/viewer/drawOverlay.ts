/** What lies over a slice: lines of equal value, structure outlines and the crosshair. Pure drawing on a given context. */
import type { Polyline } from './outline.ts'
import type { LevelLine, StructureLayer } from './picture.ts'
import { patientToView, type ViewFrame } from './planes.ts'
import type { MaskLines } from './maskOutlines.ts'

const FIELD_COLOUR = 'rgb(190 225 255 / 65%)'

export interface OverlayColours {
  readonly crosshair: string
}

/** What is to be drawn over a slice; `found` are the lines as the slice worker made them, in its pixels. */
export interface Overlay {
  readonly outlines: readonly MaskLines[]
  readonly structures: readonly StructureLayer[]
  readonly fill: number
  readonly levels: readonly LevelLine[]
  readonly levelLines: readonly (readonly Polyline[])[]
  readonly fieldLines: readonly Polyline[]
  readonly showCrosshair: boolean
}

/** Lines in pixels of a slice as a path in CSS pixels; `samples` is slice pixels for one CSS pixel. */
export function pathOf(lines: readonly Polyline[], samples: number): Path2D {
  const path = new Path2D()
  for (const { points, closed } of lines) {
    for (let at = 0; at < points.length; at += 2) {
      const x = ((points[at] as number) + 0.5) / samples
      const y = ((points[at + 1] as number) + 0.5) / samples
      if (at === 0) path.moveTo(x, y)
      else path.lineTo(x, y)
    }
    if (closed) path.closePath()
  }
  return path
}

/** A light line on a dark rim, so that it is seen on light and on dark images. */
export function strokeRimmed(
  context: CanvasRenderingContext2D,
  path: Path2D,
  colour: string,
  dash: readonly number[],
  width: number,
): void {
  context.setLineDash([])
  context.lineWidth = width + 1.8
  context.strokeStyle = 'rgb(0 0 0 / 55%)'
  context.stroke(path)
  context.setLineDash([...dash])
  context.lineWidth = width
  context.strokeStyle = colour
  context.stroke(path)
}

/** Draws in CSS pixels; the caller has scaled the context for the screen. `samples` is slice pixels for one CSS pixel. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  frame: ViewFrame,
  { outlines, structures, fill, levels, levelLines, fieldLines, showCrosshair }: Overlay,
  samples: number,
  colours: OverlayColours,
): void {
  context.clearRect(0, 0, frame.widthPx, frame.heightPx)
  context.lineJoin = 'round'
  if (fieldLines.length > 0) {
    context.lineWidth = 0.9
    context.strokeStyle = FIELD_COLOUR
    context.stroke(pathOf(fieldLines, samples))
  }
  levels.forEach(({ colour, dash }, index) =>
    strokeRimmed(context, pathOf(levelLines[index] ?? [], samples), colour, dash, 1.2),
  )
  const ordered = [...structures].sort((a, b) => Number(a.emphasised) - Number(b.emphasised))
  for (const structure of ordered) {
    const found = outlines.find((one) => one.id === structure.id)
    if (!found) continue
    const path = pathOf(found.lines, samples)
    const opacity = Math.min(1, fill + (structure.emphasised ? 0.15 : 0))
    if (opacity > 0) {
      context.globalAlpha = opacity
      context.fillStyle = structure.colour
      context.fill(path, 'evenodd')
      context.globalAlpha = 1
    }
    strokeRimmed(context, path, structure.colour, structure.dash, structure.emphasised ? 2.5 : 1.4)
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
