/**
 * The smallest γ² between a reference point and the trilinear dose in one cell, the box between eight voxel centres.
 *
 * In units of the tolerances, with v the offset from the reference point over the distance to agreement, γ²(v) = |v|² + e(v)², where
 * e is the dose difference over the dose tolerance. Where e is linear, c + g·v, the minimum over the box has one parameter:
 * vᵢ = clamp(−λgᵢ) with λ = c + g·v, whose two sides cross once. A trilinear e is linearised again at each new point.
 */

export interface Cell {
  /** Bounds of v, three each. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** e at the eight corners, x fastest. */
  readonly corner: Float64Array
}

/** Linearisations; they gain a digit or two each, and γ is flat at its minimum. */
const ROUNDS = 8
/** Gain in γ² below which a further one is not worth it. */
const ENOUGH = 1e-8

/** Scratch: one gamma evaluation runs at a time. */
const point = new Float64Array(3)
const gradient = new Float64Array(3)
const next = new Float64Array(3)

/**
 * Smallest γ² in the cell, or `best` where none is smaller. Where the dose is so bent that there may be several valleys, the cell is halved
 * along each axis, its eighths that could beat the best are looked into, nearest first.
 */
export function smallestInCell(cell: Cell, best: number, depth = 0): number {
  const least = leastPossible(cell)
  if (least >= (depth === 0 ? best : best * WORTH - NEGLIGIBLE)) return best
  let found = Math.min(best, descendTwice(cell))
  const parts = EIGHTHS[depth]
  if (parts === undefined || least >= found * WORTH - NEGLIGIBLE || !isBent(cell.corner)) return found
  divide(cell, parts)
  const { low, high } = cell
  const side = (a: 0 | 1 | 2): number => (low[a]! + high[a]! < 0 ? 1 << a : 0)
  const nearest = side(0) | side(1) | side(2)
  for (let n = 0; n < 8; n++) found = smallestInCell(parts[n ^ nearest]!, found, depth + 1)
  return found
}

export const newCell = (): Cell => ({
  low: new Float64Array(3),
  high: new Float64Array(3),
  corner: new Float64Array(8),
})

/** Scratch for two halvings. */
const EIGHTHS = [0, 1].map(() => Array.from({ length: 8 }, newCell))

/** An eighth that can lower γ² by 0.5 % and this at most (0.0004 at γ = 0.1, 0.003 at γ = 1) is not looked into. */
const WORTH = 0.995
const NEGLIGIBLE = 1e-4

/** Bend, in dose tolerances across the cell, from which valleys are looked for one by one. */
const BENT = 1

/** Whether a mixed difference, which a linear dose does not have, is large. */
function isBent(f: Float64Array): boolean {
  return (
    Math.abs(f[0]! - f[1]! - f[2]! + f[3]!) > BENT ||
    Math.abs(f[4]! - f[5]! - f[6]! + f[7]!) > BENT ||
    Math.abs(f[0]! - f[1]! - f[4]! + f[5]!) > BENT ||
    Math.abs(f[2]! - f[3]! - f[6]! + f[7]!) > BENT ||
    Math.abs(f[0]! - f[2]! - f[4]! + f[6]!) > BENT ||
    Math.abs(f[1]! - f[3]! - f[5]! + f[7]!) > BENT
  )
}

/** Below this γ² cannot be in the cell: the distance of the box, and e between its lowest and highest corner. */
function leastPossible({ low, high, corner }: Cell): number {
  let lowest = Infinity
  let highest = -Infinity
  for (let n = 0; n < 8; n++) {
    const e = corner[n]!
    if (e < lowest) lowest = e
    if (e > highest) highest = e
  }
  const gap = lowest > 0 ? lowest : highest < 0 ? highest : 0
  let sum = gap * gap
  for (let a = 0; a < 3; a++) {
    const distance = low[a]! > 0 ? low[a]! : high[a]! < 0 ? high[a]! : 0
    sum += distance * distance
  }
  return sum
}

function divide(cell: Cell, parts: readonly Cell[]): void {
  // The corners are on a lattice of 3 × 3 × 3 points whose values are means of two neighbours, axis by axis.
  for (let c = 0; c < 8; c++) lattice[2 * (c & 1) + 6 * ((c >> 1) & 1) + 18 * (c >> 2)] = cell.corner[c]!
  for (const start of [0, 6, 18, 24]) lattice[start + 1] = (lattice[start]! + lattice[start + 2]!) / 2
  for (const start of [0, 1, 2, 18, 19, 20]) lattice[start + 3] = (lattice[start]! + lattice[start + 6]!) / 2
  for (let start = 0; start < 9; start++) lattice[start + 9] = (lattice[start]! + lattice[start + 18]!) / 2
  for (let n = 0; n < 8; n++) {
    const part = parts[n]!
    for (let a = 0; a < 3; a++) {
      const middle = (cell.low[a]! + cell.high[a]!) / 2
      part.low[a] = (n >> a) & 1 ? middle : cell.low[a]!
      part.high[a] = (n >> a) & 1 ? cell.high[a]! : middle
    }
    const start = (n & 1) + 3 * ((n >> 1) & 1) + 9 * (n >> 2)
    for (let c = 0; c < 8; c++) part.corner[c] = lattice[start + (c & 1) + 3 * ((c >> 1) & 1) + 9 * (c >> 2)]!
  }
}

const lattice = new Float64Array(27)

/** The better of the descents from the point of the box nearest to the reference, and from the best corner. */
function descendTwice(cell: Cell): number {
  const { low, high, corner } = cell
  for (let a = 0; a < 3; a++) point[a] = low[a]! > 0 ? low[a]! : high[a]! < 0 ? high[a]! : 0
  const found = descend(cell)
  let bestCorner = -1
  let value = Infinity
  for (let n = 0; n < 8; n++) {
    const x = (n & 1) === 1 ? high[0]! : low[0]!
    const y = (n & 2) === 2 ? high[1]! : low[1]!
    const z = (n & 4) === 4 ? high[2]! : low[2]!
    const here = x * x + y * y + z * z + corner[n]! * corner[n]!
    if (here < value) {
      value = here
      bestCorner = n
    }
  }
  // Only a corner that is better than what the nearest point led to opens another valley worth looking into.
  if (value >= found) return found
  for (let a = 0; a < 3; a++) point[a] = (bestCorner >> a) & 1 ? high[a]! : low[a]!
  return descend(cell)
}

/** γ² at the end of a descent from `point`. */
function descend(cell: Cell): number {
  let e = differenceAt(cell, point)
  let value = squared(point) + e * e
  for (let round = 0; round < ROUNDS; round++) {
    let c = e
    for (let a = 0; a < 3; a++) c -= gradient[a]! * point[a]!
    const lambda = crossing(cell, c)
    let step = 1
    for (let a = 0; a < 3; a++) next[a] = clampTo(cell, a, -lambda * gradient[a]!)
    let gain = 0
    // A bent dose may throw the linear answer too far: go half the way.
    for (let halving = 0; halving < 6; halving++, step /= 2) {
      if (halving > 0) for (let a = 0; a < 3; a++) next[a] = (next[a]! + point[a]!) / 2
      const there = differenceAt(cell, next)
      const candidate = squared(next) + there * there
      gain = value - candidate
      if (gain > 0) {
        point.set(next)
        e = there
        value = candidate
        break
      }
    }
    if (!(gain > ENOUGH)) break
  }
  return value
}

/**
 * The λ for which λ = c + Σ gᵢ·clamp(−λgᵢ). Right minus left falls in straight pieces of slope −1 or steeper, so that the crossing is no
 * further away than that difference: Newton's steps, halved where they leave what is left of the bracket.
 */
function crossing({ low, high }: Cell, c: number): number {
  let lambda = c
  let from = -Infinity
  let to = Infinity
  for (let round = 0; round < 40; round++) {
    let right = c
    let slope = 1
    for (let a = 0; a < 3; a++) {
      const g = gradient[a]!
      const v = -lambda * g
      if (v < low[a]!) right += g * low[a]!
      else if (v > high[a]!) right += g * high[a]!
      else {
        right += g * v
        slope += g * g
      }
    }
    const excess = right - lambda
    if (Math.abs(excess) <= 1e-12 * (1 + Math.abs(lambda))) break
    if (excess > 0) {
      from = lambda
      to = Math.min(to, lambda + excess)
    } else {
      to = lambda
      from = Math.max(from, lambda + excess)
    }
    const newton = lambda + excess / slope
    lambda = newton > from && newton < to ? newton : (from + to) / 2
  }
  return lambda
}

const squared = (v: Float64Array): number => v[0]! * v[0]! + v[1]! * v[1]! + v[2]! * v[2]!

function clampTo({ low, high }: Cell, axis: number, value: number): number {
  return value < low[axis]! ? low[axis]! : value > high[axis]! ? high[axis]! : value
}

/** e at a point of the box; its gradient goes into `gradient`. A flat box (an image of one plane) has no slope along that axis. */
function differenceAt({ low, high, corner: f }: Cell, v: Float64Array): number {
  const wx = high[0]! - low[0]!
  const wy = high[1]! - low[1]!
  const wz = high[2]! - low[2]!
  const x = wx > 0 ? (v[0]! - low[0]!) / wx : 0
  const y = wy > 0 ? (v[1]! - low[1]!) / wy : 0
  const z = wz > 0 ? (v[2]! - low[2]!) / wz : 0
  const a = f[0]! + x * (f[1]! - f[0]!)
  const b = f[2]! + x * (f[3]! - f[2]!)
  const c = f[4]! + x * (f[5]! - f[4]!)
  const d = f[6]! + x * (f[7]! - f[6]!)
  const near = a + y * (b - a)
  const far = c + y * (d - c)
  const alongNear = f[1]! - f[0]! + y * (f[3]! - f[2]! - f[1]! + f[0]!)
  const alongFar = f[5]! - f[4]! + y * (f[7]! - f[6]! - f[5]! + f[4]!)
  gradient[0] = wx > 0 ? (alongNear + z * (alongFar - alongNear)) / wx : 0
  gradient[1] = wy > 0 ? (b - a + z * (d - c - b + a)) / wy : 0
  gradient[2] = wz > 0 ? (far - near) / wz : 0
  return near + z * (far - near)
}
