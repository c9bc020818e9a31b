import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analysisSchema } from '../../contracts/analysis.ts'
import { protocolSchema } from '../../contracts/protocol.ts'
import { exampleAnalysis } from '../../../tests/phantoms/index.ts'
import type { Block, Table } from '../ports/reportDocument.ts'
import { reportDocument } from './content.ts'
import { csvText } from './csv.ts'
import { decisionsOf, fingerprint } from './sections/record.ts'
import { registrationWords } from './sections/images.ts'
import { reportCsv, reportJson } from './writer.ts'

const context = { printedAt: '2026-11-22T18:00:00Z', operator: 'M. Physicist' }

/** Reads RFC 4180 text, as the standard says it, independently of the writer. */
function parseCsv(text: string): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') {
        field += '"'
        i++
      } else if (c === '"') quoted = false
      else field += c
    } else if (c === '"') quoted = true
    else if (c === ',') {
      record.push(field)
      field = ''
    } else if (c === '\r' && text[i + 1] === '\n') {
      records.push([...record, field])
      record = []
      field = ''
      i++
    } else field += c
  }
  return records
}

function words(block: Block): string {
  return JSON.stringify(block)
}

describe('CSV', () => {
  it('gives back any text through a reader of RFC 4180', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1 }), (rows) => {
        const read = parseCsv(csvText(['a', 'b'], rows))
        expect(read).toEqual([['a', 'b'], ...rows.map((r) => [...r])])
      }),
    )
  })

  it('has the numbers of the analysis in the units of people, in full precision', () => {
    const analysis = exampleAnalysis()
    const [header, ...records] = parseCsv(reportCsv(analysis))
    const rows = records.map((r) => Object.fromEntries(header!.map((h, i) => [h, r[i]!])))
    const row = (structure: string, quantity: string, hours = '') =>
      rows.find(
        (r) => r['structure'] === structure && r['quantity'] === quantity && r['hours_after_injection'] === hours,
      )!
    expect(Number(row('', 'administered activity')['value'])).toBe(7400)
    expect(row('LIVER', 'absorbed dose')).toMatchObject({
      value: '6.1634',
      standard_uncertainty: '0.2871',
      unit: 'Gy',
      cycle: '1',
    })
    expect(Number(row('LIVER', 'absorbed dose per administered activity')['value'])).toBeCloseTo(6.1634 / 7.4, 12)
    expect(Number(row('LIVER', 'mass')['value'])).toBeCloseTo(100, 12)
    expect(Number(row('LIVER', 'effective half-life')['value'])).toBe(50)
    expect(Number(row('LIVER', 'time-integrated activity')['value'])).toBeCloseTo((100 * 50) / Math.LN2, 9)
    expect(Number(row('TUMOUR', 'activity', '24')['value'])).toBeCloseTo(10 * 2 ** (-24 / 50), 9)
    expect(row('TUMOUR', 'activity', '4')['note']).toBe('not in the fit; left out by a person')
    expect(row('SPLEEN', 'problem')['note']).toMatch(/Only one point/)
    expect(new Set(records.map((r) => r.length))).toEqual(new Set([header!.length]))
  })
})

describe('JSON', () => {
  it('is the analysis, whole, and valid by its schema', () => {
    const analysis = exampleAnalysis()
    expect(analysisSchema.parse(JSON.parse(reportJson(analysis)))).toEqual(analysis)
    expect(reportJson(analysis)).toBe(reportJson(structuredClone(analysis)))
  })
})

describe('report document', () => {
  const document = reportDocument(exampleAnalysis(), context)
  const sections = document.blocks.flatMap((b) => (b.kind === 'heading' && b.level === 1 ? [b.text] : []))
  const tableAfter = (heading: string): Table => {
    const from = document.blocks.findIndex((b) => b.kind === 'heading' && b.text === heading)
    return document.blocks.slice(from).find((b) => b.kind === 'table')!
  }

  it('has every section, the result first', () => {
    expect(sections).toEqual([
      'Absorbed dose',
      'Administrations',
      'Kinetics',
      'Structures',
      'Images',
      'Methods',
      'Decisions, assumptions and problems',
      'Inputs',
    ])
  })

  it('prints doses with the digits that the uncertainty supports, and marks fits that miss a gate', () => {
    const rows = tableAfter('Absorbed dose').rows
    expect(rows[0]!.slice(1, 4)).toEqual([
      { value: '100', uncertainty: '4' },
      { value: '6.16', uncertainty: '0.29' },
      { value: '0.83', uncertainty: '0.05' },
    ])
    expect(words({ kind: 'list', items: [rows[0]![0] as string] })).not.toContain('*')
    expect(words({ kind: 'list', items: [rows[1]![0] as string] })).toContain('TUMOUR *')
    expect(JSON.stringify(rows[2])).toContain('Only one point is left')
  })

  it('is for this patient on every page, and not for prescription', () => {
    expect(document.pageHeader.left).toBe('Doe, Jane · ID MRN-17 · born 1960-02-29')
    expect(document.pageFooter.middle).toBe('Not for prescription')
    expect(document.blocks.find((b) => b.kind === 'callout')).toMatchObject({
      text: expect.stringMatching(/^Not for prescription/) as string,
    })
  })

  it('marks what is not verified, names the lesion rule, lists what was not used', () => {
    expect(JSON.stringify(tableAfter('Methods').rows)).toContain('‡\u00A0designed')
    expect(JSON.stringify(document.blocks)).toContain('without TUMOUR (lesions excluded)')
    expect(JSON.stringify(tableAfter('Skipped, doubtful or noted').rows)).toContain('gantry is tilted')
  })

  it('says every rule on structures in words, also those at their defaults', () => {
    const said = JSON.stringify(document.blocks)
    expect(said).toContain('Lesions inside an organ do not count as organ')
    expect(said).toContain('Structures of one kind that overlap each count what they share.')
    expect(said).toContain('No organ is treated as hollow')
    expect(said).toContain('Left and right of paired organs are reported separately')
  })

  it('says how far a registration moved: 3 and 4 mm make 5 mm', () => {
    const use = {
      kind: 'registration-object',
      toReference: [1, 0, 0, 3, 0, 1, 0, 4, 0, 0, 1, 0, 0, 0, 0, 1],
      source: 'REG',
    } as const
    const grid = exampleAnalysis().cycles[0]!.timePoints[0]!.emission.grid
    expect(registrationWords({ ...use, toReference: [...use.toReference] }, grid, false)).toBe(
      'By REG: middle moved 5.0 mm, turned 0.0°.',
    )
  })

  it('has figures that can be read without being seen', () => {
    const figures = document.blocks.flatMap((b) => (b.kind === 'figures' ? b.items : []))
    expect(figures).toHaveLength(3)
    expect(figures[0]!.alternative).toContain('71.7 MBq at 24.0 h')
  })
})

describe('decisions of a person', () => {
  it('are none with the default protocol', () => {
    expect(decisionsOf(protocolSchema.parse({}))).toEqual([])
  })

  it('are said for every field of a protocol that differs', () => {
    const changes = {
      nuclide: 'Lu-177',
      agent: 'X',
      administrations: [{ cycle: 1, activityBq: 7.4e9, startLocal: '2026-01-12T09:00:00' }],
      calibration: { sensitivityCpsPerMbq: 9.2, relativeUncertainty: 0.05, date: '2026-01-01', note: 'sphere' },
      calibrationBySeries: { '1.2.3': { sensitivityCpsPerMbq: 9, relativeUncertainty: 0.05, date: '2026-01-01' } },
      emission: 'PT',
      excludedSeries: ['1.2.3'],
      acceptedProblems: ['a@b'],
      structureSource: 'SEG',
      structureSetBySeries: { '1.2.3': 'drawn/1.2.3/1' },
      referenceTimePoint: 2,
      lesionsInOrgans: 'include',
      lesionPattern: 'x',
      overlapPriority: ['LIVER', 'kidney.*'],
      hollowOrgans: { BLADDER: { wallThicknessMm: 3, source: 'ICRP 89' } },
      pairedOrgans: 'both',
      excludedStructures: [],
      densityGPerMl: { LIVER: 1.06 },
      massFrom: 'tissue',
      recoveryCoefficients: [{ structure: 'LIVER', coefficient: 0.9 }],
      recoveryCurve: {
        calibrationId: null,
        content: {
          kind: 'recovery-curve',
          name: 'NEMA spheres',
          conditions: {},
          date: '2026-01-05',
          form: 'gaussian-sphere',
          parameters: [12],
          covariance: [[0.36]],
          volumeRangeMl: [0.5, 26.5],
          spheres: [{ volumeMl: 26.5, coefficient: 0.7, standardUncertainty: 0.03 }],
          reducedChiSquare: null,
        },
      },
      partialVolume: { method: 'gtm', fwhmMm: [12, 12, 12] },
      deadTime: {
        calibrationId: null,
        content: {
          kind: 'dead-time',
          name: 'detector 1',
          conditions: {},
          date: '2026-01-05',
          losses: { model: 'non-paralysable', tauS: 2e-6, relativeUncertainty: 0.1 },
          at: 'open window',
        },
        observedCpsBySeries: { '1.2.3': 50_000 },
      },
      timeActivityModel: 'bi-exponential',
      timeActivityModelByStructure: { LIVER: 'mono-exponential' },
      timeActivityFit: { afterLastPoint: 'physical-decay' },
      timeActivityFitByStructure: { LIVER: { fixed: { lambdaBiol1: 2e-6 } } },
      fewScans: { method: 'hanscheid', byStructure: { LIVER: { method: 'madsen', population: 'dotatate-liver' } } },
      pointsLeftOut: [{ structure: 'LIVER', seriesUid: '1.2.3', reason: 'extravasation' }],
      measuredSeries: [
        {
          cycle: 1,
          structure: 'LIVER',
          series: {
            content: {
              kind: 'activity',
              cycle: 1,
              structure: 'LIVER',
              region: 'organ',
              source: 'planar',
              nuclide: 'Lu-177',
              curve: { quantity: 'activity', points: [] },
              origin: { method: 'conjugate views' },
            },
          },
          use: 'instead-of-images',
        },
      ],
      activityRelativeUncertainty: 0.05,
      administeredRelativeUncertainty: 0.01,
      uncertainty: { registrationMm: 3, densityRelative: 0.02 },
    }
    for (const [key, value] of Object.entries(changes)) {
      expect(decisionsOf(protocolSchema.parse({ [key]: value })), key).toHaveLength(1)
    }
    // Whoever adds a field to the protocol must say it in the report.
    const known = [...Object.keys(changes), 'name'].sort()
    expect(Object.keys(protocolSchema.shape).sort()).toEqual(known)
  })
})

describe('fingerprint', () => {
  it('does not depend on the order of files (value computed with sha256sum)', () => {
    expect(fingerprint(['b', 'a'])).toBe(fingerprint(['a', 'b']))
    // printf 'a\nb' | sha256sum
    expect(fingerprint(['b', 'a'])).toBe('7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78')
  })
})
