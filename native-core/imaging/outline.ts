/** Outlines of fractional masks for display. */
import { InputError } from '../errors/index.ts'
import { visitIsoSegments } from './contours/distance.ts'
import { indexToPatientMatrix } from './grid.ts'
import { applyMat4 } from './transform.ts'
import type { FractionalMask, PlanarContour, Vec3 } from './types.ts'

/**
 * The lines where a mask's fraction passes 0.5 in one plane of its grid, as closed polylines in patient coordinates (LPS, mm).
 * `axis` is the grid axis across the plane (2: planes of constant k), `slice` the plane's whole index; a plane that does
 * not meet the structure gives no lines. Marching squares between voxel centres; outside the mask's box counts as 0.
 *
 * Throws InputError `geometry.no-such-slice` where the slice is not in the grid.
 */
export function maskOutline(mask: FractionalMask, axis: 0 | 1 | 2, slice: number): PlanarContour[] {
  if (!Number.isInteger(slice) || slice < 0 || slice >= mask.grid.dimensions[axis]) {
    throw new InputError(
      'geometry.no-such-slice',
      `Slice ${slice} is not one of the ${mask.grid.dimensions[axis]} of the image.`,
      'Choose a slice of the image.',
    )
  }
  const { start, size } = mask.box
  const local = slice - start[axis]
  if (local < 0 || local >= size[axis]) return []
  const [p, q] = axis === 0 ? ([1, 2] as const) : axis === 1 ? ([0, 2] as const) : ([0, 1] as const)
  const stride: Vec3 = [1, size[0], size[0] * size[1]]
  const plane = new Float32Array(size[p] * size[q])
  for (let row = 0; row < size[q]; row++) {
    for (let column = 0; column < size[p]; column++) {
      plane[row * size[p] + column] = mask.fractions[local * stride[axis] + column * stride[p] + row * stride[q]]!
    }
  }
  const toPatient = indexToPatientMatrix(mask.grid)
  return closedLines(plane, size[p], size[q]).map((line) => {
    const pointsMm = new Float64Array((3 * line.length) / 2)
    for (let n = 0; n < line.length / 2; n++) {
      const index: [number, number, number] = [slice, slice, slice]
      index[p] = line[2 * n]! + start[p]
      index[q] = line[2 * n + 1]! + start[q]
      pointsMm.set(applyMat4(toPatient, index), 3 * n)
    }
    return { pointsMm }
  })
}

/** The 0.5 level of an image as closed lines: x, y pairs in pixels, the first point not repeated. */
function closedLines(values: Float32Array, columns: number, rows: number): number[][] {
  // Every segment's end is the exact start of the next: both cells beside an edge compute the crossing alike.
  const next = new Map<string, { x0: number; y0: number; x1: number; y1: number }[]>()
  visitIsoSegments(values, columns, rows, (_column, _row, x0, y0, x1, y1) => {
    // Where a corner is exactly 0.5, a segment may shrink to a point.
    if (x0 === x1 && y0 === y1) return
    const key = `${x0},${y0}`
    const list = next.get(key)
    if (list === undefined) next.set(key, [{ x0, y0, x1, y1 }])
    else list.push({ x0, y0, x1, y1 })
  })
  const lines: number[][] = []
  for (const waiting of next.values()) {
    while (waiting.length > 0) {
      const line: number[] = []
      let segment = waiting.pop()
      while (segment !== undefined) {
        line.push(segment.x0, segment.y0)
        segment = next.get(`${segment.x1},${segment.y1}`)?.pop()
      }
      lines.push(line)
    }
  }
  return lines
}
