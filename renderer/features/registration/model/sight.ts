/** Where the views look at first. */
import type { TimePointView } from '../../../../electron/contracts/index.ts'
import { boundsOf, type Sight } from '../../../viewer/index.ts'
import type { Look } from './look.ts'

/**
 * All of the CT of a time point, or of its emission image, in its own coordinates on a stage of that size: the axial view above, the two others
 * side by side below it. The crosshair is in the middle.
 */
export function fittedSight(
  point: TimePointView | null,
  images: Look['images'],
  widthPx: number,
  heightPx: number,
): Sight {
  const volume = images === 'emission' ? (point?.emission ?? point?.ct) : (point?.ct ?? point?.emission)
  const box = volume && boundsOf(volume.grid)
  if (!box) return { centreMm: [0, 0, 0], crosshairMm: [0, 0, 0], mmPerPx: 1 }
  const ends = ([0, 1, 2] as const).map((axis) => ({ low: box.min[axis], high: box.max[axis] }))
  const [wide, deep, tall] = ends.map(({ low, high }) => high - low) as [number, number, number]
  const centre = ends.map(({ low, high }) => (low + high) / 2) as [number, number, number]
  const isLaidOut = widthPx >= 10 && heightPx >= 10
  const needed = [...[wide, deep].map((mm) => (2 * mm) / widthPx), ...[deep, tall].map((mm) => (2 * mm) / heightPx)]
  return { centreMm: centre, crosshairMm: centre, mmPerPx: isLaidOut ? 1.02 * Math.max(...needed) : 1 }
}
