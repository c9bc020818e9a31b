/** Which cells of the evaluated dose a reference point has to look into. */
import { newCell, smallestInCell } from './gammaCell.ts'
import { valueAt } from './trilinear.ts'
import type { ImageGrid, Vec3 } from '../../imaging/types.ts'
import type { DoseImage } from './types.ts'

export class CellSearch {
  private readonly grid: ImageGrid
  private readonly values: Float32Array | Float64Array
  private readonly maximumGamma: number
  /** Spacing over the distance to agreement. */
  private readonly pitch: Vec3
  /** Number of cells along each axis; an axis of one voxel has one flat cell. */
  private readonly cells: Vec3
  /** Lowest and highest dose of each cell, Gy. */
  private readonly lowest: Float64Array
  private readonly highest: Float64Array
  /** Cells around a point's own, nearest first: offsets, and the least γ² that their distance allows for any point in that. */
  private readonly offsets: Int32Array
  private readonly bounds: Float64Array
  private readonly cell = newCell()

  constructor(evaluated: DoseImage, distanceMm: number, maximumGamma: number) {
    const { grid } = evaluated
    this.grid = grid
    this.values = evaluated.doseGy
    this.maximumGamma = maximumGamma
    this.pitch = [grid.spacingMm[0] / distanceMm, grid.spacingMm[1] / distanceMm, grid.spacingMm[2] / distanceMm]
    const [nx, ny, nz] = grid.dimensions
    this.cells = [Math.max(nx - 1, 1), Math.max(ny - 1, 1), Math.max(nz - 1, 1)]
    const { lowest, highest } = this.cellRanges()
    this.lowest = lowest
    this.highest = highest
    const { offsets, bounds } = this.neighbourhood()
    this.offsets = offsets
    this.bounds = bounds
  }

  /**
   * γ of a point at a continuous index of the evaluated grid whose reference dose is `doseGy`; no larger than the maximum, NaN outside
   * the evaluated image.
   */
  smallest(x: number, y: number, z: number, doseGy: number, toleranceGy: number): number {
    const { grid, cells, offsets, bounds, lowest, highest, pitch } = this
    const inPlace = (valueAt(this.values, grid, x, y, z) - doseGy) / toleranceGy
    if (Number.isNaN(inPlace)) return NaN
    const [nx, ny, nz] = grid.dimensions
    const px = x < 0 ? 0 : x > nx - 1 ? nx - 1 : x
    const py = y < 0 ? 0 : y > ny - 1 ? ny - 1 : y
    const pz = z < 0 ? 0 : z > nz - 1 ? nz - 1 : z
    const i = Math.min(Math.floor(px), cells[0] - 1)
    const j = Math.min(Math.floor(py), cells[1] - 1)
    const k = Math.min(Math.floor(pz), cells[2] - 1)
    let best = Math.min(inPlace * inPlace, this.maximumGamma * this.maximumGamma)
    for (let n = 0; n < bounds.length && bounds[n]! < best; n++) {
      const a = i + offsets[3 * n]!
      const b = j + offsets[3 * n + 1]!
      const c = k + offsets[3 * n + 2]!
      if (a < 0 || b < 0 || c < 0 || a >= cells[0] || b >= cells[1] || c >= cells[2]) continue
      const at = a + cells[0] * (b + cells[1] * c)
      const gap = doseGy < lowest[at]! ? lowest[at]! - doseGy : doseGy > highest[at]! ? doseGy - highest[at]! : 0
      const doseBound = (gap / toleranceGy) ** 2
      if (doseBound >= best) continue
      const dx = beyond(px, a, nx) * pitch[0]
      const dy = beyond(py, b, ny) * pitch[1]
      const dz = beyond(pz, c, nz) * pitch[2]
      if (doseBound + dx * dx + dy * dy + dz * dz >= best) continue
      this.load(a, b, c, px, py, pz, doseGy, toleranceGy)
      best = smallestInCell(this.cell, best)
    }
    return Math.sqrt(best)
  }

  private load(
    a: number,
    b: number,
    c: number,
    px: number,
    py: number,
    pz: number,
    doseGy: number,
    toleranceGy: number,
  ): void {
    const { grid, values, pitch } = this
    const { low, high, corner } = this.cell
    const [nx, ny, nz] = grid.dimensions
    const di = nx > 1 ? 1 : 0
    const dj = ny > 1 ? nx : 0
    const dk = nz > 1 ? nx * ny : 0
    low[0] = (a - px) * pitch[0]
    low[1] = (b - py) * pitch[1]
    low[2] = (c - pz) * pitch[2]
    high[0] = low[0] + (di === 0 ? 0 : pitch[0])
    high[1] = low[1] + (dj === 0 ? 0 : pitch[1])
    high[2] = low[2] + (dk === 0 ? 0 : pitch[2])
    const at = a + nx * (b + ny * c)
    for (let n = 0; n < 8; n++) {
      const from = at + (n & 1) * di + ((n >> 1) & 1) * dj + (n >> 2) * dk
      corner[n] = (values[from]! - doseGy) / toleranceGy
    }
  }

  private cellRanges(): { lowest: Float64Array; highest: Float64Array } {
    const { values, cells } = this
    const [nx, ny, nz] = this.grid.dimensions
    const lowest = new Float64Array(cells[0] * cells[1] * cells[2])
    const highest = new Float64Array(lowest.length)
    let n = 0
    for (let c = 0; c < cells[2]; c++) {
      for (let b = 0; b < cells[1]; b++) {
        for (let a = 0; a < cells[0]; a++, n++) {
          let low = Infinity
          let high = -Infinity
          for (let k = c; k < Math.min(c + 2, nz); k++) {
            for (let j = b; j < Math.min(b + 2, ny); j++) {
              for (let i = a; i < Math.min(a + 2, nx); i++) {
                const value = values[i + nx * (j + ny * k)]!
                if (value < low) low = value
                if (value > high) high = value
              }
            }
          }
          lowest[n] = low
          highest[n] = high
        }
      }
    }
    return { lowest, highest }
  }

  private neighbourhood(): { offsets: Int32Array; bounds: Float64Array } {
    const { pitch, cells, maximumGamma } = this
    const reach = pitch.map((p, axis) => Math.min(Math.ceil(maximumGamma / p), cells[axis]!))
    const found: { readonly offset: Vec3; readonly bound: number }[] = []
    const gap = (offset: number, axis: 0 | 1 | 2): number => (Math.max(Math.abs(offset) - 1, 0) * pitch[axis]) ** 2
    for (let c = -reach[2]!; c <= reach[2]!; c++) {
      for (let b = -reach[1]!; b <= reach[1]!; b++) {
        for (let a = -reach[0]!; a <= reach[0]!; a++) {
          const bound = gap(a, 0) + gap(b, 1) + gap(c, 2)
          if (bound < maximumGamma * maximumGamma) found.push({ offset: [a, b, c], bound })
        }
      }
    }
    const middle = ({ offset: [a, b, c] }: { readonly offset: Vec3 }): number => a * a + b * b + c * c
    found.sort((p, q) => p.bound - q.bound || middle(p) - middle(q))
    return {
      offsets: Int32Array.from(found.flatMap(({ offset }) => [...offset])),
      bounds: Float64Array.from(found, ({ bound }) => bound),
    }
  }
}

/** Distance in voxels along one axis of a point from the cell that starts at voxel `start`. */
function beyond(position: number, start: number, voxels: number): number {
  if (position < start) return start - position
  const end = Math.min(start + 1, voxels - 1)
  return position > end ? position - end : 0
}
