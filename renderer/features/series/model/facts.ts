/** A series in words and numbers of the screen, and as a curve beside the present one. */
import type {
  ActivityPoint,
  ActivitySeries,
  SeriesRegion,
  SeriesSource,
  StructureResult,
} from '../../../../electron/contracts/index.ts'
import { GRAM_KG, HOUR_S, MBQ } from '../../../units.ts'
import { formatNumber, formatUncertain } from '../../../ui/index.ts'

export const SOURCE_WORDS: Readonly<Record<SeriesSource, string>> = {
  planar: 'planar images',
  hybrid: 'hybrid planar/SPECT',
  samples: 'samples',
  probe: 'probe',
  typed: 'typed',
}

export const regionOptions: readonly { readonly value: SeriesRegion; readonly label: string }[] = [
  { value: 'organ', label: 'organ' },
  { value: 'lesion', label: 'lesion' },
  { value: 'whole-body', label: 'whole body' },
  { value: 'marrow', label: 'red marrow' },
  { value: 'blood', label: 'blood' },
  { value: 'other', label: 'other' },
]

/** Of either quantity: Bq, or a relative value. */
export interface SeriesPoint {
  readonly hours: number
  readonly value: number
  readonly u: number
}

const pointsOf = ({ curve }: ActivitySeries): readonly SeriesPoint[] =>
  curve.quantity === 'activity'
    ? curve.points.map(({ hoursAfterInjection, activityBq, standardUncertaintyBq }) => ({
        ...{ hours: hoursAfterInjection, value: activityBq, u: standardUncertaintyBq },
      }))
    : curve.points.map(({ hoursAfterInjection, relativeValue, standardUncertainty }) => ({
        ...{ hours: hoursAfterInjection, value: relativeValue, u: standardUncertainty },
      }))

const percent = (share: number): string => `${formatNumber(share * 100, 2)} %`

/** "5, 4.0 to 168 h" */
export function pointsText(content: ActivitySeries): string {
  const hours = pointsOf(content).map((point) => point.hours)
  const [first, last] = [hours[0], hours.at(-1)]
  if (first === undefined || last === undefined) return '0'
  return hours.length === 1
    ? `1, at ${formatNumber(first, 3)} h`
    : `${hours.length}, ${formatNumber(first, 3)} to ${formatNumber(last, 3)} h`
}

/** "5.0 %; shared: activity meter 3.0 %": of the points (smallest to largest), then what all share. */
export function uncertaintyText(content: ActivitySeries): string {
  const own = pointsOf(content).flatMap(({ value, u }) => (value > 0 ? [u / value] : []))
  const [low, high] = [percent(Math.min(...own)), percent(Math.max(...own))]
  const shared = content.common.map((one) => `${one.source} ${percent(one.relativeStandardUncertainty)}`)
  const points = own.length === 0 ? '–' : low === high ? low : `${low} to ${high}`
  return `${points}; shared: ${shared.length === 0 ? 'none stated' : shared.join(', ')}`
}

export function massText({ mass }: ActivitySeries): string {
  if (!mass) return 'none stated: a dose only where the structure is outlined'
  const { massKg, standardUncertaintyKg } = mass
  return `${formatUncertain(massKg / GRAM_KG, standardUncertaintyKg / GRAM_KG, 'g')}, ${mass.source} (${mass.evidence})`
}

export interface PointText {
  readonly hours: string
  readonly value: string
}

/** MBq, or relative values as they are. */
export const pointTexts = (content: ActivitySeries): readonly PointText[] => {
  const per = content.curve.quantity === 'activity' ? MBQ : 1
  return pointsOf(content).map(({ hours, value, u }) => ({
    hours: formatNumber(hours, 4),
    value: formatUncertain(value / per, u / per),
  }))
}

/**
 * A structure whose chart shows the draft's points as those that count, the present ones as not counting, and the present curve. null for relative
 * values, which have no place on an axis of activity.
 *
 * @param present what the analysis has of the structure; null for one that it does not know
 */
export function draftChart(content: ActivitySeries, present: StructureResult | null): StructureResult | null {
  if (content.curve.quantity !== 'activity') return null
  const drafted = content.curve.points.map((point): ActivityPoint => ({
    timePointId: `draft@${point.hoursAfterInjection}`,
    timeS: point.hoursAfterInjection * HOUR_S,
    ...{ volumeMl: 0, imageConcentrationBqPerMl: 0, recoveryCoefficient: 1, concentrationBqPerMl: 0 },
    activityBq: point.activityBq,
    activityStandardUncertaintyBq: point.standardUncertaintyBq,
    ...{ fractionInsideImage: 0, used: true, note: '', measuredSeries: content.source },
  }))
  const shown = (present?.points ?? []).map((point) => ({ ...point, used: false, note: 'present point' }))
  return {
    ...(present ?? {
      ...{ kind: 'other', colourRgb: null, volumeMl: 0, volumeStandardUncertaintyMl: 0, densityGPerMl: 0 },
      ...{ densityFrom: '', massKg: { value: 0, standardUncertainty: 0 }, policy: '', fit: null, doses: [] },
      problem: '',
    }),
    name: present?.name ?? content.structure,
    alternatives: [],
    points: [...shown, ...drafted],
  }
}
