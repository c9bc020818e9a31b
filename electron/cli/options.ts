import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import { InputError } from '../../native-core/errors/index.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** Thrown where a command is asked for its options instead of its work; `main` prints them. */
export class HelpAsked extends Error {
  readonly synopsis: string
  readonly options: Options

  constructor(synopsis: string, options: Options) {
    super('help')
    this.synopsis = synopsis
    this.options = options
  }
}

export const asksForHelp = (words: readonly string[]): boolean =>
  words.some((word) => word === '--help' || word === '-h')

/** Parses a command's words. @throws InputError `cli.arguments` naming what is wrong, HelpAsked. */
export function parseWords<T extends Options>(
  words: readonly string[],
  options: T,
  expected: { readonly positionals: number; readonly synopsis: string },
) {
  if (!('help' in options) && asksForHelp(words)) throw new HelpAsked(expected.synopsis, options)
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
    if (parsed.positionals.length === expected.positionals) return parsed
    throw new Error(`expected ${expected.positionals} argument(s), got ${parsed.positionals.length}`)
  } catch (error) {
    throw new InputError(
      'cli.arguments',
      error instanceof Error ? error.message : String(error),
      `Usage: theratwin ${expected.synopsis} (--help: options and an example)`,
    )
  }
}

/** A numeric option under the name of a field, or nothing where it is not given. @throws InputError `cli.arguments`. */
export function numberOption<K extends string>(
  option: string,
  given: string | undefined,
  field: K,
): { [key in K]?: number } {
  if (given === undefined) return {}
  const value = given.trim() === '' ? NaN : Number(given)
  if (Number.isFinite(value)) return { [field]: value } as { [key in K]: number }
  throw new InputError('cli.arguments', `--${option} is "${given}", which is no number.`, 'Write for example 2.5.')
}

/** Numbers between commas; NaN for what is none. */
export const numbersIn = (text: string): number[] =>
  text.split(',').map((cell) => (cell.trim() === '' ? NaN : Number(cell)))
