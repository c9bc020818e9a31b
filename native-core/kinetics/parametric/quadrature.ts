/**
 * Adaptive Gauss–Kronrod quadrature of several functions of one variable at once (7 and 15 points; Piessens et al., QUADPACK, 1983), and their
 * integral to infinity for functions that fall at least as fast as the nuclide decays.
 */
import { InputError } from '../../errors/index.ts'

const NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.2077849550078985, 0,
]
const KRONROD = [
  0.0229353220105292, 0.0630920926299786, 0.1047900103222502, 0.1406532597155259, 0.1690047266392679,
  0.1903505780647854, 0.2044329400752989, 0.2094821410847278,
]
/** Of the nodes with an odd index, and of zero. */
const GAUSS = [0.1294849661688697, 0.2797053914892767, 0.3818300505051189, 0.4179591836734694]

/** Writes the values of all functions at x. */
export type Functions = (x: number, out: Float64Array) => void

const MOST_INTERVALS = 4000
/** An interval is halved until 15 and 7 points differ by less than this share of the whole. */
const TOLERANCE = 1e-11

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

interface Estimate {
  readonly from: number
  readonly to: number
  readonly integral: Float64Array
  readonly error: Float64Array
  readonly size: Float64Array
}

function estimate(f: Functions, count: number, from: number, to: number): Estimate {
  const half = (to - from) / 2
  const middle = (from + to) / 2
  const [integral, gauss, size, out] = [0, 1, 2, 3].map(() => new Float64Array(count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const visit = (x: number, k: number): void => {
    f(x, out)
    for (let c = 0; c < count; c++) {
      integral[c] = at(integral, c) + half * at(KRONROD, k) * at(out, c)
      size[c] = at(size, c) + half * at(KRONROD, k) * Math.abs(at(out, c))
      if (k % 2 === 1) gauss[c] = at(gauss, c) + half * at(GAUSS, (k - 1) / 2) * at(out, c)
    }
  }
  for (let k = 0; k < 7; k++) {
    visit(middle - half * at(NODES, k), k)
    visit(middle + half * at(NODES, k), k)
  }
  visit(middle, 7)
  return { from, to, integral, error: integral.map((v, c) => Math.abs(v - at(gauss, c))), size }
}

/**
 * Integrals of `count` functions from `from` to `to`, each to about 1e-11 of the integral of its size.
 *
 * @throws InputError `kinetics.integral` where a function is not finite or the intervals do not suffice.
 */
export function integrateFunctions(f: Functions, count: number, from: number, to: number): Float64Array {
  const total = new Float64Array(count)
  if (!(to > from)) return total
  const whole = estimate(f, count, from, to)
  const scale = Float64Array.from(whole.size)
  let pending: Estimate[] = [whole]
  let intervals = 1
  while (pending.length > 0) {
    const next: Estimate[] = []
    for (const one of pending) {
      if (one.integral.some((v) => !Number.isFinite(v))) {
        throw new InputError(
          'kinetics.integral',
          `The curve has no finite value between ${(one.from / 3600).toPrecision(4)} h and ${(one.to / 3600).toPrecision(4)} h.`,
          'Write the formula so that it is defined at all times from zero on.',
        )
      }
      const good = one.error.every((v, c) => v <= TOLERANCE * at(scale, c) || v <= 1e-14 * at(one.size, c))
      if (good) {
        one.integral.forEach((v, c) => (total[c] = at(total, c) + v))
        continue
      }
      const middle = (one.from + one.to) / 2
      next.push(estimate(f, count, one.from, middle), estimate(f, count, middle, one.to))
      intervals += 1
    }
    if (intervals > MOST_INTERVALS) {
      throw new InputError(
        'kinetics.integral',
        'The curve is too rough to be integrated.',
        'Write the formula without jumps and poles.',
      )
    }
    // A first estimate that missed a peak must not hold the rest to a scale of nothing.
    for (let c = 0; c < count; c++) {
      const seen = at(total, c) + next.reduce((s, one) => s + at(one.size, c), 0)
      scale[c] = Math.max(at(scale, c), Math.abs(seen))
    }
    pending = next
  }
  return total
}

/** So many physical half-lives a curve is followed: 2⁻⁴⁰⁰ is nothing. */
const MOST_HALF_LIVES = 400

/**
 * The same to infinity: over intervals that double in length, until what is left, were it only to decay physically from there on, is below
 * 1e-11 of the integral.
 *
 * @throws InputError `kinetics.integral` also where the first function does not fall so.
 */
export function integrateToInfinity(f: Functions, count: number, from: number, physicalRate: number): Float64Array {
  const total = new Float64Array(count)
  const out = new Float64Array(count)
  let start = from
  let step = 1 / (256 * physicalRate)
  while ((start - from) * physicalRate < MOST_HALF_LIVES * Math.LN2) {
    const part = integrateFunctions(f, count, start, start + step)
    part.forEach((v, c) => (total[c] = at(total, c) + v))
    start += step
    if ((start - from) * physicalRate < 4) step *= 2
    f(start, out)
    const left = out.every(
      (v, c) => (Math.abs(v) / physicalRate) * (c === 0 ? 1 : 4) <= 1e-11 * Math.abs(at(total, c)) || v === 0,
    )
    if (left && (start - from) * physicalRate > 1) return total
  }
  const share = Math.abs(at(out, 0)) / physicalRate / Math.abs(at(total, 0))
  if (share < 1e-9) return total
  throw new InputError(
    'kinetics.integral',
    'The curve does not fall to zero: it has no time-integrated activity.',
    'Write the formula so that activity falls at least with the physical half-life.',
  )
}
