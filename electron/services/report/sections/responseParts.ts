/** What the parts of the section on responses share: the size of their charts, days, the table of what was measured. */
import { SECONDS_PER_DAY } from '../../../../native-core/units/index.ts'
import type { Block } from '../../ports/reportDocument.ts'
import { MISSING, printNumber, printPercent } from '../numbers.ts'

export const RESPONSE_CHART_PT = { widthPt: 240, heightPt: 118 } as const

export const toDays = (timeS: number): number => timeS / SECONDS_PER_DAY
export const dayOf = (timeS: number): string => String(Math.round(toDays(timeS)))

export interface MeasuredValue {
  /** The lesion or the marker. */
  readonly name: string
  readonly at: string
  readonly timeS: number
  readonly value: number
  readonly unit: string
  readonly relativeUncertainty: number
  /** (ln measured − ln model)/σ; null where it was not used. */
  readonly residual: number | null
  readonly what: string
}

/** Values and times that were measured, with what they say of the curve. */
export const measuredTable = (first: string, values: readonly MeasuredValue[]): Block => ({
  kind: 'table',
  columns: [
    { title: first, kind: 'text', stretch: 1 },
    { title: 'Measured', kind: 'text', stretch: 0 },
    { title: 'Day', kind: 'number', stretch: 0 },
    { title: 'Value', kind: 'number', stretch: 0 },
    { title: 'Unit', kind: 'text', stretch: 0 },
    { title: 'u', unit: '%', kind: 'number', stretch: 0 },
    { title: 'Residual', unit: 'σ', kind: 'number', stretch: 0 },
    { title: 'What', kind: 'text', stretch: 1.4 },
  ],
  rows: values.map((one) => [
    [{ text: one.name, style: 'strong' }],
    one.at.replace('T', ' '),
    dayOf(one.timeS),
    printNumber(one.value),
    one.unit,
    printPercent(one.relativeUncertainty),
    one.residual === null ? MISSING : printNumber(one.residual, 2),
    [{ text: one.what, style: 'note' }],
  ]),
  notes: [],
})
