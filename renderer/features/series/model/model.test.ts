/** What is typed or pasted, as the numbers that are stored. Expected values are computed here by hand. */
import { describe, expect, it } from 'vitest'
import { protocolSchema, type ActivitySeries } from '../../../../electron/contracts/index.ts'
import { hoursCell, isHeading, numberCell, pastedCells } from './cells.ts'
import { draftChart, pointsText, uncertaintyText } from './facts.ts'
import { samplesForm, typedForm, withReading, withTable } from './forms.ts'
import { withPasted } from './grid.ts'
import { requestFile } from './requestFile.ts'
import { samplesRequest } from './samples.ts'
import { typedColumnsOf, typedSeries, unitsOfHeading, type CourseFacts, type TypedForm } from './typed.ts'
import { seriesRows, usesOf, withEntry } from './use.ts'

const START = '2024-01-08T09:05:00'
const facts: CourseFacts = {
  nuclide: 'Lu-177',
  halfLifeS: 24 * 3600,
  administered: { value: 8e9, standardUncertainty: 2.4e8 },
  start: START,
}
const rows = (...lines: readonly (readonly [string, string, string])[]) =>
  lines.map(([time, value, u]) => ({ time, value, u }))
const form = (more: Partial<TypedForm>): TypedForm => ({ ...typedForm(1, 'LIVER'), method: 'probe of ward 3', ...more })
function made(more: Partial<TypedForm>): ActivitySeries {
  const found = typedSeries(form(more), facts)
  if (!found.ok) throw new Error(JSON.stringify(found.errors))
  return found.value
}
const refused = (more: Partial<TypedForm>) => {
  const found = typedSeries(form(more), facts)
  return found.ok ? {} : found.errors
}
const activityOf = ({ curve }: ActivitySeries) => (curve.quantity === 'activity' ? curve.points : [])

describe('cells', () => {
  it('takes a decimal point or comma, and refuses a comma that could be of thousands', () => {
    expect(['12.5', '12,5', '0,125', '1234,567', '−3', '1e3'].map(numberCell)).toEqual(
      [12.5, 12.5, 0.125, 1234.567, -3, 1000].map((value) => ({ ok: true, value })),
    )
    for (const text of ['1,234', '12,345', '', '0x10', '1.2.3', '12 MBq', 'Infinity'])
      expect(numberCell(text).ok, text).toBe(false)
  })

  it('takes hours, or a date and time after the start of the administration', () => {
    expect(hoursCell('4.5', START)).toEqual({ ok: true, value: 4.5 })
    expect(hoursCell('2024-01-09 10:05', START)).toEqual({ ok: true, value: 25 })
    for (const text of ['2024-01-08 09:04', '-1', '2024-02-30 10:00', '09.01.2024 10:05', '10:05', ''])
      expect(hoursCell(text, START).ok, text).toBe(false)
  })

  it('splits what a spreadsheet or an editor gives', () => {
    expect(pastedCells('1\t2,5\t3\r\n4\t\t6\n')).toEqual([
      ['1', '2,5', '3'],
      ['4', '', '6'],
    ])
    expect(pastedCells('2024-01-09 10:05 120 5')).toEqual([['2024-01-09 10:05', '120', '5']])
    expect(pastedCells('4;120,5;3')).toEqual([['4', '120,5', '3']])
    expect(isHeading(['Time (h)', 'Activity (MBq)', 'u (%)'])).toBe(true)
    expect(isHeading(['24 h', '120 MBq', '5 %'])).toBe(false)
  })
})

describe('a pasted table', () => {
  const columns = typedColumnsOf('MBq', 'percent')

  it('fills from the cell on, grows, and leaves the heading out', () => {
    const pasted = withPasted(rows(['a', '', '']), columns, 0, 0, 'h\tkBq\t%\n4\t120\t5\n24\t80\t5')
    expect(pasted).toMatchObject({
      heading: ['h', 'kBq', '%'],
      problem: '',
      rows: rows(['4', '120', '5'], ['24', '80', '5']),
    })
    expect(withPasted(rows(['1', '', '']), columns, 0, 1, '7\t8').rows).toEqual(rows(['1', '7', '8']))
  })

  it('takes nothing where columns are left over', () => {
    const before = rows(['1', '2', '3'])
    const pasted = withPasted(before, columns, 0, 1, '7\t8\t9')
    expect(pasted.problem).toMatch(/3 columns were pasted and there is room for 2/)
    expect(pasted.rows).toBe(before)
  })

  it('goes by the names of the columns where the heading has them', () => {
    const named = [...columns].map((column) => ({ ...column }))
    expect(withPasted([], named, 0, 0, 'value\ttime\n120\t4').rows).toEqual(rows(['4', '120', '']))
  })

  it('reads units of a heading, and stops where they are others than the table can hold', () => {
    expect(unitsOfHeading(['t (h)', 'A [kBq]', 'u (%)'])).toEqual({
      unit: 'kBq',
      uncertaintyUnit: 'percent',
      problem: '',
    })
    expect(unitsOfHeading(['t', '%IA', 'u (GBq)'])).toMatchObject({
      unit: '%IA',
      problem: expect.stringContaining('GBq'),
    })
    expect(unitsOfHeading(['min', 'MBq', '']).problem).toMatch(/times in "min"/)
    expect(unitsOfHeading(['h', 'A (mCi)', '']).problem).toMatch(/"mCi"/)
    expect(unitsOfHeading(['h', 'c (kBq/mL)', '']).problem).toMatch(/"kBq\/mL"/)
  })
})

describe('a typed series', () => {
  const two = rows(['24', '80', '10'], ['4', '120', '5'])

  it('is stored in Bq, in the order of time', () => {
    expect(activityOf(made({ rows: two, unit: 'kBq' }))).toEqual([
      { hoursAfterInjection: 4, activityBq: 120e3, standardUncertaintyBq: 6e3 },
      { hoursAfterInjection: 24, activityBq: 80e3, standardUncertaintyBq: 8e3 },
    ])
    expect(activityOf(made({ rows: two, uncertaintyUnit: 'same' }))[1]?.standardUncertaintyBq).toBe(10e6)
  })

  it('of % of the injected activity is that share of it, and shares the error of the activity meter', () => {
    const found = made({ rows: rows(['4', '25', '10']), unit: '%IA' })
    expect(activityOf(found)[0]).toMatchObject({ activityBq: 2e9, standardUncertaintyBq: 2e8 })
    expect(found.common).toEqual([{ source: 'activity meter', relativeStandardUncertainty: 0.03 }])
    expect(refused({ rows: two, unit: '%IA', commonSource: 'activity meter', commonPercent: '3' })).toHaveProperty(
      'commonSource',
    )
  })

  it('that was corrected for decay is brought to its times: one half-life halves it', () => {
    const found = made({ rows: two, isDecayCorrected: true })
    expect(activityOf(found)[1]?.activityBq).toBeCloseTo(40e6, 3)
    expect(activityOf(found)[1]?.standardUncertaintyBq).toBeCloseTo(4e6, 3)
    expect(found.remarks[0]).toContain('T½ = 24.00 h')
  })

  it('names every wrong cell, and takes nothing', () => {
    const errors = refused({
      method: '',
      rows: rows(['4', '120', ''], ['', '', ''], ['4', '-1', '5'], ['x', '1,234', '0']),
      massG: '180',
    })
    expect(Object.keys(errors).sort()).toEqual([
      ...['0.u', '2.time', '2.value', '3.time', '3.u', '3.value'],
      ...['massSource', 'massUncertaintyG', 'method'],
    ])
    expect(errors['2.time']).toBe('Row 1 has the same time: one point for each time.')
  })

  it('needs a point, of a shape two, and a name', () => {
    expect(refused({ rows: [], structure: ' ' })).toMatchObject({
      rows: 'Give a point at least.',
      structure: expect.stringContaining('Name'),
    })
    expect(refused({ rows: rows(['4', '3', '5']), unit: 'relative' })).toHaveProperty('rows')
    const shape = made({ rows: two, unit: 'relative' })
    expect(shape.curve).toMatchObject({ quantity: 'relative', points: [{ relativeValue: 120 }, { relativeValue: 80 }] })
    expect(usesOf(shape)).toEqual(['scaled-to-images'])
    expect(draftChart(shape, null)).toBeNull()
  })

  it('says its points, its uncertainty, and stands in the chart beside the present points', () => {
    const found = made({ rows: two, commonSource: 'camera 2', commonPercent: '4' })
    expect(pointsText(found)).toBe('2, 4.00 to 24.0 h')
    expect(uncertaintyText(found)).toBe('5.0 % to 10 %; shared: camera 2 4.0 %')
    expect(draftChart(found, null)?.points.map(({ timeS, used }) => [timeS, used])).toEqual([
      [4 * 3600, true],
      [24 * 3600, true],
    ])
  })
})

describe('samples', () => {
  const start = { nuclide: 'Lu-177', start: START }

  it('become a request with cells in plain numbers, hours from date and time', () => {
    const probe = {
      ...samplesForm(1, facts.administered),
      rows: [
        { time_h: '2024-01-08 10:05', anterior: '100,5', anterior_u: '2', posterior: '', posterior_u: '' },
        { time_h: '', anterior: '', anterior_u: '', posterior: '', posterior_u: '' },
      ],
    }
    expect(samplesRequest(probe, 'demo', start)).toEqual({
      ok: true,
      value: {
        ...{ from: 'samples', patientId: 'demo', cycle: 1, structure: 'WHOLE BODY', region: 'whole-body', mass: null },
        ...{ nuclide: 'Lu-177', table: 'probe', rows: [{ time_h: '1', anterior: '100.5', anterior_u: '2' }] },
        administeredBq: { value: 8e9, standardUncertainty: 2.4e8 },
        background: { value: 0, standardUncertainty: 0 },
      },
    })
  })

  it('of blood ask for what makes an activity of a concentration', () => {
    const blood = withReading(withTable(samplesForm(1, facts.administered), 'blood', 'marrow'), 'counts')
    expect(blood).toMatchObject({ structure: 'RED MARROW', region: 'marrow' })
    const found = samplesRequest({ ...blood, rows: [{ time_h: '1' }] }, 'demo', start)
    expect(found.ok ? [] : Object.keys(found.errors)).toEqual(
      expect.arrayContaining(['0.volume_ml', '0.counts', '0.efficiency_cps_per_bq', 'marrowFactor', 'marrowMassG']),
    )
    expect(found.ok ? [] : Object.keys(found.errors)).not.toContain('0.volume_ml_u')
  })
})

describe('what counts', () => {
  const content = made({ rows: rows(['4', '120', '5']) })
  const entry = { cycle: 1, structure: 'liver', series: { seriesId: 'a', content }, use: 'instead-of-images' }
  const protocol = protocolSchema.parse({
    measuredSeries: [{ ...entry, pointsLeftOut: [{ hoursAfterInjection: 4, reason: 'spilt' }] }],
  })
  const view = (seriesId: string) => ({
    ...{
      seriesId,
      patientId: 'demo',
      addedAt: '',
      addedBy: 'anna',
      contentHash: '0'.repeat(64),
      inUse: false,
      content,
    },
  })

  it('is told by the protocol, which may hold a series that is no longer listed', () => {
    expect(seriesRows([view('a'), view('b')], protocol).map(({ key, entry: used }) => [key, used?.use])).toEqual([
      ['a', 'instead-of-images'],
      ['b', undefined],
    ])
    expect(seriesRows([], protocol)).toMatchObject([{ stored: null, entry: { use: 'instead-of-images' } }])
  })

  it('changes without losing points that were left out, and leaves nothing behind when it ends', () => {
    const scaled = withEntry(protocol, { cycle: 1, structure: 'LIVER' }, { use: 'scaled-to-images', toleranceH: 4 })
    expect(scaled.measuredSeries).toMatchObject([
      { use: 'scaled-to-images', toleranceH: 4, pointsLeftOut: [{ reason: 'spilt' }] },
    ])
    expect(withEntry(scaled, { cycle: 1, structure: 'LIVER' }, null)).toEqual(protocolSchema.parse({}))
    expect(withEntry(protocol, { cycle: 2, structure: 'LIVER' }, null)).toEqual(protocol)
  })
})

describe('a request file', () => {
  it('names its regions, or is refused', () => {
    const planar = JSON.stringify({ scans: [{}], regions: [{ name: 'LIVER' }], wholeBody: {} })
    expect(requestFile('a.json', planar, 'planar')).toMatchObject({
      ok: true,
      value: { regions: ['LIVER'], hasWholeBody: true, request: { scans: [{}], wholeBody: {} } },
    })
    expect(requestFile('a.json', planar, 'hybrid')).toMatchObject({
      errors: { file: expect.stringContaining('quantify hybrid') },
    })
    expect(requestFile('a.json', '{', 'planar')).toMatchObject({ errors: { file: 'a.json: it is no JSON.' } })
  })
})
