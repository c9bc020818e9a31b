/**
 * Fills the slices between drawn ones: shape-based interpolation (Raya and Udupa, IEEE Trans. Med. Imaging 9, 1990). The signed distances from the outlines of
 * two slices are interpolated linearly and what is positive is inside: between two concentric discs lie discs whose radius runs linearly.
 */
import { InputError } from '../../../errors/index.ts'
import type { ImageGrid, Vec3 } from '../../types.ts'
import { cropped, inBox, widenedBox } from './boxes.ts'
import { boxCut } from './boxCut.ts'
import { islands } from './islands.ts'
import { signedDistance } from './signedDistance.ts'
import { FULL, type CoverageBox } from './types.ts'

interface DrawnSlice {
  /** Place in the box, along the axis. */
  readonly at: number
  readonly distanceMm: Float32Array
  /** Centre of its area, in pixels of the slice; only of use where `isOne`. */
  readonly centre: readonly [number, number]
  /** One piece: then it may be moved onto the other slice's piece. */
  readonly isOne: boolean
}

/**
 * A structure that was drawn in some slices across `axis` of the grid, with the empty ones between them filled. Drawn slices stay as they
 * are. Where both neighbours are of one piece, they are brought onto a common centre that runs straight from one to the other, so that a body that
 * runs obliquely does not thin out.
 *
 * Throws InputError `segmentation.no-gap` where no empty slice lies between drawn ones.
 */
export function fillBetweenSlices(grid: ImageGrid, source: CoverageBox, axis: 0 | 1 | 2): CoverageBox {
  const content = cropped(source)
  const [u, v] = axis === 0 ? ([1, 2] as const) : axis === 1 ? ([0, 2] as const) : ([0, 1] as const)
  const margin: [number, number, number] = [2, 2, 2]
  margin[axis] = 0
  const box = widenedBox(grid, content.box, margin)
  const coverage = inBox(content, box)
  const stride: Vec3 = [1, box.size[0], box.size[0] * box.size[1]]
  const [columns, rows, count] = [box.size[u], box.size[v], box.size[axis]]
  const s: Vec3 = [grid.spacingMm[u], grid.spacingMm[v], 1]
  const drawn: DrawnSlice[] = []
  for (let at = 0; at < count; at++) {
    const slice = new Uint8Array(columns * rows)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        slice[column + columns * row] = coverage[at * stride[axis] + column * stride[u] + row * stride[v]]!
      }
    }
    const one = drawnSlice(slice, columns, rows, s, at)
    if (one !== null) drawn.push(one)
  }
  const gaps = drawn
    .slice(1)
    .map((next, n) => [drawn[n]!, next] as const)
    .filter(([a, b]) => b.at - a.at > 1)
  if (gaps.length === 0) {
    throw new InputError(
      'segmentation.no-gap',
      'There is no empty slice between drawn ones in this direction.',
      'Draw the structure in some slices with empty ones between them, and choose the view that they were drawn in.',
    )
  }
  for (const [a, b] of gaps) {
    for (let at = a.at + 1; at < b.at; at++) {
      const slice = interpolated(a, b, (at - a.at) / (b.at - a.at), columns, rows, s)
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          coverage[at * stride[axis] + column * stride[u] + row * stride[v]] = slice[column + columns * row]!
        }
      }
    }
  }
  return cropped({ box, coverage })
}

/** Null where nothing is drawn in the slice. */
function drawnSlice(slice: Uint8Array, columns: number, rows: number, s: Vec3, at: number): DrawnSlice | null {
  const field = signedDistance({ size: [columns, rows, 1], spacingMm: s, coverage: slice })
  if (field === null) return null
  let [sum, x, y] = [0, 0, 0]
  for (let n = 0; n < slice.length; n++) {
    sum += slice[n]!
    x += slice[n]! * (n % columns)
    y += slice[n]! * Math.floor(n / columns)
  }
  const plane: ImageGrid = {
    dimensions: [columns, rows, 1],
    spacingMm: s,
    originMm: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  }
  const pieces = islands(plane, { box: { start: [0, 0, 0], size: plane.dimensions }, coverage: slice })
  return { at, distanceMm: field.distanceMm, centre: [x / sum, y / sum], isOne: pieces.length === 1 }
}

/** The slice at `part` of the way from a to b. */
function interpolated(a: DrawnSlice, b: DrawnSlice, part: number, columns: number, rows: number, s: Vec3): Uint8Array {
  const isMoved = a.isOne && b.isOne
  const shift = isMoved ? [b.centre[0] - a.centre[0], b.centre[1] - a.centre[1]] : [0, 0]
  const distance = new Float32Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const fromA = sample(a.distanceMm, columns, rows, s, column - part * shift[0]!, row - part * shift[1]!)
      const fromB = sample(
        b.distanceMm,
        columns,
        rows,
        s,
        column + (1 - part) * shift[0]!,
        row + (1 - part) * shift[1]!,
      )
      distance[column + columns * row] = (1 - part) * fromA + part * fromB
    }
  }
  const at = (column: number, row: number): number =>
    distance[Math.min(columns - 1, Math.max(0, column)) + columns * Math.min(rows - 1, Math.max(0, row))]!
  const slice = new Uint8Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const gx = (at(column + 1, row) - at(column - 1, row)) / (2 * s[0])
      const gy = (at(column, row + 1) - at(column, row - 1)) / (2 * s[1])
      const steepness = Math.hypot(gx, gy)
      const value = distance[column + columns * row]!
      // On a ridge or in a valley of the distance there is no boundary nearby.
      slice[column + columns * row] =
        steepness < 1e-3
          ? value > 0
            ? FULL
            : 0
          : Math.round(
              FULL * boxCut((Math.abs(gx) * s[0]) / steepness, (Math.abs(gy) * s[1]) / steepness, 0, value / steepness),
            )
    }
  }
  return slice
}

/** Bilinear; beyond the slice it goes on falling by the way out. */
function sample(values: Float32Array, columns: number, rows: number, s: Vec3, x: number, y: number): number {
  const inX = Math.min(columns - 1, Math.max(0, x))
  const inY = Math.min(rows - 1, Math.max(0, y))
  const beyond = Math.hypot((x - inX) * s[0], (y - inY) * s[1])
  const i = Math.min(Math.max(0, columns - 2), Math.floor(inX))
  const j = Math.min(Math.max(0, rows - 2), Math.floor(inY))
  const fx = inX - i
  const fy = inY - j
  const right = columns > 1 ? 1 : 0
  const down = rows > 1 ? columns : 0
  const n = i + columns * j
  const top = values[n]! * (1 - fx) + values[n + right]! * fx
  const bottom = values[n + down]! * (1 - fx) + values[n + down + right]! * fx
  return top * (1 - fy) + bottom * fy - beyond
}
