/** Samples and readings, from the text of their form to the request that makes a series of them. */
import type { SeriesFromRequest } from '../../../../electron/contracts/index.ts'
import { GRAM_KG, MBQ } from '../../../units.ts'
import { hoursCell, numberCell } from './cells.ts'
import { isEmptyRow, type GridColumn, type GridRow } from './grid.ts'
import { massOf, pointUncertaintyOf, structureOf, take, type About, type CourseFacts, type Made } from './typed.ts'

export type SampleTable = 'blood' | 'urine' | 'probe'
/** activity: of the sample, or of the void. counts: of a well counter. concentration: of an aliquot. */
export type SampleReading = 'activity' | 'counts' | 'concentration'
type SamplesAsk = Extract<SeriesFromRequest, { from: 'samples' }>

export interface SamplesForm extends About {
  readonly table: SampleTable
  readonly reading: SampleReading
  readonly rows: readonly GridRow[]
  readonly administeredMbq: string
  readonly administeredUncertaintyMbq: string
  /** probe: reading without the patient. */
  readonly background: string
  readonly backgroundUncertainty: string
  /** %; '' refuses points without an uncertainty. */
  readonly pointPercent: string
  readonly bloodTo: 'blood' | 'marrow'
  readonly volumeMl: string
  readonly volumePercent: string
  readonly marrowBy: 'hematocrit' | 'ratio'
  readonly marrowFactor: string
  readonly ratioPercent: string
  readonly marrowMassG: string
  readonly marrowMassUncertaintyG: string
}

const time: GridColumn = { id: 'time_h', label: 'Time', unit: 'h p.i., or date and time' }
const measured: GridColumn = { id: 'measured_h', label: 'Measured', unit: 'h p.i.; empty: the time', optional: true }
const withU = (id: string, label: string, unit: string): readonly GridColumn[] => [
  { id, label, unit },
  { id: `${id}_u`, label: `u of ${label.toLowerCase()}`, unit, optional: true },
]

/** Columns of the reading, by the names that the command line's tables have. */
export function sampleColumns(table: SampleTable, reading: SampleReading): readonly GridColumn[] {
  if (table === 'probe')
    return [
      time,
      ...[...withU('anterior', 'Anterior', 'any'), ...withU('posterior', 'Posterior', 'any')].map((column) => ({
        ...column,
        optional: true,
      })),
    ]
  if (table === 'urine')
    return reading === 'concentration'
      ? [
          time,
          measured,
          { id: 'volume_ml', label: 'Volume', unit: 'mL' },
          ...withU('concentration_bq_per_ml', 'Concentration', 'Bq/mL'),
        ]
      : [time, measured, ...withU('activity_mbq', 'Activity', 'MBq')]
  const sample = [time, measured, ...withU('volume_ml', 'Volume', 'mL')]
  return reading === 'counts'
    ? [
        ...sample,
        { id: 'counts', label: 'Counts', unit: '1' },
        { id: 'duration_s', label: 'Duration', unit: 's' },
        { id: 'background_counts', label: 'Background', unit: 'counts' },
        { id: 'background_duration_s', label: 'Its duration', unit: 's' },
        ...withU('efficiency_cps_per_bq', 'Efficiency', 'cps/Bq'),
      ]
    : [...sample, ...withU('activity_bq', 'Activity', 'Bq')]
}

/** Readings that a table offers; a probe has one. */
export const readingsOf: Readonly<Record<SampleTable, readonly SampleReading[]>> = {
  blood: ['activity', 'counts'],
  urine: ['activity', 'concentration'],
  probe: ['activity'],
}

/** The request for a draft, or what is wrong by field; a cell is `row.column`. */
export function samplesRequest(
  form: SamplesForm,
  patientId: string,
  facts: Pick<CourseFacts, 'nuclide' | 'start'>,
): Made<SamplesAsk> {
  const errors: Record<string, string> = {}
  const number = (text: string, key: string): number => take(numberCell(text), key, errors)
  const orZero = (text: string, key: string): number => (text.trim() === '' ? 0 : number(text, key))
  const structure = structureOf(form, errors)
  const mass = massOf(form, errors)
  const rows = rowsOf(form, facts.start, errors)
  const value = number(form.administeredMbq, 'administeredMbq') * MBQ
  if (value <= 0) errors['administeredMbq'] ??= 'It must be above 0.'
  const standardUncertainty = number(form.administeredUncertaintyMbq, 'administeredUncertaintyMbq') * MBQ
  const pointUncertainty = pointUncertaintyOf(form.pointPercent, errors)
  const background =
    form.table === 'probe'
      ? {
          value: orZero(form.background, 'background'),
          standardUncertainty: orZero(form.backgroundUncertainty, 'backgroundUncertainty'),
        }
      : { value: 0, standardUncertainty: 0 }
  const bloodTo = form.table === 'blood' ? bloodToOf(form, number) : undefined
  for (const key of ['volumePercent', 'ratioPercent'] as const)
    if (
      form.table === 'blood' &&
      (Number(form[key].replace(',', '.')) < 0 || Number(form[key].replace(',', '.')) > 300)
    )
      errors[key] ??= 'A number from 0 to 300 is needed.'
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return {
    ok: true,
    value: {
      ...{
        from: 'samples',
        patientId,
        cycle: form.cycle,
        structure,
        region: form.region,
        mass,
        nuclide: facts.nuclide,
      },
      ...{ table: form.table, rows, administeredBq: { value, standardUncertainty }, background },
      ...pointUncertainty,
      ...(bloodTo ? { bloodTo } : {}),
    },
  }
}

function bloodToOf(form: SamplesForm, number: (text: string, key: string) => number): SamplesAsk['bloodTo'] {
  if (form.bloodTo === 'blood')
    return {
      region: 'blood',
      volumeMl: number(form.volumeMl, 'volumeMl'),
      relativeUncertainty: number(form.volumePercent, 'volumePercent') / 100,
    }
  const factor = number(form.marrowFactor, 'marrowFactor')
  return {
    region: 'marrow',
    ...(form.marrowBy === 'hematocrit' ? { hematocrit: factor } : { ratio: factor }),
    ratioRelativeUncertainty: number(form.ratioPercent, 'ratioPercent') / 100,
    marrowMassKg: {
      value: number(form.marrowMassG, 'marrowMassG') * GRAM_KG,
      standardUncertainty: number(form.marrowMassUncertaintyG, 'marrowMassUncertaintyG') * GRAM_KG,
    },
  }
}

/** Cells as the request takes them: decimals with a point, empty ones left out. */
function rowsOf(form: SamplesForm, start: string, errors: Record<string, string>): Record<string, string>[] {
  const columns = sampleColumns(form.table, form.reading)
  const rows = form.rows.flatMap((row, index) => {
    if (isEmptyRow(row)) return []
    if (form.table === 'probe' && (row['anterior'] ?? '').trim() === '' && (row['posterior'] ?? '').trim() === '')
      errors[`${index}.anterior`] = 'A reading from the front or from behind is needed.'
    const cells = columns.flatMap(({ id, optional }): (readonly [string, string])[] => {
      const text = row[id] ?? ''
      if (text.trim() === '' && optional) return []
      const cell = id === 'time_h' || id === 'measured_h' ? hoursCell(text, start) : numberCell(text)
      const value = take(cell, `${index}.${id}`, errors)
      if (value < 0) errors[`${index}.${id}`] = 'It is 0 or more.'
      return [[id, String(value)]]
    })
    return [Object.fromEntries(cells)]
  })
  if (rows.length === 0) errors['rows'] = 'Give a row at least.'
  return rows
}
