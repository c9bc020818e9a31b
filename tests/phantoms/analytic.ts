/** Shapes whose volume, mass and outlines are known by formula, in the forms that files bring them. */
import type { PlanarContour, StructureShape, Vec3 } from '../../native-core/imaging/types.ts'

/** Volume of a ball in mL. */
export function ballVolumeMl(radiusMm: number): number {
  return ((4 / 3) * Math.PI * radiusMm ** 3) / 1000
}

/** Volume of an ellipsoid with the given semi-axes (mm) in mL. */
export function ellipsoidVolumeMl([a, b, c]: Vec3): number {
  return ((4 / 3) * Math.PI * a * b * c) / 1000
}

/** Diameter in mm of the ball of a volume in mL. */
export function ballDiameterMm(volumeMl: number): number {
  return 2 * Math.cbrt((volumeMl * 1000 * 3) / (4 * Math.PI))
}

export interface StackOptions {
  readonly centreMm: Vec3
  /** Distance between slices. */
  readonly sliceSpacingMm: number
  /** z of any slice plane: the stack lies on this and planes at whole spacings from it. */
  readonly planeZMm: number
  /** Corners of a full outline; the default makes the polygon's area wrong by less than 0.01 %. */
  readonly points?: number
}

/** Outlines of an ellipsoid (semi-axes along x, y, z) on axial slices. Counter-clockwise; nothing where a plane only touches. */
export function ellipsoidStack(radiiMm: Vec3, o: StackOptions): PlanarContour[] {
  const [rx, ry, rz] = radiiMm
  const n = o.points ?? 400
  const first = Math.ceil((o.centreMm[2] - rz - o.planeZMm) / o.sliceSpacingMm)
  const contours: PlanarContour[] = []
  for (let k = first; ; k++) {
    const z = o.planeZMm + k * o.sliceSpacingMm
    if (z > o.centreMm[2] + rz) return contours
    const scale = Math.sqrt(Math.max(0, 1 - ((z - o.centreMm[2]) / rz) ** 2))
    if (scale * Math.min(rx, ry) < 1e-6) continue
    const pointsMm = new Float64Array(3 * n)
    for (let i = 0; i < n; i++) {
      const a = (2 * Math.PI * i) / n
      pointsMm[3 * i] = o.centreMm[0] + rx * scale * Math.cos(a)
      pointsMm[3 * i + 1] = o.centreMm[1] + ry * scale * Math.sin(a)
      pointsMm[3 * i + 2] = z
    }
    contours.push({ pointsMm })
  }
}

/** Outlines of a ball on axial slices. */
export function ballStack(radiusMm: number, o: StackOptions): PlanarContour[] {
  return ellipsoidStack([radiusMm, radiusMm, radiusMm], o)
}

/** Outlines of an upright cylinder whose flat ends lie half a slice beyond the first and last of `slices` planes. */
export function cylinderStack(
  radiusMm: number,
  slices: number,
  o: Omit<StackOptions, 'centreMm'> & { readonly centreMm: readonly [number, number] },
): PlanarContour[] {
  const n = o.points ?? 400
  return Array.from({ length: slices }, (_, k) => {
    const pointsMm = new Float64Array(3 * n)
    for (let i = 0; i < n; i++) {
      const a = (2 * Math.PI * i) / n
      pointsMm.set(
        [
          o.centreMm[0] + radiusMm * Math.cos(a),
          o.centreMm[1] + radiusMm * Math.sin(a),
          o.planeZMm + k * o.sliceSpacingMm,
        ],
        3 * i,
      )
    }
    return { pointsMm }
  })
}

/** Contours as a structure's shape. */
export function contourShape(contours: readonly PlanarContour[]): StructureShape {
  return { kind: 'contours', contours }
}

/** Area in mm² of an axial polygon, positive if counter-clockwise (shoelace formula). */
export function polygonAreaMm2({ pointsMm }: PlanarContour): number {
  let twice = 0
  for (let i = 0; i < pointsMm.length; i += 3) {
    const j = (i + 3) % pointsMm.length
    twice += pointsMm[i]! * pointsMm[j + 1]! - pointsMm[j]! * pointsMm[i + 1]!
  }
  return twice / 2
}
