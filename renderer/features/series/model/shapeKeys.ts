/** What keys do to a chosen shape on a planar view, for who has no hand on a mouse. */
import { edgesOf, handlesOf, moved, withEdges, withHandle, withNewCorner, withoutCorner } from './shapes.ts'
import type { PointMm, Shape } from './shapes.ts'

export interface HeldShape {
  readonly shape: Shape
  /** The corner that the arrows move; null: they move the shape. */
  readonly corner: number | null
}

/** Steps with Shift, in pixels. */
const FAR = 5

const ARROWS: Readonly<Record<string, PointMm>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/**
 * The shape, and which of its corners is held, after a key: Page Down and Page Up take hold of the next and the previous corner, Escape lets go;
 * arrows move what is held by a pixel (Shift: by five), with Alt the lower right edges. Insert puts a corner of a polygon behind the held one,
 * Delete takes the held one out. Null for a key that does nothing here.
 */
export function afterKey(
  { shape, corner }: HeldShape,
  { key, shiftKey, altKey }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey'>,
  pixelMm: PointMm,
): HeldShape | null {
  const corners = handlesOf(shape)
  const arrow = ARROWS[key]
  if (arrow) {
    const [right, down] = [0, 1].map((axis) => (arrow[axis] ?? 0) * (pixelMm[axis] ?? 0) * (shiftKey ? FAR : 1)) as [
      number,
      number,
    ]
    const at = corner === null ? undefined : corners[corner]
    if (corner !== null && at) return { shape: withHandle(shape, corner, [at[0] + right, at[1] + down]), corner }
    const [x0, y0, x1, y1] = edgesOf(shape)
    return {
      shape: altKey ? withEdges(shape, [x0, y0, x1 + right, y1 + down]) : moved(shape, [right, down]),
      corner: null,
    }
  }
  if (key === 'PageDown' || key === 'PageUp') {
    const step = key === 'PageDown' ? 1 : -1
    const from = corner ?? (step > 0 ? -1 : 0)
    return { shape, corner: (from + step + corners.length) % corners.length }
  }
  if (corner === null) return null
  if (key === 'Escape') return { shape, corner: null }
  if (key === 'Insert') {
    const next = withNewCorner(shape, corner)
    return next && { shape: next, corner: corner + 1 }
  }
  if (key === 'Delete') {
    const next = withoutCorner(shape, corner)
    return next && { shape: next, corner: corner % handlesOf(next).length }
  }
  return null
}
