import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { InputError } from '../../native-core/errors/index.ts'
import { parseBiologySets } from '../../native-core/radiobiology/index.ts'
import { fileResources } from '../adapters/resources/index.ts'
import { analysisSchema } from '../contracts/analysis.ts'
import type { Analysis } from '../contracts/analysis.ts'
import { biologySettingsSchema } from '../contracts/biology.ts'
import type { BiologyResult } from '../contracts/biology.ts'
import { crossDoseSchema } from '../contracts/biologyParts.ts'
import { biologicalEffects, biologyDosimetry, partsModelView } from '../services/biology/index.ts'
import { biologyCsv } from '../services/report/index.ts'
import { responseCommand, responseRequestSchema, responseText } from './biologyResponse.ts'
import { effectText, modelText } from './biologyText.ts'
import type { Command } from './context.ts'
import { parseFurtherCycles } from './furtherCycles.ts'
import { parseWords } from './options.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SYNOPSIS =
  'biology ANALYSIS.json [--settings settings.json] [--cross-dose none|organ-s-values] [--further-cycles CYCLES] [--response RESPONSE.json] [--out FOLDER] | --settings-schema | --response-schema | --sets | --parts'

/** Biological effect of an analysis that `run` wrote. False where no structure has one. */
export const command: Command = {
  run: async (context) => {
    const resources = fileResources()
    const sets = resources.biologySets().flatMap(parseBiologySets)
    if (context.arguments.includes('--settings-schema')) {
      context.out(JSON.stringify(z.toJSONSchema(biologySettingsSchema, { io: 'input' }), null, 2))
      return true
    }
    if (context.arguments.includes('--response-schema')) {
      context.out(JSON.stringify(z.toJSONSchema(responseRequestSchema, { io: 'input' }), null, 2))
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
    if (context.arguments.includes('--parts')) {
      const models = biologyDosimetry(resources).models().map(partsModelView)
      context.out(context.json ? JSON.stringify(models, null, 2) : models.map(modelText).join('\n'))
      return true
    }
    const { values, positionals } = parseWords(
      context.arguments,
      {
        settings: { type: 'string' },
        'cross-dose': { type: 'string' },
        'further-cycles': { type: 'string' },
        response: { type: 'string' },
        out: { type: 'string' },
      },
      { positionals: 1, synopsis: SYNOPSIS },
    )
    const analysis = await readAnalysis(positionals[0] ?? '')
    const stored =
      values.settings === undefined
        ? biologySettingsSchema.parse({})
        : fitting(
            biologySettingsSchema,
            await readJsonFile(values.settings),
            `The settings ${values.settings}`,
            'Correct the field; `theratwin biology --settings-schema` prints all fields.',
          )
    const further = values['further-cycles']
    const settings = {
      ...stored,
      ...(values['cross-dose'] === undefined ? {} : { crossDose: crossDoseOf(values['cross-dose']) }),
      ...(further === undefined ? {} : { furtherCycles: parseFurtherCycles(further) }),
    }
    if (values.response !== undefined) {
      const request = fitting(
        responseRequestSchema,
        await readJsonFile(values.response),
        `The request ${values.response}`,
        'Correct the field; `theratwin biology --response-schema` prints all fields.',
      )
      const answer = responseCommand(analysis, settings, sets, request, () => biologyDosimetry(resources))
      const text = `${JSON.stringify(answer, null, 2)}\n`
      if (values.out !== undefined) await writeOutputFiles(values.out, [['biology-response.json', text]])
      context.out(context.json ? text : responseText(answer))
      return true
    }
    const result = biologicalEffects({ analysis, settings, sets, dosimetry: biologyDosimetry(resources) })
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

/** @throws InputError `cli.arguments` for a word that is none of the choices. */
function crossDoseOf(word: string): BiologyResult['settings']['crossDose'] {
  const parsed = crossDoseSchema.safeParse(word)
  if (parsed.success) return parsed.data
  throw new InputError(
    'cli.arguments',
    `--cross-dose is "${word}".`,
    `Write one of: ${crossDoseSchema.options.join(', ')}.`,
  )
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
      ? Object.fromEntries(
          Object.entries(content).filter(([key]) => !['voxelDoses', 'biology', 'responses'].includes(key)),
        )
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
