/** Rows of tables (CSV) as samples, collections and readings. Columns say their unit; an empty cell is a missing one. */
import { InputError } from '../../../native-core/errors/index.ts'
import type { Excretion, ProbeReading, Sample } from '../../../native-core/kinetics/samples/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import { hoursToSeconds } from '../../../native-core/units/index.ts'

/** A row by column names, with where it stands for messages. */
export interface TableRow {
  readonly where: string
  readonly cells: Readonly<Record<string, string>>
}

/** A column that a kind of table knows. */
export interface TableColumn {
  readonly name: string
  readonly unit: string
  readonly description: string
}

/**
 * Columns of each kind of table. `…_u` is the standard uncertainty (k = 1), 0 where it is left out.
 */
export const TABLE_COLUMNS = {
  blood: [
    { name: 'time_h', unit: 'h', description: 'sampling, after the start of the administration' },
    { name: 'measured_h', unit: 'h', description: 'reference time of the reading; default: time_h' },
    { name: 'volume_ml', unit: 'mL', description: 'volume of the sample' },
    { name: 'volume_ml_u', unit: 'mL', description: 'standard uncertainty' },
    { name: 'activity_bq', unit: 'Bq', description: 'activity of the sample when measured' },
    { name: 'activity_bq_u', unit: 'Bq', description: 'standard uncertainty' },
    { name: 'counts', unit: '1', description: 'instead of an activity: counts of the sample' },
    { name: 'duration_s', unit: 's', description: 'time of counting' },
    { name: 'background_counts', unit: '1', description: 'counts without sample' },
    { name: 'background_duration_s', unit: 's', description: 'time of counting without sample' },
    { name: 'efficiency_cps_per_bq', unit: 'counts/(s·Bq)', description: 'of the counter' },
    { name: 'efficiency_cps_per_bq_u', unit: 'counts/(s·Bq)', description: 'standard uncertainty' },
  ],
  urine: [
    { name: 'time_h', unit: 'h', description: 'void, or end of a pooled collection' },
    { name: 'measured_h', unit: 'h', description: 'reference time of the activity; default: time_h' },
    { name: 'activity_mbq', unit: 'MBq', description: 'activity of the void when measured' },
    { name: 'activity_mbq_u', unit: 'MBq', description: 'standard uncertainty' },
    { name: 'volume_ml', unit: 'mL', description: 'instead of an activity: volume of the void' },
    {
      name: 'concentration_bq_per_ml',
      unit: 'Bq/mL',
      description: 'and the concentration of an aliquot when measured',
    },
    { name: 'concentration_bq_per_ml_u', unit: 'Bq/mL', description: 'standard uncertainty' },
  ],
  probe: [
    { name: 'time_h', unit: 'h', description: 'reading, after the start of the administration' },
    { name: 'anterior', unit: 'any', description: 'reading from the front (dose rate or count rate)' },
    { name: 'anterior_u', unit: 'any', description: 'standard uncertainty' },
    { name: 'posterior', unit: 'any', description: 'reading from behind' },
    { name: 'posterior_u', unit: 'any', description: 'standard uncertainty' },
  ],
} as const satisfies Record<string, readonly TableColumn[]>

export type SampleKind = keyof typeof TABLE_COLUMNS

/** @throws InputError `table.column` for a column that is not known, `table.cell` for one that is missing or no number. */
export function bloodSamples(rows: readonly TableRow[]): Sample[] {
  checkColumns(rows, 'blood')
  return rows.map((row) => {
    const timeH = number(row, 'time_h')
    const hasActivity = isThere(row, 'activity_bq')
    if (hasActivity === isThere(row, 'counts'))
      throw badCell(
        row,
        hasActivity ? 'both activity_bq and counts are given' : 'neither activity_bq nor counts is given',
      )
    return {
      timeS: hoursToSeconds(timeH),
      measuredAtS: hoursToSeconds(optional(row, 'measured_h') ?? timeH),
      volumeMl: withUncertainty(row, 'volume_ml'),
      reading: hasActivity
        ? { kind: 'activity', activityBq: withUncertainty(row, 'activity_bq') }
        : {
            kind: 'counts',
            counts: number(row, 'counts'),
            durationS: number(row, 'duration_s'),
            background: {
              counts: number(row, 'background_counts'),
              durationS: number(row, 'background_duration_s'),
            },
            efficiencyCpsPerBq: withUncertainty(row, 'efficiency_cps_per_bq'),
          },
    }
  })
}

/** @throws InputError as `bloodSamples`. */
export function excretions(rows: readonly TableRow[]): Excretion[] {
  checkColumns(rows, 'urine')
  return rows.map((row) => {
    const timeH = number(row, 'time_h')
    const hasActivity = isThere(row, 'activity_mbq')
    if (hasActivity === isThere(row, 'concentration_bq_per_ml'))
      throw badCell(
        row,
        `${hasActivity ? 'both' : 'neither'} activity_mbq ${hasActivity ? 'and' : 'nor'} concentration_bq_per_ml ${hasActivity ? 'are' : 'is'} given`,
      )
    const { value, standardUncertainty } = hasActivity
      ? withUncertainty(row, 'activity_mbq')
      : withUncertainty(row, 'concentration_bq_per_ml')
    const factor = hasActivity ? 1e6 : number(row, 'volume_ml')
    return {
      timeS: hoursToSeconds(timeH),
      measuredAtS: hoursToSeconds(optional(row, 'measured_h') ?? timeH),
      activityBq: { value: value * factor, standardUncertainty: standardUncertainty * factor },
    }
  })
}

/** @throws InputError as `bloodSamples`. */
export function probeReadings(rows: readonly TableRow[]): ProbeReading[] {
  checkColumns(rows, 'probe')
  const side = (row: TableRow, name: string): Measured | null =>
    isThere(row, name) ? withUncertainty(row, name) : null
  return rows.map((row) => ({
    timeS: hoursToSeconds(number(row, 'time_h')),
    anterior: side(row, 'anterior'),
    posterior: side(row, 'posterior'),
  }))
}

function checkColumns(rows: readonly TableRow[], kind: SampleKind): void {
  const known = TABLE_COLUMNS[kind].map(({ name }) => name as string)
  const stranger = Object.keys(rows[0]?.cells ?? {}).find((name) => !known.includes(name))
  if (rows.length > 0 && stranger === undefined) return
  throw new InputError(
    rows.length === 0 ? 'table.empty' : 'table.column',
    rows.length === 0 ? 'The table has no rows.' : `The column "${stranger}" is not known.`,
    `Columns of a table of ${kind}: ${known.join(', ')}.`,
  )
}

const isThere = ({ cells }: TableRow, name: string): boolean => (cells[name] ?? '') !== ''

function optional(row: TableRow, name: string): number | null {
  return isThere(row, name) ? number(row, name) : null
}

function number(row: TableRow, name: string): number {
  const text = row.cells[name] ?? ''
  const value = text === '' ? NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw badCell(row, text === '' ? `${name} is missing` : `${name} is "${text}", which is no number`)
}

function withUncertainty(row: TableRow, name: string): Measured {
  return { value: number(row, name), standardUncertainty: optional(row, `${name}_u`) ?? 0 }
}

const badCell = ({ where }: TableRow, why: string): InputError =>
  new InputError('table.cell', `${where}: ${why}.`, 'Correct the table; decimals are written with a point.')
