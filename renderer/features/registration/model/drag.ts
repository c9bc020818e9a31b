/** What dragging in a view does to the moving image. */
import type { Vec3 } from '../../../../native-core/imaging/types.ts'
import { planeAxes, type Plane } from '../../../viewer/index.ts'

interface Place {
  readonly x: number
  readonly y: number
}

/** How far from the ring, in CSS pixels, a press still takes it. */
const GRIP_PX = 8

/** Radius of the ring in a view of that size. */
export const ringPx = (widthPx: number, heightPx: number): number => 0.36 * Math.min(widthPx, heightPx)

export function isOnRing(at: Place, centre: Place, radiusPx: number): boolean {
  return Math.abs(Math.hypot(at.x - centre.x, at.y - centre.y) - radiusPx) <= GRIP_PX
}

/** Movement of the hand as movement in patient space. */
export function dragMm(plane: Plane, mmPerPx: number, from: Place, to: Place): Vec3 {
  const { right, down } = planeAxes[plane]
  const [dx, dy] = [(to.x - from.x) * mmPerPx, (to.y - from.y) * mmPerPx]
  return [0, 1, 2].map((axis) => dx * right[axis]! + dy * down[axis]!) as unknown as Vec3
}

/** Angle between two places about a third, clockwise as seen, −180 to 180. */
export function dragDegrees(centre: Place, from: Place, to: Place): number {
  const angle = (at: Place): number => Math.atan2(at.y - centre.y, at.x - centre.x)
  const degrees = ((angle(to) - angle(from)) * 180) / Math.PI
  return degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees
}

/** The axis of patient space that a view looks along; `sign` times a clockwise angle, as seen, turns about it by the right hand. */
export function turnAxis(plane: Plane): { readonly axis: 0 | 1 | 2; readonly sign: 1 | -1 } {
  const { right, down, normalAxis } = planeAxes[plane]
  const [a, b] = [(normalAxis + 1) % 3, (normalAxis + 2) % 3] as [0 | 1 | 2, 0 | 1 | 2]
  return { axis: normalAxis, sign: right[a] * down[b] - right[b] * down[a] > 0 ? 1 : -1 }
}

/** What a key does: a movement in the view by steps, a turn by steps; null for other keys. */
export function keyStep(
  key: string,
): { readonly right: number; readonly down: number } | { readonly clockwise: number } | null {
  switch (key) {
    case 'ArrowLeft':
      return { right: -1, down: 0 }
    case 'ArrowRight':
      return { right: 1, down: 0 }
    case 'ArrowUp':
      return { right: 0, down: -1 }
    case 'ArrowDown':
      return { right: 0, down: 1 }
    case 'PageUp':
      return { clockwise: -1 }
    case 'PageDown':
      return { clockwise: 1 }
    default:
      return null
  }
}
