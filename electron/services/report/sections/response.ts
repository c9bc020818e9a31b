/** Response over time: lesions, a marker and schedules whose settings a person kept, with their curves, parameters, and what they rest on. */
import { bqToGbq, SECONDS_PER_DAY } from '../../../../native-core/units/index.ts'
import type { BuiltInLaw, LesionResponse, ResponseParameter } from '../../../contracts/biologyResponse.ts'
import type { Block, Cell, Figure } from '../../ports/reportDocument.ts'
import type { ReportedClones, ReportedLesion, ReportedMarker, ReportedResponse } from '../../ports/reportWriter.ts'
import { MISSING, printNumber, printPercent, printUncertain } from '../numbers.ts'
import { responseChart } from '../responseChart.ts'
import { marked } from './marks.ts'
import { clonesBlocks } from './responseClones.ts'
import { markerBlocks } from './responseMarker.ts'
import { dayOf, measuredTable, RESPONSE_CHART_PT, toDays } from './responseParts.ts'

const LAWS: Readonly<Record<BuiltInLaw, string>> = {
  exponential: 'exponential growth',
  gompertz: 'Gompertz growth',
  logistic: 'logistic growth',
}
/** As they are printed: times in days. */
const PRINTED: Readonly<Record<string, { readonly unit: string; readonly per: number }>> = {
  '1/Gy': { unit: '1/Gy', per: 1 },
  Gy: { unit: 'Gy', per: 1 },
  s: { unit: 'd', per: SECONDS_PER_DAY },
  '1/s': { unit: '1/d', per: 1 / SECONDS_PER_DAY },
  mL: { unit: 'mL', per: 1 },
}

/** A parameter of a local formula keeps the unit that it declares. */
const printedUnit = ({ name, unit }: ResponseParameter): { readonly unit: string; readonly per: number } =>
  (name.startsWith('own:') ? undefined : PRINTED[unit]) ?? { unit, per: 1 }

function lawText({ law, formulas }: LesionResponse): string {
  const own = formulas.find((one) => one.law === law)
  return own ? `LOCAL growth “${own.title}”, version ${own.version}` : LAWS[law as BuiltInLaw]
}

/** Nothing where no settings were kept. */
export function responseBlocks(responses: readonly ReportedResponse[]): Block[] {
  if (responses.length === 0) return []
  return [
    { kind: 'heading', level: 1, text: 'Response over time' },
    ...lesionBlocks(responses.filter((one): one is ReportedLesion => one.kind === 'lesion')),
    ...responses.filter((one): one is ReportedMarker => one.kind === 'marker').flatMap(markerBlocks),
    ...responses.filter((one): one is ReportedClones => one.kind === 'clones').flatMap(clonesBlocks),
  ]
}

function lesionBlocks(lesions: readonly ReportedLesion[]): Block[] {
  if (lesions.length === 0) return []
  const found = lesions.flatMap(({ response }) => (response ? [response] : []))
  const failed = lesions.filter(({ response }) => !response)
  return [
    ...(found.length > 0
      ? ([
          { kind: 'figures', perRow: 2, items: found.map(figureOf) },
          {
            kind: 'paragraph',
            quiet: true,
            text: 'Points: volumes of outlines and typed ones, bars one standard uncertainty; hollow ones do not count. Line: the model, shaded 95 % by its parameters and doses; dashed: administrations, those thought of too.',
          },
          parameterTable(found),
          measuredTable(
            'Lesion',
            found.flatMap(({ identity, volumes }) =>
              volumes.map(({ at, timeS, volumeMl, relativeUncertainty, residual, isUsed, what }) => ({
                ...{ name: identity, at, timeS, value: volumeMl, unit: 'mL', relativeUncertainty, residual },
                what: isUsed ? what : `${what}; left out`,
              })),
            ),
          ),
        ] as const)
      : []),
    {
      kind: 'list',
      items: [
        ...found.flatMap(({ identity, settings: { furtherCycles } }) =>
          furtherCycles.map(
            ({ at, activityBq }) =>
              `${identity}: a further cycle is thought of, ${printNumber(bqToGbq(activityBq))} GBq on ${at.replace('T', ' ')}.`,
          ),
        ),
        ...found.flatMap(({ identity, remarks }) => remarks.map((remark) => `${identity}: ${remark}`)),
        ...new Set(found.flatMap(({ assumptions }) => assumptions)),
        ...failed.map(({ identity, problem }) => `${identity}: ${problem}`),
        ...found.flatMap(({ identity, settings: { reason } }) => (reason ? [`${identity}: ${reason}`] : [])),
      ],
    },
  ]
}

function figureOf(response: LesionResponse): Figure {
  const { identity, band, volumes, cycles, nadir, regrowthS, kind } = response
  const back = regrowthS === null ? 'not back at its first volume by the end' : `back at it on day ${dayOf(regrowthS)}`
  const subtitle = `${kind === 'fit' ? 'Fitted' : 'PREDICTION from parameters'}, ${lawText(response)}; smallest ${printNumber(nadir.volumeMl)} mL on day ${dayOf(nadir.timeS)}, ${back}`
  return {
    title: identity,
    subtitle,
    svg: responseChart({
      ...RESPONSE_CHART_PT,
      points: volumes.map(({ timeS, volumeMl, relativeUncertainty, isUsed }) => ({
        ...{ days: toDays(timeS), value: volumeMl, relativeUncertainty, used: isUsed },
      })),
      curve: { days: band.timeS.map(toDays), value: band.volumeMl, low: band.lowMl, high: band.highMl },
      cycleDays: cycles.map(({ startS }) => toDays(startS)),
      unit: 'mL',
    }),
    alternative: `Volume of ${identity} over time: ${volumes.map(({ timeS, volumeMl }) => `${printNumber(volumeMl)} mL on day ${dayOf(timeS)}`).join(', ')}. ${subtitle}.`,
  }
}

function parameterTable(found: readonly LesionResponse[]): Block {
  const rows = found.flatMap(({ identity, parameters }) =>
    parameters.map((one): Cell[] => {
      const { unit, per } = printedUnit(one)
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
