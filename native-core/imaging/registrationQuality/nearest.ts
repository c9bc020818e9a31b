/** Distance from points to the nearest of many triangles. */
import type { Surface } from './surface.ts'

/** Triangles per cell that are about right. */
const PER_CELL = 16

/**
 * Distances from points to a surface with at least one triangle. Triangles are sorted into cubic cells by the boxes around them; the search
 * goes outwards shell by shell until no nearer triangle can be left.
 */
export function distanceTo(surface: Surface): (x: number, y: number, z: number) => number {
  const { verticesMm: v, triangles } = surface
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (let n = 0; n < v.length; n++) {
    low[n % 3] = Math.min(low[n % 3]!, v[n]!)
    high[n % 3] = Math.max(high[n % 3]!, v[n]!)
  }
  const area = surface.vertexAreaMm2.reduce((sum, mm2) => sum + mm2, 0)
  const size = Math.max(1e-3, Math.sqrt((PER_CELL * area) / Math.max(1, triangles.length / 3)))
  const counts = low.map((value, axis) => Math.max(1, Math.floor((high[axis]! - value) / size) + 1))
  const cellOf = (value: number, axis: number): number =>
    Math.min(counts[axis]! - 1, Math.max(0, Math.floor((value - low[axis]!) / size)))
  const [nx, ny, nz] = counts as [number, number, number]
  const visitCells = (t: number, visit: (cell: number) => void): void => {
    const corners = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!]
    const [x, y, z] = [0, 1, 2].map((axis) => {
      const along = corners.map((corner) => v[3 * corner + axis]!)
      return [cellOf(Math.min(...along), axis), cellOf(Math.max(...along), axis)] as const
    }) as [readonly [number, number], readonly [number, number], readonly [number, number]]
    for (let c = z[0]; c <= z[1]; c++)
      for (let b = y[0]; b <= y[1]; b++) for (let a = x[0]; a <= x[1]; a++) visit(a + nx * (b + ny * c))
  }
  // Triangles by cell, one list behind the other.
  const firstOf = new Uint32Array(nx * ny * nz + 1)
  for (let t = 0; t < triangles.length; t += 3) visitCells(t, (cell) => firstOf[cell + 1]!++)
  for (let cell = 0; cell < nx * ny * nz; cell++) firstOf[cell + 1]! += firstOf[cell]!
  const listed = new Uint32Array(firstOf.at(-1)!)
  const next = firstOf.slice()
  for (let t = 0; t < triangles.length; t += 3) visitCells(t, (cell) => (listed[next[cell]!++] = t))
  const balls = ballsAround(v, triangles)
  const mostShells = Math.max(...counts)
  // Points come in the order of a surface: the triangle nearest to the last is a good beginning for the next.
  let last = 0
  return (x, y, z) => {
    const point = [x, y, z] as const
    const centre = point.map(cellOf)
    let best = triangleDistance(point, v, 3 * triangles[last]!, 3 * triangles[last + 1]!, 3 * triangles[last + 2]!)
    // To the nearest face of the cell that the point is in; a point outside the cells is beyond one.
    const toFace = Math.min(
      ...point.map((value, axis) => {
        const within = value - low[axis]! - size * centre[axis]!
        return Math.max(0, Math.min(within, size - within))
      }),
    )
    for (let shell = 0; shell <= mostShells; shell++) {
      if (shell > 0 && best <= toFace + (shell - 1) * size) break
      visitShell(centre, shell, counts, (cell) => {
        for (let n = firstOf[cell]!; n < firstOf[cell + 1]!; n++) {
          const t = listed[n]!
          const ball = (4 * t) / 3
          const dx = x - balls[ball]!
          const dy = y - balls[ball + 1]!
          const dz = z - balls[ball + 2]!
          const reach = best + balls[ball + 3]!
          if (dx * dx + dy * dy + dz * dz >= reach * reach) continue
          const distance = triangleDistance(point, v, 3 * triangles[t]!, 3 * triangles[t + 1]!, 3 * triangles[t + 2]!)
          if (distance < best) {
            best = distance
            last = t
          }
        }
      })
    }
    return best
  }
}

/** A ball around each triangle: centre and radius. */
function ballsAround(v: Float64Array, triangles: Uint32Array): Float64Array {
  const balls = new Float64Array((4 * triangles.length) / 3)
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [3 * triangles[t]!, 3 * triangles[t + 1]!, 3 * triangles[t + 2]!]
    const middle = [0, 1, 2].map((axis) => corners.reduce((sum, corner) => sum + v[corner + axis]!, 0) / 3)
    const radius = Math.max(
      ...corners.map((corner) => Math.hypot(...middle.map((value, axis) => v[corner + axis]! - value))),
    )
    balls.set([...middle, radius], (4 * t) / 3)
  }
  return balls
}

/** The cells at this largest distance (in cells) along an axis. */
function visitShell(
  centre: readonly number[],
  shell: number,
  counts: readonly number[],
  visit: (cell: number) => void,
): void {
  const from = centre.map((c) => Math.max(0, c - shell))
  const to = centre.map((c, axis) => Math.min(counts[axis]! - 1, c + shell))
  for (let c = from[2]!; c <= to[2]!; c++)
    for (let b = from[1]!; b <= to[1]!; b++) {
      const isEdge = Math.abs(c - centre[2]!) === shell || Math.abs(b - centre[1]!) === shell
      const base = counts[0]! * (b + counts[1]! * c)
      if (isEdge) for (let a = from[0]!; a <= to[0]!; a++) visit(a + base)
      else for (const a of [centre[0]! - shell, centre[0]! + shell]) if (a >= 0 && a < counts[0]!) visit(a + base)
    }
}

/** From a point to a triangle: Ericson, Real-Time Collision Detection (2005), 5.1.5. */
function triangleDistance(p: readonly number[], v: Float64Array, a: number, b: number, c: number): number {
  const edge = (from: number, to: number): [number, number, number] => [
    v[to]! - v[from]!,
    v[to + 1]! - v[from + 1]!,
    v[to + 2]! - v[from + 2]!,
  ]
  const to = (from: number): [number, number, number] => [p[0]! - v[from]!, p[1]! - v[from + 1]!, p[2]! - v[from + 2]!]
  const [ab, ac] = [edge(a, b), edge(a, c)]
  const ap = to(a)
  const d1 = dot(ab, ap)
  const d2 = dot(ac, ap)
  if (d1 <= 0 && d2 <= 0) return length(ap)
  const bp = to(b)
  const d3 = dot(ab, bp)
  const d4 = dot(ac, bp)
  if (d3 >= 0 && d4 <= d3) return length(bp)
  const vc = d1 * d4 - d3 * d2
  if (vc <= 0 && d1 >= 0 && d3 <= 0) return away(ap, ab, part(d1, d1 - d3), ac, 0)
  const cp = to(c)
  const d5 = dot(ab, cp)
  const d6 = dot(ac, cp)
  if (d6 >= 0 && d5 <= d6) return length(cp)
  const vb = d5 * d2 - d1 * d6
  if (vb <= 0 && d2 >= 0 && d6 <= 0) return away(ap, ab, 0, ac, part(d2, d2 - d6))
  const va = d3 * d6 - d5 * d4
  if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    const along = part(d4 - d3, d4 - d3 + (d5 - d6))
    return away(ap, ab, 1 - along, ac, along)
  }
  const all = va + vb + vc
  return all > 0 ? away(ap, ab, vb / all, ac, vc / all) : Math.min(length(ap), length(bp), length(cp))
}

/** 0 on an edge without a length: triangles may shrink to a line or a point. */
const part = (some: number, all: number): number => (all === 0 ? 0 : some / all)

type Triple = readonly [number, number, number]
const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const length = (a: Triple): number => Math.sqrt(dot(a, a))
const away = (ap: Triple, ab: Triple, s: number, ac: Triple, t: number): number =>
  length([ap[0] - s * ab[0] - t * ac[0], ap[1] - s * ab[1] - t * ac[1], ap[2] - s * ab[2] - t * ac[2]])
