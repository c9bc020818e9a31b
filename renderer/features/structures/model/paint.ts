/** Draws outlines, previews and what the hand is doing on the canvas over a slice. Pure drawing on a given context. */
import { pathOf, patientToView, planeAxes, strokeRimmed, type Polyline, type ViewFrame } from '../../../viewer/index.ts'
import type { Vec3 } from '../../../../native-core/imaging/types.ts'

export interface PaintedStructure {
  readonly lines: readonly Polyline[]
  readonly before: readonly Polyline[] | null
  readonly colour: string
  readonly dash: readonly number[]
  readonly isChosen: boolean
}

/** What the hand is doing: a brush's reach, a line that is being drawn, the box of a threshold. */
export interface Gesture {
  readonly brush: {
    readonly centreMm: Vec3
    readonly radiusMm: number
    readonly isBall: boolean
    readonly isHere: boolean
  } | null
  readonly pathMm: readonly Vec3[]
  readonly isErasing: boolean
  readonly box: { readonly centreMm: Vec3; readonly halfSideMm: number } | null
}

const PREVIEW = '#ffffff'
const PREVIEW_DASH = [5, 3]
const ERASING = '#ff9089'

/** Draws in CSS pixels; the caller has scaled the context for the screen. `samples` is slice pixels for one CSS pixel. */
export function paintDrawing(
  context: CanvasRenderingContext2D,
  frame: ViewFrame,
  structures: readonly PaintedStructure[],
  fill: number,
  samples: number,
  gesture: Gesture,
): void {
  context.clearRect(0, 0, frame.widthPx, frame.heightPx)
  context.lineJoin = 'round'
  for (const one of structures.toSorted((a, b) => Number(a.isChosen) - Number(b.isChosen))) {
    const path = pathOf(one.lines, samples)
    const opacity = Math.min(1, fill + (one.isChosen ? 0.12 : 0))
    if (opacity > 0) {
      context.globalAlpha = opacity
      context.fillStyle = one.colour
      context.fill(path, 'evenodd')
      context.globalAlpha = 1
    }
    if (one.before === null) strokeRimmed(context, path, one.colour, one.dash, one.isChosen ? 2.2 : 1.3)
    else {
      context.globalAlpha = 0.65
      strokeRimmed(context, pathOf(one.before, samples), one.colour, one.dash, 1.2)
      context.globalAlpha = 1
      strokeRimmed(context, path, PREVIEW, PREVIEW_DASH, 1.8)
    }
  }
  paintGesture(context, frame, gesture)
  context.setLineDash([])
}

function paintGesture(context: CanvasRenderingContext2D, frame: ViewFrame, gesture: Gesture): void {
  const { brush, pathMm, box } = gesture
  const colour = gesture.isErasing ? ERASING : PREVIEW
  if (brush) {
    const axis = planeAxes[frame.plane].normalAxis
    const off = brush.isHere ? 0 : Math.abs(brush.centreMm[axis] - frame.crosshairMm[axis])
    // In the views beside it a ball is seen where it reaches them, a disc as the line that it is.
    if (brush.isHere || (brush.isBall && off < brush.radiusMm)) {
      const { x, y } = patientToView(frame, brush.centreMm)
      const radius = Math.sqrt(brush.radiusMm ** 2 - off ** 2) / frame.mmPerPx
      const circle = new Path2D()
      circle.arc(x, y, Math.max(1, radius), 0, 2 * Math.PI)
      strokeRimmed(context, circle, colour, brush.isHere ? [] : [2, 3], 1.2)
    }
  }
  if (pathMm.length > 0) {
    const line = new Path2D()
    pathMm.forEach((point, n) => {
      const { x, y } = patientToView(frame, point)
      if (n === 0) line.moveTo(x, y)
      else line.lineTo(x, y)
    })
    if (pathMm.length > 2) {
      context.globalAlpha = 0.18
      context.fillStyle = colour
      context.fill(line, 'nonzero')
      context.globalAlpha = 1
    }
    strokeRimmed(context, line, colour, PREVIEW_DASH, 1.5)
    const first = patientToView(frame, pathMm[0]!)
    const start = new Path2D()
    start.arc(first.x, first.y, 3, 0, 2 * Math.PI)
    strokeRimmed(context, start, colour, [], 1.2)
  }
  if (box) {
    const axes = planeAxes[frame.plane]
    if (Math.abs(box.centreMm[axes.normalAxis] - frame.crosshairMm[axes.normalAxis]) > box.halfSideMm) return
    const { x, y } = patientToView(frame, box.centreMm)
    const half = box.halfSideMm / frame.mmPerPx
    const square = new Path2D()
    square.rect(x - half, y - half, 2 * half, 2 * half)
    strokeRimmed(context, square, PREVIEW, [2, 4], 1)
  }
}
