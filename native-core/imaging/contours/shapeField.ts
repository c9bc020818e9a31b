/**
 * The shape of a set of components in one slice, as a scalar field whose level sets are its larger and smaller copies.
 *
 * From the signed in-plane distance d (positive inside) and the largest inscribed radius R, the field is g = d·(2R − d). For a
 * circle g = R² − ρ², so blending two circles' fields gives circles again, also where their centres differ. (Blending plain
 * distances, the classic shape-based interpolation of Raya and Udupa 1990, gives lens shapes there.)
 */
import { signedDistance } from './distance.ts'
import type { LabelledSlice } from './components.ts'
import type { PlaneLattice } from './coverage.ts'

export interface PixelBox {
  readonly columnLow: number
  readonly columnHigh: number
  readonly rowLow: number
  readonly rowHigh: number
}

export interface ShapeField {
  /** Position of the first pixel's centre, mm. */
  readonly u0: number
  readonly v0: number
  readonly pitchMm: number
  readonly columns: number
  readonly rows: number
  /** Signed distance from the outline, mm, positive inside, row by row. */
  readonly distanceMm: Float32Array
  /** Radius of the largest circle inside, mm. */
  readonly inscribedMm: number
}

/** The field of the components `labels` of a slice, on the pixels of `box` (which may reach beyond the lattice). */
export function shapeField(
  slice: LabelledSlice,
  labels: readonly number[],
  box: PixelBox,
  lattice: PlaneLattice,
): ShapeField {
  const columns = box.columnHigh - box.columnLow + 1
  const rows = box.rowHigh - box.rowLow + 1
  const wanted = new Uint8Array(slice.components.length + 1)
  for (const label of labels) wanted[label] = 1
  const own = new Float32Array(columns * rows)
  for (let row = Math.max(0, box.rowLow); row <= Math.min(lattice.rows - 1, box.rowHigh); row++) {
    for (let column = Math.max(0, box.columnLow); column <= Math.min(lattice.columns - 1, box.columnHigh); column++) {
      const pixel = row * lattice.columns + column
      if (wanted[slice.labels[pixel]!] === 1) {
        own[(row - box.rowLow) * columns + column - box.columnLow] = slice.coverage[pixel]!
      }
    }
  }
  const distance = signedDistance(own, columns, rows)
  if (distance === null) throw new Error('A component without a pixel covered by half.')
  let largest = 0
  for (let n = 0; n < distance.length; n++) {
    const mm = distance[n]! * lattice.pitchMm
    distance[n] = mm
    if (mm > largest) largest = mm
  }
  return {
    u0: lattice.u0 + box.columnLow * lattice.pitchMm,
    v0: lattice.v0 + box.rowLow * lattice.pitchMm,
    pitchMm: lattice.pitchMm,
    columns,
    rows,
    distanceMm: distance,
    inscribedMm: largest,
  }
}

/** Distance at a point, bilinear between pixels; beyond the box that of the nearest edge point minus the way there. */
export function distanceAt(field: ShapeField, u: number, v: number): number {
  let x = (u - field.u0) / field.pitchMm
  let y = (v - field.v0) / field.pitchMm
  let beyond = 0
  const xMax = field.columns - 1
  const yMax = field.rows - 1
  if (x < 0 || y < 0 || x > xMax || y > yMax) {
    const cx = x < 0 ? 0 : x > xMax ? xMax : x
    const cy = y < 0 ? 0 : y > yMax ? yMax : y
    beyond = Math.hypot(x - cx, y - cy) * field.pitchMm
    x = cx
    y = cy
  }
  const i = x < xMax ? x | 0 : Math.max(0, xMax - 1)
  const j = y < yMax ? y | 0 : Math.max(0, yMax - 1)
  const fx = x - i
  const fy = y - j
  const d = field.distanceMm
  const at = j * field.columns + i
  const right = xMax > 0 ? 1 : 0
  const up = yMax > 0 ? field.columns : 0
  const low = d[at]! + fx * (d[at + right]! - d[at]!)
  const high = d[at + up]! + fx * (d[at + up + right]! - d[at + up]!)
  return low + fy * (high - low) - beyond
}
