/** A series brought to activity by the images that lie near its points in time. */
import { InputError } from '../../errors/index.ts'
import type { RelativePoint } from '../../kinetics/samples/index.ts'
import { relativeUncertainty } from '../../statistics/index.ts'
import type { Measured } from '../../statistics/index.ts'
import { hybridSeries } from './hybrid.ts'

export interface ImageActivity {
  readonly timeS: number
  /** Its uncertainty is that of this image alone, without calibration and recovery, which all images share. */
  readonly activityBq: Measured
}

export interface ScalePair {
  readonly seriesTimeS: number
  readonly imageTimeS: number
  readonly scaleBqPerUnit: Measured
}

export interface ImageScale {
  readonly scaleBqPerUnit: Measured
  /** In the order of time. */
  readonly pairs: readonly ScalePair[]
  /** Σ (ln s_k − ln s)²/u²(ln s_k) over the pairs. */
  readonly chiSquare: number
  readonly remarks: readonly string[]
}

/** Images and points as near as this are of the same time, s. */
const SAME_TIME_S = 60

/**
 * Scale of a series by images of the same structure, without interpolation: each image is compared with the point nearest to it, if that point has no
 * nearer image and lies within the tolerance, its activity brought to the time of the point by physical decay alone. Each pair gives the
 * scale of `hybridSeries`; the whole is the weighted least squares of their logarithms, ln s = Σ w_k·ln s_k / Σ w_k with w_k = 1/u²(ln s_k) and
 * u²(ln s) = 1/Σ w_k, times the Birge ratio √(χ²/(n − 1)) where that is above 1 (Birge, Phys. Rev. 40 (1932) 207).
 *
 * @param input.series values that are not decay-corrected
 * @throws InputError `planar.scale-time` where no image lies near a point, `planar.hybrid` for a value or an activity that is not positive
 */
export function scaleToImages(input: {
  readonly label: string
  readonly series: readonly RelativePoint[]
  readonly images: readonly ImageActivity[]
  readonly decayConstantPerS: number
  readonly toleranceS: number
}): ImageScale {
  const { label, series, images, decayConstantPerS, toleranceS } = input
  const found = series.flatMap((point) => {
    const image = nearest(images, point.timeS)
    const isPair = image && nearest(series, image.timeS) === point && Math.abs(image.timeS - point.timeS) <= toleranceS
    return isPair ? [{ point, image }] : []
  })
  if (found.length === 0) throw noneNear(label, series, images, toleranceS)
  const pairs = found
    .sort((a, b) => a.point.timeS - b.point.timeS)
    .map(({ point, image }): ScalePair => {
      const decay = Math.exp(-decayConstantPerS * (point.timeS - image.timeS))
      const { value, standardUncertainty } = image.activityBq
      const then = { value: value * decay, standardUncertainty: standardUncertainty * decay }
      const spect = { timeS: point.timeS, activityBq: then }
      const { scaleBqPerUnit } = hybridSeries({ label, planar: [point], spect, reachS: 0 })
      return { seriesTimeS: point.timeS, imageTimeS: image.timeS, scaleBqPerUnit }
    })
  const apart = pairs.filter(({ seriesTimeS, imageTimeS }) => Math.abs(seriesTimeS - imageTimeS) > SAME_TIME_S)
  return {
    ...weightedMean(label, pairs),
    pairs,
    remarks: apart.map(
      ({ seriesTimeS, imageTimeS }) =>
        `The image of ${hours(imageTimeS)} was brought to the point of ${hours(seriesTimeS)} by physical decay alone: biological change between them is not counted.`,
    ),
  }
}

function weightedMean(label: string, pairs: readonly ScalePair[]): Pick<ImageScale, 'scaleBqPerUnit' | 'chiSquare'> {
  const logs = pairs.map(({ scaleBqPerUnit }) => Math.log(scaleBqPerUnit.value))
  const weights = pairs.map(({ scaleBqPerUnit }) => 1 / relativeUncertainty(scaleBqPerUnit) ** 2)
  const total = weights.reduce((sum, w) => sum + w, 0)
  if (!Number.isFinite(total))
    throw new InputError(
      'planar.scale-uncertainty',
      `${label}: a point of the series and its image have no uncertainty, so they cannot be weighted.`,
      'Give each point of the series its standard uncertainty.',
    )
  const mean = logs.reduce((sum, log, k) => sum + log * (weights[k] ?? 0), 0) / total
  const chiSquare = logs.reduce((sum, log, k) => sum + (weights[k] ?? 0) * (log - mean) ** 2, 0)
  const birge = pairs.length > 1 ? Math.max(1, Math.sqrt(chiSquare / (pairs.length - 1))) : 1
  const value = Math.exp(mean)
  return { scaleBqPerUnit: { value, standardUncertainty: (value * birge) / Math.sqrt(total) }, chiSquare }
}

/** The earlier of two that are equally near. */
function nearest<T extends { readonly timeS: number }>(candidates: readonly T[], timeS: number): T | null {
  return candidates.reduce<T | null>(
    (best, one) => (best === null || Math.abs(one.timeS - timeS) < Math.abs(best.timeS - timeS) ? one : best),
    null,
  )
}

function noneNear(
  label: string,
  series: readonly RelativePoint[],
  images: readonly ImageActivity[],
  toleranceS: number,
): InputError {
  const times = (of: readonly { readonly timeS: number }[]): string => of.map(({ timeS }) => hours(timeS)).join(', ')
  return new InputError(
    'planar.scale-time',
    images.length === 0
      ? `${label}: there is no image with an activity of it, so the series cannot be scaled.`
      : `${label}: no image (${times(images)}) lies within ${hours(toleranceS)} of a point of the series (${times(series)}).`,
    images.length === 0
      ? 'Outline it on an image of the cycle, or use a series in activity instead of images.'
      : 'Measure the series near the time of an image, state a larger tolerance, or use a series in activity instead of images.',
  )
}

const hours = (s: number): string => `${Number((s / 3600).toPrecision(4))} h`
