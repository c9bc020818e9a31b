/** `theratwin biology ANALYSIS.json --response REQUEST.json`: response over time of the lesions of an analysis. */
import { z } from 'zod'
import { InputError } from '../../native-core/errors/index.ts'
import type { BiologySet } from '../../native-core/radiobiology/index.ts'
import { SECONDS_PER_DAY } from '../../native-core/units/index.ts'
import type { Analysis } from '../contracts/analysis.ts'
import type { BiologySettings } from '../contracts/biology.ts'
import { formulaDraftSchema } from '../contracts/biologyFormulas.ts'
import type { FormulaDraft, LocalFormula } from '../contracts/biologyFormulas.ts'
import { responseSettingsSchema, seriesOfMarkerSchema } from '../contracts/biologyResponse.ts'
import type { ClonesResult, LesionResponse, MarkerResponse } from '../contracts/biologyResponse.ts'
import {
  checkFormula,
  clonesOf,
  crossTools,
  lesionActivity,
  lesionResponse,
  markerResponseOf,
  outlinesOfAnalysis,
  responseLesions,
  secondsAfter,
} from '../services/biology/index.ts'
import type { BiologyDosimetry } from '../services/biology/index.ts'
import { earliest, secondsBetween } from '../services/course/index.ts'
import { printNumber } from '../services/report/index.ts'

/** What is asked for: settings by lesion name, a marker with its values, schedules. */
export const responseRequestSchema = z.strictObject({
  ...responseSettingsSchema.shape,
  /** Local formulas of growth; a law names one as "local:<its name>@1". */
  formulas: z.array(formulaDraftSchema).max(20).default([]),
  /** Values of the marker that `marker` names. */
  markerSeries: seriesOfMarkerSchema.optional(),
})
export type ResponseRequest = z.output<typeof responseRequestSchema>

export interface ResponseAnswerOfCommand {
  readonly lesions: readonly LesionResponse[]
  readonly marker: MarkerResponse | null
  readonly schedules: ClonesResult | null
}

/**
 * Volumes are those of the reference outlines of the analysis and those that the request types.
 *
 * @throws InputError `biology.response-lesion` for a lesion that the analysis has not, and those of the computations
 */
export function responseCommand(
  analysis: Analysis,
  biology: BiologySettings,
  sets: readonly BiologySet[],
  request: ResponseRequest,
  dosimetry: () => BiologyDosimetry,
): ResponseAnswerOfCommand {
  const first = earliest(analysis.cycles.map(({ administration }) => administration.start))
  if (!first) throw new InputError('biology.response-course', 'The analysis has no cycle.', 'Give one that has.')
  const cross = crossTools(analysis, biology, dosimetry)
  const lesions = responseLesions(outlinesOfAnalysis(analysis), analysis, first, biology, sets, cross)
  const lesionOf = (name: string) => {
    const found = lesions.find(({ identity }) => identity === name)
    if (found) return found
    throw new InputError(
      'biology.response-lesion',
      `The analysis has no lesion "${name}".`,
      `It has: ${lesions.map(({ identity }) => identity).join(', ') || 'none'}.`,
    )
  }
  const { byLesion, marker, markerSeries, clones } = request
  const formulas = request.formulas.map((formula) => givenFormula(formula))
  if (marker && markerSeries?.marker !== marker.marker)
    throw new InputError(
      'biology.marker-data',
      `There are no values of "${marker.marker}".`,
      'Give them as markerSeries, with the same name.',
    )
  return {
    lesions: Object.entries(byLesion).map(([name, settings]) =>
      lesionResponse({ lesion: lesionOf(name), settings, first, analysisKey: analysis.key, formulas }),
    ),
    marker:
      marker && markerSeries
        ? markerResponseOf({
            settings: marker,
            series: {
              ...markerSeries,
              values: markerSeries.values
                .map((one) => ({ ...one, timeS: secondsAfter(first, one.at) }))
                .sort((a, b) => a.timeS - b.timeS),
            },
            activity: lesionActivity(analysis, first),
            cycleStartsS: analysis.cycles.map(({ administration }) => secondsBetween(first, administration.start)),
          })
        : null,
    schedules: clones ? clonesOf({ lesion: lesionOf(clones.lesion), settings: clones, formulas }) : null,
  }
}

/** Tested as the window tests one before it keeps it. @throws InputError of `checkFormula`; `formula.kind` */
function givenFormula(formula: FormulaDraft): LocalFormula {
  if (formula.kind !== 'growth')
    throw new InputError(
      'formula.kind',
      `"${formula.title}" is no formula of growth.`,
      'A response takes formulas of kind "growth" only.',
    )
  const check = checkFormula(formula)
  return { id: `local:${formula.name}@1`, version: 1, savedAt: '', retired: false, formula, check }
}

/** For a person; `--json` has everything. */
export function responseText({ lesions, marker, schedules }: ResponseAnswerOfCommand): string {
  const days = (timeS: number | null): string =>
    timeS === null ? 'not by the end' : `day ${Math.round(timeS / SECONDS_PER_DAY)}`
  return [
    ...lesions.flatMap((one) => [
      `${one.identity}: ${one.kind}, ${one.law} growth (${one.evidence})`,
      ...one.parameters.map(
        ({ title, value, unit, cv, evidence }) =>
          `  ${title.padEnd(22)} ${printNumber(unit === 's' ? value / SECONDS_PER_DAY : value)} ${unit === 's' ? 'd' : unit}${cv === null ? '' : ` ± ${printNumber(100 * cv)} %`} (${evidence})`,
      ),
      `  smallest ${printNumber(one.nadir.volumeMl)} mL on ${days(one.nadir.timeS)}; back at its first volume: ${days(one.regrowthS)}`,
      ...one.remarks.map((remark) => `  - ${remark}`),
    ]),
    ...(marker
      ? [
          `${marker.marker}: ${marker.kind}`,
          ...marker.parameters.map(
            ({ title, value, unit, cv }) =>
              `  ${title.padEnd(28)} ${value.toPrecision(4)} ${unit}${cv === null ? '' : ` ± ${printNumber(100 * cv)} %`}`,
          ),
        ]
      : []),
    ...(schedules?.schedules ?? []).map(
      ({ name, eradication, regrownShare, medianRegrowthS }) =>
        `${name}: eradication ${eradication.toPrecision(3)}, grown back ${printNumber(100 * regrownShare)} %, median ${days(medianRegrowthS)}`,
    ),
  ].join('\n')
}
