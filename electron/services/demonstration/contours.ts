/** Outlines of a solid in the plane of an image slice, as polygons whose corners lie on the surface. */
import type { Mat4, PlanarContour } from '../../../native-core/imaging/types.ts'
import type { Solid } from './implicit.ts'

export interface SliceWindow {
  /** Plane of the slice: z in mm, in image coordinates. */
  readonly zMm: number
  readonly xRangeMm: readonly [number, number]
  readonly yRangeMm: readonly [number, number]
  /** Side of the squares that the outline is followed through; features smaller than this may be missed. */
  readonly stepMm: number
  /** Outlines that enclose less are dropped: slivers where a surface just touches the plane. */
  readonly minimumAreaMm2: number
}

/**
 * Closed polygons around the parts of a slice that lie inside `solid` (marching squares; each corner is moved onto the surface
 * by bisection to 1e-4 mm). Holes come out as polygons of the other sense of rotation: inside is on the left, seen with x right
 * and y up, so that outer outlines have positive area. Image coordinates are taken to the solid's by `imageToBody`.
 */
export function outlineSlice(solid: Solid, imageToBody: Mat4, window: SliceWindow): PlanarContour[] {
  const { zMm, stepMm } = window
  const [x0, x1] = window.xRangeMm
  const [y0, y1] = window.yRangeMm
  const nx = Math.max(1, Math.ceil((x1 - x0) / stepMm))
  const ny = Math.max(1, Math.ceil((y1 - y0) / stepMm))
  const m = imageToBody as unknown as number[]
  const value = (x: number, y: number): number =>
    solid.value(
      m[0]! * x + m[1]! * y + m[2]! * zMm + m[3]!,
      m[4]! * x + m[5]! * y + m[6]! * zMm + m[7]!,
      m[8]! * x + m[9]! * y + m[10]! * zMm + m[11]!,
    )

  const corner = new Float64Array((nx + 1) * (ny + 1))
  for (let j = 0; j <= ny; j++) {
    for (let i = 0; i <= nx;) {
      const v = value(x0 + i * stepMm, y0 + j * stepMm)
      corner[i + (nx + 1) * j] = v
      // The distance bound lets whole stretches be skipped.
      const skip = Math.min(nx - i, Math.max(0, Math.floor(Math.abs(v) / stepMm) - 1))
      for (let k = 1; k <= skip; k++) corner[i + k + (nx + 1) * j] = v
      i += skip + 1
    }
  }

  // Crossings of grid edges: horizontal edges from (i, j) to (i+1, j) have even keys, vertical ones odd keys.
  const points = new Map<number, readonly [number, number]>()
  const crossing = (i: number, j: number, vertical: boolean): number => {
    const key = 2 * (i + (nx + 1) * j) + (vertical ? 1 : 0)
    if (!points.has(key)) {
      const [ax, ay] = [x0 + i * stepMm, y0 + j * stepMm]
      const insideFirst = corner[i + (nx + 1) * j]! < 0
      let low = 0
      let high = stepMm
      while (high - low > 1e-4) {
        const mid = (low + high) / 2
        const inside = (vertical ? value(ax, ay + mid) : value(ax + mid, ay)) < 0
        if (inside === insideFirst) low = mid
        else high = mid
      }
      const at = (low + high) / 2
      points.set(key, vertical ? [ax, ay + at] : [ax + at, ay])
    }
    return key
  }

  // Segments, each from one edge crossing to the next with the inside on its left.
  const next = new Map<number, number[]>()
  const link = (from: number, to: number): void => {
    const list = next.get(from)
    if (list) list.push(to)
    else next.set(from, [to])
  }
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const c = i + (nx + 1) * j
      const a = corner[c]! < 0
      const b = corner[c + 1]! < 0
      const d = corner[c + nx + 1]! < 0
      const e = corner[c + nx + 2]! < 0
      if (a === b && a === d && a === e) continue
      const bottom = (): number => crossing(i, j, false)
      const top = (): number => crossing(i, j + 1, false)
      const left = (): number => crossing(i, j, true)
      const right = (): number => crossing(i + 1, j, true)
      const code = (a ? 1 : 0) | (b ? 2 : 0) | (e ? 4 : 0) | (d ? 8 : 0)
      const saddleInside = (code === 5 || code === 10) && value(x0 + (i + 0.5) * stepMm, y0 + (j + 0.5) * stepMm) < 0
      switch (code) {
        case 1:
          link(bottom(), left())
          break
        case 2:
          link(right(), bottom())
          break
        case 3:
          link(right(), left())
          break
        case 4:
          link(top(), right())
          break
        case 6:
          link(top(), bottom())
          break
        case 7:
          link(top(), left())
          break
        case 8:
          link(left(), top())
          break
        case 9:
          link(bottom(), top())
          break
        case 11:
          link(right(), top())
          break
        case 12:
          link(left(), right())
          break
        case 13:
          link(bottom(), right())
          break
        case 14:
          link(left(), bottom())
          break
        case 5:
          if (saddleInside) {
            link(bottom(), right())
            link(top(), left())
          } else {
            link(bottom(), left())
            link(top(), right())
          }
          break
        case 10:
          if (saddleInside) {
            link(left(), bottom())
            link(right(), top())
          } else {
            link(left(), top())
            link(right(), bottom())
          }
          break
      }
    }
  }

  const contours: PlanarContour[] = []
  for (const start of [...next.keys()]) {
    const ring: (readonly [number, number])[] = []
    let at = start
    for (;;) {
      const to = next.get(at)?.pop()
      if (to === undefined) break
      ring.push(points.get(at)!)
      at = to
      if (at === start) break
    }
    if (ring.length < 3 || at !== start) continue
    let twiceArea = 0
    ring.forEach(([x, y], k) => {
      const [qx, qy] = ring[(k + 1) % ring.length]!
      twiceArea += x * qy - qx * y
    })
    if (Math.abs(twiceArea) / 2 < window.minimumAreaMm2) continue
    const pointsMm = new Float64Array(3 * ring.length)
    ring.forEach(([x, y], k) => pointsMm.set([x, y, zMm], 3 * k))
    contours.push({ pointsMm })
  }
  return contours
}
