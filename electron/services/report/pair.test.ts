import { describe, expect, it } from 'vitest'
import { pairPredictionSchema } from '../../contracts/pair.ts'
import { pairBlocks, pairRows } from './sections/pair.ts'

const none = { massKg: { value: 1, standardUncertainty: 0.1 }, points: [], curve: [], model: '', remarks: [] }
const prediction = pairPredictionSchema.parse({
  algorithm: { name: 'theratwin.theranostic-pair', version: '1' },
  source: {
    ...{ sourceId: 'Cu-64|2024-01-01T09:00:00', index: -1, nuclide: 'Cu-64', agent: 'Cu-64 SARTATE' },
    ...{ activityBq: 2e8, startLocal: '2024-01-01T09:00:00', scanHours: [1, 24] },
  },
  settings: { therapyNuclide: 'Cu-67', reason: 'planning' },
  structures: [
    {
      ...{ ...none, name: 'LIVER', kind: 'organ', problem: '', shareAfterLastScan: 0.12, effectiveHalfLifeS: null },
      agentFactor: { value: 0.8, standardUncertainty: 0.1, source: 'own patients', evidence: 'verified' },
      tiaPerActivityS: { value: 7200, standardUncertainty: 720 },
      dosePerActivityGyPerBq: { value: 5e-10, standardUncertainty: 1e-10 },
    },
    {
      ...{ ...none, name: 'TUMOUR', kind: 'lesion', problem: 'It was scanned too early.', agentFactor: null },
      ...{ shareAfterLastScan: null, effectiveHalfLifeS: null, tiaPerActivityS: null, dosePerActivityGyPerBq: null },
    },
  ],
  remarks: [],
})

describe('what the report says of diagnostic scans', () => {
  it('is a chapter of its own that says so, with the factor marked where nobody verified it', () => {
    expect(pairBlocks([])).toEqual([])
    const blocks = pairBlocks([prediction])
    expect(blocks[0]).toMatchObject({ kind: 'heading', text: 'Predicted from diagnostic scans, not measured' })
    const table = blocks.find((block) => block.kind === 'table')
    expect(JSON.stringify(table?.rows[0])).toContain('0.8')
    expect(JSON.stringify(table?.rows[0])).not.toContain('‡')
    expect(JSON.stringify(table?.rows[1])).toContain('‡')
    expect(JSON.stringify(blocks)).toContain('TUMOUR: It was scanned too early.')
  })

  it('has rows of numbers that say that they are predicted', () => {
    const [dose, tia, , none] = pairRows([prediction])
    expect(dose).toMatchObject({ quantity: 'predicted absorbed dose per activity', unit: 'Gy/GBq' })
    expect([dose?.value, dose?.standardUncertainty, tia?.value]).toEqual([0.5, 0.1, 2])
    expect(dose?.note).toContain('not measured: Cu-67 from the Cu-64 scan of 2024-01-01')
    expect([none?.value, none?.note]).toEqual([null, 'It was scanned too early.'])
  })
})
