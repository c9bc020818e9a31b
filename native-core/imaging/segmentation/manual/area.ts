/** Areas drawn in a view, by corners (polygon) or by hand: a closed line in a layer. */
import { InputError } from '../../../errors/index.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { cross, dot, plus, toFrame, type Layer, type Solid } from './solids.ts'

/** What encloses less than this is a line. */
const LEAST_MM2 = 1e-6

/**
 * The area inside a closed line, through the whole thickness of its layer. Points are patient coordinates (mm); they are brought onto the
 * layer's middle plane. A point lies inside where the line winds around it (non-zero rule), so that a hand-drawn line that overlaps its
 * own start is filled. Throws InputError `segmentation.area` for fewer than three points or ones on a straight line.
 */
export function area(grid: ImageGrid, layer: Layer, pointsMm: readonly Vec3[]): Solid {
  const { normal: n, origin, halfThicknessMm: h } = layer
  const axis = n.reduce((least, part, a) => (Math.abs(part) < Math.abs(n[least]!) ? a : least), 0)
  const seed: [number, number, number] = [0, 0, 0]
  seed[axis] = 1
  const raw = cross(n, seed)
  const u = plus([0, 0, 0], raw, 1 / Math.hypot(...raw))
  const v = cross(n, u)
  const flat = pointsMm.map((point) => {
    const from = plus(toFrame(grid, point), origin, -1)
    return [dot(from, u), dot(from, v)] as const
  })
  const size = twiceArea(flat)
  if (!(size > LEAST_MM2)) {
    throw new InputError(
      'segmentation.area',
      'The line that was drawn encloses nothing.',
      'Draw around an area: at least three points that are not on a straight line.',
    )
  }
  const corners = flat.flatMap(([p, q]) => [-h, h].map((depth) => plus(plus(plus(origin, u, p), v, q), n, depth)))
  const extreme = (side: 'min' | 'max') =>
    ([0, 1, 2] as const).map((a) =>
      corners.reduce((most, c) => Math[side](most, c[a]), corners[0]![a]),
    ) as unknown as Vec3
  return {
    low: extreme('min'),
    high: extreme('max'),
    finenessMm: Math.sqrt(size / 2),
    crossings(y, z, out) {
      const from: Vec3 = [-origin[0], y - origin[1], z - origin[2]]
      const count = windings(flat, [dot(from, u), dot(from, v)], [u[0], v[0]], out)
      return clipToLayer(out, count, n[0], dot(from, n), h)
    },
  }
}

/** Twice the area of the largest triangle at the first point, which is 0 for fewer than three points and ones on a line. */
function twiceArea(points: readonly (readonly [number, number])[]): number {
  let largest = 0
  const first = points[0]
  if (first === undefined) return 0
  for (let n = 2; n < points.length; n++) {
    const [ax, ay] = points[n - 1]!
    const [bx, by] = points[n]!
    largest = Math.max(largest, Math.abs((ax - first[0]) * (by - first[1]) - (bx - first[0]) * (ay - first[1])))
  }
  return largest
}

/** Where the line p + x·d is inside a closed polygon: pairs of x in `out`. */
function windings(
  points: readonly (readonly [number, number])[],
  p: readonly [number, number],
  d: readonly [number, number],
  out: number[],
): number {
  const length2 = d[0] * d[0] + d[1] * d[1]
  if (length2 < 1e-12) {
    if (windingNumber(points, p) === 0) return 0
    out[0] = -Infinity
    out[1] = Infinity
    return 2
  }
  const hits: { x: number; turn: number }[] = []
  let [ax, ay] = points.at(-1)!
  let sideA = d[0] * (ay - p[1]) - d[1] * (ax - p[0])
  for (const [bx, by] of points) {
    const sideB = d[0] * (by - p[1]) - d[1] * (bx - p[0])
    if (sideA < 0 !== sideB < 0) {
      const t = sideA / (sideA - sideB)
      const hx = ax + t * (bx - ax) - p[0]
      const hy = ay + t * (by - ay) - p[1]
      hits.push({ x: (hx * d[0] + hy * d[1]) / length2, turn: sideA < 0 ? 1 : -1 })
    }
    ax = bx
    ay = by
    sideA = sideB
  }
  hits.sort((a, b) => a.x - b.x)
  let winding = 0
  let count = 0
  for (const { x, turn } of hits) {
    const before = winding
    winding += turn
    if (before === 0) out[count++] = x
    else if (winding === 0) {
      out[count++] = x
      if (out[count - 1] === out[count - 2]) count -= 2
    }
  }
  return count
}

function windingNumber(points: readonly (readonly [number, number])[], p: readonly [number, number]): number {
  let winding = 0
  let [ax, ay] = points.at(-1)!
  for (const [bx, by] of points) {
    if (ay <= p[1] !== by <= p[1]) {
      const isLeft = (bx - ax) * (p[1] - ay) - (p[0] - ax) * (by - ay)
      if (ay <= p[1] ? isLeft > 0 : isLeft < 0) winding += ay <= p[1] ? 1 : -1
    }
    ax = bx
    ay = by
  }
  return winding
}

/** Keeps of each interval what lies within the layer: −h ≤ slope·x + offset ≤ h. */
function clipToLayer(out: number[], count: number, slope: number, offset: number, h: number): number {
  let low = -Infinity
  let high = Infinity
  if (Math.abs(slope) < 1e-12) {
    if (Math.abs(offset) > h) return 0
  } else {
    low = Math.min((-h - offset) / slope, (h - offset) / slope)
    high = Math.max((-h - offset) / slope, (h - offset) / slope)
  }
  let kept = 0
  for (let n = 0; n < count; n += 2) {
    const from = Math.max(low, out[n]!)
    const to = Math.min(high, out[n + 1]!)
    if (!(from < to)) continue
    out[kept++] = from
    out[kept++] = to
  }
  return kept
}
