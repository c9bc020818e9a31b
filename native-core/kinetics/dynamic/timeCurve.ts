/** Curves of concentration in time: of samples, of frames, of formulas; their values and integrals. */
import { InputError } from '../../errors/index.ts'
import type { FrameCurve, PieceTerm, TimeCurve } from './types.ts'

const at = (a: ArrayLike<number>, i: number): number => a[i] as number

/** Samples of a concentration, decay-corrected to the administration. */
export interface Samples {
  readonly timesS: readonly number[]
  readonly concentrationBqPerMl: readonly number[]
}

export interface SamplingOptions {
  /** Straight lines, or monotone cubics (Fritsch & Carlson, SIAM J. Numer. Anal. 17 (1980) 238), which never overshoot. */
  readonly interpolation: 'linear' | 'monotone'
  /**
   * Nothing after the last sample, or the single exponential of the last samples whose logarithms a straight line fits best. Samples of
   * this number, all positive.
   */
  readonly afterLast: 'refuse' | { readonly exponentialOfLast: number }
}

export const DEFAULT_SAMPLING: SamplingOptions = { interpolation: 'linear', afterLast: 'refuse' }

/**
 * A curve through samples. Before the first one it rises in a straight line from nothing at time 0 (a first sample at or before 0 is taken as it
 * is).
 *
 * @throws InputError `dynamic.samples` for fewer than two samples, equal times, values that are not finite; `dynamic.tail` where the last
 * samples do not fall.
 */
export function sampledCurve(samples: Samples, label: string, options: Partial<SamplingOptions> = {}): TimeCurve {
  const { interpolation, afterLast } = { ...DEFAULT_SAMPLING, ...options }
  const points = sortedPoints(samples, label)
  const [t, c] = [points.map(([time]) => time), points.map(([, value]) => value)]
  const slopes = interpolation === 'monotone' ? monotoneSlopes(t, c) : null
  const pieces = t.slice(0, -1).map((startS, i) => {
    const h = at(t, i + 1) - startS
    const rise = (at(c, i + 1) - at(c, i)) / h
    const cubic = slopes
      ? [
          at(c, i),
          at(slopes, i),
          (3 * rise - 2 * at(slopes, i) - at(slopes, i + 1)) / h,
          (at(slopes, i) + at(slopes, i + 1) - 2 * rise) / h ** 2,
        ]
      : [at(c, i), rise]
    return { startS, terms: [{ ratePerS: 0, coefficients: cubic }] }
  })
  const tail = afterLast === 'refuse' ? null : tailOf(t, c, afterLast.exponentialOfLast, label)
  const lastS = at(t, t.length - 1)
  return {
    pieces: tail
      ? [...pieces, { startS: lastS, terms: [{ ratePerS: tail.ratePerS, coefficients: [tail.amplitude] }] }]
      : pieces,
    endS: tail ? Infinity : lastS,
    description: `${label}: ${samples.timesS.length} samples, ${interpolation === 'linear' ? 'straight lines' : 'monotone cubics'}`,
    remarks: [
      ...(tail
        ? [
            `${label}: after ${lastS} s the single exponential of its last samples, half-life ${(Math.LN2 / tail.ratePerS).toFixed(0)} s.`,
          ]
        : []),
    ],
  }
}

/**
 * Undoes the mono-exponential dispersion of a sampling line with time constant τ: the true curve is g + τ·dg/dt of the sampled g (Iida et al., J.
 * Cereb. Blood Flow Metab. 6 (1986) 536). Exact for every piece; the curve must not jump. Noise is amplified.
 *
 * @throws InputError `dynamic.dispersion`.
 */
export function undoDispersion(curve: TimeCurve, tauS: number): TimeCurve {
  if (!(tauS >= 0) || !Number.isFinite(tauS))
    throw new InputError('dynamic.dispersion', `The dispersion is ${tauS} s.`, 'Give a time constant of zero or more.')
  if (tauS === 0) return curve
  return {
    ...curve,
    pieces: curve.pieces.map(({ startS, terms }) => ({
      startS,
      terms: terms.map(({ ratePerS, coefficients: p }) => ({
        ratePerS,
        coefficients: p.map((value, m) => value + tauS * ((m + 1) * (p[m + 1] ?? 0) - ratePerS * value)),
      })),
    })),
    remarks: [...curve.remarks, `A dispersion of ${tauS} s was undone in ${curve.description}.`],
  }
}

function sortedPoints({ timesS, concentrationBqPerMl }: Samples, label: string): (readonly [number, number])[] {
  const points = timesS.map((time, i) => [time, concentrationBqPerMl[i] ?? NaN] as const).sort(([a], [b]) => a - b)
  const isGood = points.every(
    ([time, value], i) =>
      Number.isFinite(time) && Number.isFinite(value) && (i === 0 || time > at(points[i - 1] ?? [], 0)),
  )
  if (points.length < 2 || timesS.length !== concentrationBqPerMl.length || !isGood)
    throw new InputError(
      'dynamic.samples',
      `The samples of ${label} are no curve: ${timesS.length} times and ${concentrationBqPerMl.length} values.`,
      'Give two or more samples with a number each, no two at one time.',
    )
  return at(points[0] ?? [], 0) > 0 ? [[0, 0], ...points] : points
}

/** Slopes at the nodes: weighted harmonic means of the neighbours', zero at extremes; three-point rule at the ends, limited. */
function monotoneSlopes(t: readonly number[], c: readonly number[]): number[] {
  const n = t.length
  const h = t.slice(0, -1).map((time, i) => at(t, i + 1) - time)
  const d = h.map((step, i) => (at(c, i + 1) - at(c, i)) / step)
  if (n === 2) return [at(d, 0), at(d, 0)]
  const inner = (i: number): number => {
    const [before, after] = [at(d, i - 1), at(d, i)]
    if (before * after <= 0) return 0
    const [w1, w2] = [2 * at(h, i) + at(h, i - 1), at(h, i) + 2 * at(h, i - 1)]
    return (w1 + w2) / (w1 / before + w2 / after)
  }
  const end = (h0: number, h1: number, d0: number, d1: number): number => {
    const slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    if (slope * d0 <= 0) return 0
    return d0 * d1 <= 0 && Math.abs(slope) > 3 * Math.abs(d0) ? 3 * d0 : slope
  }
  return t.map((_, i) =>
    i === 0
      ? end(at(h, 0), at(h, 1), at(d, 0), at(d, 1))
      : i === n - 1
        ? end(at(h, n - 2), at(h, n - 3), at(d, n - 2), at(d, n - 3))
        : inner(i),
  )
}

function tailOf(
  t: readonly number[],
  c: readonly number[],
  count: number,
  label: string,
): { readonly ratePerS: number; readonly amplitude: number } {
  const [times, logs] = [t.slice(-count), c.slice(-count).map(Math.log)]
  const [meanT, meanL] = [mean(times), mean(logs)]
  const slope =
    times.reduce((s, time, i) => s + (time - meanT) * (at(logs, i) - meanL), 0) /
    times.reduce((s, time) => s + (time - meanT) ** 2, 0)
  if (!Number.isInteger(count) || count < 2 || times.length < count || !(slope < 0) || !Number.isFinite(slope))
    throw new InputError(
      'dynamic.tail',
      `The last ${count} samples of ${label} do not fall exponentially.`,
      'Name another number of last samples (2 or more, all positive and falling), or give samples up to the end of the scan.',
    )
  // Through the last sample's fitted value, so that one noisy sample does not shift the whole tail.
  return { ratePerS: -slope, amplitude: Math.exp(meanL + slope * (at(t, t.length - 1) - meanT)) }
}

const mean = (values: readonly number[]): number => values.reduce((s, v) => s + v, 0) / values.length

/**
 * Σ amplitude·e^(−rate(t − start)) + the term linear in time, from `startS` on: sums of exponentials, and the bolus model of Feng, Huang, Wang
 * (Int. J. Biomed. Comput. 32 (1993) 95).
 */
export function exponentialCurve(terms: readonly PieceTerm[], startS: number, description: string): TimeCurve {
  if (!Number.isFinite(startS) || terms.some((term) => ![term.ratePerS, ...term.coefficients].every(Number.isFinite)))
    throw new InputError(
      'dynamic.input',
      `The input (${description}) has a number that is none.`,
      'Give finite amplitudes, rates and start.',
    )
  return { pieces: [{ startS, terms }], endS: Infinity, description, remarks: [] }
}

/** How a curve of frame averages is made continuous. */
export type FrameInterpolation =
  /** A curve whose averages over the frames are those measured: the slope of the monotone cubic through its integral at the frames' ends. */
  | 'mean-preserving'
  /** Straight lines through the values at mid-frame. */
  | 'mid-frame'

/**
 * A continuous curve from frame averages. `mean-preserving` needs frames without gaps from the first one on; in a gap the average is taken to
 * change in a straight line. Before the first frame there is nothing.
 *
 * @throws InputError `dynamic.samples`.
 */
export function curveOfFrames(curve: FrameCurve, interpolation: FrameInterpolation): TimeCurve {
  const { label, schedule, concentrationBqPerMl: c } = curve
  const { frames } = schedule
  const last = frames[frames.length - 1]
  if (!last || frames.length < 2)
    throw new InputError('dynamic.samples', `${label} has ${frames.length} frame(s).`, 'Give two frames or more.')
  const description = `${label}: ${frames.length} frames, ${interpolation}`
  if (interpolation === 'mid-frame') {
    const mids = frames.map(({ startS, durationS }) => startS + durationS / 2)
    const end = last.startS + last.durationS
    // The last frame's second half goes on in the same straight line.
    const [m1, m0] = [at(mids, mids.length - 2), at(mids, mids.length - 1)]
    const [c1, c0] = [at(c, c.length - 2), at(c, c.length - 1)]
    const beyond = c0 + ((c0 - c1) / (m0 - m1)) * (end - m0)
    const line = sampledCurve({ timesS: [...mids, end], concentrationBqPerMl: [...c, beyond] }, label)
    return { ...line, description }
  }
  const [nodes, integral] = [[frames[0]?.startS ?? 0], [0]]
  frames.forEach(({ startS, durationS }, i) => {
    const gap = startS - at(nodes, nodes.length - 1)
    if (gap > 1e-6) {
      nodes.push(startS)
      integral.push(at(integral, integral.length - 1) + (gap * (at(c, i) + (c[i - 1] ?? 0))) / 2)
    }
    nodes.push(startS + durationS)
    integral.push(at(integral, integral.length - 1) + durationS * at(c, i))
  })
  const slopes = monotoneSlopes(nodes, integral)
  if ((frames[0]?.startS ?? 0) <= 1e-6 && (c[0] ?? 0) >= 0) slopes[0] = 0
  const pieces = nodes.slice(0, -1).map((startS, i) => {
    const h = at(nodes, i + 1) - startS
    const rise = (at(integral, i + 1) - at(integral, i)) / h
    const [s0, s1] = [at(slopes, i), at(slopes, i + 1)]
    return {
      startS,
      terms: [
        { ratePerS: 0, coefficients: [s0, (2 * (3 * rise - 2 * s0 - s1)) / h, (3 * (s0 + s1 - 2 * rise)) / h ** 2] },
      ],
    }
  })
  return { pieces, endS: last.startS + last.durationS, description, remarks: [] }
}

/** The same curve, later by `delayS`. */
export const delayed = (curve: TimeCurve, delayS: number): TimeCurve =>
  delayS === 0
    ? curve
    : {
        ...curve,
        pieces: curve.pieces.map(({ startS, terms }) => ({ startS: startS + delayS, terms })),
        endS: curve.endS + delayS,
        remarks: [...curve.remarks, `${curve.description}: taken as arriving ${delayS} s later.`],
      }

/** Value at a time, s. NaN after the curve's end. */
export function valueAt(curve: TimeCurve, timeS: number): number {
  if (timeS > curve.endS) return NaN
  const piece = curve.pieces.findLast(({ startS }) => startS <= timeS)
  if (!piece) return 0
  const u = timeS - piece.startS
  return piece.terms.reduce(
    (sum, { ratePerS, coefficients }) =>
      sum + Math.exp(-ratePerS * u) * coefficients.reduceRight((value, coefficient) => value * u + coefficient, 0),
    0,
  )
}
