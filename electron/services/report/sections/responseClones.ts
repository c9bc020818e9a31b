/** Schedules compared by clones, as a person kept them: what was said of the cells, and what each schedule does to them. */
import { bqToGbq, SECONDS_PER_DAY, secondsToHours } from '../../../../native-core/units/index.ts'
import type { ClonesResult, ClonesSettings } from '../../../contracts/biologyResponse.ts'
import type { Block, Figure } from '../../ports/reportDocument.ts'
import type { ReportedClones } from '../../ports/reportWriter.ts'
import { printNumber, printPercent } from '../numbers.ts'
import { cellsChart } from '../responseChart.ts'
import { dayOf, RESPONSE_CHART_PT, toDays } from './responseParts.ts'

export function clonesBlocks({ identity, settings, response, problem }: ReportedClones): Block[] {
  const heading: Block = { kind: 'heading', level: 2, text: `Schedules compared for ${identity}` }
  if (!response) return [heading, { kind: 'list', items: [`${identity}: ${problem}`] }]
  return [
    heading,
    { kind: 'figures', perRow: 2, items: response.schedules.map((_, at) => figureOf(response, at)) },
    {
      kind: 'paragraph',
      quiet: true,
      text: `PREDICTION from parameters that a person gave. Line: median of all cells in ${response.runs} drawn histories, shaded from 5 % to 95 % of them; dashed: administrations. Fewer than one cell lies on the axis.`,
    },
    outcomeTable(response),
    parameterTable(settings, response.formula),
    { kind: 'list', items: response.assumptions },
  ]
}

function figureOf({ schedules, settings }: ClonesResult, at: number): Figure {
  const found = schedules[at]
  const days = settings.schedules[at]?.cycles.map(({ day }) => day) ?? []
  const first = Math.min(...days)
  const { name, eradication, medianRegrowthS, cells } = found as ClonesResult['schedules'][number]
  const back =
    medianRegrowthS === null ? 'most not grown back by the end' : `grown back on day ${dayOf(medianRegrowthS)}`
  const subtitle = `eradication ${printPercent(eradication)} %, ${back}`
  return {
    title: name,
    subtitle,
    svg: cellsChart({
      ...RESPONSE_CHART_PT,
      curve: { days: cells.timeS.map(toDays), value: cells.median, low: cells.low, high: cells.high },
      cycleDays: days.map((day) => day - first),
    }),
    alternative: `Cells over time under ${name}: ${printNumber(cells.median[0] ?? null)} at the start, ${printNumber(cells.median.at(-1) ?? null)} at the end. ${subtitle}.`,
  }
}

function outcomeTable({ schedules, runs }: ClonesResult): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'Schedule', kind: 'text', stretch: 1 },
      { title: 'Activity', unit: 'GBq', kind: 'number', stretch: 0 },
      { title: 'Dose', unit: 'Gy', kind: 'number', stretch: 0 },
      { title: 'Eradication', unit: '%', kind: 'number', stretch: 0 },
      { title: 'Grown back', kind: 'text', stretch: 0 },
      { title: 'Median time of it', unit: 'd', kind: 'text', stretch: 0 },
    ],
    rows: schedules.map((one) => [
      [{ text: one.name, style: 'strong' as const }],
      printNumber(bqToGbq(one.totalActivityBq)),
      printNumber(one.totalDoseGy),
      printPercent(one.eradication),
      `${Math.round(one.regrownShare * runs)} of ${runs}`,
      one.medianRegrowthS === null ? 'not by the end' : dayOf(one.medianRegrowthS),
    ]),
    notes: [],
  }
}

function parameterTable(given: ClonesSettings, formula: ClonesResult['formula']): Block {
  const rows: readonly (readonly [title: string, value: string, unit: string])[] = [
    ['Clonogenic cells', printNumber(given.cells), ''],
    ['Resistant at the start', printNumber(100 * given.resistantShare), '%'],
    ['Mutation, each daughter', printNumber(given.mutation), ''],
    ...(given.doublingTimeS === null || formula
      ? []
      : ([['Doubling time', printNumber(given.doublingTimeS / SECONDS_PER_DAY), 'd']] as const)),
    ...(formula ? ([['Growth', `LOCAL “${formula.title}”, version ${formula.version}`, '']] as const) : []),
    ['Cell loss', printNumber(100 * given.cellLoss), '% of births'],
    ['α', printNumber(given.alphaPerGy), '1/Gy'],
    ['α/β', printNumber(given.alphaBetaGy), 'Gy'],
    ['Repair half-time', printNumber(secondsToHours(given.repairHalfTimeS)), 'h'],
    ['α of resistant cells', printNumber(100 * given.resistantAlphaShare), '% of α'],
    ['Compared for', printNumber(given.horizonS / SECONDS_PER_DAY), 'd'],
  ]
  return {
    kind: 'table',
    columns: [
      { title: 'Parameter', kind: 'text', stretch: 1 },
      { title: 'Value', kind: 'number', stretch: 0 },
      { title: 'Unit', kind: 'text', stretch: 0 },
      { title: 'Evidence', kind: 'text', stretch: 0 },
      { title: 'Source', kind: 'text', stretch: 1.4 },
    ],
    rows: rows.map(([title, value, unit]) => [
      [{ text: title, style: 'strong' as const }],
      value,
      unit,
      'given',
      [{ text: given.source || 'given', style: 'note' as const }],
    ]),
    notes: [],
  }
}
