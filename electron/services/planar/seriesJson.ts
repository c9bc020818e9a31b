/** Series and fits as JSON for people: MBq and h. */
import type { ScaledSeries, SeriesFit } from '../../../native-core/kinetics/samples/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { bqSecondsToMbqHours, secondsToHours } from '../../../native-core/units/index.ts'

/** A measurement in another unit. */
export const inUnit = ({ value, standardUncertainty }: Measured, factor: number): Measured => ({
  value: value * factor,
  standardUncertainty: standardUncertainty * factor,
})

export interface SeriesJson {
  readonly label: string
  readonly points: readonly {
    readonly timeH: number
    readonly activityMbq: Measured
    /** Of the point alone; the rest is common to all. */
    readonly independentStandardUncertaintyMbq: number
  }[]
  readonly commonRelativeUncertainty: number
  readonly covarianceMbq2: readonly (readonly number[])[]
  readonly fit: FitJson | null
}

export interface FitJson {
  readonly model: string
  readonly reason: string
  readonly tiaMbqH: Measured
  readonly shareBeforeFirstPoint: number
  readonly shareAfterLastPoint: number
  readonly effectiveHalfLivesH: readonly Measured[]
  readonly warnings: readonly string[]
}

/** A series with its fit. Activities per mL or g come out in MBq/mL or MBq/g. */
export function seriesJson(series: ScaledSeries, fitted: SeriesFit | null): SeriesJson {
  return {
    label: series.label,
    points: series.timesS.map((timeS, i) => ({
      timeH: secondsToHours(timeS),
      activityMbq: inUnit({ value: series.activityBq[i] ?? NaN, standardUncertainty: series.sigmaBq[i] ?? NaN }, 1e-6),
      independentStandardUncertaintyMbq: (series.independentSigmaBq[i] ?? NaN) * 1e-6,
    })),
    commonRelativeUncertainty: series.commonRelativeUncertainty,
    covarianceMbq2: series.covarianceBq2.map((row) => row.map((v) => v * 1e-12)),
    fit: fitted === null ? null : fitJson(fitted),
  }
}

export function fitJson({ fit, tiaBqS }: SeriesFit): FitJson {
  return {
    model: fit.model,
    reason: fit.reason,
    tiaMbqH: inUnit(tiaBqS, bqSecondsToMbqHours(1)),
    shareBeforeFirstPoint: fit.tiaShareBeforeFirstPoint,
    shareAfterLastPoint: fit.tiaShareAfterLastPoint,
    effectiveHalfLivesH: fit.phases.map((phase) => ({
      value: secondsToHours(phase.effectiveHalfLifeS),
      standardUncertainty: secondsToHours(phase.effectiveHalfLifeUncertaintyS),
    })),
    warnings: fit.warnings.map(({ message }) => message),
  }
}
