/** Analytic bodies cut into contours, and grids to rasterise them on: for tests. */
import { applyMat4 } from './transform.ts'
import type { ImageGrid, Mat3, Mat4, PlanarContour, Vec3 } from './types.ts'

/** In-plane outlines (x, y pairs) of a body at height z. */
export type Section = (z: number) => readonly (readonly (readonly [number, number])[])[]

/** Points of an ellipse, counter-clockwise. */
export function ellipse(a: number, b: number, points = 128, cx = 0, cy = 0): [number, number][] {
  return Array.from({ length: points }, (_, n) => {
    const t = (2 * Math.PI * n) / points
    return [cx + a * Math.cos(t), cy + b * Math.sin(t)]
  })
}

/** Sections of an ellipsoid with semi-axes a, b, c around the origin. */
export const ellipsoid =
  (a: number, b: number, c: number, points = 128): Section =>
  (z) => {
    const s2 = 1 - (z / c) ** 2
    return s2 <= 0 ? [] : [ellipse(a * Math.sqrt(s2), b * Math.sqrt(s2), points)]
  }

export const sphere = (radius: number, points = 128): Section => ellipsoid(radius, radius, radius, points)

/** Contours of a body on planes `spacing` mm apart, one of them at `offset`; `place` moves them in patient space. */
export function cut(section: Section, spacing: number, offset: number, place?: Mat4, reach = 150): PlanarContour[] {
  const contours: PlanarContour[] = []
  for (let n = Math.ceil((-reach - offset) / spacing); offset + n * spacing <= reach; n++) {
    const z = offset + n * spacing
    for (const points of section(z)) {
      const pointsMm = new Float64Array(3 * points.length)
      points.forEach(([x, y], i) => pointsMm.set(place === undefined ? [x, y, z] : applyMat4(place, [x, y, z]), 3 * i))
      contours.push({ pointsMm })
    }
  }
  return contours
}

export function sphereVolumeMl(radius: number): number {
  return ((4 / 3) * Math.PI * radius ** 3) / 1000
}

export function sphereRadiusMm(volumeMl: number): number {
  return Math.cbrt((3000 * volumeMl) / (4 * Math.PI))
}

/** Rotation about x, then y, then z. */
export function rotation(a: number, b: number, c: number): Mat3 {
  const [sa, ca, sb, cb, sc, cc] = [Math.sin(a), Math.cos(a), Math.sin(b), Math.cos(b), Math.sin(c), Math.cos(c)]
  return [
    cb * cc,
    sa * sb * cc - ca * sc,
    ca * sb * cc + sa * sc,
    cb * sc,
    sa * sb * sc + ca * cc,
    ca * sb * sc - sa * cc,
    -sb,
    sa * cb,
    ca * cb,
  ]
}

export function rigid(m: Mat3, t: Vec3): Mat4 {
  return [m[0], m[1], m[2], t[0], m[3], m[4], m[5], t[1], m[6], m[7], m[8], t[2], 0, 0, 0, 1]
}

/** A grid of cubes or boxes that covers at least ±halfMm around `centreMm`. */
export function gridAround(
  halfMm: number,
  spacingMm: Vec3,
  centreMm: Vec3 = [0, 0, 0],
  direction: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1],
): ImageGrid {
  const dimensions = spacingMm.map((s) => Math.ceil((2 * halfMm) / s) + 1) as unknown as Vec3
  const half = dimensions.map((n, axis) => ((n - 1) * spacingMm[axis]!) / 2)
  const back = [0, 1, 2].map(
    (row) =>
      centreMm[row]! -
      (direction[3 * row]! * half[0]! + direction[3 * row + 1]! * half[1]! + direction[3 * row + 2]! * half[2]!),
  )
  return { dimensions, spacingMm, originMm: [back[0]!, back[1]!, back[2]!], direction }
}
