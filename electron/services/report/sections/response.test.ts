import { describe, expect, it } from 'vitest'
import { parseBiologySets } from '../../../../native-core/radiobiology/index.ts'
import { exampleAnalysis } from '../../../../tests/phantoms/index.ts'
import { fileResources } from '../../../adapters/resources/index.ts'
import { responseCommand, responseRequestSchema, responseText } from '../../../cli/biologyResponse.ts'
import { biologySettingsSchema } from '../../../contracts/biology.ts'
import { biologyDosimetry } from '../../biology/index.ts'
import type { ReportedResponse } from '../../ports/reportWriter.ts'
import { reportDocument } from '../content.ts'
import { reportCsv, reportJson } from '../writer.ts'
import { responseBlocks } from './response.ts'

const DAY_S = 86_400
const dosimetry = biologyDosimetry(fileResources())
const sets = fileResources().biologySets().flatMap(parseBiologySets)

/** The example with its first structure as a lesion. */
function withLesion() {
  const analysis = structuredClone(exampleAnalysis())
  const [first] = analysis.cycles[0]?.structures ?? []
  if (first) Object.assign(first, { name: 'TUMOUR_1', kind: 'lesion' })
  return analysis
}
const answer = (request: unknown) =>
  responseCommand(
    withLesion(),
    biologySettingsSchema.parse({}),
    sets,
    responseRequestSchema.parse(request),
    () => dosimetry,
  )
const ASKED = {
  byLesion: {
    TUMOUR_1: {
      parameters: { doublingTimeS: { value: 60 * DAY_S, source: 'own series' }, clearanceHalfTimeS: { value: 0 } },
      reason: 'for the board',
    },
  },
}

describe('biology --response', () => {
  it('predicts a lesion of an analysis in words that say what it is, and names the lesions there are', () => {
    const text = responseText(answer(ASKED))
    expect(text).toMatch(/TUMOUR_1: prediction, exponential growth \(unverified\)/)
    expect(text).toMatch(/Doubling time +60.0 d \(given\)/)
    expect(() => answer({ byLesion: { OTHER: {} } })).toThrow(/no lesion "OTHER"/)
  })

  it('refuses a marker without values', () => {
    const rate = { value: 1e-7 }
    const marker = { marker: 'PSA', growthPerS: rate, directPerBqS: rate, delayedPerBqS: rate, effectPerS: rate }
    expect(() => answer({ marker })).toThrow(/no values of "PSA"/)
  })
})

describe('the section on response over time', () => {
  const [response = null] = answer(ASKED).lesions
  const settings = responseRequestSchema.parse(ASKED).byLesion['TUMOUR_1']!
  const reported: ReportedResponse[] = [
    { kind: 'lesion', identity: 'TUMOUR_1', settings, response, problem: '' },
    {
      ...{ kind: 'lesion', identity: 'TUMOUR_2', settings, response: null },
      problem: 'Nothing is known of Doubling time.',
    },
  ]

  it('has a figure that says it is a prediction, parameters in days with evidence, reasons, and what has no response', () => {
    const text = JSON.stringify(responseBlocks(reported))
    expect(text).toContain('PREDICTION from parameters')
    expect(text).toContain('"60.0","d"')
    expect(text).toMatch(/‡.α/)
    expect(text).toContain('for the board')
    expect(text).toContain('TUMOUR_2: Nothing is known of Doubling time.')
    expect(text).not.toMatch(/NaN|Infinity/)
  })

  it('is in document, CSV and JSON where settings were kept, and nowhere where none were', () => {
    const context = { printedAt: '2026-11-22T18:00:00Z', operator: '' }
    const analysis = withLesion()
    expect(JSON.stringify(reportDocument(analysis, context, [], null, reported))).toContain('Response over time')
    expect(JSON.stringify(reportDocument(analysis, context))).not.toContain('Response over time')
    const rows = reportCsv(analysis, [], null, reported)
    expect(rows).toMatch(/TUMOUR_1,,response: Doubling time,5184000,,s,given; own series/)
    expect(rows).toMatch(/TUMOUR_2,,response over time,,,,Nothing is known of Doubling time\./)
    expect(JSON.parse(reportJson(analysis, [], null, reported))).toHaveProperty('responses.1.problem')
    expect(JSON.parse(reportJson(analysis))).not.toHaveProperty('responses')
  })

  it('prints a marker with values, parameters in units of the clinic and fit, and schedules with what was said of the cells', () => {
    const rate = (value: number, isFitted = false) => ({ value, isFitted })
    const marker = {
      ...{ marker: 'PSA', growthPerS: rate(1e-8), directPerBqS: rate(2e-16, true), delayedPerBqS: rate(0) },
      ...{ effectPerS: rate(1e-6), source: 'own series' },
    }
    const first = withLesion().cycles[0]?.administration.start.local.slice(0, 10) ?? ''
    const dayAfter = (day: number) => new Date(Date.parse(first) + day * DAY_S * 1000).toISOString().slice(0, 10)
    const markerSeries = {
      ...{ marker: 'PSA', unit: 'ng/mL' },
      values: [1, 30, 60].map((day, at) => ({ at: dayAfter(day), value: 40 - 8 * at, relativeUncertainty: 0.05 })),
    }
    const clones = {
      ...{ lesion: 'TUMOUR_1', cells: 1e4, resistantShare: 0.01, mutation: 1e-6, doublingTimeS: 60 * DAY_S },
      ...{ law: null, startVolumeMl: null },
      ...{ cellLoss: 0.5, alphaPerGy: 0.3, alphaBetaGy: 10, repairHalfTimeS: 5400, resistantAlphaShare: 0.5 },
      ...{ horizonS: 120 * DAY_S, source: 'designed for the board' },
      schedules: [{ name: '2 × 7.4 GBq', cycles: [0, 56].map((day) => ({ day, activityBq: 7.4e9 })) }],
    }
    const found = answer({ marker, markerSeries, clones })
    const both: ReportedResponse[] = [
      {
        ...{ kind: 'marker', identity: 'PSA', settings: responseRequestSchema.parse({ marker }).marker! },
        ...{ response: found.marker, problem: '' },
      },
      { kind: 'clones', identity: 'TUMOUR_1', settings: clones, response: found.schedules, problem: '' },
    ]
    const blocks = responseBlocks(both)
    const text = JSON.stringify(blocks)
    expect(text).toContain(`"${dayAfter(30)}"`)
    // 1e-8/s is 8.64e-4/d.
    expect(text).toMatch(/Growth rate.*?"0\.000864","1\/d","–","–","given",\[\{"text":"own series"/)
    expect(text).toMatch(/Direct effect.*?"1\/\(GBq·d\)".*?"fitted"/)
    expect(text).toContain('degrees of freedom')
    expect(text).toMatch(/Repair half-time.*?"1\.50","h","given",\[\{"text":"designed for the board"/)
    expect(text).toMatch(/2 × 7\.4 GBq.*?"14\.8"/)
    expect(blocks.filter(({ kind }) => kind === 'figures')).toHaveLength(2)
    expect(text).not.toMatch(/NaN|Infinity|undefined/)
    const rows = reportCsv(withLesion(), [], null, both)
    expect(rows).toMatch(/PSA,,marker: Growth rate,1e-8,,1\/s,given; own series/)
    expect(rows.match(/marker: value,/g)).toHaveLength(3)
    expect(rows).toMatch(/schedule: activity,14800000000,,Bq,2 × 7\.4 GBq/)
  })
})
