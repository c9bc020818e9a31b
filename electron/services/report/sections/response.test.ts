import { describe, expect, it } from 'vitest'
import { parseBiologySets } from '../../../../native-core/radiobiology/index.ts'
import { exampleAnalysis } from '../../../../tests/phantoms/index.ts'
import { fileResources } from '../../../adapters/resources/index.ts'
import { responseCommand, responseRequestSchema, responseText } from '../../../cli/biologyResponse.ts'
import { biologySettingsSchema } from '../../../contracts/biology.ts'
import { reportDocument } from '../content.ts'
import { reportCsv, reportJson } from '../writer.ts'
import { responseBlocks } from './response.ts'

const DAY_S = 86_400
const sets = fileResources().biologySets().flatMap(parseBiologySets)

/** The example with its first structure as a lesion. */
function withLesion() {
  const analysis = structuredClone(exampleAnalysis())
  const [first] = analysis.cycles[0]?.structures ?? []
  if (first) Object.assign(first, { name: 'TUMOUR_1', kind: 'lesion' })
  return analysis
}
const answer = (request: unknown) =>
  responseCommand(withLesion(), biologySettingsSchema.parse({}), sets, responseRequestSchema.parse(request))
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
  const reported = [
    { identity: 'TUMOUR_1', response, problem: '' },
    { identity: 'TUMOUR_2', response: null, problem: 'Nothing is known of Doubling time.' },
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
})
