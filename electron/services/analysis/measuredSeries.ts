/** A structure's curve from a measured series: instead of images, scaled to them, or together with them. */
import { scaleToImages } from '../../../native-core/imaging/planar/index.ts'
import type { ImageScale } from '../../../native-core/imaging/planar/index.ts'
import { InputError } from '../../../native-core/errors/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'
import type { ActivityPoint } from '../../contracts/analysis.ts'
import type {
  MeasuredSeriesEntry,
  MeasuredSeriesResult,
  SeriesCommon,
  SeriesUse,
} from '../../contracts/measuredSeries.ts'
import type { Protocol } from '../../contracts/protocol.ts'
import { seriesPoints, USE_WORDS } from '../measuredSeries/checkSeries.ts'
import type { StructureCurve } from './curves.ts'
import { sameStructure } from './structures.ts'

/** Raised with every change that may change a number made with a series. */
export const MEASURED_SERIES_VERSION = '1.0.0'

/** What the curve of a structure takes from a series. */
export interface SeriesOfCurve {
  readonly use: SeriesUse
  /** What the points of the series share, all of them after a scaling. */
  readonly common: readonly SeriesCommon[]
  readonly result: Omit<MeasuredSeriesResult, 'isOutlined'>
}

/** The series that the protocol names for a structure of a cycle. */
export function seriesEntry(
  { measuredSeries = [] }: Pick<Protocol, 'measuredSeries'>,
  cycle: number,
  structure: string,
): MeasuredSeriesEntry | null {
  return measuredSeries.find((entry) => entry.cycle === cycle && sameStructure(entry.structure, structure)) ?? null
}

/** A curve without any point, of a structure that no image shows. */
export const NO_IMAGES: StructureCurve = {
  points: [],
  recoveryRelativeUncertainty: 0,
  recoveryWithoutVolume: 0,
  recoveryVolumeSlope: 0,
  registrationRelative: 0,
  notes: [],
}

/**
 * The curve with the points of its series, in the order of time.
 *
 * - instead-of-images: the points of images are shown and not fitted.
 * - scaled-to-images: the series' values times the scale of `scaleToImages`, whose uncertainty all points share, as they share what the images do; the
 *   images give the scale and are not fitted beside it.
 * - together-with-images: both are fitted.
 *
 * @param images the curve that the images give
 * @param volumeMl of the outline at the reference time point; 0 without one
 * @throws InputError `series.no-image`, `series.same-time`, those of `scaleToImages`
 */
export function curveWithSeries(
  images: StructureCurve,
  entry: MeasuredSeriesEntry,
  volumeMl: number,
  decayConstantPerS: number,
): StructureCurve {
  const { use, structure } = entry
  const { content, seriesId } = entry.series
  const counted = images.points.filter(({ used }) => used)
  if (use !== 'instead-of-images' && counted.length === 0)
    throw new InputError(
      'series.no-image',
      `"${structure}" has no usable point of an image in cycle ${entry.cycle}, so its series cannot be taken ${USE_WORDS[use]}.`,
      'Outline it on an image of the cycle, or use a series in activity instead of images.',
    )
  const scale = use === 'scaled-to-images' ? scaleOf(entry, counted, decayConstantPerS) : null
  const own = pointsOf(entry, volumeMl, scale?.scaleBqPerUnit.value ?? 1)
  const fitted = own.filter(({ used }) => used)
  if (use === 'together-with-images') refuseSameTimes(structure, fitted, counted)
  const shown = use === 'together-with-images' ? images.points : images.points.map(notFitted(use, scale))
  const relative = scale ? scale.scaleBqPerUnit.standardUncertainty / scale.scaleBqPerUnit.value : 0
  const isOfSeries = use === 'instead-of-images'
  return {
    ...(isOfSeries ? NO_IMAGES : images),
    points: [...shown, ...own].sort((a, b) => a.timeS - b.timeS),
    notes: [...(isOfSeries ? [] : images.notes), sentence(entry), ...remarksOf(entry, scale)],
    series: {
      use,
      common: scale
        ? [
            {
              source: `scale of the series of ${structure}, cycle ${entry.cycle}`,
              relativeStandardUncertainty: relative,
            },
          ]
        : content.common,
      result: {
        seriesId,
        region: content.region,
        source: content.source,
        use,
        method: content.origin.method,
        common: content.common,
        seriesPoints: fitted.length,
        imagePoints: use === 'together-with-images' ? counted.length : 0,
        scale: scale && {
          bqPerUnit: scale.scaleBqPerUnit.value,
          relativeStandardUncertainty: relative,
          pairs: scale.pairs.map(({ seriesTimeS, imageTimeS, scaleBqPerUnit }) => ({
            seriesTimeS,
            imageTimeS,
            bqPerUnit: scaleBqPerUnit.value,
          })),
          chiSquare: scale.chiSquare,
        },
        remarks: content.remarks,
      },
    },
  }
}

/** Of the points that count; one left out does not scale either. */
function scaleOf(entry: MeasuredSeriesEntry, images: readonly ActivityPoint[], decayConstantPerS: number): ImageScale {
  const { structure, toleranceH } = entry
  return scaleToImages({
    label: structure,
    series: seriesPoints(entry.series.content.curve)
      .filter(({ hoursAfterInjection }) => leftOut(entry, hoursAfterInjection) === null)
      .map(({ hoursAfterInjection, value, standardUncertainty }) => ({
        timeS: hoursToSeconds(hoursAfterInjection),
        reading: { value, standardUncertainty },
      })),
    images: images.map(({ timeS, activityBq, activityStandardUncertaintyBq }) => ({
      timeS,
      activityBq: { value: activityBq, standardUncertainty: activityStandardUncertaintyBq },
    })),
    decayConstantPerS,
    toleranceS: hoursToSeconds(toleranceH),
  })
}

function pointsOf(entry: MeasuredSeriesEntry, volumeMl: number, scale: number): ActivityPoint[] {
  const { content } = entry.series
  return seriesPoints(content.curve).map(({ hoursAfterInjection, value, standardUncertainty }): ActivityPoint => {
    const timeS = hoursToSeconds(hoursAfterInjection)
    const activityBq = value * scale
    const concentrationBqPerMl = volumeMl > 0 ? activityBq / volumeMl : 0
    const reason = leftOut(entry, hoursAfterInjection)
    return {
      timePointId: `series@${timeS}`,
      timeS,
      volumeMl,
      imageConcentrationBqPerMl: 0,
      recoveryCoefficient: 1,
      concentrationBqPerMl,
      activityBq,
      activityStandardUncertaintyBq: standardUncertainty * scale,
      fractionInsideImage: 0,
      used: reason === null,
      note: reason === null ? '' : reason === '' ? 'Left out by a person.' : `Left out by a person: ${reason}`,
      measuredSeries: content.source,
    }
  })
}

/** The reason why a person left it out, '' for none; null where it counts. */
const leftOut = ({ pointsLeftOut }: MeasuredSeriesEntry, hours: number): string | null =>
  pointsLeftOut.find(({ hoursAfterInjection }) => hoursAfterInjection === hours)?.reason ?? null

const notFitted =
  (use: SeriesUse, scale: ImageScale | null) =>
  (point: ActivityPoint): ActivityPoint => {
    if (!point.used) return point
    const gives = scale?.pairs.some(({ imageTimeS }) => imageTimeS === point.timeS)
    return {
      ...point,
      used: false,
      note: gives
        ? 'Gives the measured series its scale.'
        : use === 'scaled-to-images'
          ? 'No point of the measured series lies near it.'
          : 'The measured series is used instead.',
    }
  }

function refuseSameTimes(structure: string, series: readonly ActivityPoint[], images: readonly ActivityPoint[]): void {
  const same = series.find(({ timeS }) => images.some((image) => image.timeS === timeS))
  if (same)
    throw new InputError(
      'series.same-time',
      `"${structure}" has a point of an image and one of its series at ${(same.timeS / 3600).toPrecision(4)} h: a curve has one point for each time.`,
      'Leave one of the two out, or scale the series to the images.',
    )
}

function sentence({ structure, cycle, use, series }: MeasuredSeriesEntry): string {
  const { source, origin } = series.content
  return `"${structure}", cycle ${cycle}: its curve is that of a measured series (${source}: ${origin.method}) ${USE_WORDS[use]}.`
}

function remarksOf({ structure, series, use }: MeasuredSeriesEntry, scale: ImageScale | null): string[] {
  const { remarks, common } = series.content
  return [
    ...remarks,
    ...(scale?.remarks ?? []),
    ...(use !== 'scaled-to-images' && common.length === 0
      ? [
          'Nothing is known to be uncertain that all points of the series share (its calibration): the uncertainty of its TIA is too small.',
        ]
      : []),
  ].map((remark) => `${structure}: ${remark}`)
}
