/** The time point in its own coordinates: where structures are drawn. */
import type { TimePointView } from '../../../../electron/contracts/index.ts'
import {
  apply,
  boundsOf,
  identity,
  indexToPatient,
  invert,
  type ImageLayer,
  type Sight,
} from '../../../viewer/index.ts'
import { layerOf } from '../../images/index.ts'

export interface OwnLayers {
  readonly ct: ImageLayer | null
  readonly emission: ImageLayer | null
}

export function ownLayers(point: TimePointView): OwnLayers {
  const ct = layerOf(point, point.ct)
  const emission = layerOf(point, point.emission)
  return { ct: ct && { ...ct, toWorld: identity }, emission: emission && { ...emission, toWorld: identity } }
}

/** The width of the axial view as a part of the stage. */
const AXIAL_WIDTH = 0.6

/** The whole axial slice in its view on a stage of that size, the crosshair in the middle: it is the one that is drawn in most. */
export function fittedSight({ ct, emission }: OwnLayers, widthPx: number, heightPx: number): Sight {
  const boxes = [ct, emission].filter((layer) => layer !== null).map((layer) => boundsOf(layer.grid))
  const axes = [0, 1, 2] as const
  const low = axes.map((axis) => Math.min(...boxes.map((box) => box.min[axis])))
  const high = axes.map((axis) => Math.max(...boxes.map((box) => box.max[axis])))
  const [wide, deep] = axes.map((axis) => high[axis]! - low[axis]!) as [number, number, number]
  const centre = axes.map((axis) => (low[axis]! + high[axis]!) / 2) as [number, number, number]
  const mmPerPx = widthPx < 10 || heightPx < 10 ? 1 : 1.02 * Math.max(wide / (AXIAL_WIDTH * widthPx), deep / heightPx)
  return { centreMm: centre, crosshairMm: centre, mmPerPx }
}

/**
 * The sight with its crosshair at the middle of the nearest voxel that is drawn on: each view then shows one slice of the grid, the one that is
 * drawn into, and not what lies halfway between two.
 */
export function onSlices({ ct, emission }: OwnLayers, sight: Sight): Sight {
  const grid = (ct ?? emission)?.grid
  if (!grid) return sight
  const map = indexToPatient(grid)
  const index = apply(invert(map), sight.crosshairMm)
  const whole = index.map((place, axis) => Math.min(grid.dimensions[axis]! - 1, Math.max(0, Math.round(place))))
  return { ...sight, crosshairMm: apply(map, [whole[0]!, whole[1]!, whole[2]!]) }
}
