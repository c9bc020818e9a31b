/** The boundary of a structure as points with normals, one for each voxel that it passes. */
import type { Vec3 } from '../../types.ts'
import { boxCutDistance } from './boxCut.ts'
import { FULL, HALF } from './types.ts'

/** Coverage in a box that has at least one empty voxel around the structure, except where the grid ends. */
export interface Field {
  readonly size: Vec3
  readonly spacingMm: Vec3
  readonly coverage: Uint8Array
}

/** Boundary points: `site` gives a voxel's number of its point or −1; six numbers each: position and outward normal, mm in the box's frame. */
export interface Surface {
  readonly site: Int32Array
  readonly points: Float64Array
  readonly count: number
}

/** Coverage of (x, y, z); beyond the box that of nothing. */
function coverageAt({ size, coverage }: Field, x: number, y: number, z: number): number {
  if (x < 0 || y < 0 || z < 0 || x >= size[0] || y >= size[1] || z >= size[2]) return 0
  return coverage[x + size[0] * (y + size[1] * z)]!
}

/**
 * The direction in which coverage falls fastest at a voxel, a unit vector; differences along each axis smoothed across it by 1, 2, 1. Along an
 * axis of a single voxel there is no boundary. Null where coverage does not change.
 */
function outward(field: Field, x: number, y: number, z: number): Vec3 | null {
  const g: [number, number, number] = [0, 0, 0]
  const { size, spacingMm } = field
  const [rx, ry, rz] = [size[0] > 1 ? 1 : 0, size[1] > 1 ? 1 : 0, size[2] > 1 ? 1 : 0]
  for (let c = -rz; c <= rz; c++) {
    for (let b = -ry; b <= ry; b++) {
      for (let a = -rx; a <= rx; a++) {
        const value = coverageAt(field, x + a, y + b, z + c)
        if (value === 0) continue
        const wa = 2 - Math.abs(a)
        const wb = 2 - Math.abs(b)
        const wc = 2 - Math.abs(c)
        g[0] -= a * wb * wc * value
        g[1] -= b * wa * wc * value
        g[2] -= c * wa * wb * value
      }
    }
  }
  const mm: Vec3 = [g[0] / spacingMm[0], g[1] / spacingMm[1], g[2] / spacingMm[2]]
  const length = Math.hypot(mm[0], mm[1], mm[2])
  return length > 0 ? [mm[0] / length, mm[1] / length, mm[2] / length] : null
}

/**
 * Boundary points of a coverage field. In a partly covered voxel the point lies where a plane across the normal cuts off as much of the voxel as is covered;
 * where a covered voxel has an empty neighbour, on the face between them.
 */
export function surfaceOf(field: Field): Surface {
  const { size, spacingMm: s, coverage } = field
  const site = new Int32Array(coverage.length).fill(-1)
  const found: number[] = []
  const flat = size.map((count) => count === 1)
  let at = 0
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, at++) {
        const value = coverage[at]!
        if (value === 0) continue
        const faces = value < HALF ? null : emptyFaces(field, flat, x, y, z)
        if (value === FULL && faces === null) continue
        const n = outward(field, x, y, z)
        if (n === null) continue
        const distance =
          value < FULL
            ? boxCutDistance(Math.abs(n[0]) * s[0], Math.abs(n[1]) * s[1], Math.abs(n[2]) * s[2], value / FULL)
            : faceDistance(faces!, n, s)
        site[at] = found.length / 6
        found.push(x * s[0] + distance * n[0], y * s[1] + distance * n[1], z * s[2] + distance * n[2], n[0], n[1], n[2])
      }
    }
  }
  return { site, points: Float64Array.from(found), count: found.length / 6 }
}

/** The number of faces with an empty neighbour along each axis; null where there is none. */
function emptyFaces(field: Field, flat: readonly boolean[], x: number, y: number, z: number): Vec3 | null {
  const open = (a: number, b: number, c: number): number => (coverageAt(field, x + a, y + b, z + c) === 0 ? 1 : 0)
  const alongX = flat[0] ? 0 : open(-1, 0, 0) + open(1, 0, 0)
  const alongY = flat[1] ? 0 : open(0, -1, 0) + open(0, 1, 0)
  const alongZ = flat[2] ? 0 : open(0, 0, -1) + open(0, 0, 1)
  return alongX + alongY + alongZ === 0 ? null : [alongX, alongY, alongZ]
}

/** Along the normal, the mean distance of the planes across it through the middles of the open faces. */
function faceDistance(faces: Vec3, n: Vec3, s: Vec3): number {
  const sum = faces.reduce((total, count, axis) => total + (count > 0 ? Math.abs(n[axis]!) * (s[axis]! / 2) : 0), 0)
  return sum / faces.filter((count) => count > 0).length
}
