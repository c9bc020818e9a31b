/** Response over time: each lesion whose settings a person kept, with its curve, its parameters, and what it rests on. */
import { SECONDS_PER_DAY } from '../../../../native-core/units/index.ts'
import type { LesionResponse, ResponseParameter } from '../../../contracts/biologyResponse.ts'
import type { Block, Cell, Figure } from '../../ports/reportDocument.ts'
import type { ReportedResponse } from '../../ports/reportWriter.ts'
import { MISSING, printNumber, printPercent, printUncertain } from '../numbers.ts'
import { volumeChart } from '../volumeChart.ts'
import { marked } from './marks.ts'

const CHART = { widthPt: 240, heightPt: 118 }
const LAWS = { exponential: 'exponential growth', gompertz: 'Gompertz growth', logistic: 'logistic growth' } as const
/** As they are printed: times in days. */
const PRINTED: Readonly<Record<ResponseParameter['unit'], { readonly unit: string; readonly per: number }>> = {
  '1/Gy': { unit: '1/Gy', per: 1 },
  Gy: { unit: 'Gy', per: 1 },
  s: { unit: 'd', per: SECONDS_PER_DAY },
  '1/s': { unit: '1/d', per: 1 / SECONDS_PER_DAY },
  mL: { unit: 'mL', per: 1 },
}

/** Nothing where no settings were kept. */
export function responseBlocks(responses: readonly ReportedResponse[]): Block[] {
  const found = responses.flatMap(({ response }) => (response ? [response] : []))
  const failed = responses.filter(({ response }) => !response)
  if (responses.length === 0) return []
  return [
    { kind: 'heading', level: 1, text: 'Response over time' },
    ...(found.length > 0
      ? ([
          { kind: 'figures', perRow: 2, items: found.map(figureOf) },
          {
            kind: 'paragraph',
            quiet: true,
            text: 'Points: volumes of outlines and typed ones, bars one standard uncertainty; hollow ones do not count. Line: the model, shaded 95 % by its parameters and doses; dashed: administrations, those thought of too.',
          },
          parameterTable(found),
        ] as const)
      : []),
    {
      kind: 'list',
      items: [
        ...found.flatMap(({ identity, remarks }) => remarks.map((remark) => `${identity}: ${remark}`)),
        ...new Set(found.flatMap(({ assumptions }) => assumptions)),
        ...failed.map(({ identity, problem }) => `${identity}: ${problem}`),
        ...found.flatMap(({ identity, settings: { reason } }) => (reason ? [`${identity}: ${reason}`] : [])),
      ],
    },
  ]
}

function figureOf(response: LesionResponse): Figure {
  const { identity, band, volumes, cycles, nadir, regrowthS, kind, law } = response
  const back = regrowthS === null ? 'not back at its first volume by the end' : `back at it on day ${day(regrowthS)}`
  const subtitle = `${kind === 'fit' ? 'Fitted' : 'PREDICTION from parameters'}, ${LAWS[law]}; smallest ${printNumber(nadir.volumeMl)} mL on day ${day(nadir.timeS)}, ${back}`
  return {
    title: identity,
    subtitle,
    svg: volumeChart({
      ...CHART,
      points: volumes.map(({ timeS, volumeMl, relativeUncertainty, isUsed }) => ({
        ...{ days: timeS / SECONDS_PER_DAY, volumeMl, relativeUncertainty, used: isUsed },
      })),
      curve: {
        days: band.timeS.map((time) => time / SECONDS_PER_DAY),
        volumeMl: band.volumeMl,
        lowMl: band.lowMl,
        highMl: band.highMl,
      },
      cycleDays: cycles.map(({ startS }) => startS / SECONDS_PER_DAY),
    }),
    alternative: `Volume of ${identity} over time: ${volumes.map(({ timeS, volumeMl }) => `${printNumber(volumeMl)} mL on day ${day(timeS)}`).join(', ')}. ${subtitle}.`,
  }
}

const day = (timeS: number): string => String(Math.round(timeS / SECONDS_PER_DAY))

function parameterTable(found: readonly LesionResponse[]): Block {
  const rows = found.flatMap(({ identity, parameters }) =>
    parameters.map((one): Cell[] => {
      const { unit, per } = PRINTED[one.unit]
      const u = one.standardUncertainty
      return [
        [{ text: identity, style: 'strong' }],
        marked(one.title, one.evidence),
        u === null
          ? printNumber(one.value / per)
          : printUncertain({ value: one.value / per, standardUncertainty: u / per }),
        unit,
        one.cv === null ? MISSING : printPercent(one.cv),
        one.evidence,
        [{ text: one.source, style: 'note' }],
      ]
    }),
  )
  const fits = found.filter(({ kind }) => kind === 'fit')
  return {
    kind: 'table',
    columns: [
      { title: 'Lesion', kind: 'text', stretch: 1 },
      { title: 'Parameter', kind: 'text', stretch: 1 },
      { title: 'Value', kind: 'uncertain', stretch: 0 },
      { title: 'Unit', kind: 'text', stretch: 0 },
      { title: 'CV', unit: '%', kind: 'number', stretch: 0 },
      { title: 'Evidence', kind: 'text', stretch: 0 },
      { title: 'Source', kind: 'text', stretch: 1.4 },
    ],
    rows,
    notes: [
      ...fits.map(
        ({ identity, chiSquare, degreesOfFreedom, aicc }) =>
          `${identity}: χ² ${printNumber(chiSquare ?? NaN)} for ${degreesOfFreedom ?? 0} degrees of freedom${aicc === null ? '' : `, AICc ${printNumber(aicc)}`}.`,
      ),
      ...(found.some(({ parameters }) => parameters.some(({ evidence }) => evidence === 'unverified'))
        ? ['‡ Not verified: recalled from the literature or carried over. To be checked before it is relied on.']
        : []),
    ],
  }
}
