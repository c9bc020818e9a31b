/** The grid lines of a deformation in a slice. */
import { deformationGridLines } from '../../native-core/imaging/registrationQuality/index.ts'
import type { Deformation, Vec3 } from '../../native-core/imaging/types.ts'
import { boundsOf } from './affine.ts'
import { alongStep } from './comparison.ts'
import type { Polyline } from './outline.ts'
import { dot, type SlicePlane } from './planes.ts'

/**
 * Lines that would lie every `stepMm` from the origin of patient space, bent by the deformation, in pixels of a slice along the axes of patient
 * space: where the slice meets the grid of the deformation, none beyond it. What its matrix does to all of the image is left out.
 */
export function fieldLines(deformation: Deformation, plane: SlicePlane, stepMm: number): Polyline[] {
  const [uAxis, vAxis] = [unit(plane.stepRightMm), unit(plane.stepDownMm)]
  const right = alongStep(plane.originMm, plane.stepRightMm)
  const down = alongStep(plane.originMm, plane.stepDownMm)
  const { min, max } = boundsOf(deformation.grid)
  const isMissed = plane.originMm.some(
    (mm, axis) =>
      uAxis[axis] === 0 && vAxis[axis] === 0 && !(mm >= (min[axis] as number) && mm <= (max[axis] as number)),
  )
  if (isMissed) return []
  const u = seen(uAxis, min, max, right, plane.width, stepMm)
  const v = seen(vAxis, min, max, down, plane.height, stepMm)
  if (u.length <= 0 || v.length <= 0) return []
  const before = { u: u.start - right.start, v: v.start - down.start }
  const originMm = plane.originMm.map(
    (mm, axis) => mm + before.u * (uAxis[axis] as number) + before.v * (vAxis[axis] as number),
  ) as unknown as Vec3
  const shown = { originMm, uAxis, vAxis, widthMm: u.length, heightMm: v.length }
  return deformationGridLines(deformation, shown, stepMm).map((line) => ({
    points: Float32Array.from(line, (mm, at) =>
      at % 2 === 0 ? (mm + before.u) / right.step : (mm + before.v) / down.step,
    ),
    closed: false,
  }))
}

/** The part of a direction that the slice and the grid share, begun at a whole step: the lines then stay on the anatomy. */
function seen(
  axis: Vec3,
  min: Vec3,
  max: Vec3,
  { start, step }: { readonly start: number; readonly step: number },
  pixels: number,
  stepMm: number,
): { readonly start: number; readonly length: number } {
  const [a, b] = [dot(axis, min), dot(axis, max)]
  const low = Math.ceil(Math.max(start - stepMm, Math.min(a, b)) / stepMm) * stepMm
  return { start: low, length: Math.min(start + pixels * step, Math.max(a, b)) - low }
}

const unit = (step: Vec3): Vec3 => step.map((mm) => mm / Math.hypot(...step)) as unknown as Vec3
