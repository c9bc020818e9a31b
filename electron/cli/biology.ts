import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../native-core/errors/index.ts'
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { fileResources } from '../adapters/resources/index.ts'
import { analysisSchema } from '../contracts/analysis.ts'
import type { Analysis } from '../contracts/analysis.ts'
import { biologySettingsSchema } from '../contracts/biology.ts'
import type { BiologyResult, StructureEffect } from '../contracts/biology.ts'
import { biologicalEffects } from '../services/biology/index.ts'
import { biologyCsv, joinUncertain, printNumber, printPercent } from '../services/report/index.ts'
import type { Command } from './context.ts'
import { parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SYNOPSIS = 'biology ANALYSIS.json [--settings settings.json] [--out FOLDER] | --settings-schema | --sets'

/** Biological effect of an analysis that `run` wrote. False where no structure has one. */
export const command: Command = {
  run: async (context) => {
    const sets = fileResources().biologySets().flatMap(parseBiologySets)
    if (context.arguments.includes('--settings-schema')) {
      context.out(JSON.stringify(z.toJSONSchema(biologySettingsSchema, { io: 'input' }), null, 2))
      return true
    }
    if (context.arguments.includes('--sets')) {
      context.out(
        context.json
          ? JSON.stringify(sets, null, 2)
          : sets
              .map(({ id, model, tissue, title }) => `${id.padEnd(28)} ${model.padEnd(18)} ${tissue}: ${title}`)
              .join('\n'),
      )
      return true
    }
    const { values, positionals } = parseWords(
      context.arguments,
      { settings: { type: 'string' }, out: { type: 'string' } },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const analysis = await readAnalysis(positionals[0] ?? '')
    const settings =
      values.settings === undefined
        ? biologySettingsSchema.parse({})
        : fitting(
            biologySettingsSchema,
            await readJsonFile(values.settings),
            `The settings ${values.settings}`,
            'Correct the field; `theratwin biology --settings-schema` prints all fields.',
          )
    const result = biologicalEffects({ analysis, settings, sets })
    const json = `${JSON.stringify(result, null, 2)}\n`
    if (values.out !== undefined)
      await writeOutputFiles(values.out, [
        ['biology.json', json],
        ['biology.csv', biologyCsv(result)],
      ])
    context.out(context.json ? json : effectText(result, values.out))
    return result.structures.some(({ cycles }) => cycles.length > 0)
  },
}

/**
 * The analysis of a `summary.json` of `run`, or of a report of the window, which has voxel doses and the effect beside it.
 *
 * @throws InputError `biology.cannot-read`, `biology.not-json`, `biology.input`.
 */
async function readAnalysis(path: string): Promise<Analysis> {
  const content = await readJsonFile(path)
  const own =
    typeof content === 'object' && content !== null
      ? Object.fromEntries(Object.entries(content).filter(([key]) => key !== 'voxelDoses' && key !== 'biology'))
      : content
  return fitting(analysisSchema, own, `The analysis ${path}`, 'Give the summary.json that `theratwin run` wrote.')
}

async function readJsonFile(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new InputError(
      'biology.cannot-read',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      `Usage: theratwin ${SYNOPSIS}`,
    )
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError(
      'biology.not-json',
      `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      'JSON knows neither comments nor a comma before a bracket.',
    )
  }
}

function fitting<T extends z.ZodType>(schema: T, content: unknown, what: string, hint: string): z.output<T> {
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues
    .slice(0, 5)
    .map(({ path: at, message }) => `${at.join('.') || 'the whole'}: ${message}`)
  throw new InputError('biology.input', `${what} is wrong: ${issues.join('; ')}.`, hint)
}

function effectText(result: BiologyResult, out: string | undefined): string {
  return [
    ...result.structures.flatMap(structureText),
    ...(result.uncomplicatedControl === null
      ? []
      : [`Control without complication: ${printPercent(result.uncomplicatedControl)} %`]),
    ...result.assumptions.map((assumption) => `  - ${assumption}`),
    ...(out === undefined ? [] : [`Written: ${join(out, 'biology.json')}, biology.csv`]),
  ].join('\n')
}

function structureText({
  name,
  cycles,
  totalBedGy,
  totalEqd2Gy,
  evidence,
  problem,
  ...effect
}: StructureEffect): string[] {
  if (cycles.length === 0) return [`${name.padEnd(16)} ${problem}`]
  const outcomes = [
    ...(effect.complication ? [{ kind: 'complication', ...effect.complication }] : []),
    ...(effect.control ? [{ kind: 'control', ...effect.control }] : []),
  ]
  return [
    `${name.padEnd(16)} ${joinUncertain(effect.doseGy)} Gy   BED ${joinUncertain(totalBedGy)} Gy   EQD2 ${printNumber(totalEqd2Gy)} Gy   (${evidence})`,
    ...effect.limits.map(
      (use) => `  ${printPercent(use.share)} % of ${printNumber(use.limitGy)} Gy: ${use.title} (${use.evidence})`,
    ),
    ...outcomes.map(
      ({ kind, endpoint, probability, low, high, evidence: basis }) =>
        `  ${kind} ${printPercent(probability)} % (${printPercent(low)} to ${printPercent(high)} %): ${endpoint} (${basis})`,
    ),
  ]
}
