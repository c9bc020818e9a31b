import { InputError } from '../../../native-core/errors/index.ts'
import type { Measured } from '../../../native-core/statistics/index.ts'
import {
  bloodSamples,
  bloodSeries,
  excretions,
  excretionSeries,
  probeReadings,
  probeSeries,
  TABLE_COLUMNS,
} from '../../services/samples/index.ts'
import type { MarrowOptions, SampleContext, SampleKind, TableRow } from '../../services/samples/index.ts'
import { samplesDraft } from '../../services/measuredSeries/index.ts'
import type { SamplesRequest } from '../../services/measuredSeries/index.ts'
import { modelField } from '../../services/planar/index.ts'
import type { Command } from '../context.ts'
import { numberOption, parseWords } from '../options.ts'
import { KEEP_OPTIONS, KEEP_SYNOPSIS, keepOf, keepSeries, keptLines, madeFrom } from './keep.ts'
import type { Keep, Kept } from './keep.ts'
import { answer, nuclideOf, readTable, shown } from './requestFile.ts'

const SYNOPSIS =
  'quantify samples blood|urine|probe TABLE.csv --nuclide N --administered-mbq A [--administered-u-mbq U] [--background B [--background-u U]] [--model M] [--hematocrit H | --marrow-ratio R] [--ratio-u-percent P] [--marrow-mass-g G] [--blood-volume-ml V [--blood-volume-u-percent P]] [--out FOLDER] ' +
  `${KEEP_SYNOPSIS} | --columns`

const OPTIONS = {
  nuclide: { type: 'string' },
  'administered-mbq': { type: 'string' },
  'administered-u-mbq': { type: 'string' },
  background: { type: 'string' },
  'background-u': { type: 'string' },
  model: { type: 'string' },
  hematocrit: { type: 'string' },
  'marrow-ratio': { type: 'string' },
  'ratio-u-percent': { type: 'string' },
  'marrow-mass-g': { type: 'string' },
  'marrow-mass-u-g': { type: 'string' },
  'blood-volume-ml': { type: 'string' },
  'blood-volume-u-percent': { type: 'string' },
  out: { type: 'string' },
} as const

type Values = { readonly [name in keyof typeof OPTIONS]?: string | undefined }

/** Tables of samples and readings to time–activity series. */
export const command: Command = {
  run: async (context) => {
    if (context.arguments.includes('--columns')) {
      context.out(context.json ? JSON.stringify(TABLE_COLUMNS, null, 2) : columnsText())
      return true
    }
    const { values, positionals } = parseWords(
      context.arguments,
      { ...OPTIONS, ...KEEP_OPTIONS },
      { positionals: 2, synopsis: SYNOPSIS },
    )
    const kind = positionals[0] ?? ''
    if (!isKind(kind)) throw wrong(`"${kind}" is no kind of table.`)
    if (values.nuclide === undefined) throw wrong('--nuclide is missing.')
    const nuclide = nuclideOf(values.nuclide)
    const sampleContext: SampleContext = {
      administeredActivityBq: measuredOption(values, 'administered-mbq', 'administered-u-mbq', 1e6),
      halfLifeS: nuclide.halfLifeS,
      model: modelOption(values.model),
    }
    const keep = keepOf(values, SYNOPSIS)
    const rows = await readTable(positionals[1] ?? '')
    const { body, lines } = quantified(kind, rows, values, sampleContext)
    const kept = keep && (await keepSamples(keep, kind, rows, values, nuclide))
    await answer(context, {
      schema: `theratwin-samples-${kind}/1`,
      out: values.out,
      file: `${kind}.json`,
      body: { nuclide: nuclide.name, ...body, ...(kept ? { kept } : {}) },
      lines: [...lines, ...keptLines(kept)],
    })
    return true
  },
}

function quantified(
  kind: SampleKind,
  rows: readonly TableRow[],
  values: Values,
  context: SampleContext,
): { readonly body: object; readonly lines: readonly string[] } {
  if (kind === 'blood') {
    const body = bloodSeries(bloodSamples(rows), context, marrowOption(values))
    return {
      body,
      lines: [
        ...body.samples.map(
          ({ timeH, concentrationBqPerMl, percentOfAdministeredPerMl }) =>
            `  ${timeH.toFixed(2)} h  ${shown(concentrationBqPerMl)} Bq/mL  ${shown(percentOfAdministeredPerMl)} %IA/mL`,
        ),
        ...(body.tiaMbqHPerMl ? [`  TIA ${shown(body.tiaMbqHPerMl)} MBq·h/mL (${body.series.fit?.model})`] : []),
        ...(body.marrow ? [`  red marrow: TIA ${shown(body.marrow.tiaMbqH)} MBq·h`] : []),
        ...(body.marrow?.assumptions ?? []).map((one) => `  - ${one}`),
      ],
    }
  }
  const body =
    kind === 'urine'
      ? excretionSeries(excretions(rows), context)
      : probeSeries(
          probeReadings(rows),
          values.background === undefined
            ? { value: 0, standardUncertainty: 0 }
            : measuredOption(values, 'background', 'background-u', 1),
          context,
        )
  return {
    body,
    lines: [
      ...body.series.points.map(({ timeH, activityMbq }) => `  ${timeH.toFixed(2)} h  ${shown(activityMbq)} MBq`),
      ...(body.series.fit ? [`  TIA ${shown(body.series.fit.tiaMbqH)} MBq·h (${body.series.fit.model})`] : []),
      ...body.remarks.map((remark) => `  - ${remark}`),
    ],
  }
}

function keepSamples(
  keep: Keep,
  table: SampleKind,
  rows: readonly TableRow[],
  values: Values,
  { name, halfLifeS }: { readonly name: string; readonly halfLifeS: number },
): Promise<Kept> {
  const none = { value: 0, standardUncertainty: 0 }
  const bloodTo = bloodToOf(values)
  const request = {
    table,
    administeredBq: measuredOption(values, 'administered-mbq', 'administered-u-mbq', 1e6),
    background: values.background === undefined ? none : measuredOption(values, 'background', 'background-u', 1),
    ...(bloodTo ? { bloodTo } : {}),
  }
  const made = madeFrom(name, { ...request, rows: rows.map(({ cells }) => cells) })
  return keepSeries(keep, samplesDraft(request, rows, halfLifeS, keep.what, made))
}

/** What the concentration in blood is multiplied by: the blood's volume, or by way of the marrow. */
function bloodToOf(values: Values): SamplesRequest['bloodTo'] {
  if (values['blood-volume-ml'] !== undefined)
    return {
      region: 'blood',
      volumeMl: numberOf(values, 'blood-volume-ml'),
      relativeUncertainty:
        values['blood-volume-u-percent'] === undefined ? 0 : numberOf(values, 'blood-volume-u-percent') / 100,
    }
  const marrow = marrowOption(values)
  if (!marrow) return undefined
  const { marrowToBlood, ratioRelativeUncertainty, marrowMassKg } = marrow
  return {
    region: 'marrow',
    ...(marrowToBlood.kind === 'ratio' ? { ratio: marrowToBlood.ratio } : { hematocrit: marrowToBlood.hematocrit }),
    ratioRelativeUncertainty,
    marrowMassKg,
  }
}

function marrowOption(values: Values): MarrowOptions | null {
  const { hematocrit, 'marrow-ratio': ratio } = values
  if (hematocrit === undefined && ratio === undefined) return null
  if (hematocrit !== undefined && ratio !== undefined) throw wrong('There are both --hematocrit and --marrow-ratio.')
  if (values['marrow-mass-g'] === undefined) throw wrong('--marrow-mass-g is missing: the mass of the red marrow.')
  if (modelOption(values.model) === null)
    throw wrong('The red marrow needs the integral of the blood curve: give --model, for instance auto.')
  return {
    marrowToBlood:
      hematocrit === undefined
        ? { kind: 'ratio', ratio: numberOf(values, 'marrow-ratio') }
        : { kind: 'hematocrit', hematocrit: numberOf(values, 'hematocrit') },
    ratioRelativeUncertainty: values['ratio-u-percent'] === undefined ? 0 : numberOf(values, 'ratio-u-percent') / 100,
    marrowMassKg: measuredOption(values, 'marrow-mass-g', 'marrow-mass-u-g', 1e-3),
  }
}

function modelOption(given: string | undefined): SampleContext['model'] {
  if (given === undefined) return null
  const parsed = modelField.safeParse(given)
  if (parsed.success) return parsed.data
  throw wrong(`--model is "${given}".`)
}

function measuredOption(values: Values, name: keyof Values, uncertainty: keyof Values, factor: number): Measured {
  const u = values[uncertainty] === undefined ? 0 : numberOf(values, uncertainty)
  return { value: numberOf(values, name) * factor, standardUncertainty: u * factor }
}

function numberOf(values: Values, name: keyof Values): number {
  const { value } = numberOption(name, values[name], 'value')
  if (value === undefined) throw wrong(`--${name} is missing.`)
  return value
}

const isKind = (text: string): text is SampleKind => Object.hasOwn(TABLE_COLUMNS, text)

const wrong = (message: string): InputError => new InputError('cli.arguments', message, `Usage: theratwin ${SYNOPSIS}`)

function columnsText(): string {
  return Object.entries(TABLE_COLUMNS)
    .flatMap(([kind, columns]) => [
      kind,
      ...columns.map(({ name, unit, description }) => `  ${name.padEnd(28)} ${unit.padEnd(16)} ${description}`),
    ])
    .join('\n')
}
