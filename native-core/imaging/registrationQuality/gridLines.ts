/** A deformation as bent grid lines in a plane, for display. */
import { displacementField } from '../deformation.ts'
import type { Deformation, Vec3 } from '../types.ts'

/** A rectangle in patient space. */
export interface DisplayPlane {
  /** Its first corner, LPS mm. */
  readonly originMm: Vec3
  /** Unit vectors along its columns and rows. */
  readonly uAxis: Vec3
  readonly vAxis: Vec3
  readonly widthMm: number
  readonly heightMm: number
}

/**
 * Lines every `stepMm` along u and v of a plane in the fixed space, each point x shown at x + u(x) (what the matrix does to all of the image
 * is left out): pairs (u, v) in mm from the plane's origin, with a point every `pointMm` (default a quarter of a step).
 */
export function deformationGridLines(
  deformation: Deformation,
  plane: DisplayPlane,
  stepMm: number,
  pointMm: number = stepMm / 4,
): Float64Array[] {
  if (!(stepMm > 0 && pointMm > 0)) throw new RangeError(`Lines every ${stepMm} mm, points every ${pointMm} mm`)
  const field = displacementField(deformation)
  const { originMm: o, uAxis, vAxis, widthMm, heightMm } = plane
  const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
  const shown = (u: number, v: number): readonly [number, number] => {
    const moved = field.at([
      o[0] + u * uAxis[0] + v * vAxis[0],
      o[1] + u * uAxis[1] + v * vAxis[1],
      o[2] + u * uAxis[2] + v * vAxis[2],
    ])
    return [u + dot(moved, uAxis), v + dot(moved, vAxis)]
  }
  const line = (length: number, at: (along: number) => readonly [number, number]): Float64Array => {
    const count = Math.max(1, Math.ceil(length / pointMm))
    const points = new Float64Array(2 * (count + 1))
    for (let n = 0; n <= count; n++) points.set(at((n / count) * length), 2 * n)
    return points
  }
  const lines: Float64Array[] = []
  for (let v = 0; v <= heightMm + 1e-9; v += stepMm) lines.push(line(widthMm, (u) => shown(u, v)))
  for (let u = 0; u <= widthMm + 1e-9; u += stepMm) lines.push(line(heightMm, (v) => shown(u, v)))
  return lines
}
