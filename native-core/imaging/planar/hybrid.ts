/** A planar time course brought to activity by one SPECT/CT. */
import { InputError } from '../../errors/index.ts'
import { inTime, seriesOf } from '../../kinetics/samples/index.ts'
import type { RelativePoint, ScaledSeries } from '../../kinetics/samples/index.ts'
import { assertMeasured, propagateCovariance, relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'

export interface HybridScale {
  readonly series: ScaledSeries
  /** Bq for each unit of the planar values. */
  readonly scaleBqPerUnit: Measured
  /** How the planar value at the time of the SPECT was found. */
  readonly planarAtSpect: 'measured' | 'interpolated' | 'extrapolated'
  readonly remarks: readonly string[]
}

/** Planar images nearer in time to the SPECT than this stand for it as they are, s. */
const SAME_TIME_S = 60

/**
 * Scales relative planar values of a structure by its activity from SPECT/CT at one time: A(t) = P(t)·A_S/P(t_S) (Koral et al., J. Nucl. Med. 41
 * (2000) 1579; Garkavij et al., Cancer 116 (2010) 1084). Where no planar image is of the time of the SPECT, P(t_S) lies on the straight line
 * through the logarithms of the planar values before and after it; up to `reachS` outside them on the line through the two nearest. The
 * covariance holds that all points share A_S and P(t_S): its logarithm is J·V·Jᵀ with V of A_S and the planar values.
 *
 * @param input.planar relative values (geometric means, not decay-corrected), at least one
 * @param input.spect time after the start of the administration, s, and activity then, Bq
 * @param input.reachS how far the SPECT may lie outside the planar times, s
 * @throws InputError `planar.hybrid-time` where it lies further outside, or off a single planar image; `samples.points`, `planar.hybrid`.
 */
export function hybridSeries(input: {
  readonly label: string
  readonly planar: readonly RelativePoint[]
  readonly spect: { readonly timeS: number; readonly activityBq: Measured }
  readonly reachS: number
}): HybridScale {
  const { label, spect, reachS } = input
  const planar = inTime(label, input.planar)
  for (const { reading } of planar) assertMeasured(reading, `${label}: a planar value`, 'planar.hybrid', 'positive')
  assertMeasured(spect.activityBq, `${label}: the activity from SPECT`, 'planar.hybrid', 'positive')
  if (!(spect.timeS >= 0) || !Number.isFinite(spect.timeS))
    throw new InputError(
      'planar.hybrid-time',
      `${label}: the SPECT is of ${spect.timeS} s after the administration.`,
      'Check the time of administration and the acquisition time.',
    )
  const place = placeOf(label, planar, spect.timeS, reachS)
  const logs = planar.map(({ reading }) => Math.log(reading.value))
  const logAtSpect = place.weights.reduce((sum, w, i) => sum + w * (logs[i] as number), 0)
  const logScale = Math.log(spect.activityBq.value) - logAtSpect
  const u = planar.map(({ reading }) => relativeUncertainty(reading))
  const uSpect = relativeUncertainty(spect.activityBq)
  // ln A_i = ln A_S − Σ w ln P + ln P_i, in the inputs (A_S, P_1 … P_n).
  const jacobian = planar.map((_, i) => [1, ...place.weights.map((w, j) => (i === j ? 1 : 0) - w)])
  const variances = [uSpect, ...u].map((one) => one * one)
  const diagonal = variances.map((v, i) => variances.map((_, j) => (i === j ? v : 0)))
  const common = Math.hypot(uSpect, ...place.weights.map((w, i) => w * (u[i] as number)))
  const scale = Math.exp(logScale)
  return {
    series: seriesOf({
      label,
      timesS: planar.map(({ timeS }) => timeS),
      activityBq: planar.map(({ reading }) => reading.value * scale),
      independentRelative: u,
      commonRelativeUncertainty: common,
      logCovariance: propagateCovariance(jacobian, diagonal),
    }),
    scaleBqPerUnit: { value: scale, standardUncertainty: scale * common },
    planarAtSpect: place.kind,
    remarks: place.remarks,
  }
}

interface Place {
  readonly kind: HybridScale['planarAtSpect']
  /** Of the logarithms of the planar values; they sum to 1. */
  readonly weights: readonly number[]
  readonly remarks: readonly string[]
}

function placeOf(label: string, planar: readonly RelativePoint[], timeS: number, reachS: number): Place {
  const times = planar.map((point) => point.timeS)
  const at = (i: number): number => times[i] as number
  const hours = (s: number): string => `${Number((s / 3600).toPrecision(4))} h`
  const only = (index: number): number[] => times.map((_, i) => (i === index ? 1 : 0))
  const nearest = times.reduce((best, t, i) => (Math.abs(t - timeS) < Math.abs(at(best) - timeS) ? i : best), 0)
  const apart = Math.abs(at(nearest) - timeS)
  if (apart <= SAME_TIME_S) return { kind: 'measured', weights: only(nearest), remarks: [] }
  const last = times.length - 1
  const outside = Math.max(at(0) - timeS, timeS - at(last), 0)
  if (times.length === 1 || outside > reachS)
    throw new InputError(
      'planar.hybrid-time',
      `${label}: the SPECT is of ${hours(timeS)}, the nearest planar image of ${hours(at(nearest))}.`,
      'Take a planar image with the SPECT, or one before and one after it.',
    )
  // Interval that holds the time, or the one at the end.
  const after = times.findIndex((t) => t > timeS)
  const right = after === -1 ? last : Math.max(1, after)
  const left = right - 1
  const w = (timeS - at(left)) / (at(right) - at(left))
  const weights = times.map((_, i) => (i === left ? 1 - w : i === right ? w : 0))
  return {
    kind: outside > 0 ? 'extrapolated' : 'interpolated',
    weights,
    remarks: [
      outside > 0
        ? `The SPECT (${hours(timeS)}) lies ${hours(outside)} outside the planar times: the planar value there was extrapolated on the straight line through the logarithms of those of ${hours(at(left))} and ${hours(at(right))}.`
        : `There is no planar image of the time of the SPECT (${hours(timeS)}): the planar value there was interpolated between the logarithms of those of ${hours(at(left))} and ${hours(at(right))}.`,
    ],
  }
}
