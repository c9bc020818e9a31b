/**
 * The part of a voxel on one side of a plane, and back. A boundary that is flat within a voxel is known to a fraction of it from the voxel's
 * coverage and the boundary's normal: this is what keeps boundaries between voxels through growing, smoothing and filling.
 */

/** Below this part of the largest extent an extent of a box counts as none: the cubic formula would lose its digits. */
const THIN = 1e-4

/**
 * The part (0 to 1) of a box that lies where n·x ≤ d, x from the box's centre. `a`, `b`, `c` are the box's extents along the normal, |nₓ|·side
 * along each axis (mm); `d` is in mm. Exact: inclusion–exclusion over the corners, as in Barrow and Smith (1979) for the volume of a
 * cube cut by a hyperplane.
 */
export function boxCut(a: number, b: number, c: number, d: number): number {
  const reach = (a + b + c) / 2
  if (d >= reach) return 1
  if (d <= -reach) return 0
  // The smaller part is computed: no differences of large powers, and the two sides add up to one exactly.
  if (d > 0) return 1 - cornerPart(a, b, c, reach - d)
  return cornerPart(a, b, c, reach + d)
}

/** The part of the box within `t` of the corner that lies lowest along the normal. */
function cornerPart(a: number, b: number, c: number, t: number): number {
  const least = THIN * Math.max(a, b, c)
  const sides = [a, b, c].filter((extent) => extent > least)
  if (sides.length === 3) {
    const [p, q, r] = sides as [number, number, number]
    const sum = cube(t) - cube(t - p) - cube(t - q) - cube(t - r) + cube(t - p - q) + cube(t - p - r) + cube(t - q - r)
    return sum / (6 * p * q * r)
  }
  if (sides.length === 2) {
    const [p, q] = sides as [number, number]
    return (square(t) - square(t - p) - square(t - q)) / (2 * p * q)
  }
  return Math.min(1, t / sides[0]!)
}

const cube = (x: number): number => (x > 0 ? x * x * x : 0)
const square = (x: number): number => (x > 0 ? x * x : 0)

/** The distance d of `boxCut` at which the part is `part`; for 0 and 1 that of the box's last corner. To 1e-7 of the box's reach. */
export function boxCutDistance(a: number, b: number, c: number, part: number): number {
  const reach = (a + b + c) / 2
  let low = -reach
  let high = reach
  for (let n = 0; n < 24; n++) {
    const middle = (low + high) / 2
    if (boxCut(a, b, c, middle) < part) low = middle
    else high = middle
  }
  return (low + high) / 2
}
