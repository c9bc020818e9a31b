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

/**
 * Boundary points: `site` gives the number of a voxel's first point or −1, `owned` how many it has (a sheet of one voxel has its two sides in it);
 * six numbers a point: position and outward normal, mm in the box's frame.
 */
export interface Surface {
  readonly site: Int32Array
  readonly owned: Uint8Array
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
 * where a covered voxel has an empty neighbour, on the face between them; where it has empty ones on both sides of an axis, on both sides.
 */
export function surfaceOf(field: Field): Surface {
  const { size, spacingMm: s, coverage } = field
  const site = new Int32Array(coverage.length).fill(-1)
  const owned = new Uint8Array(coverage.length)
  const found: number[] = []
  const flat = size.map((count) => count === 1)
  let at = 0
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      for (let x = 0; x < size[0]; x++, at++) {
        if (coverage[at] === 0) continue
        const first = found.length / 6
        const faces = openFaces(field, flat, x, y, z)
        const thin = faces.map((count) => count === 2)
        const sheet = thin.includes(true) ? thickness(field, thin, x, y, z) : 1
        const whole = sheet ** thin.filter(Boolean).length
        // At the rim of a sheet only what lies for the larger part inside it has its sides.
        const hasSides = coverage[at]! >= (whole * FULL) / 2
        for (const axis of [0, 1, 2] as const) {
          if (thin[axis] && hasSides) addSides(found, axis, sheet, [x * s[0], y * s[1], z * s[2]], s)
        }
        addEdge(field, found, faces, thin, whole, x, y, z)
        owned[at] = found.length / 6 - first
        if (owned[at]! > 0) site[at] = first
      }
    }
  }
  return { site, owned, points: Float64Array.from(found), count: found.length / 6 }
}

/** The boundary that passes a voxel, besides that of a sheet it is a part of (`thin` axes), of which `whole` would be all there can be. */
function addEdge(
  field: Field,
  found: number[],
  faces: Vec3,
  thin: readonly boolean[],
  whole: number,
  x: number,
  y: number,
  z: number,
): void {
  const s = field.spacingMm
  const value = coverageAt(field, x, y, z)
  const part = value / FULL / whole
  const isOpen = faces.some((count, axis) => count === 1 && !thin[axis])
  // What is nearly as thick as the sheet is the sheet.
  if (part > SHEET_ITSELF && !(isOpen && value >= HALF)) return
  const slope = outward(field, x, y, z)
  if (slope === null) return
  const along = slope.map((component, axis) => (thin[axis] ? 0 : component))
  const length = Math.hypot(...along)
  if (!(length > 0)) return
  const n: Vec3 = [along[0]! / length, along[1]! / length, along[2]! / length]
  const distance =
    part <= SHEET_ITSELF
      ? boxCutDistance(Math.abs(n[0]) * s[0], Math.abs(n[1]) * s[1], Math.abs(n[2]) * s[2], part)
      : faceDistance(faces, thin, n, s)
  found.push(x * s[0] + distance * n[0], y * s[1] + distance * n[1], z * s[2] + distance * n[2], n[0], n[1], n[2])
}

/** A voxel of a sheet that has this part of the sheet's thickness lies inside it, not at its rim. */
const SHEET_ITSELF = 254.5 / 255

/** The part of a voxel that a sheet or thread takes along each of its thin axes: from the fullest voxel of it around. */
function thickness(field: Field, thin: readonly boolean[], x: number, y: number, z: number): number {
  const [rx, ry, rz] = thin.map((is) => (is ? 0 : 1)) as [number, number, number]
  let most = 0
  for (let c = -rz; c <= rz; c++) {
    for (let b = -ry; b <= ry; b++) {
      for (let a = -rx; a <= rx; a++) most = Math.max(most, coverageAt(field, x + a, y + b, z + c))
    }
  }
  return (most / FULL) ** (1 / thin.filter(Boolean).length)
}

/** The two sides of a sheet across an axis. */
function addSides(found: number[], axis: 0 | 1 | 2, part: number, centre: Vec3, s: Vec3): void {
  for (const side of [-1, 1]) {
    const point: [number, number, number] = [...centre]
    point[axis] += (side * part * s[axis]) / 2
    const n: [number, number, number] = [0, 0, 0]
    n[axis] = side
    found.push(...point, ...n)
  }
}

/** The number of faces with an empty neighbour along each axis. */
function openFaces(field: Field, flat: readonly boolean[], x: number, y: number, z: number): Vec3 {
  const open = (a: number, b: number, c: number): number => (coverageAt(field, x + a, y + b, z + c) === 0 ? 1 : 0)
  return [
    flat[0] ? 0 : open(-1, 0, 0) + open(1, 0, 0),
    flat[1] ? 0 : open(0, -1, 0) + open(0, 1, 0),
    flat[2] ? 0 : open(0, 0, -1) + open(0, 0, 1),
  ]
}

/** Along the normal, the mean distance of the planes across it through the middles of the open faces. */
function faceDistance(faces: Vec3, thin: readonly boolean[], n: Vec3, s: Vec3): number {
  const open = ([0, 1, 2] as const).filter((axis) => faces[axis] === 1 && !thin[axis])
  return open.reduce<number>((sum, axis) => sum + (Math.abs(n[axis]) * s[axis]) / 2, 0) / open.length
}
