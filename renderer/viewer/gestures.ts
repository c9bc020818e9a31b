/** What scrolling, panning, stepping and zooming make of the sight. Pure, so that mouse and keys agree and tests can tell. */
import type { Vec3 } from '../../native-core/imaging/types.ts'
import { scrollStepMm, type Picture, type Sight } from './picture.ts'
import { planeAxes, zoomAbout, type Plane, type ViewFrame } from './planes.ts'

const FINEST_MM_PER_PX = 0.02
const COARSEST_MM_PER_PX = 20

const along = (from: Vec3, plane: Plane, rightMm: number, downMm: number): Vec3 => {
  const { right, down } = planeAxes[plane]
  return [
    from[0] + rightMm * right[0] + downMm * down[0],
    from[1] + rightMm * right[1] + downMm * down[1],
    from[2] + rightMm * right[2] + downMm * down[2],
  ]
}

/** To the next slices: down is further from the head, from the front, from the patient's right. */
export function scrolled(sight: Sight, plane: Plane, picture: Picture, steps: number): Sight {
  const axis = planeAxes[plane].normalAxis
  const crosshairMm: [number, number, number] = [...sight.crosshairMm]
  crosshairMm[axis] += (axis === 2 ? -steps : steps) * scrollStepMm(picture, axis)
  return { ...sight, crosshairMm }
}

/** The image follows the hand: dragging to the right brings what lies on the left into view. */
export function panned(sight: Sight, plane: Plane, dxPx: number, dyPx: number): Sight {
  return { ...sight, centreMm: along(sight.centreMm, plane, -dxPx * sight.mmPerPx, -dyPx * sight.mmPerPx) }
}

/** The crosshair one voxel to the right (1, 0), left (−1, 0), down (0, 1) or up (0, −1). */
export function stepped(sight: Sight, plane: Plane, picture: Picture, right: number, down: number): Sight {
  const direction = right === 0 ? planeAxes[plane].down : planeAxes[plane].right
  const axis = direction.findIndex((part) => part !== 0) as 0 | 1 | 2
  const mm = scrollStepMm(picture, axis)
  return { ...sight, crosshairMm: along(sight.crosshairMm, plane, right * mm, down * mm) }
}

/** Zooms by a factor (below 1: closer) about a place of the view. */
export function zoomed(sight: Sight, frame: ViewFrame, factor: number, xPx: number, yPx: number): Sight {
  const mmPerPx = Math.min(COARSEST_MM_PER_PX, Math.max(FINEST_MM_PER_PX, sight.mmPerPx * factor))
  return { ...sight, mmPerPx, centreMm: zoomAbout(frame, xPx, yPx, mmPerPx) }
}
