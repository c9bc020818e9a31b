/**
 * What a tool covers, in the frame of a grid: millimetres along its index axes from the centre of its first voxel. A solid tells where a
 * line along x runs inside it, so that coverage is exact along x and sampled finely across.
 */
import type { ImageGrid, Vec3 } from '../../types.ts'
import type { PatientPlane } from './types.ts'

/** A body that covers voxels. */
export interface Solid {
  /** A box around it, mm in the grid's frame. */
  readonly low: Vec3
  readonly high: Vec3
  /** Its least extent, mm: the finer it is, the finer it is sampled. */
  readonly finenessMm: number
  /** Writes where the line (·, y, z) is inside as pairs of x (from, to), ascending and apart; returns how many numbers. */
  crossings(y: number, z: number, out: number[]): number
}

/** A point of patient space in the grid's frame. */
export function toFrame(grid: ImageGrid, pointMm: Vec3): Vec3 {
  return directionToFrame(grid, [
    pointMm[0] - grid.originMm[0],
    pointMm[1] - grid.originMm[1],
    pointMm[2] - grid.originMm[2],
  ])
}

/** A direction of patient space in the grid's frame. */
export function directionToFrame({ direction: d }: ImageGrid, v: Vec3): Vec3 {
  return [
    d[0] * v[0] + d[3] * v[1] + d[6] * v[2],
    d[1] * v[0] + d[4] * v[1] + d[7] * v[2],
    d[2] * v[0] + d[5] * v[1] + d[8] * v[2],
  ]
}

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const plus = (a: Vec3, b: Vec3, s = 1): Vec3 => [a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2]]
export const unit = (v: Vec3): Vec3 => {
  const length = Math.hypot(v[0], v[1], v[2])
  return [v[0] / length, v[1] / length, v[2] / length]
}

/** A layer of the grid, or of space where the plane runs across the grid's axes: the middle plane, its unit normal and half its thickness. */
export interface Layer {
  readonly origin: Vec3
  readonly normal: Vec3
  readonly halfThicknessMm: number
}

/** A plane may drift by this part of a voxel over its normal's direction and still be a slice of the grid. */
const PARALLEL = 1e-3

/**
 * The layer that a tool of a 2D view draws into. Where the view shows slices of the grid it is the slice that holds the plane, wholly; in an
 * oblique view it is as thick as a voxel reaches along the normal, with the plane in its middle. In the grid's frame.
 */
export function layerOfPlane(grid: ImageGrid, plane: PatientPlane): Layer {
  const origin = toFrame(grid, plane.pointMm)
  const normal = unit(directionToFrame(grid, plane.normal))
  const axis = normal.findIndex((part) => Math.abs(part) > 1 - PARALLEL * PARALLEL)
  if (axis < 0) {
    const reach = normal.reduce((sum, part, a) => sum + Math.abs(part) * grid.spacingMm[a]!, 0)
    return { origin, normal, halfThicknessMm: reach / 2 }
  }
  const spacing = grid.spacingMm[axis]!
  const slice = Math.min(grid.dimensions[axis]! - 1, Math.max(0, Math.round(origin[axis]! / spacing)))
  const centre: [number, number, number] = [...origin]
  centre[axis] = slice * spacing
  const along: [number, number, number] = [0, 0, 0]
  along[axis] = 1
  return { origin: centre, normal: along, halfThicknessMm: spacing / 2 }
}

/** The ball (or, between two points, the capsule) of a 3D brush: all points within `radiusMm` of the way from `a` to `b`. */
export function capsule(grid: ImageGrid, aMm: Vec3, bMm: Vec3, radiusMm: number): Solid {
  const a = toFrame(grid, aMm)
  const b = toFrame(grid, bMm)
  const way = plus(b, a, -1)
  const length = Math.hypot(...way)
  const d: Vec3 = length > 0 ? [way[0] / length, way[1] / length, way[2] / length] : [1, 0, 0]
  const r2 = radiusMm * radiusMm
  return {
    low: a.map((value, axis) => Math.min(value, b[axis]!) - radiusMm) as unknown as Vec3,
    high: a.map((value, axis) => Math.max(value, b[axis]!) + radiusMm) as unknown as Vec3,
    finenessMm: 2 * radiusMm,
    crossings(y, z, out) {
      let low = Infinity
      let high = -Infinity
      for (const end of [a, b]) {
        const rest = r2 - (y - end[1]) ** 2 - (z - end[2]) ** 2
        if (rest <= 0) continue
        const half = Math.sqrt(rest)
        low = Math.min(low, end[0] - half)
        high = Math.max(high, end[0] + half)
      }
      if (length > 0) {
        const tube = tubeCrossing(a, d, r2, y, z)
        const along = d[0] * -a[0] + d[1] * (y - a[1]) + d[2] * (z - a[2])
        const inside = tube && between(tube, d[0], along, 0, length)
        if (inside) {
          low = Math.min(low, inside[0])
          high = Math.max(high, inside[1])
        }
      }
      return put(out, low, high)
    },
  }
}

/** The disc of a 2D brush in its layer, swept from `a` to `b`. */
export function sweptDisc(grid: ImageGrid, layer: Layer, aMm: Vec3, bMm: Vec3, radiusMm: number): Solid {
  const { normal: n, origin, halfThicknessMm: h } = layer
  const onto = (point: Vec3): Vec3 => plus(point, n, -dot(plus(point, origin, -1), n))
  const a = onto(toFrame(grid, aMm))
  const b = onto(toFrame(grid, bMm))
  const way = plus(b, a, -1)
  const length = Math.hypot(...way)
  const d: Vec3 | null = length > 0 ? [way[0] / length, way[1] / length, way[2] / length] : null
  const side = d && cross(n, d)
  const r2 = radiusMm * radiusMm
  const reach = n.map((part) => h * Math.abs(part) + radiusMm * Math.sqrt(Math.max(0, 1 - part * part)))
  return {
    low: a.map((value, axis) => Math.min(value, b[axis]!) - reach[axis]!) as unknown as Vec3,
    high: a.map((value, axis) => Math.max(value, b[axis]!) + reach[axis]!) as unknown as Vec3,
    finenessMm: 2 * radiusMm,
    crossings(y, z, out) {
      const depth = -n[0] * origin[0] + n[1] * (y - origin[1]) + n[2] * (z - origin[2])
      let low = Infinity
      let high = -Infinity
      for (const end of [a, b]) {
        const tube = tubeCrossing(end, n, r2, y, z)
        if (tube === null) continue
        low = Math.min(low, tube[0])
        high = Math.max(high, tube[1])
      }
      if (d !== null && side !== null) {
        const along = -d[0] * a[0] + d[1] * (y - a[1]) + d[2] * (z - a[2])
        const across = -side[0] * a[0] + side[1] * (y - a[1]) + side[2] * (z - a[2])
        const strip = between([-Infinity, Infinity], side[0], across, -radiusMm, radiusMm)
        const inside = strip && between(strip, d[0], along, 0, length)
        if (inside) {
          low = Math.min(low, inside[0])
          high = Math.max(high, inside[1])
        }
      }
      const inLayer = low < high ? between([low, high], n[0], depth, -h, h) : null
      return inLayer === null ? 0 : put(out, inLayer[0], inLayer[1])
    },
  }
}

/** A layer as far as the grid reaches. */
export function wholeLayer(grid: ImageGrid, layer: Layer): Solid {
  const reachMm = Math.hypot(...grid.dimensions.map((count, axis) => count * grid.spacingMm[axis]!))
  const [x, y, z] = layer.origin
  const d = grid.direction
  const origin: Vec3 = [
    grid.originMm[0] + d[0] * x + d[1] * y + d[2] * z,
    grid.originMm[1] + d[3] * x + d[4] * y + d[5] * z,
    grid.originMm[2] + d[6] * x + d[7] * y + d[8] * z,
  ]
  return sweptDisc(grid, layer, origin, origin, 2 * reachMm)
}

/** The x at which (·, y, z) is within the round tube of squared radius r2 about the line through `a` along `d`; null where nowhere. */
function tubeCrossing(a: Vec3, d: Vec3, r2: number, y: number, z: number): [number, number] | null {
  const dy = y - a[1]
  const dz = z - a[2]
  const across = 1 - d[0] * d[0]
  // Distance² to the line as a polynomial in x − a₀: across·t² − 2·d₀·q·t + (dy² + dz² − q²).
  const q = d[1] * dy + d[2] * dz
  const rest = dy * dy + dz * dz - q * q - r2
  if (across < 1e-12) return rest < 0 ? [-Infinity, Infinity] : null
  const half = (d[0] * q) / across
  const root = half * half - rest / across
  if (root <= 0) return null
  const s = Math.sqrt(root)
  return [a[0] + half - s, a[0] + half + s]
}

/** The part of an interval of x where `low` ≤ slope·x + offset ≤ `high`; null where none. */
function between(
  interval: readonly [number, number],
  slope: number,
  offset: number,
  low: number,
  high: number,
): [number, number] | null {
  if (Math.abs(slope) < 1e-12) return offset >= low && offset <= high ? [interval[0], interval[1]] : null
  const p = (low - offset) / slope
  const q = (high - offset) / slope
  const from = Math.max(interval[0], Math.min(p, q))
  const to = Math.min(interval[1], Math.max(p, q))
  return from < to ? [from, to] : null
}

function put(out: number[], low: number, high: number): number {
  if (!(low < high)) return 0
  out[0] = low
  out[1] = high
  return 2
}
