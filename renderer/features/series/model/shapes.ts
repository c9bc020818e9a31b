/** Shapes that are drawn on a planar view, in mm from the centre of its first pixel. */
import { ellipseOutline, rectangleOutline } from '../../../../native-core/imaging/planar/index.ts'

export type PointMm = readonly [number, number]
export type EdgesMm = readonly [x0: number, y0: number, x1: number, y1: number]

export type Shape =
  | { readonly kind: 'rectangle' | 'ellipse'; readonly edgesMm: EdgesMm }
  | { readonly kind: 'polygon'; readonly pointsMm: readonly PointMm[] }
export type ShapeKind = Shape['kind']

/** The shape between two corners; null for one without area. */
export function shapeBetween(kind: 'rectangle' | 'ellipse', [ax, ay]: PointMm, [bx, by]: PointMm): Shape | null {
  const edgesMm: EdgesMm = [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)]
  return edgesMm[2] - edgesMm[0] > 0 && edgesMm[3] - edgesMm[1] > 0 ? { kind, edgesMm } : null
}

/** A shape in the middle of an image of that size, for who has no hand on a mouse: a square, a circle or an octagon. */
export function placedShape(kind: ShapeKind, widthMm: number, heightMm: number): Shape {
  const [cx, cy, r] = [widthMm / 2, heightMm / 2, widthMm / 12]
  if (kind !== 'polygon') return { kind, edgesMm: [cx - r, cy - r, cx + r, cy + r] }
  const pointsMm = Array.from({ length: 8 }, (_, i): PointMm => [
    cx + r * Math.cos((i * Math.PI) / 4),
    cy + r * Math.sin((i * Math.PI) / 4),
  ])
  return { kind, pointsMm }
}

/** The edges of a shape, or of the box around a polygon. */
export function edgesOf(shape: Shape): EdgesMm {
  if (shape.kind !== 'polygon') return shape.edgesMm
  const [xs, ys] = [shape.pointsMm.map(([x]) => x), shape.pointsMm.map(([, y]) => y)]
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** The corners of its outline, as it is counted in. */
export function outlineOf(shape: Shape): readonly PointMm[] {
  if (shape.kind === 'polygon') return shape.pointsMm
  return shape.kind === 'rectangle' ? rectangleOutline(shape.edgesMm) : ellipseOutline(shape.edgesMm)
}

export function moved(shape: Shape, [dx, dy]: PointMm): Shape {
  if (shape.kind === 'polygon') return { ...shape, pointsMm: shape.pointsMm.map(([x, y]) => [x + dx, y + dy]) }
  const [x0, y0, x1, y1] = shape.edgesMm
  return { ...shape, edgesMm: [x0 + dx, y0 + dy, x1 + dx, y1 + dy] }
}

/** The shape brought into other edges: a polygon is stretched. Edges without area leave it as it is. */
export function withEdges(shape: Shape, edges: EdgesMm): Shape {
  const [x0, y0, x1, y1] = edges
  if (!(x1 > x0 && y1 > y0)) return shape
  if (shape.kind !== 'polygon') return { ...shape, edgesMm: edges }
  const [a0, b0, a1, b1] = edgesOf(shape)
  const to = (x: number, from0: number, from1: number, to0: number, to1: number): number =>
    from1 > from0 ? to0 + ((x - from0) * (to1 - to0)) / (from1 - from0) : to0
  return { ...shape, pointsMm: shape.pointsMm.map(([x, y]) => [to(x, a0, a1, x0, x1), to(y, b0, b1, y0, y1)]) }
}

/** Where a shape can be taken hold of: the corners of its edges, or of the polygon. */
export const handlesOf = (shape: Shape): readonly PointMm[] =>
  shape.kind === 'polygon' ? shape.pointsMm : rectangleOutline(shape.edgesMm)

/** The shape with one of its handles elsewhere; the corner opposite stays. */
export function withHandle(shape: Shape, index: number, at: PointMm): Shape {
  if (shape.kind === 'polygon')
    return { ...shape, pointsMm: shape.pointsMm.map((point, i) => (i === index ? at : point)) }
  const opposite = handlesOf(shape)[(index + 2) % 4]
  return (opposite && shapeBetween(shape.kind, opposite, at)) ?? shape
}

/** A polygon with one more corner, halfway from a corner to the next; null for other shapes. */
export function withNewCorner(shape: Shape, after: number): Shape | null {
  if (shape.kind !== 'polygon') return null
  const { pointsMm } = shape
  const [from, to] = [pointsMm[after], pointsMm[(after + 1) % pointsMm.length]]
  if (!from || !to) return null
  const between: PointMm = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]
  return { ...shape, pointsMm: [...pointsMm.slice(0, after + 1), between, ...pointsMm.slice(after + 1)] }
}

/** A polygon without one of its corners; null for other shapes and for a triangle. */
export function withoutCorner(shape: Shape, index: number): Shape | null {
  if (shape.kind !== 'polygon' || shape.pointsMm.length <= 3) return null
  return { ...shape, pointsMm: shape.pointsMm.filter((_, i) => i !== index) }
}

/** Whether a point lies inside the outline (even-odd). */
export function isInside(shape: Shape, [x, y]: PointMm): boolean {
  const outline = outlineOf(shape)
  let inside = false
  outline.forEach(([ax, ay], i) => {
    const [bx, by] = outline[(i + 1) % outline.length] ?? [ax, ay]
    if (ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay)) inside = !inside
  })
  return inside
}
