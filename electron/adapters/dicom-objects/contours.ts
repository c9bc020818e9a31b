/** One contour of an RT structure set: its points, and whether they are a closed planar polygon. */
import type { Vec3 } from '../../../native-core/imaging/types.ts'
import { nums, num, seq, str } from '../dicom-files/index.ts'
import type { DicomDataSet } from '../dicom-files/index.ts'
import { TAG } from './tags.ts'
import { cross, dot, length, scale, subtract } from './vectors.ts'

/** Points of one contour lie in its plane within this (mm): files round to hundredths. */
const PLANAR_MM = 0.1
/** A polygon of less area (mm²) is a line or a point. */
const SMALLEST_AREA_MM2 = 1e-3

export interface Contour {
  readonly pointsMm: Float64Array
  readonly normal: Vec3
  /** Position of the plane along its normal. */
  readonly planeMm: number
  readonly imageUid: string | null
  /** Two of its edges cross: which side is inside is not certain. */
  readonly crossesItself: boolean
}

export type ContourReading =
  | { readonly kind: 'contour'; readonly contour: Contour }
  /** Not an area: point, open line, too few points. */
  | { readonly kind: 'skipped'; readonly why: string }
  /** Wrong data: the structure cannot be trusted. */
  | { readonly kind: 'bad'; readonly code: string; readonly why: string }

/** Reads one item of a Contour Sequence. */
export function readContour(item: DicomDataSet): ContourReading {
  const type = str(item, TAG.contourGeometricType)?.toUpperCase() ?? ''
  const data = nums(item, TAG.contourData)
  if (data === null)
    return {
      kind: 'bad',
      code: 'structure.bad-numbers',
      why: 'Contour Data (3006,0050) holds something that is no number',
    }
  if (data.length % 3 !== 0)
    return {
      kind: 'bad',
      code: 'structure.odd-point-count',
      why: `Contour Data (3006,0050) has ${data.length} numbers, which is not a multiple of 3`,
    }
  const stated = num(item, TAG.numberOfContourPoints)
  const count = data.length / 3
  if (stated !== null && stated > count + 1)
    return {
      kind: 'bad',
      code: 'structure.point-count',
      why: `a contour has ${count} points where the file announces ${stated}: it is cut off`,
    }
  if (type === 'POINT' || type === 'OPEN_PLANAR' || type === 'OPEN_NONPLANAR') return { kind: 'skipped', why: type }
  if (type !== 'CLOSED_PLANAR' && type !== 'CLOSEDPLANAR_XOR')
    return { kind: 'skipped', why: type === '' ? 'no type' : type }
  const points = withoutRepeatedEnd(data)
  if (points.length < 9) return { kind: 'skipped', why: 'fewer than three points' }
  return planar(points, str(item, `${TAG.contourImageSequence}.${TAG.referencedSopInstanceUid}`))
}

function planar(points: Float64Array, imageUid: string | null): ContourReading {
  const areaVector = areaVectorOf(points)
  const twiceArea = length(areaVector)
  if (twiceArea / 2 < SMALLEST_AREA_MM2) return { kind: 'skipped', why: 'no area' }
  const normal = scale(areaVector, 1 / twiceArea)
  let sum = 0
  const count = points.length / 3
  for (let i = 0; i < count; i++) sum += dot(pointAt(points, i), normal)
  const planeMm = sum / count
  let worst = 0
  for (let i = 0; i < count; i++) worst = Math.max(worst, Math.abs(dot(pointAt(points, i), normal) - planeMm))
  if (worst > PLANAR_MM)
    return {
      kind: 'bad',
      code: 'structure.not-planar',
      why: `the points of a contour leave its plane by ${worst.toFixed(2)} mm`,
    }
  return {
    kind: 'contour',
    contour: { pointsMm: points, normal, planeMm, imageUid, crossesItself: crossesItself(points, normal) },
  }
}

function pointAt(points: Float64Array, i: number): Vec3 {
  return [points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]!]
}

/** Normal times twice the area (Newell's method): right for any simple polygon, convex or not. */
function areaVectorOf(points: Float64Array): Vec3 {
  const origin = pointAt(points, 0)
  let sum: Vec3 = [0, 0, 0]
  for (let i = 1; i + 1 < points.length / 3; i++) {
    const part = cross(subtract(pointAt(points, i), origin), subtract(pointAt(points, i + 1), origin))
    sum = [sum[0] + part[0], sum[1] + part[1], sum[2] + part[2]]
  }
  return sum
}

function withoutRepeatedEnd(data: readonly number[]): Float64Array {
  let end = data.length
  while (end > 3 && [0, 1, 2].every((c) => data[c] === data[end - 3 + c])) end -= 3
  return Float64Array.from(data.slice(0, end))
}

/** Every edge is compared with every other: contours of more points are not looked through, so that no file takes long. */
const MOST_POINTS = 2000
/** Crossings that cut off less than this part of the area are slips of the pen. */
const NOTICEABLE_PART = 0.02

/**
 * Whether edges cross so that part of the polygon runs the other way around, by a noticeable part of its area. Keyholes and edges that
 * touch or lie on each other do not count.
 */
function crossesItself(points: Float64Array, normal: Vec3): boolean {
  const count = points.length / 3
  if (count > MOST_POINTS) return false
  const drop = ([0, 1, 2] as const).reduce((a, b) => (Math.abs(normal[b]) > Math.abs(normal[a]) ? b : a), 0)
  const [u, v] = ([0, 1, 2] as const).filter((axis) => axis !== drop)
  const x = Float64Array.from({ length: count }, (_, i) => points[3 * i + u!]!)
  const y = Float64Array.from({ length: count }, (_, i) => points[3 * i + v!]!)
  const side = (a: number, b: number, c: number): number =>
    (x[b]! - x[a]!) * (y[c]! - y[a]!) - (y[b]! - y[a]!) * (x[c]! - x[a]!)
  /** Signed area of the vertices `from` to `to`, closed over the point (px, py). */
  const areaOf = (from: number, to: number, px: number, py: number): number => {
    let twice = px * y[from]! - x[from]! * py + x[to]! * py - px * y[to]!
    for (let i = from; i < to; i++) twice += x[i]! * y[i + 1]! - x[i + 1]! * y[i]!
    return twice / 2
  }
  const whole = areaOf(0, count - 1, x[0]!, y[0]!)
  for (let i = 0; i + 2 < count; i++) {
    const [lowX, highX] = [Math.min(x[i]!, x[i + 1]!), Math.max(x[i]!, x[i + 1]!)]
    for (let j = i + 2; j < count; j++) {
      const end = (j + 1) % count
      if (end === i || (x[j]! < lowX && x[end]! < lowX) || (x[j]! > highX && x[end]! > highX)) continue
      const [here, there] = [side(j, end, i), side(j, end, i + 1)]
      if (here * there >= 0 || side(i, i + 1, j) * side(i, i + 1, end) >= 0) continue
      const t = here / (here - there)
      const loop = areaOf(i + 1, j, x[i]! + t * (x[i + 1]! - x[i]!), y[i]! + t * (y[i + 1]! - y[i]!))
      if (Math.min(Math.abs(loop), Math.abs(whole - loop)) > NOTICEABLE_PART * Math.abs(whole)) return true
    }
  }
  return false
}

/** The contour items of one ROI. */
export function contourItems(roi: DicomDataSet): readonly DicomDataSet[] {
  return seq(roi, TAG.contourSequence)
}
