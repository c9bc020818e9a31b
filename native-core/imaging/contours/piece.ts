/** One stretch of a body along the slice normal: between two contours, or from the last contour to the body's end. */
import { distanceAt } from './shapeField.ts'
import type { AreaFunction } from './areaModel.ts'
import type { PixelBox, ShapeField } from './shapeField.ts'

/** Samples of level and width along a piece. */
const TABLE = 32

export interface PieceShape {
  /** Range along the normal, mm. */
  readonly wStart: number
  readonly wEnd: number
  readonly lower: ShapeField
  /** On the same pixels as `lower`; null in end pieces, whose shape is that of their contour. */
  readonly upper: ShapeField | null
  /** Pixels of the fields that the piece may reach. */
  readonly box: PixelBox
  /** In end pieces: position of the contour, and shift of the outline per mm away from it. */
  readonly wContour: number
  readonly shiftU: number
  readonly shiftV: number
}

export interface Piece extends PieceShape {
  /** The outline is the level set of the blended field at this level: TABLE + 1 values from wStart to wEnd. */
  readonly level: Float64Array
  /** Slope of the field at the outline per mm, same samples. */
  readonly slope: Float64Array
  readonly levelLow: number
  readonly levelHigh: number
  readonly volumeMm3: number
}

/**
 * Makes a piece whose cross-section at distance t from `wStart` has the area `area(t)`: for each of some positions the level
 * of the blended field that encloses just this area is found, and levels in between are interpolated.
 */
export function makePiece(shape: PieceShape, area: AreaFunction): Piece {
  const length = shape.wEnd - shape.wStart
  const halves = shape.upper === null || length > 2 * shape.lower.pitchMm ? 4 : 2
  const nodes = Array.from({ length: halves + 1 }, (_, n) => solveLevel(shape, n / halves, area((n / halves) * length)))
  const level = new Float64Array(TABLE + 1)
  const slope = new Float64Array(TABLE + 1)
  let volume = 0
  let levelLow = Infinity
  let levelHigh = -Infinity
  for (let n = 0; n <= TABLE; n++) {
    const position = n / TABLE
    level[n] = throughThree(
      nodes.map((node) => node.level),
      position,
    )
    slope[n] = Math.max(
      1e-6,
      throughThree(
        nodes.map((node) => node.slope),
        position,
      ),
    )
    levelLow = Math.min(levelLow, level[n]!)
    levelHigh = Math.max(levelHigh, level[n]!)
    // Simpson's rule: exact for quadratic areas.
    const weight = n === 0 || n === TABLE ? 1 : n % 2 === 1 ? 4 : 2
    volume += (weight * area(position * length) * length) / (3 * TABLE)
  }
  return { ...shape, level, slope, levelLow, levelHigh, volumeMm3: volume }
}

/** Piecewise parabola through evenly spaced values (an odd number, at least three) at 0 ≤ position ≤ 1. */
function throughThree(values: readonly number[], position: number): number {
  const x = position * (values.length - 1)
  const first = Math.min(values.length - 3, 2 * Math.floor(x / 2))
  const t = x - first
  const [a, b, c] = [values[first]!, values[first + 1]!, values[first + 2]!]
  return a * (1 - t) * (1 - t / 2) + b * t * (2 - t) + (c * t * (t - 1)) / 2
}

/** Field value of a signed distance: d·(2R − d). */
function fieldValue(d: number, inscribed: number): number {
  return d * (2 * inscribed - d)
}

/** The level of the blended field at relative position `position` that encloses `areaMm2`, and the field's slope there. */
function solveLevel(shape: PieceShape, position: number, areaMm2: number): { level: number; slope: number } {
  const { pitchMm } = shape.lower
  const pixelArea = pitchMm * pitchMm
  const values = blendedValues(shape, position)
  let highest = -Infinity
  for (let n = 0; n < values.length; n++) if (values[n]! > highest) highest = values[n]!
  const slopeAt = (level: number): number => 2 * Math.sqrt(Math.max(highest - level, 0.01 * pixelArea))
  if (areaMm2 <= 0.02 * pixelArea) return { level: highest, slope: slopeAt(highest) }

  const excess = (level: number): number => enclosedArea(values, level, slopeAt(level), pitchMm) - areaMm2
  // Bracket the level from 0 (where it is at the contours), then regula falsi, the retained end halved (Illinois).
  let low = Math.min(0, highest - 0.25 * pixelArea)
  let excessLow = excess(low)
  let high = low
  let excessHigh = excessLow
  let step = Math.max(1e-3 * Math.abs(highest), pixelArea)
  for (let n = 0; excessLow < 0 && n < 60; n++, step *= 3) {
    high = low
    excessHigh = excessLow
    low -= step
    excessLow = excess(low)
  }
  for (let n = 0; excessHigh > 0 && n < 60; n++, step *= 3) {
    low = high
    excessLow = excessHigh
    high = Math.min(highest, high + step)
    excessHigh = high >= highest ? -areaMm2 : excess(high)
  }
  let level = low
  for (let n = 0; n < 40; n++) {
    level = excessLow === excessHigh ? low : low + ((high - low) * excessLow) / (excessLow - excessHigh)
    const value = excess(level)
    if (Math.abs(value) <= 1e-5 * areaMm2 || high - low <= 1e-9 * (1 + highest)) break
    if (value > 0) {
      low = level
      excessLow = value
      excessHigh /= 2
    } else {
      high = level
      excessHigh = value
      excessLow /= 2
    }
  }
  return { level, slope: slopeAt(level) }
}

/** The blended field on the pixels of the piece's box. */
function blendedValues(shape: PieceShape, position: number): Float64Array {
  const { lower, upper, box } = shape
  const columns = box.columnHigh - box.columnLow + 1
  const values = new Float64Array(columns * (box.rowHigh - box.rowLow + 1))
  let n = 0
  for (let row = box.rowLow; row <= box.rowHigh; row++) {
    const base = row * lower.columns
    for (let column = box.columnLow; column <= box.columnHigh; column++, n++) {
      const low = fieldValue(lower.distanceMm[base + column]!, lower.inscribedMm)
      if (upper === null) values[n] = low
      else values[n] = low + position * (fieldValue(upper.distanceMm[base + column]!, upper.inscribedMm) - low)
    }
  }
  return values
}

/** Area where `values` exceed `level`, each pixel counted by how far its centre is from the outline. */
function enclosedArea(values: Float64Array, level: number, slope: number, pitchMm: number): number {
  const perPixel = 1 / (slope * pitchMm)
  const offset = 0.5 - level * perPixel
  let sum = 0
  for (let n = 0; n < values.length; n++) {
    const part = offset + values[n]! * perPixel
    if (part > 0) sum += part < 1 ? part : 1
  }
  return sum * pitchMm * pitchMm
}

/** Part (0 to 1) of a patch `widthMm` wide around in-plane point (u, v) at height w that is inside; w must be in the piece. */
export function coverageAt(piece: Piece, u: number, v: number, w: number, widthMm: number): number {
  const position = (w - piece.wStart) / (piece.wEnd - piece.wStart)
  const x = position * TABLE
  const n = x <= 0 ? 0 : x >= TABLE ? TABLE - 1 : x | 0
  const f = x - n
  const level = piece.level[n]! + f * (piece.level[n + 1]! - piece.level[n]!)
  const slope = piece.slope[n]! + f * (piece.slope[n + 1]! - piece.slope[n]!)
  const away = w - piece.wContour
  const lower = piece.lower
  const du = u - piece.shiftU * away
  const dv = v - piece.shiftV * away
  let value = fieldValue(distanceAt(lower, du, dv), lower.inscribedMm)
  if (piece.upper !== null) {
    value += position * (fieldValue(distanceAt(piece.upper, du, dv), piece.upper.inscribedMm) - value)
  }
  const part = 0.5 + (value - level) / (slope * widthMm)
  return part <= 0 ? 0 : part >= 1 ? 1 : part
}

/** What a piece is within `radiusMm` of (u, v), over its whole height: 1 all inside, 0 all outside, -1 not known. */
export function uniformAt(
  piece: Piece,
  u: number,
  v: number,
  w: number,
  radiusMm: number,
  halfHeightMm: number,
): number {
  const away = w - piece.wContour
  const drift = Math.hypot(piece.shiftU, piece.shiftV) * halfHeightMm
  const reach = radiusMm + drift + 0.3 * piece.lower.pitchMm
  const du = u - piece.shiftU * away
  const dv = v - piece.shiftV * away
  const lower = distanceAt(piece.lower, du, dv)
  const upper = piece.upper === null ? lower : distanceAt(piece.upper, du, dv)
  const lowerR = piece.lower.inscribedMm
  const upperR = piece.upper === null ? lowerR : piece.upper.inscribedMm
  if (
    lower - reach > 0 &&
    upper - reach > 0 &&
    fieldValue(lower - reach, lowerR) > piece.levelHigh &&
    fieldValue(upper - reach, upperR) > piece.levelHigh
  ) {
    return 1
  }
  const outermost = (d: number, r: number): number => fieldValue(Math.min(d + reach, r), r)
  return outermost(lower, lowerR) < piece.levelLow && outermost(upper, upperR) < piece.levelLow ? 0 : -1
}
