/** Time–activity series whose points share a scale: what comes of relative measurements. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured, relativeUncertainty } from '../../statistics/index.ts'
import type { Matrix, Measured } from '../../statistics/index.ts'
import { fitTimeActivity } from '../fit.ts'
import type { FitRequest, TacFit } from '../types.ts'

/**
 * Activities (not decay-corrected) at times after the start of the administration. The uncertainty of each is that of its own measurement
 * (`independentSigmaBq`) and that of the scale which all share (`commonRelativeUncertainty`); `covarianceBq2` holds both, exactly.
 */
export interface ScaledSeries {
  readonly label: string
  readonly timesS: readonly number[]
  readonly activityBq: readonly number[]
  /** Square roots of the diagonal of the covariance. */
  readonly sigmaBq: readonly number[]
  /** For the weights of a fit. */
  readonly independentSigmaBq: readonly number[]
  /** To be added to what a fit says of the integral: a common factor moves every point and the integral alike. */
  readonly commonRelativeUncertainty: number
  readonly covarianceBq2: Matrix
}

/** A series with the covariance of its logarithms, of which the common and independent parts are given for a fit. */
export function seriesOf(input: {
  readonly label: string
  readonly timesS: readonly number[]
  readonly activityBq: readonly number[]
  readonly independentRelative: readonly number[]
  readonly commonRelativeUncertainty: number
  /** Covariance of the logarithms; left out, it is that of the independent parts and the common one. */
  readonly logCovariance?: Matrix
}): ScaledSeries {
  const { label, timesS, activityBq, independentRelative, commonRelativeUncertainty } = input
  const log =
    input.logCovariance ??
    independentRelative.map((u, i) =>
      independentRelative.map((_, j) => commonRelativeUncertainty ** 2 + (i === j ? u * u : 0)),
    )
  const covarianceBq2 = log.map((row, i) =>
    row.map((v, j) => v * (activityBq[i] as number) * (activityBq[j] as number)),
  )
  return {
    label,
    timesS,
    activityBq,
    sigmaBq: covarianceBq2.map((row, i) => Math.sqrt(Math.max(0, row[i] as number))),
    independentSigmaBq: independentRelative.map((u, i) => u * Math.abs(activityBq[i] as number)),
    commonRelativeUncertainty,
    covarianceBq2,
  }
}

export interface SeriesFit {
  readonly fit: TacFit
  readonly tiaBqS: Measured
}

/**
 * Fits a series with the uncertainty of each point alone, and adds the common one to that of the time-integrated activity:
 * u²(TIA) = u²_fit + (TIA·u_common)². Points whose own uncertainty is zero cannot be weighted: then the fit's error model is used.
 *
 * @throws InputError of `fitTimeActivity`.
 */
export function fitSeries(
  series: ScaledSeries,
  options: Pick<FitRequest, 'physicalHalfLifeS' | 'model' | 'earlyPhasePrior'>,
): SeriesFit {
  const { label, timesS, activityBq, independentSigmaBq, commonRelativeUncertainty } = series
  const isWeighted = independentSigmaBq.every((sigma) => sigma > 0)
  const fit = fitTimeActivity({
    label,
    timesS,
    activityBq,
    ...(isWeighted ? { sigmaBq: independentSigmaBq } : {}),
    ...options,
  })
  return {
    fit,
    tiaBqS: {
      value: fit.tiaBqS,
      standardUncertainty: Math.hypot(fit.tiaUncertaintyBqS, fit.tiaBqS * commonRelativeUncertainty),
    },
  }
}

/** A relative measurement (count rate, dose rate, geometric mean) at a time after the start of the administration. */
export interface RelativePoint {
  readonly timeS: number
  readonly reading: Measured
}

/**
 * Activity in the whole body from readings relative to the first one, taken before the patient first voided, when all that was given was
 * there but for decay: A(t) = A₀·e^(−λ·t₁)·R(t)/R(t₁) (MIRD Pamphlet 16, Siegel et al., J. Nucl. Med. 40 (1999) 37S; EANM guidance, Hindorf et
 * al., Eur. J. Nucl. Med. Mol. Imaging 37 (2010) 1238). Readings are not decay-corrected. The noise of the first reading is in all
 * points; in the covariance exactly, in the parts for a fit as its own and as part of the scale, which is on the safe side.
 *
 * @throws InputError `samples.points` for no points, two of one time, or times before the administration, `samples.reading`.
 */
export function relativeToFirst(input: {
  readonly label: string
  readonly points: readonly RelativePoint[]
  readonly administeredActivityBq: Measured
  readonly halfLifeS: number
}): ScaledSeries {
  const { label, administeredActivityBq, halfLifeS } = input
  assertMeasured(administeredActivityBq, `${label}: the administered activity`, 'samples.activity', 'positive')
  const points = inTime(label, input.points)
  for (const { reading } of points) assertMeasured(reading, `${label}: a reading`, 'samples.reading', 'positive')
  const first = points[0] as RelativePoint
  const scale = (administeredActivityBq.value * Math.exp((-Math.LN2 / halfLifeS) * first.timeS)) / first.reading.value
  const u = points.map(({ reading }) => relativeUncertainty(reading))
  const uFirst = u[0] as number
  const uGiven = relativeUncertainty(administeredActivityBq)
  return seriesOf({
    label,
    timesS: points.map(({ timeS }) => timeS),
    activityBq: points.map(({ reading }) => reading.value * scale),
    independentRelative: u,
    commonRelativeUncertainty: points.length > 1 ? Math.hypot(uGiven, uFirst) : uGiven,
    logCovariance: u.map((ui, i) =>
      u.map((_, j) => uGiven ** 2 + (i > 0 && j > 0 ? uFirst ** 2 : 0) + (i === j && i > 0 ? ui * ui : 0)),
    ),
  })
}

/**
 * The points in the order of their times.
 *
 * @throws InputError `samples.points`.
 */
export function inTime<P extends { readonly timeS: number }>(label: string, points: readonly P[]): readonly P[] {
  const sorted = [...points].sort((a, b) => a.timeS - b.timeS)
  const bad = sorted.find(({ timeS }) => !Number.isFinite(timeS) || timeS < 0)
  const twice = sorted.find((point, i) => i > 0 && point.timeS === (sorted[i - 1] as P).timeS)
  if (sorted.length > 0 && !bad && !twice) return sorted
  const why =
    sorted.length === 0
      ? 'there are no points'
      : bad
        ? `a point lies ${(bad.timeS / 3600).toPrecision(4)} h after the start of the administration`
        : `two points lie ${((twice as P).timeS / 3600).toPrecision(4)} h after the start of the administration`
  throw new InputError(
    'samples.points',
    `${label}: ${why}.`,
    'Give each point its own time, not before the administration.',
  )
}
