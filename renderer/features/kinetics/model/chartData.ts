/** From the analysis to the numbers of a chart. Times in hours p.i.; activities in MBq or % of the injected activity (IA). */
import type { FitResult, StructureResult } from '../../../../electron/contracts/index.ts'
import { HOUR_S, MBQ } from '../../../units.ts'

export type ActivityUnit = 'MBq' | '%IA'

export interface ChartPoint {
  readonly hours: number
  readonly activity: number
  readonly uncertainty: number
  readonly used: boolean
  /** (measured − fitted) / uncertainty; null without a fit. */
  readonly residual: number | null
}

export interface ChartCurve {
  readonly hours: readonly number[]
  readonly activity: readonly number[]
}

export interface ChartData {
  readonly unit: ActivityUnit
  readonly points: readonly ChartPoint[]
  readonly curve: (ChartCurve & { readonly lower: readonly number[]; readonly upper: readonly number[] }) | null
  readonly alternatives: readonly (ChartCurve & { readonly model: string; readonly weight: number | null })[]
  readonly hoursRange: readonly [number, number]
  readonly activityRange: readonly [number, number]
  /** Half the height of the residual strip, in standard deviations. */
  readonly residualReach: number
}

/** Activity of the fitted curve at a time after injection: Σ A_i·exp(−λ_i·t), in Bq. */
export function fittedActivityBq(fit: Pick<FitResult, 'terms'>, timeS: number): number {
  return fit.terms.reduce((sum, { coefficientBq, ratePerS }) => sum + coefficientBq * Math.exp(-ratePerS * timeS), 0)
}

/** What to divide Bq by. */
export function perUnit(unit: ActivityUnit, administeredBq: number): number {
  return unit === 'MBq' ? MBQ : administeredBq / 100
}

/** Everything a structure's chart shows; with `log` no range reaches zero or below. */
export function chartData(
  structure: StructureResult,
  administeredBq: number,
  unit: ActivityUnit,
  log: boolean,
): ChartData {
  const per = perUnit(unit, administeredBq)
  const scaled = (values: readonly number[]) => values.map((value) => value / per)
  const hours = (times: readonly number[]) => times.map((time) => time / HOUR_S)
  const { fit } = structure
  const points = structure.points.map((point): ChartPoint => {
    const u = point.activityStandardUncertaintyBq
    return {
      hours: point.timeS / HOUR_S,
      activity: point.activityBq / per,
      uncertainty: u / per,
      used: point.used,
      residual: fit && u > 0 ? (point.activityBq - fittedActivityBq(fit, point.timeS)) / u : null,
    }
  })
  const curve = fit && {
    hours: hours(fit.curve.timeS),
    activity: scaled(fit.curve.activityBq),
    lower: scaled(fit.curve.lowerBq),
    upper: scaled(fit.curve.upperBq),
  }
  const alternatives = structure.alternatives
    .filter((one) => one.curve !== null && one.model !== fit?.model)
    .map((one) => ({
      model: one.model,
      weight: one.weight,
      hours: hours(one.curve?.timeS ?? []),
      activity: scaled(one.curve?.activityBq ?? []),
    }))
  const last = Math.max(...points.map((point) => point.hours), 1)
  const reachHours = last * 1.15
  const seen = (one: ChartCurve | null) =>
    one ? one.activity.filter((_, index) => (one.hours[index] ?? 0) <= reachHours) : []
  const tops = [...points.map((point) => point.activity + 2 * point.uncertainty), ...seen(curve)].filter(
    (value) => value > 0,
  )
  const top = Math.max(...tops, 0) || 1
  const positives = [...points.map((point) => point.activity), ...seen(curve)].filter((value) => value > 0)
  const bottom = log ? Math.max(Math.min(...positives, top) * 0.6, top * 1e-5) : 0
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
