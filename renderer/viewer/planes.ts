/**
 * The three planes of the views, along the axes of patient space, in the radiological convention: the patient's right is on
 * the left of axial and coronal views, anterior is on the left of sagittal ones, the head is up.
 */
import type { Vec3 } from '../../native-core/imaging/types.ts'

export type Plane = 'axial' | 'coronal' | 'sagittal'
export type AxisIndex = 0 | 1 | 2

export interface PlaneAxes {
  /** LPS direction of the view's right. */
  readonly right: Vec3
  /** LPS direction of the view's bottom. */
  readonly down: Vec3
  /** The LPS axis that scrolling moves along. */
  readonly normalAxis: AxisIndex
  /** Letters at the edges. */
  readonly edges: { readonly left: string; readonly right: string; readonly top: string; readonly bottom: string }
  /** What a larger position on the normal axis is called, for the slice readout. */
  readonly normalLetters: readonly [negative: string, positive: string]
}

export const planeAxes: Readonly<Record<Plane, PlaneAxes>> = {
  axial: {
    right: [1, 0, 0],
    down: [0, 1, 0],
    normalAxis: 2,
    edges: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
    normalLetters: ['I', 'S'],
  },
  coronal: {
    right: [1, 0, 0],
    down: [0, 0, -1],
    normalAxis: 1,
    edges: { left: 'R', right: 'L', top: 'S', bottom: 'I' },
    normalLetters: ['A', 'P'],
  },
  sagittal: {
    right: [0, 1, 0],
    down: [0, 0, -1],
    normalAxis: 0,
    edges: { left: 'A', right: 'P', top: 'S', bottom: 'I' },
    normalLetters: ['R', 'L'],
  },
}

export const planes: readonly Plane[] = ['axial', 'coronal', 'sagittal']

/** What one view shows: the plane through `crosshairMm`, centred on `centreMm`, at a scale shared by all views. */
export interface ViewFrame {
  readonly plane: Plane
  readonly centreMm: Vec3
  readonly crosshairMm: Vec3
  readonly mmPerPx: number
  readonly widthPx: number
  readonly heightPx: number
}

/** Pixel (column, row) to patient coordinates: origin of pixel (0, 0)'s centre and the steps to its neighbours, in mm. */
export interface SlicePlane {
  readonly originMm: Vec3
  readonly stepRightMm: Vec3
  readonly stepDownMm: Vec3
  readonly width: number
  readonly height: number
}

const scaled = (v: Vec3, s: number): Vec3 => [v[0] * s, v[1] * s, v[2] * s]
const sum = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** The view's centre, brought onto the plane of the slice. */
function anchor(frame: ViewFrame): Vec3 {
  const axis = planeAxes[frame.plane].normalAxis
  const point: [number, number, number] = [...frame.centreMm]
  point[axis] = frame.crosshairMm[axis]
  return point
}

/** The slice as `samples` pixels for each pixel of the view along each axis (below 1 on a slow machine, above on dense screens). */
export function slicePlane(frame: ViewFrame, samples = 1): SlicePlane {
  const axes = planeAxes[frame.plane]
  const width = Math.max(1, Math.round(frame.widthPx * samples))
  const height = Math.max(1, Math.round(frame.heightPx * samples))
  const stepX = (frame.mmPerPx * frame.widthPx) / width
  const stepY = (frame.mmPerPx * frame.heightPx) / height
  const origin = sum(
    sum(anchor(frame), scaled(axes.right, (-(width - 1) / 2) * stepX)),
    scaled(axes.down, (-(height - 1) / 2) * stepY),
  )
  return {
    originMm: origin,
    stepRightMm: scaled(axes.right, stepX),
    stepDownMm: scaled(axes.down, stepY),
    width,
    height,
  }
}

/** The point of patient space under a place in the view, in CSS pixels from its top left corner. */
export function viewToPatient(frame: ViewFrame, xPx: number, yPx: number): Vec3 {
  const axes = planeAxes[frame.plane]
  const right = (xPx - frame.widthPx / 2) * frame.mmPerPx
  const down = (yPx - frame.heightPx / 2) * frame.mmPerPx
  return sum(sum(anchor(frame), scaled(axes.right, right)), scaled(axes.down, down))
}

/** Where a point of patient space falls in the view, in CSS pixels; its distance from the slice is left out. */
export function patientToView(frame: ViewFrame, point: Vec3): { x: number; y: number } {
  const axes = planeAxes[frame.plane]
  const from = anchor(frame)
  const relative: Vec3 = [point[0] - from[0], point[1] - from[1], point[2] - from[2]]
  return {
    x: frame.widthPx / 2 + dot(relative, axes.right) / frame.mmPerPx,
    y: frame.heightPx / 2 + dot(relative, axes.down) / frame.mmPerPx,
  }
}

/** Millimetres a pixel at which a box fits into a view of that plane, with a margin of 4 %. */
export function fitMmPerPx(bounds: { min: Vec3; max: Vec3 }, plane: Plane, widthPx: number, heightPx: number): number {
  const axes = planeAxes[plane]
  const size: Vec3 = [bounds.max[0] - bounds.min[0], bounds.max[1] - bounds.min[1], bounds.max[2] - bounds.min[2]]
  const wide = Math.abs(dot(size, axes.right))
  const high = Math.abs(dot(size, axes.down))
  return Math.max(wide / Math.max(1, widthPx), high / Math.max(1, heightPx), 1e-3) * 1.04
}

/** Zooms about a place in the view: the point of patient space under it stays under it. Returns the new centre. */
export function zoomAbout(frame: ViewFrame, xPx: number, yPx: number, mmPerPx: number): Vec3 {
  const fixed = viewToPatient(frame, xPx, yPx)
  const moved = viewToPatient({ ...frame, mmPerPx }, xPx, yPx)
  const axes = planeAxes[frame.plane]
  const centre: [number, number, number] = [...frame.centreMm]
  for (const axis of [0, 1, 2] as const) if (axis !== axes.normalAxis) centre[axis] += fixed[axis] - moved[axis]
  return centre
}
