/** The voxel dose in the three forms of a report: the numbers of the stored result, in each. */
import { describe, expect, it } from 'vitest'
import { analysisSchema } from '../../contracts/analysis.ts'
import type { VoxelDoseResult, VoxelDoseSummary } from '../../contracts/doseMaps.ts'
import { exampleAnalysis, exampleEngine, exampleVoxelDose } from '../../../tests/phantoms/index.ts'
import type { Block, Table } from '../ports/reportDocument.ts'
import type { ReportedVoxelDose } from '../ports/reportWriter.ts'
import { reportDocument } from './content.ts'
import { settingsOf } from './sections/voxelDose.ts'
import { numberRows } from './table.ts'
import type { NumberRow } from './table.ts'
import { reportCsv, reportJson } from './writer.ts'

const context = { printedAt: '2026-11-22T18:00:00Z', operator: 'M. Physicist' }
const analysis = exampleAnalysis()
const reported = (change: Partial<VoxelDoseSummary> = {}): ReportedVoxelDose => ({
  result: exampleVoxelDose(change),
  engine: exampleEngine,
})
const rate = reported({ quantity: 'dose-rate', timePointId: 't2', hoursAfterInjection: 24 })

/** The blocks of the section, without its heading. */
function section(doses: readonly ReportedVoxelDose[]): Block[] {
  const { blocks } = reportDocument(analysis, context, doses)
  const from = blocks.findIndex((b) => b.kind === 'heading' && b.level === 1 && b.text === 'Voxel dose')
  const to = blocks.findIndex((b, i) => i > from && b.kind === 'heading' && b.level === 1)
  return from < 0 ? [] : blocks.slice(from + 1, to)
}

function tableIn(blocks: readonly Block[]): Table {
  const table = blocks.find((b) => b.kind === 'table')
  if (!table) throw new Error('there is no table')
  return table
}

function rowOf(doses: readonly ReportedVoxelDose[], structure: string, quantity: string): NumberRow {
  const found = numberRows(analysis, doses).filter((r) => r.structure === structure && r.quantity === quantity)
  expect(found).toHaveLength(1)
  return found[0]!
}

describe('a report without voxel doses', () => {
  it('has not a byte more than one that was never told of them', () => {
    expect(reportDocument(analysis, context, [])).toEqual(reportDocument(analysis, context))
    expect(section([])).toEqual([])
    expect(reportCsv(analysis, [])).toBe(reportCsv(analysis))
    expect(reportCsv(analysis)).not.toContain('voxel')
    expect(reportJson(analysis, [])).toBe(`${JSON.stringify(analysis, null, 2)}\n`)
  })
})

describe('a voxel dose in print', () => {
  const blocks = section([reported()])

  it('follows the absorbed dose', () => {
    const titles = reportDocument(analysis, context, [reported()]).blocks.flatMap((b) =>
      b.kind === 'heading' && b.level === 1 ? [b.text] : [],
    )
    expect(titles.slice(0, 3)).toEqual(['Absorbed dose', 'Voxel dose', 'Administrations'])
    expect(blocks[0]).toEqual({ kind: 'heading', level: 2, text: 'Example engine · absorbed dose' })
  })

  it('says engine, version, energy kept, activity and what differs from the defaults', () => {
    const facts = blocks.find((b) => b.kind === 'facts')!
    const value = (label: string): string => JSON.stringify(facts.items.find((one) => one.label === label)?.value)
    expect(value('Engine')).toMatch(/Example engine.*2\.1\.0/)
    expect(value('Quantity')).toContain('absorbed dose of the cycle')
    // 1.75 J of 2 J.
    expect(value('Energy kept in the grid')).toContain('88 %')
    expect(value('Activity map')).toContain('4 images')
    // 3.96e13 Bq·s and 3.6e13 Bq·s over 3.6e9 s·Bq/(MBq·h).
    expect(value('Activity in the grid')).toMatch(/11\u00A0000 MBq·h.*10\u00A0000 MBq·h/)
    expect(value('Settings')).toBe('"Decays to follow: 40000; Medium: Water"')
  })

  it('rounds the mean with its uncertainty, and prints a mean without one alone', () => {
    const { columns, rows, notes } = tableIn(blocks)
    expect(columns.map(({ title, unit }) => `${title} ${unit ?? ''}`.trim())).toEqual([
      'Structure',
      'Mean Gy',
      'D98 Gy',
      'D50 Gy',
      'D2 Gy',
      'Maximum Gy',
    ])
    expect(rows.map((r) => r.slice(1))).toEqual([
      [{ value: '6.43', uncertainty: '0.31' }, '3.22', '6.43', '9.65', '12.9'],
      [{ value: '1.23', uncertainty: '' }, '0.617', '1.23', '1.85', '2.47'],
    ])
    expect(notes.join('\n')).toContain('No ±: the structure has no dose of its own')
  })

  it('has the remarks of engine, activity map and grid as notes, and marks sources that are not verified', () => {
    const notes = tableIn(blocks).notes.join('\n')
    for (const words of [
      '12.50 % of the emitted energy left the images.',
      'TUMOUR: It was not scaled.',
      'SPLEEN: 25 % of it lies outside the dose grid',
      'physical decay from the injection on, 4.0 % of the activity; after the last: 31 %',
      'Doe 2001: kernels; ‡\u00A0Roe 2002: ranges (transcribed)',
      '‡ Not verified',
    ])
      expect(notes).toContain(words)
    expect(notes).not.toContain('‡\u00A0Doe')
  })

  it('is said without a table where no structure is in the grid', () => {
    const none: VoxelDoseResult = { ...exampleVoxelDose(), structures: [] }
    const found = section([{ result: none, engine: exampleEngine }])
    expect(found.some(({ kind }) => kind === 'table')).toBe(false)
    expect(JSON.stringify(found)).toContain('No structure lies in the dose grid. ')
  })

  it('of a dose rate is in mGy/h at its hour, and has nothing to say of time before and after', () => {
    const found = section([rate])
    expect(JSON.stringify(found)).toContain('dose rate at 24.0 h p.i.')
    expect(JSON.stringify(found)).not.toContain('Before the first image')
    const { columns, rows } = tableIn(found)
    expect(columns[1]?.unit).toBe('mGy/h')
    // 6.4321 Gy/s · 3.6e6 mGy·s/(Gy·h) = 2.315556e7 mGy/h, ± 1.13076e6.
    expect(rows[0]?.[1]).toEqual({ value: '23\u00A0200\u00A0000', uncertainty: '1\u00A0100\u00A0000' })
  })
})

describe('settings of a voxel dose', () => {
  const { engine } = exampleVoxelDose().summary
  it('are none at the defaults', () => {
    const parameters = { decays: 1e7, photons: false, medium: 'ct', stopAt: '' }
    expect(settingsOf(reported({ engine: { ...engine, parameters } }))).toEqual([])
  })

  it('are said of every option that differs; of a dose rate only those that it has', () => {
    const change: Partial<VoxelDoseSummary> = {
      engine: { ...engine, parameters: { decays: 1e7, photons: true, medium: 'ct', stopAt: 'LIVER' } },
      activityMap: { matchStructures: false, beforeFirst: 'linear-rise', negligibleShare: 0.07, steepestFall: 4 },
    }
    const ofBoth = ['Photons too: yes', 'Stop by: LIVER', 'Structures matched to their curves: no']
    expect(settingsOf(reported(change))).toEqual([
      ...ofBoth,
      'Before the first image: a straight rise from the injection on',
      'Negligible share of the hottest voxel: 7 %',
      'Steepest fall between two images: 4-fold',
    ])
    expect(settingsOf({ ...rate, result: exampleVoxelDose({ ...rate.result.summary, ...change }) })).toEqual(ofBoth)
  })
})

describe('a voxel dose as CSV and JSON', () => {
  it('has the same numbers as the stored result in each', () => {
    const doses = [reported()]
    const json = JSON.parse(reportJson(analysis, doses)) as { voxelDoses: VoxelDoseResult[] }
    const { voxelDoses, ...rest } = json
    expect(analysisSchema.parse(rest)).toEqual(analysis)
    expect(voxelDoses).toHaveLength(1)
    expect(JSON.stringify(voxelDoses)).not.toMatch(/histogram|cumulative|byteLength|stale/)
    expect(voxelDoses[0]).toMatchObject({ emittedJ: 2, depositedJ: 1.75, summary: { engine: { version: '2.1.0' } } })
    for (const structure of voxelDoses[0]!.structures) {
      const row = (quantity: string): NumberRow => rowOf(doses, structure.name, `voxel dose ${quantity}`)
      expect(row('mean')).toMatchObject({
        cycle: 1,
        hoursAfterInjection: null,
        value: structure.meanGy,
        standardUncertainty: structure.meanStandardUncertaintyGy,
        unit: 'Gy',
        note: 'Example engine 2.1.0; Decays to follow: 40000; Medium: Water; key abcdef012345',
      })
      expect(row('D98').value).toBe(structure.d98Gy)
      expect(row('D50').value).toBe(structure.d50Gy)
      expect(row('D2').value).toBe(structure.d2Gy)
      expect(row('maximum').value).toBe(structure.maximumGy)
    }
    expect(voxelDoses[0]!.structures[0]?.meanGy).toBe(6.4321)
    expect(reportCsv(analysis, doses)).toContain('\r\n1,LIVER,,voxel dose mean,6.4321,0.3141,Gy,')
    expect(reportCsv(analysis, doses).startsWith(reportCsv(analysis))).toBe(true)
  })

  it('of a dose rate has its hour and unit', () => {
    const row = rowOf([reported(), rate], 'LIVER', 'voxel dose rate mean')
    expect(row).toMatchObject({ hoursAfterInjection: 24, unit: 'mGy/h' })
    expect(row.value).toBeCloseTo(6.4321 * 3600 * 1000, 3)
    expect(row.standardUncertainty).toBeCloseTo(0.3141 * 3600 * 1000, 3)
  })

  it('has no share of the energy where none was sent out', () => {
    const result: VoxelDoseResult = { ...exampleVoxelDose(), emittedJ: 0, depositedJ: 0 }
    const row = rowOf([{ result, engine: exampleEngine }], '', 'voxel dose share of the energy kept in the grid')
    expect(row.value).toBeNull()
  })
})
