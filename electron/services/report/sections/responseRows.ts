/** Response over time as rows of the table of numbers, in SI units. */
import { SECONDS_PER_DAY } from '../../../../native-core/units/index.ts'
import type { ReportedClones, ReportedLesion, ReportedMarker, ReportedResponse } from '../../ports/reportWriter.ts'
import type { NumberRow } from '../table.ts'

type RowOf = (quantity: string, value: number | null, unit: string, more?: Partial<NumberRow>) => NumberRow

export function responseRows(responses: readonly ReportedResponse[]): NumberRow[] {
  return responses.flatMap((reported) => {
    const row: RowOf = (quantity, value, unit, more = {}) => ({
      ...{ cycle: null, structure: reported.identity, hoursAfterInjection: null, quantity, value, unit },
      ...{ standardUncertainty: null, note: '' },
      ...more,
    })
    if (reported.kind === 'lesion') return lesionRows(reported, row)
    return reported.kind === 'marker' ? markerRows(reported, row) : clonesRows(reported, row)
  })
}

const after = (timeS: number): string => `${(timeS / SECONDS_PER_DAY).toFixed(2)} d after the first administration`

function lesionRows({ response, problem }: ReportedLesion, row: RowOf): NumberRow[] {
  if (!response) return [row('response over time', null, '', { note: problem })]
  const own = response.formulas.find(({ law }) => law === response.law)
  const law = own ? `local formula ${own.title}, version ${own.version}` : response.law
  const note = response.kind === 'fit' ? `fitted, ${law}` : `predicted, ${law}`
  return [
    ...response.parameters.map(({ title, value, unit, standardUncertainty, evidence, source }) =>
      row(`response: ${title}`, value, unit, { standardUncertainty, note: `${evidence}; ${source}` }),
    ),
    ...response.volumes.map(({ timeS, volumeMl, relativeUncertainty, isUsed, at, what }) =>
      row('response: volume', volumeMl, 'mL', {
        standardUncertainty: relativeUncertainty * volumeMl,
        note: [at, after(timeS), what, isUsed ? '' : 'left out'].filter((part) => part !== '').join('; '),
      }),
    ),
    row('response: smallest volume', response.nadir.volumeMl, 'mL', { note }),
    row('response: time of the smallest volume', response.nadir.timeS, 's', { note }),
    row('response: time back at the first volume', response.regrowthS, 's', {
      note: response.regrowthS === null ? `${note}; not by the end` : note,
    }),
    ...(response.chiSquare === null ? [] : [row('response: chi-square', response.chiSquare, '1', { note })]),
  ]
}

function markerRows({ response, settings, problem }: ReportedMarker, row: RowOf): NumberRow[] {
  if (!response) return [row('marker over time', null, '', { note: problem })]
  return [
    ...response.parameters.map(({ title, value, unit, cv, isFitted }) =>
      row(`marker: ${title}`, value, unit, {
        standardUncertainty: cv === null ? null : cv * value,
        note: isFitted ? 'fitted; fitted to the values' : `given; ${settings.source || 'given'}`,
      }),
    ),
    ...response.values.map(({ at, timeS, value, relativeUncertainty }) =>
      row('marker: value', value, response.unit, {
        standardUncertainty: relativeUncertainty * value,
        note: `${at}; ${after(timeS)}`,
      }),
    ),
    ...(response.chiSquare === null
      ? []
      : [
          row('marker: chi-square', response.chiSquare, '1', {
            note: `${response.degreesOfFreedom ?? 0} degrees of freedom`,
          }),
        ]),
  ]
}

function clonesRows({ response, problem }: ReportedClones, row: RowOf): NumberRow[] {
  if (!response) return [row('schedules compared', null, '', { note: problem })]
  const { runs } = response
  return response.schedules.flatMap(
    ({ name, totalActivityBq, totalDoseGy, eradication, regrownShare, medianRegrowthS }) => [
      row('schedule: activity', totalActivityBq, 'Bq', { note: name }),
      row('schedule: dose', totalDoseGy, 'Gy', { note: name }),
      row('schedule: eradication', eradication, '1', { note: name }),
      row('schedule: share grown back', regrownShare, '1', { note: `${name}; ${runs} drawn histories` }),
      row('schedule: median time of growing back', medianRegrowthS, 's', {
        note: medianRegrowthS === null ? `${name}; not by the end` : name,
      }),
    ],
  )
}
