/** From the analysis to the numbers of a chart. Times in hours p.i.; activities in MBq or % of the injected activity (IA). */
import type { FitResult, StructureResult } from '../../../../electron/contracts/index.ts'
import { HOUR_S, MBQ } from '../../../units.ts'
import type { TacModel } from '../../analysis/index.ts'

export type ActivityUnit = 'MBq' | '%IA'
/** confidence: of the curve; prediction: of a further measurement of the same quality. */
export type BandKind = 'confidence' | 'prediction'

export interface ChartOptions {
  readonly unit: ActivityUnit
  readonly log: boolean
  /** Default: confidence. */
  readonly band?: BandKind
  /** The model of a curve that is pointed at: it is shown whatever its weight. */
  readonly highlighted?: string | null
}

export interface ChartPoint {
  readonly hours: number
  readonly activity: number
  readonly uncertainty: number
  readonly used: boolean
  /** Why it was left out; '' for one that was used. */
  readonly note: string
  /** (measured − fitted) / uncertainty; null without a fit. */
  readonly residual: number | null
}

export interface ChartCurve {
  readonly hours: readonly number[]
  readonly activity: readonly number[]
}

export interface GhostCurve extends ChartCurve {
  readonly model: TacModel
  readonly weight: number | null
  /** Place among all alternatives: gives it its dashes, whichever others are shown. */
  readonly place: number
}

export interface ChartData {
  readonly unit: ActivityUnit
  readonly points: readonly ChartPoint[]
  readonly curve: (ChartCurve & { readonly lower: readonly number[]; readonly upper: readonly number[] }) | null
  readonly alternatives: readonly GhostCurve[]
  readonly hoursRange: readonly [number, number]
  readonly activityRange: readonly [number, number]
  /** Half the height of the residual strip, in standard deviations. */
  readonly residualReach: number
}

/** A curve of less weight is drawn only while it is pointed at: more lines than can be told apart say nothing. */
const LEAST_GHOST_WEIGHT = 0.01
const NORMAL_975 = 1.959964

/** Sum of exponentials at a time after injection: Σ A_i·exp(−λ_i·t), in Bq. */
export function fittedActivityBq(fit: Pick<FitResult, 'terms'>, timeS: number): number {
  return fit.terms.reduce((sum, { coefficientBq, ratePerS }) => sum + coefficientBq * Math.exp(-ratePerS * timeS), 0)
}

/** Relative difference up to which the curve is taken to be the sum of its terms. */
const SAME_CURVE = 1e-6

/**
 * The fitted curve as a function of time, in Bq. By its terms where they are the whole curve; where an infusion, a head or tail of its own, or
 * a model that is no sum of exponentials made it, linear between its samples.
 */
export function fittedAt(fit: FitResult): (timeS: number) => number {
  const { timeS: times, activityBq: values } = fit.curve
  const top = Math.max(...values, 0)
  const isSum =
    fit.terms.length > 0 &&
    times.every((time, index) => Math.abs(fittedActivityBq(fit, time) - (values[index] ?? 0)) <= SAME_CURVE * top)
  if (isSum) return (timeS) => fittedActivityBq(fit, timeS)
  return (timeS) => {
    const after = Math.max(
      1,
      times.findIndex((time) => time >= timeS),
    )
    const [from = 0, to = 0] = [times[after - 1], times[after]]
    const [low = 0, high = 0] = [values[after - 1], values[after]]
    return to > from ? low + ((high - low) * (timeS - from)) / (to - from) : low
  }
}

/** What to divide Bq by. */
export function perUnit(unit: ActivityUnit, administeredBq: number): number {
  return unit === 'MBq' ? MBQ : administeredBq / 100
}

/** Everything a structure's chart shows; with `log` no range reaches zero or below. */
export function chartData(
  structure: StructureResult,
  administeredBq: number,
  { unit, log, band = 'confidence', highlighted = null }: ChartOptions,
): ChartData {
  const per = perUnit(unit, administeredBq)
  const scaled = (values: readonly number[]) => values.map((value) => value / per)
  const hours = (times: readonly number[]) => times.map((time) => time / HOUR_S)
  const { fit } = structure
  const fitted = fit && fittedAt(fit)
  const points = structure.points.map((point): ChartPoint => {
    const u = point.activityStandardUncertaintyBq
    return {
      hours: point.timeS / HOUR_S,
      activity: point.activityBq / per,
      uncertainty: u / per,
      used: point.used,
      note: point.note,
      residual: fitted && u > 0 ? (point.activityBq - fitted(point.timeS)) / u : null,
    }
  })
  const ends = fit && (band === 'prediction' ? predictionBand(fit, structure.points) : fit.curve)
  const curve = fit &&
    ends && {
      hours: hours(fit.curve.timeS),
      activity: scaled(fit.curve.activityBq),
      lower: scaled(ends.lowerBq),
      upper: scaled(ends.upperBq),
    }
  const alternatives = structure.alternatives.flatMap((one, place): GhostCurve[] =>
    one.curve && one.model !== fit?.model && ((one.weight ?? 0) >= LEAST_GHOST_WEIGHT || one.model === highlighted)
      ? [
          {
            model: one.model,
            weight: one.weight,
            place,
            hours: hours(one.curve.timeS),
            activity: scaled(one.curve.activityBq),
          },
        ]
      : [],
  )
  const last = Math.max(...points.map((point) => point.hours), 1)
  const reachHours = last * 1.15
  const seen = (one: ChartCurve | null) =>
    one ? one.activity.filter((_, index) => (one.hours[index] ?? 0) <= reachHours) : []
  const tops = [...points.map((point) => point.activity + 2 * point.uncertainty), ...seen(curve)].filter(
    (value) => value > 0,
  )
  const top = Math.max(...tops, 0) || 1
  const positives = [...points.map((point) => point.activity), ...seen(curve)].filter((value) => value > 0)
  const bottom = log ? roundDown(Math.max(Math.min(...positives, top) * 0.6, top * 1e-5)) : 0
  const residuals = points.map((point) => Math.abs(point.residual ?? 0))
  return {
    unit,
    points,
    curve,
    alternatives,
    hoursRange: [0, reachHours],
    activityRange: [bottom, log ? top * 1.5 : top * 1.06],
    residualReach: Math.max(3, Math.ceil(Math.max(0, ...residuals) * 1.1)),
  }
}

/** To one digit: the lowest tick of a logarithmic axis is the end of its range. */
function roundDown(value: number): number {
  const step = 10 ** Math.floor(Math.log10(value))
  return Number((Math.floor(value / step) * step).toPrecision(1))
}

/**
 * Where a further measurement would lie with 95 %. In older analyses, which do not say it: the curve's variance and that of a measurement, whose relative uncertainty is the mean of
 * the points' (they share one). Cut at zero, as the confidence band is.
 */
function predictionBand(
  { curve }: FitResult,
  points: StructureResult['points'],
): { readonly lowerBq: readonly number[]; readonly upperBq: readonly number[] } {
  const { lowerPredictionBq, upperPredictionBq } = curve
  if (lowerPredictionBq && upperPredictionBq) return { lowerBq: lowerPredictionBq, upperBq: upperPredictionBq }
  const relatives = points.flatMap(({ activityBq, activityStandardUncertaintyBq: u }) =>
    activityBq > 0 ? [u / activityBq] : [],
  )
  const relative = relatives.reduce((sum, one) => sum + one, 0) / Math.max(1, relatives.length)
  const half = curve.activityBq.map((activity, index) =>
    Math.hypot((curve.upperBq[index] ?? activity) - activity, NORMAL_975 * relative * activity),
  )
  return {
    lowerBq: curve.activityBq.map((activity, index) => Math.max(0, activity - (half[index] ?? 0))),
    upperBq: curve.activityBq.map((activity, index) => activity + (half[index] ?? 0)),
  }
}

/** Columns on one time axis, as uPlot wants them: null where a series has no value at a time. */
export function aligned(series: readonly (ChartCurve | null)[]): (number | null)[][] {
  const times = [...new Set(series.flatMap((one) => one?.hours ?? []))].sort((a, b) => a - b)
  const place = new Map(times.map((time, index) => [time, index]))
  return [
    times,
    ...series.map((one) => {
      const column: (number | null)[] = new Array<number | null>(times.length).fill(null)
      one?.hours.forEach((time, index) => (column[place.get(time) as number] = one.activity[index] ?? null))
      return column
    }),
  ]
}
