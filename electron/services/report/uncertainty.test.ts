import { describe, expect, it } from 'vitest'
import { uncertaintyBudget } from '../../../native-core/dosimetry/index.ts'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import { analysisSchema } from '../../contracts/analysis.ts'
import type { Analysis } from '../../contracts/analysis.ts'
import type { Table } from '../ports/reportDocument.ts'
import { reportDocument } from './content.ts'
import { uncertaintyBlocks } from './sections/uncertainty.ts'
import { reportCsv } from './writer.ts'

/** The example with a budget of its liver. */
function withBudget(calibration: number): Analysis {
  const budget = uncertaintyBudget({
    label: 'LIVER',
    scope: 'LIVER, cycle 1',
    calibration: { relative: calibration, source: 'calibration' },
    volume: { volumeMl: 100, relative: 0.02, source: 'volume of LIVER' },
    curve: { kind: 'tia', relative: 0.021 },
  })
  const improvements = [
    { term: 'calibration', action: 'Calibrate better.', doseRelative: 0.03, reduction: 0.2, timeS: null },
  ]
  const analysis = exampleAnalysis()
  const [cycle] = analysis.cycles
  const structures = cycle?.structures.map((s) =>
    s.name === 'LIVER' ? { ...s, uncertainty: { ...budget, improvements } } : s,
  )
  return analysisSchema.parse({ ...analysis, cycles: [{ ...cycle, structures }] })
}

describe('the section on uncertainty', () => {
  it('has a row for each budget with the terms that occur, in percent, and what would reduce it', () => {
    const [heading, table] = uncertaintyBlocks(withBudget(0.05)) as [unknown, Table]
    expect(heading).toMatchObject({ kind: 'heading', level: 1 })
    expect(table.columns.map(({ title }) => title)).toEqual([
      'Structure',
      'TIA',
      'Dose',
      'Calibration',
      'Curve',
      'Volume',
    ])
    expect(table.rows).toHaveLength(1)
    // √(5² + 2.1²) and √(5² + 2.1² + 2²)
    expect(JSON.stringify(table.rows[0])).toBe(
      JSON.stringify([
        [{ text: 'LIVER', style: 'strong' }],
        '5.4',
        [{ text: '5.8', style: 'strong' }],
        [{ text: '5.0', style: 'strong' }],
        '2.1',
        '2.0',
      ]),
    )
    expect(table.notes.join('\n')).toContain('LIVER: Calibrate better.')
  })

  it('marks a budget that the law of propagation does not hold for', () => {
    const [, table] = uncertaintyBlocks(withBudget(0.9)) as [unknown, Table]
    expect(JSON.stringify(table.rows[0])).toContain('LIVER *')
    expect(table.notes.join('\n')).toMatch(/\* LIVER: the law of propagation does not hold here/)
  })

  it('is in the report and the CSV where there are budgets, and nowhere where there are none', () => {
    const title = 'Uncertainty of the doses'
    const context = { printedAt: '2026-11-22T18:00:00Z', operator: '' }
    expect(JSON.stringify(reportDocument(withBudget(0.05), context))).toContain(title)
    expect(JSON.stringify(reportDocument(exampleAnalysis(), context))).not.toContain(title)
    expect(reportCsv(withBudget(0.05))).toContain('relative uncertainty of the dose by calibration factor')
  })
})
