/** The straight part of a plot: regression, where it begins, how straight it is. */
import { InputError } from '../../errors/index.ts'

/** From when a plot is taken as straight. */
export type StraightFrom =
  /** Frames whose middle is at this time or later, s. */
  | { readonly kind: 'given'; readonly tStarS: number }
  /** The earliest frame from which no point deviates from the line through the rest by more than this share of the line. */
  | { readonly kind: 'largest-deviation'; readonly share: number }

/** 10 % is the usual criterion in practice; not derived from anything. */
export const DEFAULT_STRAIGHT_FROM: StraightFrom = { kind: 'largest-deviation', share: 0.1 }

/** A rule leaves at least this many points, for fewer are always straight. */
export const FEWEST_POINTS = 4

export interface PlotPoint {
  readonly midTimeS: number
  readonly x: number
  readonly y: number
}

export interface StraightLine {
  readonly slope: number
  readonly slopeStandardError: number
  readonly intercept: number
  readonly interceptStandardError: number
}

export interface StraightPart extends StraightLine {
  /** Middle of the first frame that counts. */
  readonly tStarS: number
  readonly firstPoint: number
  readonly pointCount: number
  /** Largest (y − line)/line among the points that count. */
  readonly largestDeviation: number
  /** Slope of the later half of these points over that of the earlier half, less one: zero for a straight line. */
  readonly slopeDrift: number | null
  /** Slopes between neighbouring points, one fewer than points. */
  readonly localSlopes: readonly number[]
  readonly remarks: readonly string[]
}

/**
 * Ordinary least squares y = slope·x + intercept; standard errors from the residuals (n − 2 degrees of freedom). null where all x are one.
 */
export function regression(points: readonly PlotPoint[]): StraightLine | null {
  const n = points.length
  const meanX = points.reduce((s, { x }) => s + x, 0) / n
  const meanY = points.reduce((s, { y }) => s + y, 0) / n
  const sxx = points.reduce((s, { x }) => s + (x - meanX) ** 2, 0)
  if (n < 2 || !(sxx > 1e-24 * meanX * meanX * n)) return null
  const slope = points.reduce((s, { x, y }) => s + (x - meanX) * (y - meanY), 0) / sxx
  const intercept = meanY - slope * meanX
  const rest = points.reduce((s, { x, y }) => s + (y - intercept - slope * x) ** 2, 0)
  const variance = n > 2 ? rest / (n - 2) : NaN
  return {
    slope,
    intercept,
    slopeStandardError: Math.sqrt(variance / sxx),
    interceptStandardError: Math.sqrt(variance * (1 / n + meanX ** 2 / sxx)),
  }
}

/**
 * The straight part of a plot. Points without a finite x or y (no activity yet) do not count.
 *
 * @throws InputError `dynamic.t-star` where fewer than three points are left.
 */
export function straightPart(points: readonly PlotPoint[], from: StraightFrom): StraightPart {
  const usable = points.flatMap(({ x, y }, i) => (Number.isFinite(x) && Number.isFinite(y) ? [i] : []))
  const first =
    from.kind === 'given'
      ? usable.findIndex((i) => (points[i]?.midTimeS ?? 0) >= from.tStarS)
      : firstStraight(points, usable, from.share)
  const counted = first < 0 ? [] : usable.slice(first)
  const own = counted.flatMap((i) => points[i] ?? [])
  const line = own.length >= 3 ? regression(own) : null
  if (!line)
    throw new InputError(
      'dynamic.t-star',
      `${own.length} points of the plot are left${from.kind === 'given' ? ` from ${from.tStarS} s on` : ''}.`,
      'Give an earlier t*, or a scan with more late frames: three points make the shortest line.',
    )
  const largestDeviation = deviation(own, line)
  const share = from.kind === 'largest-deviation' ? from.share : DEFAULT_LARGEST
  const drift = driftOf(own)
  return {
    ...line,
    tStarS: own[0]?.midTimeS ?? NaN,
    firstPoint: counted[0] ?? 0,
    pointCount: own.length,
    largestDeviation,
    slopeDrift: drift?.value ?? null,
    localSlopes: points.slice(1).map((point, i) => {
      const before = points[i]
      return before ? (point.y - before.y) / (point.x - before.x) : NaN
    }),
    remarks: [
      ...(largestDeviation > share
        ? [
            `The plot is not straight: a point deviates by ${percent(largestDeviation)} from the line through the last ${own.length}. Look at it before the slope is used.`,
          ]
        : []),
      ...(drift?.isSeen && Math.abs(drift.value) > LARGEST_DRIFT
        ? [
            `The slope is still ${drift.value > 0 ? 'rising' : 'falling'}: that of the later points is ${percent(Math.abs(drift.value))} ${drift.value > 0 ? 'above' : 'below'} that of the earlier ones. A later t* is less biased.`,
          ]
        : []),
    ],
  }
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`

/** A drift that is smaller is not worth a word. Designed. */
const LARGEST_DRIFT = 0.05
const DEFAULT_LARGEST = 0.1

function firstStraight(points: readonly PlotPoint[], usable: readonly number[], share: number): number {
  for (let first = 0; first + FEWEST_POINTS <= usable.length; first++) {
    const own = usable.slice(first).flatMap((i) => points[i] ?? [])
    const line = regression(own)
    if (line && deviation(own, line) <= share) return first
  }
  return Math.max(0, usable.length - FEWEST_POINTS)
}

const deviation = (points: readonly PlotPoint[], { slope, intercept }: StraightLine): number =>
  Math.max(...points.map(({ x, y }) => Math.abs(y / (slope * x + intercept) - 1)))

/** `isSeen`: the slopes of the two halves differ by more than two standard errors of their difference. */
function driftOf(points: readonly PlotPoint[]): { readonly value: number; readonly isSeen: boolean } | null {
  const half = Math.floor(points.length / 2)
  if (half < 3) return null
  const [early, late] = [regression(points.slice(0, points.length - half)), regression(points.slice(-half))]
  if (!early || !late) return null
  const error = Math.hypot(early.slopeStandardError, late.slopeStandardError)
  return { value: late.slope / early.slope - 1, isSeen: Math.abs(late.slope - early.slope) > 2 * error }
}
