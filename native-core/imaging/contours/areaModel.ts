/**
 * How the cross-section area of a body runs between its contours and beyond the last ones.
 *
 * The area of any ellipsoid, in any orientation, is exactly quadratic along a fixed normal, and so are the areas of cones
 * (frusta) and of prisms. So areas are interpolated by parabolas through neighbouring slices, and a body whose parabola falls
 * to zero before the next slice (where there is no contour) is closed there. Where it does not, the body ends flat, half a
 * slice beyond its last contour, as the field does it.
 */

/** Area in mm² at distance t (mm) from the start of a piece, 0 ≤ t ≤ length. */
export type AreaFunction = (t: number) => number

export interface Knot {
  readonly w: number
  readonly areaMm2: number
}

export interface BodyEnd {
  readonly kind: 'closed' | 'flat'
  /** How far the body goes beyond its last contour, mm. */
  readonly lengthMm: number
  readonly area: AreaFunction
}

/** The end may be extrapolated this far beyond the next, empty slice before it is taken for flat (contours are noisy). */
const CLOSE_TOLERANCE = 1.1

/**
 * How the body goes on beyond its last contour. `areas` are those of the last contour and of the ones before it, nearest
 * first (one to four), `gaps` the distances between them, `limitMm` the distance to where the next contour would be,
 * `aspect` = area / inscribed radius² of the body's largest slice (π for a circle).
 *
 * With three areas the parabola is measured. A cylinder that lies along the slices has areas whose squares are exactly
 * quadratic: squares are used where they predict the fourth area clearly better than the areas themselves, or where only
 * they close. With two areas the parabola is
 * assumed to bend as that of a body as thick along the normal as it is in the slice (A'' = −2·aspect; exact for a sphere).
 * With one the end is flat.
 */
export function bodyEnd(areas: readonly number[], gaps: readonly number[], limitMm: number, aspect: number): BodyEnd {
  const [a0, a1, a2] = [areas[0]!, areas[1], areas[2]]
  const flat: BodyEnd = { kind: 'flat', lengthMm: limitMm / 2, area: () => a0 }
  if (a1 === undefined) return flat
  const h1 = gaps[0]!
  const h2 = gaps[1]
  if (a2 === undefined || h2 === undefined) return closeWith([a0, a1], h1, -aspect, limitMm, 1) ?? flat
  for (const power of powersInOrder(areas, gaps)) {
    if (power === 2 && a0 >= a1) continue
    const [p0, p1, p2] = [a0 ** power, a1 ** power, a2 ** power]
    const bend = ((p2 - p1) / h2 - (p1 - p0) / h1) / (h1 + h2)
    const end = closeWith([p0, p1], h1, bend, limitMm, power)
    if (end !== null) return end
  }
  // A pointed end (radius falls linearly): its parabola only touches zero, and with noise may miss it.
  if (a0 < a1) {
    const ratio = Math.sqrt(a0 / a1)
    const tip = (h1 * ratio) / (1 - ratio)
    if (tip <= CLOSE_TOLERANCE * limitMm) {
      return { kind: 'closed', lengthMm: Math.min(tip, limitMm), area: (t) => a0 * Math.max(0, 1 - t / tip) ** 2 }
    }
  }
  return flat
}

/** Which power of the area to take for quadratic, the likelier one first. */
function powersInOrder(areas: readonly number[], gaps: readonly number[]): readonly (1 | 2)[] {
  const fourth = areas[3]
  const gap = gaps[2]
  if (fourth === undefined || gap === undefined) return [1, 2]
  const miss = (power: 1 | 2): number => {
    const [p0, p1, p2] = [areas[0]! ** power, areas[1]! ** power, areas[2]! ** power]
    const [h1, h2] = [gaps[0]!, gaps[1]!]
    const bend = ((p2 - p1) / h2 - (p1 - p0) / h1) / (h1 + h2)
    const predicted = p2 + gap * ((p2 - p1) / h2 + bend * (gap + h2))
    return Math.abs(Math.max(0, predicted) ** (1 / power) - fourth)
  }
  // Four areas that are symmetric fit both: only a miss well above the noise of contours speaks for the squares.
  return miss(1) > 0.02 * Math.max(...areas) && miss(2) < 0.5 * miss(1) ? [2, 1] : [1, 2]
}

/** The end where p0 + b·t + c·t² (the area to some power) falls to zero, if that is before the next slice. */
function closeWith(
  values: readonly [number, number],
  h1: number,
  c: number,
  limitMm: number,
  power: 1 | 2,
): BodyEnd | null {
  const [p0, p1] = values
  const b = (p0 - p1 + c * h1 * h1) / h1
  const end = smallestPositiveRoot(p0, b, c)
  if (end === null || end > CLOSE_TOLERANCE * limitMm) return null
  const parabola = (t: number): number => Math.max(0, p0 + t * (b + t * c))
  return {
    kind: 'closed',
    lengthMm: Math.min(end, limitMm),
    area: power === 1 ? parabola : (t) => Math.sqrt(parabola(t)),
  }
}

function smallestPositiveRoot(a0: number, b: number, c: number): number | null {
  const discriminant = b * b - 4 * a0 * c
  if (discriminant < 0) return null
  // 2·a0 / (−b ± √D) stays exact for small c.
  const root = Math.sqrt(discriminant)
  const candidates = [(2 * a0) / (-b + root), (2 * a0) / (-b - root)].filter((t) => Number.isFinite(t) && t > 0)
  return candidates.length === 0 ? null : Math.min(...candidates)
}

/**
 * Area between two contours. `before` and `after` are the neighbours beyond, where the body goes on there; `curvature` is the
 * assumed c of A = … + c·t² where neither exists (0: straight line).
 *
 * With both neighbours it is the mean of the two parabolas (both exact for quadratic areas). The area never leaves the range
 * from half the smaller to 1.5 times the larger end area.
 */
export function areaBetween(
  lower: Knot,
  upper: Knot,
  before: Knot | null,
  after: Knot | null,
  curvature: number,
): AreaFunction {
  const h = upper.w - lower.w
  const a = lower.areaMm2
  const b = upper.areaMm2
  const slope = (b - a) / h
  const bends: number[] = []
  if (before !== null) {
    bends.push((slope - (a - before.areaMm2) / (lower.w - before.w)) / (upper.w - before.w))
  }
  if (after !== null) {
    bends.push(((after.areaMm2 - b) / (after.w - upper.w) - slope) / (after.w - lower.w))
  }
  const c = bends.length === 0 ? curvature : bends.reduce((sum, value) => sum + value, 0) / bends.length
  const low = 0.5 * Math.min(a, b)
  const high = 1.5 * Math.max(a, b)
  return (t) => Math.min(high, Math.max(low, a + slope * t - c * t * (h - t)))
}
