import { describe, expect, it } from 'vitest'
import { parseBiologySets } from '../../../../native-core/radiobiology/index.ts'
import { exampleAnalysis, exampleVoxelDose } from '../../../../tests/phantoms/index.ts'
import { fileResources } from '../../../adapters/resources/index.ts'
import type { Analysis } from '../../../contracts/analysis.ts'
import { biologyResultSchema, biologySettingsSchema } from '../../../contracts/biology.ts'
import type { BiologyResult } from '../../../contracts/biology.ts'
import { biologicalEffects, biologyDosimetry, spreadsOf } from '../../biology/index.ts'
import type { Block, Table } from '../../ports/reportDocument.ts'
import { reportDocument } from '../content.ts'
import { biologyCsv, reportCsv, reportJson } from '../writer.ts'
import { biologyBlocks } from './biology.ts'

const sets = fileResources().biologySets().flatMap(parseBiologySets)

/** The example with a kidney: 6.1634 ± 0.2871 Gy with an effective half-life of 50 h. */
function withKidney(): Analysis {
  const analysis = structuredClone(exampleAnalysis())
  const [first] = analysis.cycles[0]?.structures ?? []
  if (first) first.name = 'KIDNEY_L'
  return analysis
}

const effects = (settings: unknown = {}, analysis = withKidney()): BiologyResult =>
  biologicalEffects({ analysis, settings: biologySettingsSchema.parse(settings), sets })

const tables = (blocks: readonly Block[]): Table[] => blocks.filter((block): block is Table => block.kind === 'table')

const tableWith = (blocks: readonly Block[], title: string): Table => {
  const found = tables(blocks).find(({ columns }) => columns.some((column) => column.title === title))
  if (!found) throw new Error(`no table with ${title}`)
  return found
}

describe('the section on biological effect', () => {
  it('has dose, G, BED with its uncertainty and EQD2 of a structure as by hand, marked where a parameter is not verified', () => {
    const table = tableWith(biologyBlocks(effects()), 'BED')
    // G = 2.8/52.8; BED = 6.1634·(1 + G·6.1634/2.6) ± 0.2871·(1 + 2G·6.1634/2.6) = 6.938 ± 0.359; EQD2 = (6.938 ± 0.359)/(1 + 2/2.6)
    expect(table.rows[0]).toEqual([
      [{ text: '‡\u00A0KIDNEY_L', style: 'strong' }],
      { value: '6.16', uncertainty: '0.29' },
      '0.0530',
      { value: '6.9', uncertainty: '0.4' },
      { value: '3.92', uncertainty: '0.20' },
    ])
    expect(table.notes.join('\n')).toMatch(/‡ Rests on a parameter that is not verified/)
  })

  it('lists limits with the share used, the probability of complications with its band, and every parameter with its source', () => {
    const blocks = biologyBlocks(effects())
    const limits = tableWith(blocks, 'Used')
    const dose = limits.rows.find(([, what]) => JSON.stringify(what).includes('absorbed dose'))
    expect(dose?.slice(2)).toEqual(['23.0', { value: '6.16', uncertainty: '0.29' }, '27', '0.0', 'verified'])
    expect(limits.notes.join('\n')).toContain('Bodei')
    const outcome = tableWith(blocks, '5 % to 95 %')
    expect(outcome.rows).toHaveLength(1)
    expect(outcome.notes.join('\n')).toMatch(/TD50|50 % complications 28.0 Gy/)
    expect(outcome.notes.join('\n')).toContain('that of the dose uncertainty only')
    const parameters = tableWith(blocks, 'Source')
    const repair = parameters.rows.find(([, title]) => JSON.stringify(title).includes('Repair half-time'))
    expect(repair?.slice(2, 5)).toEqual(['2.80', 'h', 'unverified'])
  })

  it('says external beam, what a person chose and why, and a limit that is exceeded in bold', () => {
    const blocks = biologyBlocks(
      effects({
        byStructure: { KIDNEY_L: { alphaBetaGy: 2, repairHalfTimeH: 2, reason: 'own data' } },
        externalBeam: [{ structure: 'KIDNEY_L', fractions: 10, dosePerFractionGy: 2, note: 'spine' }],
      }),
    )
    expect(tableWith(blocks, 'BED').columns.map(({ title }) => title)).toContain('of it external')
    // 10·2·(1 + 2/2)
    expect(tableWith(blocks, 'BED').rows[0]?.[4]).toBe('40.0')
    // Given values are nobody's to verify.
    expect(JSON.stringify(tableWith(blocks, 'BED').rows[0])).not.toContain('‡')
    expect(tableWith(blocks, 'Source').rows[0]).toContainEqual([{ text: 'given: own data', style: 'note' }])
    const list = blocks.find((block) => block.kind === 'list')
    expect(JSON.stringify(list)).toContain('own data')
    expect(JSON.stringify(list)).toContain('10 × 2 Gy of external beam (spine)')
    const exceeded = tableWith(blocks, 'Used').rows.filter(([, , , , used]) => typeof used !== 'string')
    expect(exceeded.length).toBeGreaterThan(0)
  })

  it('names structures without known parameters instead of giving them a BED', () => {
    const analysis = withKidney()
    const [first] = analysis.cycles[0]?.structures ?? []
    if (first) first.name = 'ORGAN_X'
    const text = JSON.stringify(biologyBlocks(effects({}, analysis)))
    expect(text).toMatch(/No α\/β and repair half-time are known for ORGAN_X/)
  })

  it('is in PDF, CSV and JSON where an effect is given, and nowhere where none is', () => {
    const context = { printedAt: '2026-11-22T18:00:00Z', operator: '' }
    const analysis = withKidney()
    const result = effects()
    expect(JSON.stringify(reportDocument(analysis, context, [], result))).toContain('Biological effect')
    expect(JSON.stringify(reportDocument(analysis, context))).not.toContain('Biological effect')
    expect(biologyBlocks(null)).toEqual([])
    expect(reportCsv(analysis, [], result)).toBe(
      `${reportCsv(analysis)}${biologyCsv(result).split('\r\n').slice(1).join('\r\n')}`,
    )
    expect(reportCsv(analysis)).not.toContain('BED')
    const bed = /\r\n,KIDNEY_L,,BED in all,([\d.]+),([\d.]+),Gy,unverified\r\n/.exec(biologyCsv(result))
    expect(Number(bed?.[1])).toBeCloseTo(6.1634 * (1 + ((2.8 / 52.8) * 6.1634) / 2.6), 10)
    const json = JSON.parse(reportJson(analysis, [], result)) as Record<string, unknown>
    expect(biologyResultSchema.parse(json['biology'])).toEqual(result)
    expect(JSON.parse(reportJson(analysis))).not.toHaveProperty('biology')
  })

  it('says which voxel dose made the doses uneven', () => {
    const analysis = exampleAnalysis()
    const spreads = spreadsOf(analysis, [exampleVoxelDose()])
    const settings = biologySettingsSchema.parse({ byStructure: { LIVER: { alphaBetaGy: 3, repairHalfTimeH: 2 } } })
    const text = JSON.stringify(biologyBlocks(biologicalEffects({ analysis, settings, sets, ...spreads })))
    expect(text).toContain('Example engine 2.1.0 of cycle 1 (key abcdef012345)')
    expect(text).toContain('Statistical noise')
  })

  it('has where doses come from, parts of organs and further cycles where they are asked for, in print and as rows', () => {
    const settings = biologySettingsSchema.parse({
      byStructure: { KIDNEY_L: { parts: { model: 'kidney-cortex' } } },
      ...{ crossDose: 'organ-s-values', furtherCycles: [{ activityBq: 3.7e9 }] },
    })
    const result = biologicalEffects({
      ...{ analysis: withKidney(), settings, sets },
      dosimetry: biologyDosimetry(fileResources()),
    })
    const blocks = biologyBlocks(result)
    const from = tableWith(blocks, 'From')
    expect(from.rows.map((cells) => cells[1])).toEqual([
      'own charged radiation',
      'own photons',
      'own charged radiation',
    ])
    // Photons that stay in a kidney of 100 g are 1 to 3 % of 147 keV beta energy for Lu-177.
    const [, share] = from.rows.map((cells) => Number(cells[4]))
    expect(share).toBeGreaterThan(0.5)
    expect(share).toBeLessThan(5)
    const parts = tableWith(blocks, 'Part')
    expect(parts.rows.map((cells) => cells.slice(1, 4))).toEqual([
      ['Pelvis', '5.0', '0.0'],
      ['Medulla', '25', '0.0'],
      ['Cortex', '70', '100'],
    ])
    expect(JSON.stringify(parts.rows[2]?.[0])).toContain('‡')
    expect(parts.notes.join(' ')).toMatch(/gEUD .*a = 1\/n = 1\.43/)
    const further = tableWith(blocks, 'Limit used most')
    expect(JSON.stringify(blocks)).toContain('3.70 GBq on 2026-03-09')
    // One and a half times the dose of the delivered cycle.
    const dose = result.structures.find(({ name }) => name === 'KIDNEY_L')?.doseGy.value ?? 0
    expect(further.rows[0]?.[1]).toMatchObject({ value: (1.5 * dose).toFixed(1) })
    const csv = biologyCsv(result)
    expect(csv).toContain(',KIDNEY_L,,BED of Cortex in all,')
    expect(csv).toContain(',KIDNEY_L,,absorbed dose by own-photons,')
    expect(csv).toContain(',KIDNEY_L,,BED in all with further cycles,')
    expect(JSON.stringify(biologyBlocks(effects()))).not.toMatch(/Parts of organs|further cycles/)
  })
})
