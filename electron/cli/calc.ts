import { InputError } from '../../native-core/errors/index.ts'
import { fileResources } from '../adapters/resources/index.ts'
import { calcSchemas, listCalcs, runCalc } from '../services/calc/index.ts'
import type { Command, CommandContext } from './context.ts'
import { parseWords } from './options.ts'

const SYNOPSIS = 'calc NAME < in.json'

/** Every pure model of the core: JSON in on stdin, JSON out. */
export const command: Command = {
  run: async (context) => {
    const { values, positionals } = parseWords(
      context.arguments,
      { list: { type: 'boolean' }, schema: { type: 'boolean' } },
      { positionals: context.arguments.includes('--list') ? 0 : 1, synopsis: SYNOPSIS },
    )
    if (values.list) return list(context)
    const name = positionals[0] ?? ''
    const answer = values.schema ? calcSchemas(name) : runCalc(name, await readInput(name), fileResources())
    context.out(JSON.stringify(answer, null, 2))
    return true
  },
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
      `Give JSON on standard input; \`theratwin calc ${name} --schema\` prints what it takes.`,
    )
  }
}
