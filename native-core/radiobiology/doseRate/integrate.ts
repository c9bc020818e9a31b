/** Dose, sublethal damage and their product over a course: what every biological effect of a dose rate is made of. */
import {
  decayIntegral,
  differenceIntegral,
  exponentialDifference,
  gaussLegendrePart,
  gradedGaussLegendre,
  phi1,
  phi2,
} from './exponentials.ts'
import { piecesOf } from './pieces.ts'
import type { Piece } from './pieces.ts'
import type { DoseRateCourse } from './types.ts'

/** State of a course at a time, for one repair rate μ. */
export interface CourseState {
  /** ∫R dt, Gy. */
  readonly doseGy: number
  /** Damage that waits for repair or a partner: S = ∫R(w)·e^(−μ(t−w)) dw, Gy. */
  readonly unrepairedGy: number
  /** Q = 2·∫R·S dt, Gy²: G·D². */
  readonly pairGy2: number
}

/**
 * Carries dose, S and Q through the pieces of the course until `untilS` (default: to the end), for first-order repair at `repairPerS`:
 * S' = R − μS, Q' = 2RS (Lea & Catcheside 1942 in differential form), solved in closed form on each piece; straight pieces as in
 * Hobbs & Sgouros, Med Phys 36 (2009).
 */
export function integrateCourse(course: DoseRateCourse, repairPerS: number, untilS = Infinity): CourseState {
  let state: CourseState = { doseGy: 0, unrepairedGy: 0, pairGy2: 0 }
  for (const piece of piecesOf(course, untilS)) state = after(piece, repairPerS, state)
  return state
}

/**
 * The state at each of `timesS` (ascending), in one pass: zero before the start.
 */
export function courseHistory(course: DoseRateCourse, repairPerS: number, timesS: readonly number[]): CourseState[] {
  const states: CourseState[] = []
  let state: CourseState = { doseGy: 0, unrepairedGy: 0, pairGy2: 0 }
  const pieces = piecesOf(course, Infinity, timesS)
  let next = 0
  for (const timeS of timesS) {
    for (; next < pieces.length && (pieces[next] as Piece).endS <= timeS; next++)
      state = after(pieces[next] as Piece, repairPerS, state)
    states.push(state)
  }
  return states
}

function after(piece: Piece, mu: number, { doseGy, unrepairedGy, pairGy2 }: CourseState): CourseState {
  return {
    doseGy: doseGy + doseOver(piece),
    unrepairedGy: unrepairedAfter(piece, mu, unrepairedGy, piece.lengthS),
    pairGy2: pairGy2 + pairOver(piece, mu, unrepairedGy),
  }
}

/** Absorbed dose in Gy until `untilS` (default: to the end). */
export const doseOfCourse = (course: DoseRateCourse, untilS = Infinity): number =>
  piecesOf(course, untilS).reduce((sum, piece) => sum + doseOver(piece), 0)

/** Dose rate in Gy/s as a function of the time in s, for many times of one course; at a jump the value after it. Zero before the start. */
export function doseRateOf(course: DoseRateCourse): (timeS: number) => number {
  const pieces = piecesOf(course)
  return (timeS) => {
    const piece = pieces.findLast(({ startS }) => startS <= timeS)
    return piece ? rateIn(piece, timeS - piece.startS) : 0
  }
}

/** Dose rate in Gy/s at one time, as `doseRateOf` gives it. */
export const doseRateAt = (course: DoseRateCourse, timeS: number): number => doseRateOf(course)(timeS)

const isStraight = ({ constantGyPerS, slopeGyPerS2 }: Piece): boolean => constantGyPerS !== 0 || slopeGyPerS2 !== 0

/**
 * Whether uptake terms cancel most of what they are taken from all through the piece, which is then short against them. Their sum keeps its digits as a
 * straight line from its start and what each term departs from its own line.
 */
const isEarly = ({ lengthS, terms }: Piece): boolean =>
  lengthS < Infinity &&
  terms.some(({ rateGyPerS }) => rateGyPerS < 0) &&
  terms.every(({ decayPerS }) => decayPerS * lengthS < 0.5)

/** The piece with the lines of its terms at their start as its straight part. */
const linesOf = (piece: Piece): Piece => ({
  ...piece,
  constantGyPerS: piece.terms.reduce((sum, term) => sum + term.rateGyPerS, piece.constantGyPerS),
  slopeGyPerS2: piece.terms.reduce((sum, term) => sum - term.rateGyPerS * term.decayPerS, piece.slopeGyPerS2),
})

/** Dose rate in Gy/s at x into the piece. */
export function rateIn(piece: Piece, x: number): number {
  const early = isEarly(piece)
  const { constantGyPerS, slopeGyPerS2, terms } = early ? linesOf(piece) : piece
  return terms.reduce(
    (sum, { rateGyPerS, decayPerS }) => {
      const z = decayPerS * x
      return sum + rateGyPerS * (early ? z * z * phi2(z) : Math.exp(-z))
    },
    constantGyPerS + slopeGyPerS2 * x,
  )
}

function doseOver(piece: Piece): number {
  const { lengthS, constantGyPerS, slopeGyPerS2, terms } = piece
  if (isEarly(piece)) return gaussLegendrePart(0, lengthS, (x) => rateIn(piece, x))
  const decaying = terms.reduce((sum, term) => sum + term.rateGyPerS * decayIntegral(term.decayPerS, lengthS), 0)
  // Of an endless piece the straight part is zero: a sampled curve ends with its last sample.
  return lengthS === Infinity ? decaying : decaying + lengthS * (constantGyPerS + (slopeGyPerS2 * lengthS) / 2)
}

/** Unrepaired damage S in Gy at x into the piece, from its value at the start, for first-order repair at `mu`. */
export function unrepairedAfter(piece: Piece, mu: number, before: number, x: number): number {
  if (x === Infinity) return 0
  const z = mu * x
  const early = isEarly(piece)
  const { constantGyPerS, slopeGyPerS2, terms } = early ? linesOf(piece) : piece
  const [ofConstant, ofSlope] = [x * phi1(z), x * x * phi2(z)]
  return terms.reduce(
    (sum, { rateGyPerS, decayPerS }) => {
      const whole = exponentialDifference(decayPerS, mu, x)
      return sum + rateGyPerS * (early ? whole - ofConstant + decayPerS * ofSlope : whole)
    },
    before * Math.exp(-z) + constantGyPerS * ofConstant + slopeGyPerS2 * ofSlope,
  )
}

/** 2·∫R·S over the piece. */
function pairOver(piece: Piece, mu: number, before: number): number {
  const { lengthS, terms } = piece
  if (!isStraight(piece) && !isEarly(piece)) {
    let sum = 0
    for (const outer of terms) {
      sum += before * outer.rateGyPerS * decayIntegral(outer.decayPerS + mu, lengthS)
      for (const inner of terms)
        sum += outer.rateGyPerS * inner.rateGyPerS * differenceIntegral(outer.decayPerS, inner.decayPerS, mu, lengthS)
    }
    return 2 * sum
  }
  if (terms.length === 0 && mu * lengthS > 1) return straightPair(piece, mu, before)
  const fastest = terms.reduce((most, term) => Math.max(most, term.decayPerS), 0) + mu
  return 2 * gradedGaussLegendre(lengthS, fastest, (x) => rateIn(piece, x) * unrepairedAfter(piece, mu, before, x))
}

/** The same in closed form for R = a + b·x alone, where repair is quick enough for it to keep its digits. */
function straightPair({ lengthS: h, constantGyPerS: a, slopeGyPerS2: b }: Piece, mu: number, before: number): number {
  const q = b / mu
  const p = (a - q) / mu
  const c = before - p
  const fallen = Math.exp(-mu * h)
  const i0 = -Math.expm1(-mu * h) / mu
  const i1 = (1 - fallen * (1 + mu * h)) / (mu * mu)
  return 2 * (c * (a * i0 + b * i1) + a * p * h + ((a * q + b * p) * h * h) / 2 + (b * q * h ** 3) / 3)
}
