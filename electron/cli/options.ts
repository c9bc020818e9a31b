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
