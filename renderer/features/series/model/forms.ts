/** Forms as they are first shown, for a structure of a cycle. */
import type { ActivitySeries } from '../../../../electron/contracts/index.ts'
import { GRAM_KG, MBQ } from '../../../units.ts'
import { emptyRow, type GridColumn, type GridRow } from './grid.ts'
import { sampleColumns, type SamplesForm } from './samples.ts'
import { typedColumnsOf, type About, type CourseFacts, type TypedForm } from './typed.ts'

const about = (cycle: number, structure: string): About => ({
  ...{ cycle, structure, region: 'organ', massG: '', massUncertaintyG: '', massSource: '' },
  massEvidence: 'unverified',
})
const text = (value: number): string => String(Number(value.toPrecision(10)))
/** What a kept series is of. */
export function aboutOf({ cycle, structure, region, mass }: ActivitySeries): About {
  if (!mass) return { ...about(cycle, structure), region }
  return {
    ...{ cycle, structure, region, massG: text(mass.massKg / GRAM_KG) },
    ...{ massUncertaintyG: text(mass.standardUncertaintyKg / GRAM_KG), massSource: mass.source },
    massEvidence: mass.evidence,
  }
}
const firstRows = (columns: readonly GridColumn[]): readonly GridRow[] =>
  Array.from({ length: 4 }, () => emptyRow(columns))

export function typedForm(cycle: number, structure: string): TypedForm {
  return {
    ...about(cycle, structure),
    rows: firstRows(typedColumnsOf('MBq', 'percent')),
    ...{ unit: 'MBq', uncertaintyUnit: 'percent', isDecayCorrected: false, method: '' },
    ...{ commonSource: '', commonPercent: '' },
  }
}

/** Readings of the whole body by a probe first: what they are relative to is filled in. */
export function samplesForm(cycle: number, administered: CourseFacts['administered'] | null): SamplesForm {
  return {
    ...about(cycle, 'WHOLE BODY'),
    ...{ region: 'whole-body', table: 'probe', reading: 'activity' },
    rows: firstRows(sampleColumns('probe', 'activity')),
    administeredMbq: administered ? text(administered.value / MBQ) : '',
    administeredUncertaintyMbq: administered ? text(administered.standardUncertainty / MBQ) : '',
    ...{ background: '', backgroundUncertainty: '', pointPercent: '', bloodTo: 'blood', volumeMl: '' },
    ...{ volumePercent: '', marrowBy: 'hematocrit', marrowFactor: '', ratioPercent: '', marrowMassG: '' },
    marrowMassUncertaintyG: '',
  }
}

/** The form of another table: its rows are others, and so is what it is of. */
export function withTable(
  form: SamplesForm,
  table: SamplesForm['table'],
  bloodTo: SamplesForm['bloodTo'],
): SamplesForm {
  const reading = table === form.table ? form.reading : 'activity'
  const of =
    table !== 'blood'
      ? ({ structure: 'WHOLE BODY', region: 'whole-body' } as const)
      : bloodTo === 'marrow'
        ? ({ structure: 'RED MARROW', region: 'marrow' } as const)
        : ({ structure: 'BLOOD', region: 'blood' } as const)
  const rows = table === form.table ? form.rows : firstRows(sampleColumns(table, reading))
  return { ...form, ...of, table, bloodTo, reading, rows }
}

/** The same table read in another way: cells of columns that stay are kept, others go. */
export function withReading(form: SamplesForm, reading: SamplesForm['reading']): SamplesForm {
  const columns = sampleColumns(form.table, reading)
  const rows = form.rows.map((row) => Object.fromEntries(columns.map(({ id }) => [id, row[id] ?? ''])))
  return { ...form, reading, rows }
}
