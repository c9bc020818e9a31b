/** A course of dose rates cut into pieces on which the rate is a straight line plus exponentials. */
import { InputError } from '../../errors/index.ts'
import type { DoseRateCourse, DoseRateTerm } from './types.ts'

/** R(x) = constant + slope·x + Σ rate·exp(−decay·x), x from 0 to `lengthS` (Infinity for the last piece of a decaying course). */
export interface Piece {
  readonly startS: number
  readonly endS: number
  readonly lengthS: number
  readonly constantGyPerS: number
  readonly slopeGyPerS2: number
  readonly terms: readonly DoseRateTerm[]
}

/**
 * Pieces of `course` in the order of time up to `untilS`, cut also at the times of `alsoAtS`. Throws InputError for a curve that cannot be one: `dose-rate.times`,
 * `dose-rate.rate`, `dose-rate.decay`, `dose-rate.empty`; and `dose-rate.until` for an end before the start.
 */
export function piecesOf(course: DoseRateCourse, untilS = Infinity, alsoAtS: readonly number[] = []): Piece[] {
  check(course)
  const cuts = new Set<number>()
  for (const curve of course)
    if (curve.kind === 'exponentials') cuts.add(curve.startS)
    else for (const time of curve.timesS) cuts.add(time)
  const first = Math.min(...cuts)
  for (const time of alsoAtS) if (time > first) cuts.add(time)
  if (!(untilS > first))
    throw new InputError(
      'dose-rate.until',
      `The dose rate starts at ${first} s, and its effect is asked for until ${untilS} s.`,
      'Choose an end after the start.',
    )
  const starts = [...cuts].filter((time) => time < untilS).sort((a, b) => a - b)
  return starts.map((startS, at) => {
    const endS = starts[at + 1] ?? untilS
    return pieceBetween(course, startS, endS)
  })
}

/** The dose rate just after `startS`, which may lie anywhere between two cuts. */
function pieceBetween(course: DoseRateCourse, startS: number, endS: number): Piece {
  let constant = 0
  let slope = 0
  const terms: DoseRateTerm[] = []
  for (const curve of course) {
    if (curve.kind === 'exponentials') {
      const since = startS - curve.startS
      if (since < 0) continue
      for (const { rateGyPerS, decayPerS } of curve.terms)
        terms.push({ rateGyPerS: rateGyPerS * Math.exp(-decayPerS * since), decayPerS })
      continue
    }
    const { timesS, rateGyPerS, tailDecayPerS } = curve
    const last = timesS.length - 1
    const lastS = timesS[last] as number
    if (startS >= lastS) {
      if (tailDecayPerS !== null)
        terms.push({
          rateGyPerS: (rateGyPerS[last] as number) * Math.exp(-tailDecayPerS * (startS - lastS)),
          decayPerS: tailDecayPerS,
        })
      continue
    }
    const after = timesS.findIndex((time) => time > startS)
    if (after <= 0) continue
    const [t0, t1] = [timesS[after - 1] as number, timesS[after] as number]
    const [r0, r1] = [rateGyPerS[after - 1] as number, rateGyPerS[after] as number]
    const rise = (r1 - r0) / (t1 - t0)
    constant += r0 + rise * (startS - t0)
    slope += rise
  }
  return { startS, endS, lengthS: endS - startS, constantGyPerS: constant, slopeGyPerS2: slope, terms }
}

function check(course: DoseRateCourse): void {
  if (course.length === 0 || course.some((curve) => curve.kind === 'exponentials' && curve.terms.length === 0))
    throw new InputError('dose-rate.empty', 'There is no dose rate.', 'Give at least one curve with at least one term.')
  for (const curve of course) {
    if (curve.kind === 'exponentials') {
      if (!Number.isFinite(curve.startS))
        throw new InputError(
          'dose-rate.times',
          `A dose rate starts at ${curve.startS} s.`,
          'Give its start in seconds.',
        )
      for (const { rateGyPerS, decayPerS } of curve.terms) {
        if (!Number.isFinite(rateGyPerS))
          throw new InputError('dose-rate.rate', `A dose rate is ${rateGyPerS} Gy/s.`, 'Give a finite number.')
        if (!(decayPerS > 0) || !Number.isFinite(decayPerS))
          throw new InputError(
            'dose-rate.decay',
            `A dose rate falls with ${decayPerS} 1/s; it must fall with a positive rate, or the dose has no end.`,
            'Give the effective decay constant, ln 2 over the effective half-life.',
          )
      }
      const atStart = curve.terms.reduce((sum, term) => sum + term.rateGyPerS, 0)
      const size = curve.terms.reduce((sum, term) => sum + Math.abs(term.rateGyPerS), 0)
      if (atStart < -1e-9 * size)
        throw new InputError(
          'dose-rate.rate',
          `The dose rate is ${atStart} Gy/s at its start.`,
          'A dose rate is never negative: check the signs of the uptake terms.',
        )
      checkNeverNegative(curve.terms, size)
      continue
    }
    checkSamples(curve.timesS, curve.rateGyPerS, curve.tailDecayPerS)
  }
}

/** A curve that starts well may turn negative later, where an uptake term outlives the others. */
function checkNeverNegative(terms: readonly DoseRateTerm[], size: number): void {
  if (terms.every(({ rateGyPerS }) => rateGyPerS >= 0)) return
  const byDecay = [...terms].sort((a, b) => a.decayPerS - b.decayPerS)
  const [slowest, fastest] = [byDecay[0] as DoseRateTerm, byDecay.at(-1) as DoseRateTerm]
  if (terms.length === 2 && slowest.rateGyPerS >= 0) return
  const [firstS, spanS] = [1e-3 / fastest.decayPerS, (5e4 * fastest.decayPerS) / slowest.decayPerS]
  for (let k = 0; k <= CHECKED_TIMES; k++) {
    const timeS = firstS * spanS ** (k / CHECKED_TIMES)
    const rate = terms.reduce((sum, term) => sum + term.rateGyPerS * Math.exp(-term.decayPerS * timeS), 0)
    if (rate < -1e-9 * size)
      throw new InputError(
        'dose-rate.rate',
        `The dose rate is ${rate} Gy/s ${timeS} s after its start.`,
        'A dose rate is never negative: a negative (uptake) term has to fall off faster than what it is taken from.',
      )
  }
}

const CHECKED_TIMES = 128

function checkSamples(timesS: readonly number[], rates: readonly number[], tail: number | null): void {
  const ascending = timesS.every((time, at) => Number.isFinite(time) && (at === 0 || time > (timesS[at - 1] as number)))
  if (timesS.length < 2 || !ascending || rates.length !== timesS.length)
    throw new InputError(
      'dose-rate.times',
      `A sampled dose rate has ${timesS.length} times and ${rates.length} rates${ascending ? '' : '; the times do not ascend'}.`,
      'Give at least two samples, each with its time, in ascending order.',
    )
  const bad = rates.findIndex((rate) => !(rate >= 0) || !Number.isFinite(rate))
  if (bad >= 0)
    throw new InputError(
      'dose-rate.rate',
      `The dose rate at ${timesS[bad]} s is ${rates[bad]} Gy/s.`,
      'A dose rate is a finite number, never negative.',
    )
  if (tail !== null && !(tail > 0 && Number.isFinite(tail)))
    throw new InputError(
      'dose-rate.decay',
      `The tail of a sampled dose rate falls with ${tail} 1/s.`,
      'Give a positive decay constant, or null for no tail.',
    )
}
