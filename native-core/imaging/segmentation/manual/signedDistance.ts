/**
 * The Euclidean distance of each voxel's centre from the boundary of a structure, positive inside. The nearest boundary voxel comes from an exact
 * distance transform (Felzenszwalb and Huttenlocher, Theory of Computing 8, 2012, their lower envelope of parabolas, here with
 * the place of the minimum kept); the distance is then taken to the boundary points of that voxel and its neighbours.
 */
import type { Vec3 } from '../../types.ts'
import { surfaceOf, type Field } from './surface.ts'
import { HALF } from './types.ts'

export interface SignedDistance {
  /** mm, positive inside; one for each voxel of the field. */
  readonly distanceMm: Float32Array
  /** Unit vectors outwards, three for each voxel: where the boundary would lie after growing. */
  readonly normals: Float32Array
}

/** Across the normal, this part of a voxel belongs to the boundary's flat piece about its point: less than that off is straight above it. */
const FLAT_PIECE = 0.75

/**
 * Signed distances from a field's boundary; null where it has none. Those within `near.withinMm` of `near.ofMm` (absolute distances, inside and out) are
 * exact up to the bend of the boundary within a voxel; the others may be off by as much as a voxel, which is enough to
 * know on which side of that distance they lie.
 */
export function signedDistance(
  field: Field,
  near: { readonly ofMm: number; readonly withinMm: number } = { ofMm: 0, withinMm: Infinity },
): SignedDistance | null {
  const { size, spacingMm: s, coverage } = field
  const surface = surfaceOf(field)
  if (surface.count === 0) return null
  const nearest = nearestSite(surface.site, size, s)
  const distanceMm = new Float32Array(coverage.length)
  const normals = new Float32Array(3 * coverage.length)
  const { points, site, owned } = surface
  const row = size[0]
  const slice = size[0] * size[1]
  let at = 0
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, at++) {
        const isInside = coverage[at]! >= HALF
        const close = nearest[at]!
        const cx = close % row
        const cy = Math.floor(close / row) % size[1]
        const cz = Math.floor(close / slice)
        const coarse = Math.hypot((x - cx) * s[0], (y - cy) * s[1], (z - cz) * s[2])
        if (Math.abs(coarse - near.ofMm) > near.withinMm) {
          distanceMm[at] = isInside ? coarse : -coarse
          continue
        }
        const own = site[at]!
        let best = own
        if (own >= 0) best = nearestSide(own, owned[at]!, [x * s[0], y * s[1], z * s[2]])
        else {
          let least = Infinity
          for (let c = Math.max(0, cz - 1); c <= Math.min(size[2] - 1, cz + 1); c++) {
            for (let b = Math.max(0, cy - 1); b <= Math.min(size[1] - 1, cy + 1); b++) {
              for (let a = Math.max(0, cx - 1); a <= Math.min(row - 1, cx + 1); a++) {
                const voxel = a + row * b + slice * c
                const first = site[voxel]!
                for (let one = first; one >= 0 && one < first + owned[voxel]!; one++) {
                  const dx = x * s[0] - points[6 * one]!
                  const dy = y * s[1] - points[6 * one + 1]!
                  const dz = z * s[2] - points[6 * one + 2]!
                  const squared = dx * dx + dy * dy + dz * dz
                  if (squared < least) {
                    least = squared
                    best = one
                  }
                }
              }
            }
          }
        }
        place(best, own >= 0, isInside, [x * s[0], y * s[1], z * s[2]], at)
      }
    }
  }
  return { distanceMm, normals }

  /** Of the points of one voxel that by whose plane its centre is least inside. */
  function nearestSide(first: number, count: number, centre: Vec3): number {
    let best = first
    let least = Infinity
    for (let one = first; one < first + count; one++) {
      const depth =
        (points[6 * one]! - centre[0]) * points[6 * one + 3]! +
        (points[6 * one + 1]! - centre[1]) * points[6 * one + 4]! +
        (points[6 * one + 2]! - centre[2]) * points[6 * one + 5]!
      if (depth < least) {
        least = depth
        best = one
      }
    }
    return best
  }

  function place(point: number, isOwn: boolean, isInside: boolean, centre: Vec3, voxel: number): void {
    const n: Vec3 = [points[6 * point + 3]!, points[6 * point + 4]!, points[6 * point + 5]!]
    const v: Vec3 = [
      centre[0] - points[6 * point]!,
      centre[1] - points[6 * point + 1]!,
      centre[2] - points[6 * point + 2]!,
    ]
    const along = v[0] * n[0] + v[1] * n[1] + v[2] * n[2]
    if (isOwn) {
      distanceMm[voxel] = -along
      normals.set(n, 3 * voxel)
      return
    }
    const across: Vec3 = [v[0] - along * n[0], v[1] - along * n[1], v[2] - along * n[2]]
    const inVoxels = Math.hypot(across[0] / s[0], across[1] / s[1], across[2] / s[2])
    const off = Math.max(0, 1 - FLAT_PIECE / Math.max(inVoxels, FLAT_PIECE))
    const direction: Vec3 = [
      along * n[0] + off * across[0],
      along * n[1] + off * across[1],
      along * n[2] + off * across[2],
    ]
    const length = Math.hypot(direction[0], direction[1], direction[2])
    distanceMm[voxel] = isInside ? length : -length
    const outwards = length > 0 ? (isInside ? -1 : 1) / length : 0
    normals.set(outwards === 0 ? n : direction.map((part) => part * outwards), 3 * voxel)
  }
}

/** For each voxel the nearest one with a site. */
function nearestSite(site: Int32Array, size: Vec3, s: Vec3): Int32Array {
  const nearest = new Int32Array(site.length)
  const [nx, ny, nz] = size
  // Along x: the nearest site of the same row, or −1.
  for (let start = 0; start < site.length; start += nx) {
    let last = -1
    for (let x = 0; x < nx; x++) {
      if (site[start + x]! >= 0) last = start + x
      nearest[start + x] = last
    }
    last = -1
    for (let x = nx - 1; x >= 0; x--) {
      if (site[start + x]! >= 0) last = start + x
      const before = nearest[start + x]!
      if (last >= 0 && (before < 0 || last - (start + x) < start + x - before)) nearest[start + x] = last
    }
  }
  const squared = new Float64Array(site.length)
  for (let n = 0; n < site.length; n++) {
    squared[n] = nearest[n]! < 0 ? Infinity : (((n % nx) - (nearest[n]! % nx)) * s[0]) ** 2
  }
  const column = envelope(Math.max(ny, nz))
  for (let z = 0; z < nz; z++) {
    for (let x = 0; x < nx; x++) column(squared, nearest, x + nx * ny * z, nx, ny, s[1])
  }
  for (let n = 0; n < nx * ny; n++) column(squared, nearest, n, nx * ny, nz, s[2])
  return nearest
}

/** One pass of the transform along a line of voxels, with memory of its own for lines up to `longest`. */
function envelope(longest: number) {
  const apex = new Int32Array(longest)
  const border = new Float64Array(longest + 1)
  const values = new Float64Array(longest)
  const sources = new Int32Array(longest)
  return (squared: Float64Array, nearest: Int32Array, start: number, stride: number, count: number, step: number) => {
    let top = -1
    for (let q = 0; q < count; q++) {
      values[q] = squared[start + q * stride]!
      sources[q] = nearest[start + q * stride]!
      if (values[q] === Infinity) continue
      for (;;) {
        if (top < 0) {
          top = 0
          border[0] = -Infinity
          break
        }
        const p = apex[top]!
        const meet = (values[q]! - values[p]!) / (2 * step * step * (q - p)) + (q + p) / 2
        if (meet > border[top]!) {
          border[++top] = meet
          break
        }
        top--
      }
      apex[top] = q
    }
    if (top < 0) return
    border[top + 1] = Infinity
    let part = 0
    for (let q = 0; q < count; q++) {
      while (border[part + 1]! < q) part++
      const p = apex[part]!
      squared[start + q * stride] = values[p]! + ((q - p) * step) ** 2
      nearest[start + q * stride] = sources[p]!
    }
  }
}
