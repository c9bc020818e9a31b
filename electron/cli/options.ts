import { parseArgs } from 'node:util'
import type { ParseArgsConfig } from 'node:util'
import { InputError } from '../../native-core/errors/index.ts'

/** Parses a command's words. @throws InputError `cli.arguments` naming what is wrong. */
export function parseWords<T extends NonNullable<ParseArgsConfig['options']>>(
  words: readonly string[],
  options: T,
  expected: { readonly positionals: number; readonly synopsis: string },
) {
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
    if (parsed.positionals.length === expected.positionals) return parsed
    throw new Error(`expected ${expected.positionals} argument(s), got ${parsed.positionals.length}`)
  } catch (error) {
    throw new InputError(
      'cli.arguments',
      error instanceof Error ? error.message : String(error),
      `Usage: theratwin ${expected.synopsis}`,
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
