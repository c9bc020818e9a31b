/** Distance from points to the nearest of many triangles. */
import type { Surface } from './surface.ts'

/** Triangles per cell that are about right. */
const PER_CELL = 4

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
  const cells = new Map<number, number[]>()
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!]
    const range = [0, 1, 2].map((axis) => {
      const along = corners.map((corner) => v[3 * corner + axis]!)
      return [cellOf(Math.min(...along), axis), cellOf(Math.max(...along), axis)] as const
    })
    for (let c = range[2]![0]; c <= range[2]![1]; c++)
      for (let b = range[1]![0]; b <= range[1]![1]; b++)
        for (let a = range[0]![0]; a <= range[0]![1]; a++) {
          const key = a + counts[0]! * (b + counts[1]! * c)
          const list = cells.get(key)
          if (list === undefined) cells.set(key, [t])
          else list.push(t)
        }
  }
  const mostShells = Math.max(...counts)
  return (x, y, z) => {
    const point = [x, y, z] as const
    const centre = point.map(cellOf)
    // A point outside the cells is nearer to none of them than to the face they begin at.
    const away = Math.hypot(
      ...point.map((value, axis) => Math.max(0, low[axis]! - value, value - (low[axis]! + size * counts[axis]!))),
    )
    let best = Infinity
    for (let shell = 0; shell <= mostShells; shell++) {
      if (best <= Math.max(away, (shell - 1) * size)) break
      visitShell(centre, shell, counts, (key) => {
        for (const t of cells.get(key) ?? []) {
          best = Math.min(
            best,
            triangleDistance(point, v, 3 * triangles[t]!, 3 * triangles[t + 1]!, 3 * triangles[t + 2]!),
          )
        }
      })
    }
    return best
  }
}

/** The cells at this largest distance (in cells) along an axis. */
function visitShell(
  centre: readonly number[],
  shell: number,
  counts: readonly number[],
  visit: (key: number) => void,
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
  if (vc <= 0 && d1 >= 0 && d3 <= 0) return away(ap, ab, d1 / (d1 - d3), ac, 0)
  const cp = to(c)
  const d5 = dot(ab, cp)
  const d6 = dot(ac, cp)
  if (d6 >= 0 && d5 <= d6) return length(cp)
  const vb = d5 * d2 - d1 * d6
  if (vb <= 0 && d2 >= 0 && d6 <= 0) return away(ap, ab, 0, ac, d2 / (d2 - d6))
  const va = d3 * d6 - d5 * d4
  if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
    const part = (d4 - d3) / (d4 - d3 + (d5 - d6))
    return away(ap, ab, 1 - part, ac, part)
  }
  const all = va + vb + vc
  return all > 0 ? away(ap, ab, vb / all, ac, vc / all) : Math.min(length(ap), length(bp), length(cp))
}

type Triple = readonly [number, number, number]
const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const length = (a: Triple): number => Math.sqrt(dot(a, a))
const away = (ap: Triple, ab: Triple, s: number, ac: Triple, t: number): number =>
  length([ap[0] - s * ab[0] - t * ac[0], ap[1] - s * ab[1] - t * ac[1], ap[2] - s * ab[2] - t * ac[2]])
