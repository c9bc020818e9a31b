import type { MaskRef, TimePointView, VolumeRef } from '../../../../electron/contracts/index.ts'
import { KBQ } from '../../../units.ts'
import { formatHours } from '../../../ui/index.ts'
import {
  apply,
  boundsOf,
  fromMatrix4,
  identity,
  indexToPatient,
  type Affine,
  type ImageLayer,
  type Sight,
} from '../../../viewer/index.ts'

/** What the values of an image are shown in. `perUnit` is what to divide a stored value by. */
export function unitOf(volume: VolumeRef): { unit: string; perUnit: number } {
  switch (volume.quantity.kind) {
    case 'HU':
      return { unit: 'HU', perUnit: 1 }
    case 'activity-concentration':
      return { unit: 'kBq/mL', perUnit: KBQ }
    case 'counts':
      return { unit: 'counts', perUnit: 1 }
    case 'absorbed-dose':
      return { unit: 'Gy', perUnit: 1 }
    case 'arbitrary':
      return { unit: volume.quantity.unit || 'a.u.', perUnit: 1 }
  }
}

/** From a time point's patient coordinates to those of the views (the reference's); its own where registration is missing. */
export function toWorld(point: TimePointView): Affine {
  return point.toReference === null ? identity : fromMatrix4(point.toReference)
}

export function layerOf(point: TimePointView, volume: VolumeRef | null): ImageLayer | null {
  return volume && { id: volume.id, grid: volume.grid, toWorld: toWorld(point), ...unitOf(volume) }
}

/** Short words for a tab: "24.1 h p.i."; the label of the data where the time is unknown. */
export function timePointTitle(point: TimePointView): string {
  return point.hoursAfterInjection === null
    ? point.label || `Time point ${point.index}`
    : formatHours(point.hoursAfterInjection)
}

/** What a view says about registration; '' where there is nothing to say. */
export function registrationNotice(point: TimePointView): string {
  return point.toReference === null ? 'Not registered: shown in its own coordinates' : ''
}

/** The box that holds the images of a time point, in the coordinates of the views; null where it has none. */
export function boundsOfPoint(
  point: TimePointView,
): { min: [number, number, number]; max: [number, number, number] } | null {
  const volumes = [point.ct, point.emission].filter((one) => one !== null)
  if (volumes.length === 0) return null
  const boxes = volumes.map((volume) => boundsOf(volume.grid, toWorld(point)))
  const pick = (side: 'min' | 'max', axis: 0 | 1 | 2) =>
    boxes.reduce((most, box) => Math[side](most, box[side][axis]), side === 'min' ? Infinity : -Infinity)
  return {
    min: [pick('min', 0), pick('min', 1), pick('min', 2)],
    max: [pick('max', 0), pick('max', 1), pick('max', 2)],
  }
}

/** The sight that shows all of a box in axial, coronal and sagittal views of that many pixels each, its middle under the crosshair. */
export function sightOfBox(
  { min, max }: NonNullable<ReturnType<typeof boundsOfPoint>>,
  viewWidth: number,
  viewHeight: number,
): Sight {
  const axes = [0, 1, 2] as const
  const middle = axes.map((axis) => (min[axis] + max[axis]) / 2) as [number, number, number]
  const [wide, deep, high] = axes.map((axis) => max[axis] - min[axis]) as [number, number, number]
  const [columns, rows] = [Math.max(1, viewWidth), Math.max(1, viewHeight)]
  const mmPerPx = 1.02 * Math.max(wide / columns, deep / columns, deep / rows, high / rows)
  return { centreMm: middle, crosshairMm: middle, mmPerPx }
}

/** The middle of a mask's box, in the coordinates of the views: where to look when a structure is chosen. */
export function centreOfMask(mask: MaskRef, toView: Affine): [number, number, number] {
  const { grid, boxStart, boxSize } = mask
  const originMm = apply(indexToPatient(grid), boxStart)
  const { min, max } = boundsOf({ ...grid, dimensions: boxSize, originMm }, toView)
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2]
}
