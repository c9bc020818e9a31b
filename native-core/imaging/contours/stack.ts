/** Contours of a structure brought into their own planes: common normal, in-plane axes, slices in order along the normal. */
import { InputError } from '../../errors/index.ts'
import { smoothOutline } from './smoothOutline.ts'
import type { PlanarContour, Vec3 } from '../types.ts'

/** A closed polygon in plane coordinates: u, v pairs in mm. */
export interface PlanePolygon {
  readonly uv: Float64Array
  /** Signed area in mm² (positive if counter-clockwise in u, v). */
  readonly areaMm2: number
}

export interface StackSlice {
  /** Position along the normal in mm. */
  readonly w: number
  readonly polygons: readonly PlanePolygon[]
}

/** Contours of one structure, sorted along their normal; patient point = u·uAxis + v·vAxis + w·normal. */
export interface ContourStack {
  readonly uAxis: Vec3
  readonly vAxis: Vec3
  readonly normal: Vec3
  readonly slices: readonly StackSlice[]
}

/** Contours closer than this along the normal lie on one slice (files round coordinates to 0.01 mm). */
const SAME_PLANE_MM = 0.05
/** A point may lie this far off its contour's plane. */
const PLANARITY_MM = 0.5
/** Contours may differ by this much (cosine, about 2.6°) from the structure's common normal. */
const PARALLEL_COSINE = 0.999

/**
 * Sorts contours into slices perpendicular to their common normal (from the contours themselves, so sagittal, coronal and
 * oblique contours work alike). Contours without area (points, lines) and exact duplicates are dropped.
 *
 * Throws InputError: `structure.bad-points` (coordinates not finite or not triples), `structure.no-area` (nothing left),
 * `structure.mixed-planes` (contours are not parallel), `structure.not-planar` (points off the contour's plane).
 */
export function stackContours(contours: readonly PlanarContour[]): ContourStack {
  const vectors: Vec3[] = contours.map(areaVector)
  let largest: Vec3 = [0, 0, 0]
  for (const v of vectors) if (Math.hypot(...v) > Math.hypot(...largest)) largest = v
  const totalSize = Math.hypot(...largest)
  if (!(totalSize > 1e-3)) {
    throw new InputError(
      'structure.no-area',
      contours.length === 0 ? 'The structure has no contours.' : 'The contours of the structure enclose no area.',
      'Draw the structure as closed contours, or leave it out.',
    )
  }
  let sum: Vec3 = [0, 0, 0]
  for (const v of vectors) {
    const sign = dot(v, largest) < 0 ? -1 : 1
    sum = [sum[0] + sign * v[0], sum[1] + sign * v[1], sum[2] + sign * v[2]]
  }
  const normal = canonicalNormal(sum)
  const { uAxis, vAxis } = inPlaneAxes(normal)

  const flat: { w: number; polygon: PlanePolygon }[] = []
  contours.forEach((contour, n) => {
    const vector = vectors[n]!
    const size = Math.hypot(...vector)
    if (size < 1e-6) return
    if (Math.abs(dot(vector, normal)) < PARALLEL_COSINE * size && size > 1) {
      throw new InputError(
        'structure.mixed-planes',
        `Contour ${n + 1} of ${contours.length} is not parallel to the others.`,
        'Draw all contours of a structure in parallel planes.',
      )
    }
    flat.push(flatten(contour, n, contours.length, uAxis, vAxis, normal))
  })
  flat.sort((a, b) => a.w - b.w)

  const slices: { w: number; polygons: PlanePolygon[] }[] = []
  for (const { w, polygon } of flat) {
    const last = slices.at(-1)
    if (last !== undefined && w - last.w <= SAME_PLANE_MM) {
      if (!last.polygons.some((other) => isDuplicate(other, polygon))) last.polygons.push(polygon)
    } else {
      slices.push({ w, polygons: [polygon] })
    }
  }
  return { uAxis, vAxis, normal, slices }
}

/** Newell's area vector of a closed polygon: normal direction, length = area in mm². */
function areaVector(contour: PlanarContour): Vec3 {
  const p = contour.pointsMm
  if (p.length % 3 !== 0 || p.some((value) => !Number.isFinite(value))) {
    throw new InputError(
      'structure.bad-points',
      'A contour has coordinates that are not finite numbers in groups of three.',
      'Export the structure set again.',
    )
  }
  const n = p.length / 3
  let [x, y, z] = [0, 0, 0]
  if (n < 3) return [0, 0, 0]
  // Relative to the first point, so that no digits are lost far from the origin.
  const [ox, oy, oz] = [p[0]!, p[1]!, p[2]!]
  for (let i = 1; i + 1 < n; i++) {
    const ax = p[3 * i]! - ox
    const ay = p[3 * i + 1]! - oy
    const az = p[3 * i + 2]! - oz
    const bx = p[3 * i + 3]! - ox
    const by = p[3 * i + 4]! - oy
    const bz = p[3 * i + 5]! - oz
    x += (ay * bz - az * by) / 2
    y += (az * bx - ax * bz) / 2
    z += (ax * by - ay * bx) / 2
  }
  return [x, y, z]
}

/** Unit vector along `v`, turned so that its largest component is positive: the same slice order for either winding. */
function canonicalNormal(v: Vec3): Vec3 {
  const length = Math.hypot(...v)
  const unit = v.map((c) => (Math.abs(c / length) < 1e-9 ? 0 : c / length))
  const largest = unit.reduce((best, c) => (Math.abs(c) > Math.abs(best) ? c : best), 0)
  const sign = largest < 0 ? -1 : 1
  const scale = sign / Math.hypot(...unit)
  return [unit[0]! * scale, unit[1]! * scale, unit[2]! * scale]
}

/** Two unit vectors perpendicular to `normal`; along patient axes where the normal is one. */
function inPlaneAxes(normal: Vec3): { uAxis: Vec3; vAxis: Vec3 } {
  const axis = [0, 1, 2].reduce((best, n) => (Math.abs(normal[n]!) < Math.abs(normal[best]!) - 1e-9 ? n : best), 0)
  const e: Vec3 = [axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, axis === 2 ? 1 : 0]
  const along = dot(e, normal)
  const raw: Vec3 = [e[0] - along * normal[0], e[1] - along * normal[1], e[2] - along * normal[2]]
  const length = Math.hypot(...raw)
  const uAxis: Vec3 = [raw[0] / length, raw[1] / length, raw[2] / length]
  const vAxis: Vec3 = [
    normal[1] * uAxis[2] - normal[2] * uAxis[1],
    normal[2] * uAxis[0] - normal[0] * uAxis[2],
    normal[0] * uAxis[1] - normal[1] * uAxis[0],
  ]
  return { uAxis, vAxis }
}

function flatten(
  contour: PlanarContour,
  n: number,
  count: number,
  uAxis: Vec3,
  vAxis: Vec3,
  normal: Vec3,
): { w: number; polygon: PlanePolygon } {
  const p = contour.pointsMm
  const points = p.length / 3
  const uv = new Float64Array(2 * points)
  let wSum = 0
  let wLow = Infinity
  let wHigh = -Infinity
  for (let i = 0; i < points; i++) {
    const point: Vec3 = [p[3 * i]!, p[3 * i + 1]!, p[3 * i + 2]!]
    const w = dot(point, normal)
    uv[2 * i] = dot(point, uAxis)
    uv[2 * i + 1] = dot(point, vAxis)
    wSum += w
    wLow = Math.min(wLow, w)
    wHigh = Math.max(wHigh, w)
  }
  if (wHigh - wLow > 2 * PLANARITY_MM) {
    throw new InputError(
      'structure.not-planar',
      `Contour ${n + 1} of ${count} is not planar: its points lie ${(wHigh - wLow).toFixed(2)} mm apart along the slice normal.`,
      'Draw contours in flat planes.',
    )
  }
  const outline = smoothOutline(uv)
  return { w: wSum / points, polygon: { uv: outline, areaMm2: signedArea(outline) } }
}

function signedArea(uv: Float64Array): number {
  let twice = 0
  const u0 = uv[0]!
  const v0 = uv[1]!
  for (let i = 2; i + 3 < uv.length; i += 2) {
    twice += (uv[i]! - u0) * (uv[i + 3]! - v0) - (uv[i + 2]! - u0) * (uv[i + 1]! - v0)
  }
  return twice / 2
}

/**
 * The same outline twice (any start point, either winding): equal area, centroid and bounding box. Under the even-odd rule a
 * contour that a file holds twice would cancel itself, which nobody means.
 */
function isDuplicate(a: PlanePolygon, b: PlanePolygon): boolean {
  const area = Math.abs(a.areaMm2)
  if (Math.abs(area - Math.abs(b.areaMm2)) > 1e-3 * area + 1e-6) return false
  const boxA = polygonBox(a.uv)
  const boxB = polygonBox(b.uv)
  return boxA.every((value, n) => Math.abs(value - boxB[n]!) <= 0.03)
}

/** [u low, v low, u high, v high] of the points. */
export function polygonBox(uv: Float64Array): readonly [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let i = 0; i < uv.length; i += 2) {
    box[0] = Math.min(box[0], uv[i]!)
    box[1] = Math.min(box[1], uv[i + 1]!)
    box[2] = Math.max(box[2], uv[i]!)
    box[3] = Math.max(box[3], uv[i + 1]!)
  }
  return box
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
