/** Exact area coverage of pixels by polygons, under the even-odd rule. */
import type { PlanePolygon } from './stack.ts'

/** A lattice of square pixels in a contour plane; pixel (a, b) has its centre at (u0 + a·pitch, v0 + b·pitch), in mm. */
export interface PlaneLattice {
  readonly u0: number
  readonly v0: number
  readonly pitchMm: number
  readonly columns: number
  readonly rows: number
}

/**
 * The part of each pixel (0 to 1, row by row) that lies inside the polygons, inner contours and keyholes cut out (even-odd).
 *
 * Each edge adds its exact signed trapezoid to the pixels it crosses; summed along a row this gives the winding number
 * averaged over each pixel, which a triangle wave turns into even-odd coverage. That is exact where a pixel holds one
 * boundary, whatever the winding of outer and inner contours. Polygons must lie inside the lattice.
 */
export function polygonCoverage(polygons: readonly PlanePolygon[], lattice: PlaneLattice): Float32Array {
  const { columns, rows } = lattice
  const stride = columns + 2
  const delta = new Float64Array(stride * rows)
  const scale = 1 / lattice.pitchMm
  const uEdge = lattice.u0 - lattice.pitchMm / 2
  const vEdge = lattice.v0 - lattice.pitchMm / 2
  for (const { uv } of polygons) {
    const n = uv.length / 2
    for (let i = 0; i < n; i++) {
      const j = i + 1 === n ? 0 : i + 1
      addEdge(
        delta,
        stride,
        rows,
        (uv[2 * i]! - uEdge) * scale,
        (uv[2 * i + 1]! - vEdge) * scale,
        (uv[2 * j]! - uEdge) * scale,
        (uv[2 * j + 1]! - vEdge) * scale,
      )
    }
  }
  const coverage = new Float32Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    let winding = 0
    for (let column = 0; column < columns; column++) {
      winding += delta[row * stride + column]!
      const wave = Math.abs(winding - 2 * Math.round(winding / 2))
      coverage[row * columns + column] = wave < 1e-9 ? 0 : wave
    }
  }
  return coverage
}

/** Adds one edge (pixel units) to the row-difference buffer. */
function addEdge(
  delta: Float64Array,
  stride: number,
  rows: number,
  xa: number,
  ya: number,
  xb: number,
  yb: number,
): void {
  if (ya === yb) return
  const direction = ya < yb ? 1 : -1
  const [x0, y0, x1, y1] = direction === 1 ? [xa, ya, xb, yb] : [xb, yb, xa, ya]
  const slope = (x1 - x0) / (y1 - y0)
  const last = Math.min(rows - 1, Math.ceil(y1) - 1)
  for (let row = Math.max(0, Math.floor(y0)); row <= last; row++) {
    const yLow = Math.max(row, y0)
    const yHigh = Math.min(row + 1, y1)
    const height = (yHigh - yLow) * direction
    if (height === 0) continue
    const p = x0 + (yLow - y0) * slope
    const q = x0 + (yHigh - y0) * slope
    addSpan(delta, row * stride, Math.min(p, q), Math.max(p, q), height)
  }
}

/** One edge inside one row, from x = `left` to `right`: what lies to its right gains `height`, shared out pixel by pixel. */
function addSpan(delta: Float64Array, base: number, left: number, right: number, height: number): void {
  const first = Math.floor(left)
  const last = Math.floor(right)
  if (first === last) {
    const covered = height * (first + 1 - (left + right) / 2)
    delta[base + first]! += covered
    delta[base + first + 1]! += height - covered
    return
  }
  const perX = height / (right - left)
  let given = 0
  for (let pixel = first; pixel <= last; pixel++) {
    // Mean over the pixel of the height already crossed: full to the right, linear where the edge passes.
    const from = Math.max(left, pixel)
    const to = Math.min(right, pixel + 1)
    const before = (from - left) * perX
    const crossing = (to - from) * perX
    const mean = before * (to - from) + (crossing * (to - from)) / 2 + (before + crossing) * (pixel + 1 - to)
    delta[base + pixel]! += mean - given
    given = mean
  }
  delta[base + last + 1]! += height - given
}
