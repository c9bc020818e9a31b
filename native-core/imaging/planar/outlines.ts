/** Outlines of regions that are drawn by their edges on a planar frame, [x0, y0, x1, y1] in mm. */

type Edges = readonly [number, number, number, number]
type Outline = readonly (readonly [number, number])[]

/** Corners of an ellipse's polygon: its greatest distance from the ellipse is 3·10⁻⁴ of the semi-axis. */
const ELLIPSE_CORNERS = 128

/** The rectangle's corners. */
export const rectangleOutline = ([x0, y0, x1, y1]: Edges): Outline => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
]

/** A polygon with the area of the ellipse between the edges: regular in angle, its corners so far outside that the areas are equal. */
export function ellipseOutline([x0, y0, x1, y1]: Edges): Outline {
  const step = (2 * Math.PI) / ELLIPSE_CORNERS
  const larger = Math.sqrt(step / Math.sin(step))
  const [cx, cy, rx, ry] = [(x0 + x1) / 2, (y0 + y1) / 2, ((x1 - x0) / 2) * larger, ((y1 - y0) / 2) * larger]
  return Array.from({ length: ELLIPSE_CORNERS }, (_, i) => [cx + rx * Math.cos(i * step), cy + ry * Math.sin(i * step)])
}
