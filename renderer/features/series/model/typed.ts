/** A series that a person typed or pasted, from the text of its form. */
import {
  ACTIVITY_METER,
  activitySeriesSchema,
  type ActivitySeries,
  type SeriesCommon,
  type SeriesMass,
  type SeriesRegion,
} from '../../../../electron/contracts/index.ts'
import { GBQ, GRAM_KG, HOUR_S, KBQ, MBQ } from '../../../units.ts'
import { formatNumber } from '../../../ui/index.ts'
import { hoursCell, numberCell, type Cell } from './cells.ts'
import type { SeriesPoint } from './facts.ts'
import { isEmptyRow, type GridColumn, type GridRow } from './grid.ts'

export type ValueUnit = 'Bq' | 'kBq' | 'MBq' | 'GBq' | '%IA' | 'relative'
export type UncertaintyUnit = 'percent' | 'same'

/** What every way of adding a series asks for. */
export interface About {
  readonly cycle: number
  readonly structure: string
  readonly region: SeriesRegion
  /** g; all three empty: no mass is stated. */
  readonly massG: string
  readonly massUncertaintyG: string
  readonly massSource: string
  readonly massEvidence: SeriesMass['evidence']
}

export interface TypedForm extends About {
  readonly rows: readonly GridRow[]
  readonly unit: ValueUnit
  readonly uncertaintyUnit: UncertaintyUnit
  /** Whether the values were brought to the start of the administration by the decay of the nuclide. */
  readonly isDecayCorrected: boolean
  readonly method: string
  /** Shared by all points: where it comes from, and %. Both empty: nothing. */
  readonly commonSource: string
  readonly commonPercent: string
}

/** What the form does not say. */
export interface CourseFacts {
  readonly nuclide: string
  readonly halfLifeS: number
  readonly administered: { readonly value: number; readonly standardUncertainty: number }
  /** Local start of the administration. */
  readonly start: string
}

export type Made<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: Readonly<Record<string, string>> }

export const typedColumnsOf = (unit: ValueUnit, uncertaintyUnit: UncertaintyUnit): readonly GridColumn[] => [
  { id: 'time', label: 'Time', unit: 'h p.i., or date and time' },
  { id: 'value', label: 'Value', unit: unit === 'relative' ? 'any' : unit },
  {
    id: 'u',
    label: 'Standard uncertainty',
    unit: uncertaintyUnit === 'percent' ? '% (k = 1)' : `${unit === 'relative' ? 'as the value' : unit} (k = 1)`,
  },
]

const BQ_PER: Readonly<Record<Exclude<ValueUnit, '%IA' | 'relative'>, number>> = { Bq: 1, kBq: KBQ, MBq: MBQ, GBq: GBQ }

/** What a pasted heading says of the units; null where it does not say it. `strange`: the heading of the value names no unit that is known. */
export function unitsOfHeading(heading: readonly string[]): {
  readonly unit: ValueUnit | null
  readonly uncertaintyUnit: UncertaintyUnit | null
  readonly problem: string
} {
  const [time = '', value = '', u = ''] = heading
  const found = /(?<![A-Za-z])([kMG]?Bq)(?![A-Za-z/])/.exec(value)?.[1] as ValueUnit | undefined
  const unit = found ?? (/% ?(IA|ID)\b/.test(value) ? '%IA' : null)
  const named = /[([]\s*([^)\]]+)\s*[)\]]/
  const strange = unit === null && named.exec(value)?.[1]
  const timeUnit = named.exec(time)?.[1] ?? time
  const isOtherTime = /^\s*(min|minutes?|s|sec|seconds?|d|days?)\s*$/i.test(timeUnit)
  const uUnit = /(?<![A-Za-z])([kMG]?Bq)(?![A-Za-z/])/.exec(u)?.[1]
  const problems = [
    strange ? `The heading gives the value in "${strange}": convert it to a unit of the list.` : '',
    isOtherTime ? `The heading gives times in "${timeUnit.trim()}": they are read as hours; convert them.` : '',
    uUnit !== undefined && unit !== null && uUnit !== unit
      ? `The heading gives values in ${unit} and uncertainties in ${uUnit}: bring both to one unit.`
      : '',
  ]
  return {
    unit,
    uncertaintyUnit: uUnit !== undefined ? 'same' : u.includes('%') ? 'percent' : null,
    problem: problems.filter((one) => one !== '').join(' '),
  }
}

/** A typed number, 0 with an error at its field where it is none. */
export function take(cell: Cell<number>, key: string, errors: Record<string, string>): number {
  if (cell.ok) return cell.value
  errors[key] = cell.message
  return 0
}

/** The stated mass, null where all of it is left empty. */
export function massOf(about: About, errors: Record<string, string>): SeriesMass | null {
  const { massG, massUncertaintyG, massSource, massEvidence } = about
  if ([massG, massUncertaintyG, massSource].every((text) => text.trim() === '')) return null
  const massKg = take(numberCell(massG), 'massG', errors) * GRAM_KG
  if (!(massKg > 0)) errors['massG'] ??= 'A mass above 0 is needed.'
  const standardUncertaintyKg = take(numberCell(massUncertaintyG), 'massUncertaintyG', errors) * GRAM_KG
  if (standardUncertaintyKg < 0) errors['massUncertaintyG'] = 'It is 0 or more; 0 where it is not known.'
  if (massSource.trim() === '') errors['massSource'] = 'Say where the mass is from: "ICRP 89, adult male".'
  return { massKg, standardUncertaintyKg, source: massSource.trim() || '–', evidence: massEvidence }
}

/** The name of the structure, with an error where there is none. */
export function structureOf({ structure }: About, errors: Record<string, string>): string {
  if (structure.trim() === '') errors['structure'] = 'Name the structure as the analysis does.'
  return structure.trim()
}

/** What a request says of points that state no uncertainty of their own; nothing where the field is empty. */
export function pointUncertaintyOf(
  percentText: string,
  errors: Record<string, string>,
): { readonly pointRelativeUncertainty?: number } {
  if (percentText.trim() === '') return {}
  const percent = take(numberCell(percentText), 'pointPercent', errors)
  if (!(percent > 0 && percent <= 100)) errors['pointPercent'] ??= 'A number above 0, up to 100, is needed.'
  return { pointRelativeUncertainty: percent / 100 }
}

/**
 * The series of a typed form: values in Bq (or relative ones), at their times, in the order of time. Values of % of the injected activity share the
 * error of the administered activity; decay-corrected ones are brought to their times, A(t) = A_c(t)·2^(−t/T½).
 *
 * @returns the content, or what is wrong by field; a cell is `row.column`
 */
export function typedSeries(form: TypedForm, facts: CourseFacts): Made<ActivitySeries> {
  const errors: Record<string, string> = {}
  const structure = structureOf(form, errors)
  const mass = massOf(form, errors)
  if (form.method.trim() === '') errors['method'] = 'Say how it was measured: it is printed in the report.'
  const points = pointsOf(form, facts, errors)
  const common = commonOf(form, facts, errors)
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const isRelative = form.unit === 'relative'
  const content = activitySeriesSchema.parse({
    ...{ kind: 'activity', cycle: form.cycle, structure, region: form.region, source: 'typed', mass, common },
    nuclide: facts.nuclide,
    curve: isRelative
      ? {
          quantity: 'relative',
          points: points.map(({ hours, value, u }) => ({
            ...{ hoursAfterInjection: hours, relativeValue: value, standardUncertainty: u },
          })),
        }
      : {
          quantity: 'activity',
          points: points.map(({ hours, value, u }) => ({
            ...{ hoursAfterInjection: hours, activityBq: value, standardUncertaintyBq: u },
          })),
        },
    origin: { method: form.method.trim() },
    remarks: remarksOf(form, facts),
  })
  return { ok: true, value: content }
}

function pointsOf(form: TypedForm, { halfLifeS, administered, start }: CourseFacts, errors: Record<string, string>) {
  const { unit } = form
  const scale = unit === 'relative' ? 1 : unit === '%IA' ? administered.value / 100 : BQ_PER[unit]
  const points: SeriesPoint[] = []
  const rowAt = new Map<number, number>()
  form.rows.forEach((row, index) => {
    if (isEmptyRow(row)) return
    const hours = take(hoursCell(row['time'] ?? '', start), `${index}.time`, errors)
    const value = take(numberCell(row['value'] ?? ''), `${index}.value`, errors)
    const typed = take(numberCell(row['u'] ?? ''), `${index}.u`, errors)
    const [timeKey, valueKey, uKey] = [`${index}.time`, `${index}.value`, `${index}.u`]
    if (value <= 0) errors[valueKey] ??= 'It must be above 0: leave a point without signal out.'
    if (typed <= 0) errors[uKey] ??= 'It must be above 0, or the point cannot be weighted.'
    const before = rowAt.get(hours)
    if (errors[timeKey] === undefined && before !== undefined)
      errors[timeKey] = `Row ${before + 1} has the same time: one point for each time.`
    rowAt.set(hours, index)
    const decay = form.isDecayCorrected ? 2 ** ((-hours * HOUR_S) / halfLifeS) : 1
    const u = form.uncertaintyUnit === 'percent' ? (value * typed) / 100 : typed
    points.push({ hours, value: value * scale * decay, u: u * scale * decay })
  })
  const needed = unit === 'relative' ? 2 : 1
  if (points.length < needed) errors['rows'] = `Give ${needed === 1 ? 'a point' : 'two points'} at least.`
  return points.sort((a, b) => a.hours - b.hours)
}

function commonOf(form: TypedForm, { administered }: CourseFacts, errors: Record<string, string>): SeriesCommon[] {
  const source = form.commonSource.trim()
  const ofActivity: SeriesCommon[] =
    form.unit === '%IA'
      ? [
          {
            source: ACTIVITY_METER,
            relativeStandardUncertainty: administered.standardUncertainty / administered.value,
          },
        ]
      : []
  if (source === '' && form.commonPercent.trim() === '') return ofActivity
  if (source === '') errors['commonSource'] = 'Name the source: series that share it have one error.'
  if (ofActivity.some((one) => one.source === source))
    errors['commonSource'] = 'The activity meter counts already, by what the administered activity states.'
  const percent = take(numberCell(form.commonPercent), 'commonPercent', errors)
  if (percent < 0 || percent > 300) errors['commonPercent'] = 'A number from 0 to 300 is needed.'
  return [...ofActivity, { source, relativeStandardUncertainty: percent / 100 }]
}

function remarksOf({ unit, isDecayCorrected }: TypedForm, { administered, halfLifeS }: CourseFacts): string[] {
  return [
    ...(unit === '%IA'
      ? [`Typed in % of the administered activity of ${formatNumber(administered.value / MBQ)} MBq.`]
      : []),
    ...(isDecayCorrected
      ? [
          `Typed as corrected for decay to the start of the administration; brought to their times with T½ = ${formatNumber(halfLifeS / HOUR_S, 4)} h.`,
        ]
      : []),
  ]
}
