/** Lines of equal value in the plane of a view: outlines of masks, isodose lines. */
import type { ImageGrid, Vec3 } from '../../native-core/imaging/types.ts'
import { boundsOf, compose, patientToIndex, invert, type Affine } from './affine.ts'
import { outlines, type Polyline } from './outline.ts'
import type { SlicePlane } from './planes.ts'
import { reslice, type Volume } from './reslice.ts'

/** Lines in the plane of a slice, in mm along its two directions from the origin of patient space. */
export interface PlaneLines {
  readonly lines: readonly Polyline[]
}

const unit = (step: Vec3): Vec3 => {
  const length = Math.hypot(...step)
  return [step[0] / length, step[1] / length, step[2] / length]
}
const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const scaled = (v: Vec3, s: number): Vec3 => [v[0] * s, v[1] * s, v[2] * s]

/** The unit vectors of a slice and its distance from the origin: what an outline depends on, whatever the zoom. */
export function planeOf(plane: SlicePlane): { right: Vec3; down: Vec3; normal: Vec3; offsetMm: number } {
  const right = unit(plane.stepRightMm)
  const down = unit(plane.stepDownMm)
  const normal: Vec3 = [
    right[1] * down[2] - right[2] * down[1],
    right[2] * down[0] - right[0] * down[2],
    right[0] * down[1] - right[1] * down[0],
  ]
  return { right, down, normal, offsetMm: dot(normal, plane.originMm) }
}

/** Lines along which a volume has each of the levels, where it meets the plane; none where it does not. */
export function levelLines(
  volume: Volume,
  grid: ImageGrid,
  toWorld: Affine,
  of: ReturnType<typeof planeOf>,
  levels: readonly number[],
): PlaneLines[] {
  const { min, max } = boundsOf(grid, toWorld)
  const range = (direction: Vec3): [number, number] => {
    let low = 0
    let high = 0
    for (const axis of [0, 1, 2] as const) {
      const a = direction[axis] * min[axis]
      const b = direction[axis] * max[axis]
      low += Math.min(a, b)
      high += Math.max(a, b)
    }
    return [low, high]
  }
  const [below, above] = range(of.normal)
  if (below > of.offsetMm || above < of.offsetMm) return levels.map(() => ({ lines: [] }))
  const [left, rightEnd] = range(of.right)
  const [top, bottom] = range(of.down)
  // Finer than coarse voxels, for round lines; not finer than fine ones, where nothing is gained.
  const spacing = Math.min(...grid.spacingMm)
  const step = Math.max(spacing / 1.5, Math.min(spacing, 1))
  const width = Math.ceil((rightEnd - left) / step) + 1
  const height = Math.ceil((bottom - top) / step) + 1
  const originMm = ([0, 1, 2] as const).map(
    (axis) => of.right[axis] * left + of.down[axis] * top + of.normal[axis] * of.offsetMm,
  ) as unknown as Vec3
  const field = new Float32Array(width * height)
  const slice = { originMm, stepRightMm: scaled(of.right, step), stepDownMm: scaled(of.down, step), width, height }
  reslice(volume, compose(patientToIndex(grid), invert(toWorld)), slice, field)
  return levels.map((level) => {
    const lines = outlines(field, width, height, level)
    for (const { points } of lines) {
      for (let at = 0; at < points.length; at += 2) {
        points[at] = left + (points[at] as number) * step
        points[at + 1] = top + (points[at + 1] as number) * step
      }
    }
    return { lines }
  })
}

/** Lines of a plane in the pixels of a slice that lies in it. */
export function inPixels({ lines }: PlaneLines, plane: SlicePlane, of: ReturnType<typeof planeOf>): Polyline[] {
  const left = dot(of.right, plane.originMm)
  const top = dot(of.down, plane.originMm)
  const stepRight = Math.hypot(...plane.stepRightMm)
  const stepDown = Math.hypot(...plane.stepDownMm)
  return lines.map(({ points, closed }) => {
    const pixels = new Float32Array(points.length)
    for (let at = 0; at < points.length; at += 2) {
      pixels[at] = ((points[at] as number) - left) / stepRight
      pixels[at + 1] = ((points[at + 1] as number) - top) / stepDown
    }
    return { points: pixels, closed }
  })
}
