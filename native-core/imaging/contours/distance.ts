/** Signed Euclidean distance from the boundary of a coverage image. */

/**
 * Line segments of the 0.5 level of `values` (row by row, between pixel centres, in pixel units), by marching squares. What
 * lies outside the image counts as 0. Each segment is four numbers x0, y0, x1, y1, and runs with the inside on its left.
 * `visit(cellColumn, cellRow, x0, y0, x1, y1)`: the cell spans pixel centres (cellColumn, cellRow) to (+1, +1).
 */
export function visitIsoSegments(
  values: Float32Array,
  columns: number,
  rows: number,
  visit: (cellColumn: number, cellRow: number, x0: number, y0: number, x1: number, y1: number) => void,
): void {
  const value = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= columns || row >= rows ? 0 : values[row * columns + column]!
  const level = 0.5
  for (let row = -1; row < rows; row++) {
    for (let column = -1; column < columns; column++) {
      const a = value(column, row)
      const b = value(column + 1, row)
      const c = value(column + 1, row + 1)
      const d = value(column, row + 1)
      const code = (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0) | (d >= level ? 8 : 0)
      if (code === 0 || code === 15) continue
      const bottom = column + (level - a) / (b - a)
      const right = row + (level - b) / (c - b)
      const top = column + (level - d) / (c - d)
      const left = row + (level - a) / (d - a)
      const x1 = column + 1
      const y1 = row + 1
      switch (code) {
        case 1:
          visit(column, row, bottom, row, column, left)
          break
        case 2:
          visit(column, row, x1, right, bottom, row)
          break
        case 3:
          visit(column, row, x1, right, column, left)
          break
        case 4:
          visit(column, row, top, y1, x1, right)
          break
        case 6:
          visit(column, row, top, y1, bottom, row)
          break
        case 7:
          visit(column, row, top, y1, column, left)
          break
        case 8:
          visit(column, row, column, left, top, y1)
          break
        case 9:
          visit(column, row, bottom, row, top, y1)
          break
        case 11:
          visit(column, row, x1, right, top, y1)
          break
        case 12:
          visit(column, row, column, left, x1, right)
          break
        case 13:
          visit(column, row, bottom, row, x1, right)
          break
        case 14:
          visit(column, row, column, left, bottom, row)
          break
        default: {
          // Saddle: the mean of the corners decides whether the inside corners are joined.
          const joined = (a + b + c + d) / 4 >= level
          if (code === 5) {
            if (joined) {
              visit(column, row, bottom, row, x1, right)
              visit(column, row, top, y1, column, left)
            } else {
              visit(column, row, bottom, row, column, left)
              visit(column, row, top, y1, x1, right)
            }
          } else if (joined) {
            visit(column, row, column, left, bottom, row)
            visit(column, row, x1, right, top, y1)
          } else {
            visit(column, row, x1, right, bottom, row)
            visit(column, row, column, left, top, y1)
          }
        }
      }
    }
  }
}

/**
 * Distance (in pixels, positive inside) of each pixel centre from the 0.5 level of a coverage image.
 *
 * Pixels beside the boundary get the exact distance to the segments of their cells; the nearest segment is then handed on
 * from pixel to pixel in two sweeps (Danielsson 1980, with segments instead of points), which is exact but for rare
 * hundredths of a pixel. Returns null where nothing reaches 0.5.
 */
export function signedDistance(coverage: Float32Array, columns: number, rows: number): Float32Array | null {
  const coordinates: number[] = []
  const nearest = new Int32Array(columns * rows).fill(-1)
  const distance2 = new Float64Array(columns * rows).fill(Infinity)
  visitIsoSegments(coverage, columns, rows, (cellColumn, cellRow, x0, y0, x1, y1) => {
    const segment = coordinates.length / 4
    coordinates.push(x0, y0, x1, y1)
    for (let row = cellRow; row <= cellRow + 1; row++) {
      if (row < 0 || row >= rows) continue
      for (let column = cellColumn; column <= cellColumn + 1; column++) {
        if (column < 0 || column >= columns) continue
        const pixel = row * columns + column
        const d2 = segmentDistance2(column, row, x0, y0, x1, y1)
        if (d2 < distance2[pixel]!) {
          distance2[pixel] = d2
          nearest[pixel] = segment
        }
      }
    }
  })
  if (coordinates.length === 0) return null
  const segments = Float64Array.from(coordinates)

  const offer = (pixel: number, column: number, row: number, from: number): void => {
    const segment = nearest[from]!
    if (segment < 0 || segment === nearest[pixel]) return
    const s = 4 * segment
    const d2 = segmentDistance2(column, row, segments[s]!, segments[s + 1]!, segments[s + 2]!, segments[s + 3]!)
    if (d2 < distance2[pixel]!) {
      distance2[pixel] = d2
      nearest[pixel] = segment
    }
  }
  const sweepRow = (row: number, from: -1 | 1): void => {
    const base = row * columns
    const previous = base + from * columns
    const hasPrevious = row + from >= 0 && row + from < rows
    for (let column = 0; column < columns; column++) {
      const pixel = base + column
      if (hasPrevious) {
        if (column > 0) offer(pixel, column, row, previous + column - 1)
        offer(pixel, column, row, previous + column)
        if (column + 1 < columns) offer(pixel, column, row, previous + column + 1)
      }
      if (column > 0) offer(pixel, column, row, pixel - 1)
    }
    for (let column = columns - 2; column >= 0; column--) offer(base + column, column, row, base + column + 1)
  }
  for (let row = 0; row < rows; row++) sweepRow(row, -1)
  for (let row = rows - 1; row >= 0; row--) sweepRow(row, 1)

  const signed = new Float32Array(columns * rows)
  for (let pixel = 0; pixel < signed.length; pixel++) {
    const d = Math.sqrt(distance2[pixel]!)
    signed[pixel] = coverage[pixel]! >= 0.5 ? d : -d
  }
  return signed
}

function segmentDistance2(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const dx = x1 - x0
  const dy = y1 - y0
  const length2 = dx * dx + dy * dy
  let t = length2 > 0 ? ((x - x0) * dx + (y - y0) * dy) / length2 : 0
  t = t < 0 ? 0 : t > 1 ? 1 : t
  const ex = x - x0 - t * dx
  const ey = y - y0 - t * dy
  return ex * ex + ey * ey
}
