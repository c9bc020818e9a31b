/**
 * Solid shapes as implicit functions: negative inside, zero on the surface, positive outside, in mm, never changing faster than
 * the distance moved (1-Lipschitz). So |value(p)| is a safe lower bound of the distance from p to the surface, and a box whose
 * half diagonal is smaller than |value(centre)| lies wholly on one side. Everything else here rests on that bound.
 */
export interface Solid {
  value(x: number, y: number, z: number): number
}

export type Point = readonly [number, number, number]

/** Ball: centre and radius in mm. The value is the exact signed distance. */
export function ball(centre: Point, radiusMm: number): Solid {
  const [cx, cy, cz] = centre
  return {
    value(x, y, z) {
      const dx = x - cx
      const dy = y - cy
      const dz = z - cz
      return Math.sqrt(dx * dx + dy * dy + dz * dz) - radiusMm
    },
  }
}

/**
 * Ellipsoid with semi-axes along x, y, z, turned first about z and then about x (degrees). (|p/r| − 1)·min(r) is a lower bound of
 * the distance: |p/r| changes by at most 1/min(r) per mm.
 */
export function ellipsoid(centre: Point, radiiMm: Point, turnZDeg = 0, turnXDeg = 0): Solid {
  const [cx, cy, cz] = centre
  const [rx, ry, rz] = radiiMm
  const least = Math.min(rx, ry, rz)
  const cosZ = Math.cos((turnZDeg * Math.PI) / 180)
  const sinZ = Math.sin((turnZDeg * Math.PI) / 180)
  const cosX = Math.cos((turnXDeg * Math.PI) / 180)
  const sinX = Math.sin((turnXDeg * Math.PI) / 180)
  return {
    value(x, y, z) {
      const dx = x - cx
      const dy0 = y - cy
      const dz0 = z - cz
      const dy = cosX * dy0 + sinX * dz0
      const dz = -sinX * dy0 + cosX * dz0
      const u = (cosZ * dx + sinZ * dy) / rx
      const v = (-sinZ * dx + cosZ * dy) / ry
      const w = dz / rz
      return (Math.sqrt(u * u + v * v + w * w) - 1) * least
    },
  }
}

/** Cylinder of elliptic section along z, from zLow to zHigh. */
export function columnZ(
  centreXy: readonly [number, number],
  radiiMm: readonly [number, number],
  zLow: number,
  zHigh: number,
): Solid {
  const [cx, cy] = centreXy
  const [rx, ry] = radiiMm
  const least = Math.min(rx, ry)
  const middle = (zLow + zHigh) / 2
  const half = (zHigh - zLow) / 2
  return {
    value(x, y, z) {
      const u = (x - cx) / rx
      const v = (y - cy) / ry
      return Math.max((Math.sqrt(u * u + v * v) - 1) * least, Math.abs(z - middle) - half)
    },
  }
}

/**
 * The trunk: along z, of super-elliptic section |x/a|^2.5 + |y/b|^2.5 = 1, narrowed by `waist` (a fraction) around z = waistZ
 * over ±widthMm. The 2.5-norm never exceeds the Euclidean one; the slope of the narrowing is divided out at the end.
 */
export function trunk(
  centreXy: readonly [number, number],
  radiiMm: readonly [number, number],
  waist: number,
  waistZ: number,
  widthMm: number,
): Solid {
  const [cx, cy] = centreXy
  const [rx, ry] = radiiMm
  const least = Math.min(rx, ry)
  // The z part of the gradient, for points up to twice the trunk's larger radius from its axis (wider than any image here):
  // the norm there, times the steepest relative change of the section with z.
  const slope = ((waist / widthMm) * Math.sqrt(2 / Math.E) * 2 * Math.max(rx, ry)) / (1 - waist) ** 2
  const lipschitz = Math.hypot(1 / (1 - waist), slope)
  return {
    value(x, y, z) {
      const w = (z - waistZ) / widthMm
      const s = 1 - waist * Math.exp(-w * w)
      const u = Math.abs((x - cx) / (rx * s))
      const v = Math.abs((y - cy) / (ry * s))
      return ((Math.pow(u * u * Math.sqrt(u) + v * v * Math.sqrt(v), 0.4) - 1) * least) / lipschitz
    },
  }
}

/** A tube of constant radius along a line of points: the exact signed distance. */
export function tube(points: readonly Point[], radiusMm: number): Solid {
  // Per segment: start, step, and 1 / step².
  const segments = new Float64Array(7 * (points.length - 1))
  for (let i = 0; i + 1 < points.length; i++) {
    const [ax, ay, az] = points[i]!
    const [bx, by, bz] = points[i + 1]!
    const step = [bx - ax, by - ay, bz - az] as const
    segments.set([ax, ay, az, ...step, 1 / (step[0] ** 2 + step[1] ** 2 + step[2] ** 2)], 7 * i)
  }
  return {
    value(x, y, z) {
      let best = Infinity
      for (let s = 0; s < segments.length; s += 7) {
        const px = x - segments[s]!
        const py = y - segments[s + 1]!
        const pz = z - segments[s + 2]!
        const ex = segments[s + 3]!
        const ey = segments[s + 4]!
        const ez = segments[s + 5]!
        const t = Math.min(1, Math.max(0, (px * ex + py * ey + pz * ez) * segments[s + 6]!))
        const qx = px - t * ex
        const qy = py - t * ey
        const qz = pz - t * ez
        best = Math.min(best, qx * qx + qy * qy + qz * qz)
      }
      return Math.sqrt(best) - radiusMm
    },
  }
}

/** The half space on one side of a plane: inside where sign·(coordinate − position) < 0. */
export function halfSpace(axis: 'x' | 'y' | 'z', position: number, side: 'below' | 'above'): Solid {
  const s = side === 'below' ? 1 : -1
  if (axis === 'x') return { value: (x) => s * (x - position) }
  if (axis === 'y') return { value: (_x, y) => s * (y - position) }
  return { value: (_x, _y, z) => s * (z - position) }
}

/**
 * The same solid, which works out its value at a point once however many others ask for it there in turn: for solids that many
 * are cut by.
 */
export function remembered(solid: Solid): Solid {
  const last = new Float64Array([NaN, NaN, NaN, NaN])
  return {
    value(x, y, z) {
      if (x !== last[0] || y !== last[1] || z !== last[2]) {
        last[3] = solid.value(x, y, z)
        last[0] = x
        last[1] = y
        last[2] = z
      }
      return last[3]!
    },
  }
}

export function union(...solids: readonly Solid[]): Solid {
  return {
    value(x, y, z) {
      let least = Infinity
      for (let i = 0; i < solids.length; i++) least = Math.min(least, solids[i]!.value(x, y, z))
      return least
    },
  }
}

/** A solid with a ball that holds it whole. */
export interface BoundedSolid {
  readonly solid: Solid
  readonly centre: Point
  readonly radiusMm: number
}

/**
 * Union of many small solids, quick where most are far away: a member counts as at least as far as its ball, which keeps the
 * surface and the distance bound, and spares evaluating it once something nearer is known.
 */
export function cluster(members: readonly BoundedSolid[]): Solid {
  const balls = Float64Array.from(members.flatMap((m) => [...m.centre, m.radiusMm]))
  return {
    value(x, y, z) {
      let least = Infinity
      for (let i = 0; i < members.length; i++) {
        const dx = x - balls[4 * i]!
        const dy = y - balls[4 * i + 1]!
        const dz = z - balls[4 * i + 2]!
        const toBall = Math.sqrt(dx * dx + dy * dy + dz * dz) - balls[4 * i + 3]!
        if (toBall < least) least = Math.min(least, Math.max(toBall, members[i]!.solid.value(x, y, z)))
      }
      return least
    },
  }
}

/** A tube with the ball around it. */
export function boundedTube(points: readonly Point[], radiusMm: number): BoundedSolid {
  const centre = [0, 1, 2].map(
    (a) => (Math.min(...points.map((p) => p[a]!)) + Math.max(...points.map((p) => p[a]!))) / 2,
  ) as unknown as Point
  const reach = Math.max(...points.map((p) => Math.hypot(p[0] - centre[0], p[1] - centre[1], p[2] - centre[2])))
  return { solid: tube(points, radiusMm), centre, radiusMm: reach + radiusMm }
}

/**
 * Beyond this distance from the first solid, cuts of it are not looked at: the value is then only the first one's, still a lower
 * bound of the distance. More than twice any margin used with `grow` and `carve`, so that grown surfaces are not concerned.
 */
const FAR_MM = 40

export function intersection(...solids: readonly Solid[]): Solid {
  return {
    value(x, y, z) {
      let most = -Infinity
      for (let i = 0; i < solids.length && most < FAR_MM; i++) most = Math.max(most, solids[i]!.value(x, y, z))
      return most
    },
  }
}

/** `solid` without everything nearer than about `gapMm` to the `removed` ones. */
export function carve(solid: Solid, gapMm: number, ...removed: readonly Solid[]): Solid {
  return {
    value(x, y, z) {
      let v = solid.value(x, y, z)
      for (let i = 0; i < removed.length && v < FAR_MM; i++) v = Math.max(v, gapMm - removed[i]!.value(x, y, z))
      return v
    },
  }
}

/** Union with a fillet of about `blendMm` (quadratic smooth minimum: its gradient is a convex mix of the two, so the bound holds). */
export function blend(first: Solid, second: Solid, blendMm: number): Solid {
  return {
    value(x, y, z) {
      const a = first.value(x, y, z)
      const b = second.value(x, y, z)
      const h = Math.max(blendMm - Math.abs(a - b), 0) / blendMm
      return Math.min(a, b) - (h * h * blendMm) / 4
    },
  }
}

/** The solid grown (or, negative, shrunk) by about `marginMm`. */
export function grow(solid: Solid, marginMm: number): Solid {
  return { value: (x, y, z) => solid.value(x, y, z) - marginMm }
}

/** The solid drawn out without end along y, from the plane y = `fromY` to the back (+y) or the front (−y). */
export function sweepY(solid: Solid, fromY: number, towards: 'back' | 'front'): Solid {
  const stop = towards === 'back' ? Math.min : Math.max
  return { value: (x, y, z) => solid.value(x, stop(y, fromY), z) }
}
