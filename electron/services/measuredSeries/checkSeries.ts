/** Whether the numbers of a series make a curve: what the schema cannot say in words that a person can act on. */
import { InputError } from '../../../native-core/errors/index.ts'
import type {
  ActivitySeries,
  MarkerSeries,
  MeasuredSeries,
  SeriesCurve,
  SeriesUse,
} from '../../contracts/measuredSeries.ts'

/** A point of either quantity: activity in Bq, or a value in any unit. */
export interface SeriesPoint {
  readonly hoursAfterInjection: number
  readonly value: number
  readonly standardUncertainty: number
}

/** The points of a series with one name for what they hold. */
export function seriesPoints(curve: SeriesCurve): SeriesPoint[] {
  return curve.quantity === 'activity'
    ? curve.points.map(({ hoursAfterInjection, activityBq, standardUncertaintyBq }) => ({
        hoursAfterInjection,
        value: activityBq,
        standardUncertainty: standardUncertaintyBq,
      }))
    : curve.points.map(({ hoursAfterInjection, relativeValue, standardUncertainty }) => ({
        hoursAfterInjection,
        value: relativeValue,
        standardUncertainty,
      }))
}

/** What a message calls a series. */
export const seriesWords = (content: MeasuredSeries): string =>
  content.kind === 'marker'
    ? `The marker "${content.marker}"`
    : `The series of "${content.structure}", cycle ${content.cycle}`

/** What a series is used as, in words. */
export const USE_WORDS: Readonly<Record<SeriesUse, string>> = {
  'instead-of-images': 'instead of images',
  'scaled-to-images': 'scaled to images',
  'together-with-images': 'together with images',
}

/**
 * Refuses what is no curve.
 *
 * @throws InputError `series.points` (too few, not finite), `series.time` (before the administration, not increasing), `series.value` (not
 *   positive), `series.uncertainty`, `series.common`, `series.mass`
 */
export function checkSeries(content: MeasuredSeries): void {
  if (content.kind === 'marker') checkMarker(content)
  else checkActivity(content)
}

function checkActivity(content: ActivitySeries): void {
  const what = seriesWords(content)
  const points = seriesPoints(content.curve)
  const isRelative = content.curve.quantity === 'relative'
  const needed = isRelative ? 2 : 1
  if (points.length < needed)
    throw new InputError(
      'series.points',
      `${what} has ${points.length} point${points.length === 1 ? '' : 's'}; ${isRelative ? 'a shape needs 2' : 'it needs 1'} at least.`,
      'Give all points that were measured.',
    )
  points.forEach((point, i) => {
    checkPoint(what, i, point, isRelative)
    const before = points[i - 1]
    if (before && point.hoursAfterInjection <= before.hoursAfterInjection)
      throw new InputError(
        'series.time',
        `${what}: point ${i + 1} (${point.hoursAfterInjection} h) is not later than point ${i} (${before.hoursAfterInjection} h).`,
        'Give the points in the order of time, one for each time.',
      )
  })
  checkCommon(what, content)
  checkMass(what, content)
}

function checkPoint(what: string, i: number, point: SeriesPoint, isRelative: boolean): void {
  const { hoursAfterInjection: hours, value, standardUncertainty } = point
  const where = `${what}: point ${i + 1}${Number.isFinite(hours) ? ` (${hours} h)` : ''}`
  if (!Number.isFinite(hours) || hours < 0)
    throw new InputError(
      'series.time',
      `${where} is ${hours < 0 ? 'before the start of the administration' : 'of no time'}.`,
      'Give hours after the start of the administration; check date, clock and time zone.',
    )
  if (!Number.isFinite(value) || value <= 0)
    throw new InputError(
      'series.value',
      `${where} has the ${isRelative ? 'value' : 'activity'} ${value}${isRelative ? '' : ' Bq'}, which is not positive.`,
      'Leave a point without signal out, or correct its background.',
    )
  if (!Number.isFinite(standardUncertainty) || standardUncertainty <= 0)
    throw new InputError(
      'series.uncertainty',
      `${where} has the standard uncertainty ${standardUncertainty}: it cannot be weighted.`,
      'Give each point one standard deviation of its own (counting statistics, background, drawing of the region), above 0.',
    )
}

function checkCommon(what: string, { common }: ActivitySeries): void {
  const twice = common.find(({ source }, i) => common.findIndex((other) => other.source === source) !== i)
  if (twice)
    throw new InputError(
      'series.common',
      `${what} names the common source "${twice.source}" twice.`,
      'Name each source once, with its whole relative standard uncertainty.',
    )
}

function checkMass(what: string, { mass }: ActivitySeries): void {
  if (!mass) return
  const { massKg, standardUncertaintyKg } = mass
  if (Number.isFinite(massKg) && massKg > 0 && Number.isFinite(standardUncertaintyKg) && standardUncertaintyKg >= 0)
    return
  throw new InputError(
    'series.mass',
    `${what} states a mass of ${massKg} ± ${standardUncertaintyKg} kg.`,
    'Give a positive mass in kg with its standard uncertainty (0 where it is not known), or none.',
  )
}

function checkMarker(content: MarkerSeries): void {
  const what = seriesWords(content)
  if (content.points.length === 0)
    throw new InputError('series.points', `${what} has no points.`, 'Give all values that were measured.')
  content.points.forEach(({ date, value, standardUncertainty }, i) => {
    const before = content.points[i - 1]
    if (before && date < before.date)
      throw new InputError(
        'series.time',
        `${what}: the value of ${date} stands behind that of ${before.date}.`,
        'Give the values in the order of their dates.',
      )
    if (!Number.isFinite(value) || value < 0)
      throw new InputError('series.value', `${what} is ${value} on ${date}.`, `Give ${content.unit} of 0 or more.`)
    if (standardUncertainty !== null && !(Number.isFinite(standardUncertainty) && standardUncertainty > 0))
      throw new InputError(
        'series.uncertainty',
        `${what} has the standard uncertainty ${standardUncertainty} on ${date}.`,
        'Give one standard deviation above 0, or null where it is not known.',
      )
  })
}
