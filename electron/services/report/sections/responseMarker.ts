/** A serum marker whose settings a person kept: its curve and band, its values, its parameters, and how well the model fits. */
import { BQ_PER_GBQ, SECONDS_PER_DAY } from '../../../../native-core/units/index.ts'
import type { MarkerResponse } from '../../../contracts/biologyResponse.ts'
import type { Block, Cell } from '../../ports/reportDocument.ts'
import type { ReportedMarker } from '../../ports/reportWriter.ts'
import { MISSING, printNumber, printPercent } from '../numbers.ts'
import { responseChart } from '../responseChart.ts'
import { dayOf, measuredTable, RESPONSE_CHART_PT, toDays } from './responseParts.ts'

/** As they are printed: per day, and per GBq and day. */
const PRINTED: Readonly<Record<string, { readonly unit: string; readonly factor: number }>> = {
  '1/s': { unit: '1/d', factor: SECONDS_PER_DAY },
  '1/(Bq·s)': { unit: '1/(GBq·d)', factor: BQ_PER_GBQ * SECONDS_PER_DAY },
}

export function markerBlocks({ identity, settings, response, problem }: ReportedMarker): Block[] {
  const heading: Block = { kind: 'heading', level: 2, text: `Marker ${identity}` }
  if (!response) return [heading, { kind: 'list', items: [`${identity}: ${problem}`] }]
  const { values, curve, unit, kind, cycleStartsS, chiSquare, degreesOfFreedom, remarks } = response
  const last = curve.value.at(-1) ?? null
  const subtitle = `${kind === 'fit' ? 'Fitted to values' : 'PREDICTION from parameters'}; ${printNumber(last)} ${unit} on day ${dayOf(curve.timeS.at(-1) ?? 0)}`
  return [
    heading,
    {
      kind: 'figures',
      perRow: 2,
      items: [
        {
          title: identity,
          subtitle,
          svg: responseChart({
            ...RESPONSE_CHART_PT,
            points: values.map(({ timeS, value, relativeUncertainty }) => ({
              ...{ days: toDays(timeS), value, relativeUncertainty, used: true },
            })),
            curve: { days: curve.timeS.map(toDays), value: curve.value, low: curve.low, high: curve.high },
            cycleDays: cycleStartsS.map(toDays),
            unit,
          }),
          alternative: `${identity} over time: ${values.map(({ timeS, value }) => `${printNumber(value)} ${unit} on day ${dayOf(timeS)}`).join(', ')}. ${subtitle}.`,
        },
      ],
    },
    {
      kind: 'paragraph',
      quiet: true,
      text: `Points: measured values, bars one standard uncertainty. Line: the model${curve.low ? ', shaded 95 % by its fitted parameters' : ', without a band: nothing of it was fitted'}; dashed: administrations.`,
    },
    parameterTable(response, settings.source),
    measuredTable(
      'Marker',
      values.map(({ at, timeS, value, relativeUncertainty, residual }) => ({
        ...{ name: identity, at, timeS, value, unit, relativeUncertainty, residual, what: '' },
      })),
    ),
    {
      kind: 'list',
      items: [
        ...(chiSquare === null
          ? []
          : [`χ² ${printNumber(chiSquare)} for ${degreesOfFreedom ?? 0} degrees of freedom.`]),
        ...remarks,
      ],
    },
  ]
}

function parameterTable({ parameters }: MarkerResponse, source: string): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'Parameter', kind: 'text', stretch: 1 },
      { title: 'Value', kind: 'number', stretch: 0 },
      { title: 'Unit', kind: 'text', stretch: 0 },
      { title: 'CV', unit: '%', kind: 'number', stretch: 0 },
      { title: '95 %', kind: 'text', stretch: 0 },
      { title: 'Evidence', kind: 'text', stretch: 0 },
      { title: 'Source', kind: 'text', stretch: 1.4 },
    ],
    rows: parameters.map((one): Cell[] => {
      const { unit, factor } = PRINTED[one.unit] ?? { unit: one.unit, factor: 1 }
      const [low, high] = one.interval ?? [null, null]
      return [
        [{ text: one.title, style: 'strong' }],
        printNumber(factor * one.value),
        unit,
        one.cv === null ? MISSING : printPercent(one.cv),
        low === null || high === null ? MISSING : `${printNumber(factor * low)} to ${printNumber(factor * high)}`,
        one.isFitted ? 'fitted' : 'given',
        [{ text: one.isFitted ? 'fitted to the values' : source || 'given', style: 'note' }],
      ]
    }),
    notes: [],
  }
}
