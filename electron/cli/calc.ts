import { InputError } from '../../native-core/errors/index.ts'
import { fileResources } from '../adapters/resources/index.ts'
import { calcExample, calcSchemas, listCalcs, runCalc } from '../services/calc/index.ts'
import { calcHelp } from './calcHelp.ts'
import type { Command, CommandContext } from './context.ts'
import { parseWords } from './options.ts'
import { commandHelp } from './usage.ts'

const SYNOPSIS = 'calc NAME < in.json | calc NAME --help|--example|--schema | calc --list'
const OPTIONS = {
  list: { type: 'boolean' },
  schema: { type: 'boolean' },
  example: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Every pure model of the core: JSON in on stdin, JSON out. */
export const command: Command = {
  run: async (context) => {
    const words = context.arguments
    const named = words.some((word) => !word.startsWith('-'))
    const needsNone = words.includes('--list') || (!named && (words.includes('--help') || words.includes('-h')))
    const { values, positionals } = parseWords(words, OPTIONS, { positionals: needsNone ? 0 : 1, synopsis: SYNOPSIS })
    if (values.list) return list(context)
    const name = positionals[0] ?? ''
    if (values.help) {
      context.out(name === '' ? commandHelp('calc', { synopsis: SYNOPSIS, options: OPTIONS }) : calcHelp(name))
      return true
    }
    const answer = values.schema
      ? calcSchemas(name)
      : values.example
        ? exampleOf(name)
        : runCalc(name, await readInput(name), fileResources())
    context.out(JSON.stringify(answer, null, 2))
    return true
  },
}

function exampleOf(name: string): unknown {
  const example = calcExample(name)
  if (example !== null) return example
  throw new InputError(
    'calc.example',
    `There is no example of ${name}.`,
    `\`theratwin calc ${name} --help\` tells its fields.`,
  )
}

function list({ json, out }: CommandContext): boolean {
  const calcs = listCalcs()
  const width = Math.max(...calcs.map((calc) => calc.name.length))
  out(
    json
      ? JSON.stringify(calcs, null, 2)
      : calcs.map((calc) => `  ${calc.name.padEnd(width)}  ${calc.title}`).join('\n'),
  )
  return true
}

async function readInput(name: string): Promise<unknown> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InputError(
      'calc.not-json',
      `The input of ${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      `Give JSON on standard input; \`theratwin calc ${name} --help\` tells its fields with an example, \`--schema\` all of them.`,
    )
  }
}
