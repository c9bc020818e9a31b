/** A registration that is made by hand: how the moving image is moved and turned, as a matrix and as numbers. */
import { applyMat4, invertAffine, linearPart, multiplyMat4 } from '../../../../native-core/imaging/transform.ts'
import type { Mat3, Mat4, Vec3 } from '../../../../native-core/imaging/types.ts'

/** Moving to fixed coordinates: turned about `centreMm` (first about x, then y, then z, degrees), then moved. */
export interface PoseNumbers {
  readonly shiftMm: Vec3
  readonly turnDeg: Vec3
}

const RADIANS = Math.PI / 180

/** x ↦ R (x − centre) + centre + shift, R = Rz · Ry · Rx. */
export function poseOf({ shiftMm, turnDeg }: PoseNumbers, centreMm: Vec3): Mat4 {
  const [a, b, c] = turnDeg.map((degrees) => degrees * RADIANS) as [number, number, number]
  const turn = multiplyMat4(aboutAxis(2, c), multiplyMat4(aboutAxis(1, b), aboutAxis(0, a)))
  const turned = applyMat4(turn, centreMm)
  return withOffset(turn, [0, 1, 2].map((axis) => centreMm[axis]! + shiftMm[axis]! - turned[axis]!) as unknown as Vec3)
}

/** The numbers of a rigid map; `poseOf` of them is the map again. Angles: x and z −180 to 180, y −90 to 90. */
export function numbersOf(pose: Mat4, centreMm: Vec3): PoseNumbers {
  const r = linearPart(pose)
  const sine = Math.max(-1, Math.min(1, -r[6]))
  // At ±90° about y the other two turn about one axis: all of it is given to z.
  const isLocked = Math.abs(sine) > 1 - 1e-12
  const x = isLocked ? 0 : Math.atan2(r[7], r[8])
  const z = isLocked ? Math.atan2(-r[1], r[4]) : Math.atan2(r[3], r[0])
  const moved = applyMat4(pose, centreMm)
  return {
    shiftMm: moved.map((mm, axis) => mm - centreMm[axis]!) as unknown as Vec3,
    turnDeg: [x / RADIANS, Math.asin(sine) / RADIANS, z / RADIANS],
  }
}

/** The map, and then a shift of the fixed space. */
export function moved(pose: Mat4, byMm: Vec3): Mat4 {
  return withOffset(pose, [pose[3]! + byMm[0], pose[7]! + byMm[1], pose[11]! + byMm[2]])
}

/** The map, and then a turn about an axis of the fixed space through a point of it; `sign` −1 turns the other way round. */
export function turned(pose: Mat4, axis: 0 | 1 | 2, degrees: number, aboutMm: Vec3): Mat4 {
  const turn = aboutAxis(axis, degrees * RADIANS)
  const away = applyMat4(turn, aboutMm)
  const about = withOffset(turn, [0, 1, 2].map((n) => aboutMm[n]! - away[n]!) as unknown as Vec3)
  return rigidPart(multiplyMat4(about, pose))
}

/**
 * The map without stretch and shear: its columns made orthonormal one after another (Gram and Schmidt), the offset such that `keptMm` stays
 * where the map takes it. For maps that are rigid but for rounding, and to begin from an affine one. Mirrors are not undone.
 */
export function rigidPart(m: Mat4, keptMm: Vec3 = [0, 0, 0]): Mat4 {
  const l = linearPart(m)
  const x = unit([l[0], l[3], l[6]])
  const y0: Vec3 = [l[1], l[4], l[7]]
  const along = dot(x, y0)
  const y = unit([y0[0] - along * x[0], y0[1] - along * x[1], y0[2] - along * x[2]])
  const z: Vec3 = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]
  const turn: Mat3 = [x[0], y[0], z[0], x[1], y[1], z[1], x[2], y[2], z[2]]
  const linear = [...turn.slice(0, 3), 0, ...turn.slice(3, 6), 0, ...turn.slice(6, 9), 0, 0, 0, 0, 1]
  const [wanted, got] = [applyMat4(m, keptMm), applyMat4(linear, keptMm)]
  return withOffset(linear, [wanted[0] - got[0], wanted[1] - got[1], wanted[2] - got[2]])
}

/** Brings one point onto another without turning. */
export function shiftBetween(fromMm: Vec3, toMm: Vec3): Mat4 {
  return [1, 0, 0, toMm[0] - fromMm[0], 0, 1, 0, toMm[1] - fromMm[1], 0, 0, 1, toMm[2] - fromMm[2], 0, 0, 0, 1]
}

/** Moving to fixed coordinates by way of a reference; null where one of them is not linked to it. */
export function betweenPoints(movingToReference: Mat4 | null, fixedToReference: Mat4 | null): Mat4 | null {
  if (!movingToReference || !fixedToReference) return null
  return multiplyMat4(invertAffine(fixedToReference), movingToReference)
}

function aboutAxis(axis: 0 | 1 | 2, radians: number): Mat4 {
  const [c, s] = [Math.cos(radians), Math.sin(radians)]
  if (axis === 0) return [1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1]
  if (axis === 1) return [c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, 0, 1]
  return [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
}

const withOffset = (m: Mat4, [x, y, z]: Vec3): Mat4 =>
  m.map((value, n) => (n === 3 ? x : n === 7 ? y : n === 11 ? z : value))
const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const unit = (v: Vec3): Vec3 => {
  const length = Math.hypot(...v)
  return [v[0] / length, v[1] / length, v[2] / length]
}
