/** Response over time as rows of the table of numbers, in SI units. */
import type { ReportedResponse } from '../../ports/reportWriter.ts'
import type { NumberRow } from '../table.ts'

export function responseRows(responses: readonly ReportedResponse[]): NumberRow[] {
  return responses.flatMap(({ identity, response, problem }) => {
    const row = (quantity: string, value: number | null, unit: string, more: Partial<NumberRow> = {}): NumberRow => ({
      ...{ cycle: null, structure: identity, hoursAfterInjection: null, quantity, value, unit },
      ...{ standardUncertainty: null, note: '' },
      ...more,
    })
    if (!response) return [row('response over time', null, '', { note: problem })]
    const note = response.kind === 'fit' ? `fitted, ${response.law}` : `predicted, ${response.law}`
    return [
      ...response.parameters.map(({ title, value, unit, standardUncertainty, evidence, source }) =>
        row(`response: ${title}`, value, unit, { standardUncertainty, note: `${evidence}; ${source}` }),
      ),
      row('response: smallest volume', response.nadir.volumeMl, 'mL', { note }),
      row('response: time of the smallest volume', response.nadir.timeS, 's', { note }),
      row('response: time back at the first volume', response.regrowthS, 's', {
        note: response.regrowthS === null ? `${note}; not by the end` : note,
      }),
    ]
  })
}
