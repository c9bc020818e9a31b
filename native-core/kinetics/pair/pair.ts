/** The theranostic pair: what a diagnostic scan with another nuclide says of the therapy. */
import { InputError } from '../../errors/index.ts'
import { assertMeasured, relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'
import { fitSeries, inTime, seriesOf } from '../samples/index.ts'
import type { ScaledSeries, SeriesFit } from '../samples/index.ts'
import type { FitRequest } from '../types.ts'

/** Activity of a structure (or of a mL or g of it) at a time of the diagnostic series, Bq, as it was then. */
export interface DiagnosticPoint {
  readonly timeS: number
  readonly activityBq: Measured
}

export interface PairRequest {
  readonly label: string
  readonly points: readonly DiagnosticPoint[]
  readonly diagnostic: {
    readonly nuclide: string
    readonly halfLifeS: number
    readonly administeredActivityBq: Measured
  }
  readonly therapy: { readonly nuclide: string; readonly halfLifeS: number; readonly administeredActivityBq: Measured }
  /**
   * Retention of the therapy agent over that of the diagnostic one in this structure, at all times: of a model or of the user. Null: the two
   * are taken to be alike, which is said.
   */
  readonly agentFactor: Measured | null
}

/** What the therapy would show at the times of the diagnostic scans. */
export interface PairedSeries {
  readonly series: ScaledSeries
  /** Share of what was given that was there, decay-corrected: biological retention of the diagnostic agent. */
  readonly retention: readonly Measured[]
  readonly remarks: readonly string[]
}

/**
 * Re-decays a diagnostic series to the therapy: r(t) = A_d(t)·e^(λ_d·t)/A_d0, A_t(t) = k·r(t)·e^(−λ_t·t)·A_t0; that both agents behave
 * alike but for k is the assumption of every such pair (Miller et al., Theranostics 12 (2022) 232). The uncertainties of k and of both
 * administered activities are common to all points.
 *
 * @throws InputError `pair.points`, `pair.activity`, `pair.factor`, `samples.points`.
 */
export function pairedSeries(request: PairRequest): PairedSeries {
  const { label, diagnostic, therapy, agentFactor } = request
  const points = inTime(label, request.points)
  for (const { activityBq } of points) assertMeasured(activityBq, `${label}: a point`, 'pair.points', 'positive')
  for (const [what, { administeredActivityBq }] of [
    ['diagnostic', diagnostic],
    ['therapy', therapy],
  ] as const)
    assertMeasured(administeredActivityBq, `The administered activity of the ${what}`, 'pair.activity', 'positive')
  const factor = agentFactor ?? { value: 1, standardUncertainty: 0 }
  assertMeasured(factor, `${label}: the factor between the agents`, 'pair.factor', 'positive')
  const given = diagnostic.administeredActivityBq
  const retention = points.map(({ timeS, activityBq }) => {
    const correction = Math.exp((Math.LN2 / diagnostic.halfLifeS) * timeS) / given.value
    return {
      value: activityBq.value * correction,
      standardUncertainty: activityBq.standardUncertainty * correction,
    }
  })
  const decayed = points.map(({ timeS }) => Math.exp((-Math.LN2 / therapy.halfLifeS) * timeS))
  return {
    series: seriesOf({
      label,
      timesS: points.map(({ timeS }) => timeS),
      activityBq: retention.map(
        ({ value }, i) => value * (decayed[i] as number) * factor.value * therapy.administeredActivityBq.value,
      ),
      independentRelative: retention.map(relativeUncertainty),
      commonRelativeUncertainty: Math.hypot(
        relativeUncertainty(factor),
        relativeUncertainty(given),
        relativeUncertainty(therapy.administeredActivityBq),
      ),
    }),
    retention,
    remarks: [
      `${label}: each ${diagnostic.nuclide} scan stands for the same time after the administration of ${therapy.nuclide}, without shift.`,
      ...(agentFactor === null
        ? [
            `${label}: no factor between the agents was given; the therapy agent is taken to be retained like the diagnostic one, without uncertainty.`,
          ]
        : []),
      ...(retention.some(({ value }) => value > 1)
        ? [
            `${label}: more than all that was given would be in the structure at some time: check calibration and units.`,
          ]
        : []),
    ],
  }
}

/**
 * Largest share of the therapy's time-integrated activity that may lie after the last diagnostic point: 0.2, from the rule of
 * pharmacokinetics that at least 80 % of an area under a curve are to be measured (EMA, CPMP/EWP/QWP/1401/98 Rev. 1, 2010). Unverified.
 */
export const LARGEST_SHARE_AFTER = 0.2

export interface PairedTia extends SeriesFit {
  /** Share of the therapy's TIA after the last diagnostic point: nobody has measured the kinetics there. */
  readonly shareAfterLastPoint: number
  readonly shareBeforeFirstPoint: number
  /** Half-lives of the diagnostic nuclide at the last point. */
  readonly diagnosticHalfLivesAtLastPoint: number
  readonly remarks: readonly string[]
}

/**
 * Fits the re-decayed series and integrates it. Refused where more than `largestShareAfter` of the integral lies after the last diagnostic
 * point: the diagnostic nuclide did not live long enough to show the kinetics that decide.
 *
 * @throws InputError `pair.not-covered` naming the share, and those of `fitTimeActivity` (a single point cannot be fitted).
 */
export function pairedTia(
  paired: PairedSeries,
  request: Pick<PairRequest, 'label' | 'diagnostic' | 'therapy'>,
  options: Pick<FitRequest, 'model' | 'earlyPhasePrior'> & { readonly largestShareAfter?: number } = {},
): PairedTia {
  const { largestShareAfter = LARGEST_SHARE_AFTER, ...fitOptions } = options
  const { label, diagnostic, therapy } = request
  if (!(largestShareAfter >= 0 && largestShareAfter <= 1))
    throw new InputError(
      'pair.share',
      `The largest share after the last scan is ${largestShareAfter}, which is not from 0 to 1.`,
      'Give for instance 0.2.',
    )
  const result = fitSeries(paired.series, { physicalHalfLifeS: therapy.halfLifeS, ...fitOptions })
  const share = result.fit.tiaShareAfterLastPoint
  const lastS = Math.max(...paired.series.timesS)
  const halfLives = lastS / diagnostic.halfLifeS
  const percent = (x: number): string => `${(x * 100).toFixed(0)} %`
  const found = `${percent(share)} of the time-integrated activity of ${therapy.nuclide} lie after the last scan with ${diagnostic.nuclide} (${Number((lastS / 3600).toPrecision(3))} h, ${Number(halfLives.toPrecision(2))} half-lives of ${diagnostic.nuclide})`
  if (share > largestShareAfter)
    throw new InputError(
      'pair.not-covered',
      `${label}: ${found}; at most ${percent(largestShareAfter)} are allowed. The diagnostic scans do not show the kinetics that decide.`,
      'Scan later, take a diagnostic nuclide that lives longer, or allow a larger share and judge the curve yourself.',
    )
  return {
    ...result,
    shareAfterLastPoint: share,
    shareBeforeFirstPoint: result.fit.tiaShareBeforeFirstPoint,
    diagnosticHalfLivesAtLastPoint: halfLives,
    remarks: [...paired.remarks, `${label}: ${found}.`],
  }
}
