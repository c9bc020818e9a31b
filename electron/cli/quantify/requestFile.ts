/** What the subcommands of `quantify` read beside images: requests in JSON, tables in CSV; and how they answer. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../../native-core/errors/index.ts'
import { findNuclide, parseNuclideTable } from '../../../native-core/physics/index.ts'
import type { Nuclide } from '../../../native-core/physics/index.ts'
import { fileResources } from '../../adapters/resources/index.ts'
import { PROGRAM_VERSION } from '../../backend/version.ts'
import { parseRequest } from '../../services/planar/index.ts'
import type { TableRow } from '../../services/samples/index.ts'
import type { CommandContext } from '../context.ts'
import { writeOutputFiles } from '../outputFiles.ts'

/** @throws InputError `request.unreadable`, `request.not-json`, `request.input` naming the file. */
export async function readRequest<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  const text = await readText(path)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new InputError(
      'request.not-json',
      `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      'Correct it; --schema prints what it takes.',
    )
  }
  return parseRequest(schema, json, path)
}

/** Prints a request's schema where `--schema` stands among the words. True if it did. */
export function printedSchema(context: CommandContext, schema: z.ZodType): boolean {
  if (!context.arguments.includes('--schema')) return false
  context.out(JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2))
  return true
}

/**
 * Rows of a table with a line of column names. Cells are parted by commas, semicolons or tabs, whichever the first line has; lines that begin with
 * # are left out. Quotes are not needed for numbers and not understood.
 *
 * @throws InputError `request.unreadable`, `table.cell` for a row with another number of cells.
 */
export async function readTable(path: string): Promise<TableRow[]> {
  const lines = (await readText(path))
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((text, i) => ({ text: text.trim(), number: i + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
  const [head, ...rows] = lines
  const separator = [';', '\t', ','].find((one) => head?.text.includes(one)) ?? ','
  const cellsOf = (text: string): string[] => text.split(separator).map((cell) => cell.trim())
  const names = cellsOf(head?.text ?? '').map((name) => name.toLowerCase())
  return rows.map(({ text, number }) => {
    const cells = cellsOf(text)
    const where = `${basename(path)}, line ${number}`
    if (cells.length !== names.length)
      throw new InputError(
        'table.cell',
        `${where} has ${cells.length} cells, the first line names ${names.length} columns.`,
        'Give each row a cell for each column; decimals are written with a point.',
      )
    return { where, cells: Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])) }
  })
}

/** Decay data of the program by any spelling. @throws InputError `nuclide.unknown`. */
export function nuclideOf(name: string): Nuclide {
  return findNuclide(parseNuclideTable(fileResources().nuclideTable()), name)
}

/** The answer of a subcommand: JSON with --json, else lines for people; and both kinds of files where --out says. */
export async function answer(
  context: CommandContext,
  options: {
    readonly schema: string
    readonly out: string | undefined
    readonly file: string
    readonly body: object
    readonly lines: readonly string[]
    readonly files?: readonly (readonly [name: string, content: string | Uint8Array])[]
  },
): Promise<void> {
  const { schema, out, file, body, lines, files = [] } = options
  const json = `${JSON.stringify({ schema, program: PROGRAM_VERSION, ...body }, null, 2)}\n`
  if (out !== undefined) await writeOutputFiles(out, [...files, [file, json]])
  const written =
    out === undefined
      ? []
      : [`Written: ${[...files.map(([name]) => name), file].map((name) => join(out, name)).join(', ')}`]
  context.out(context.json ? json : [...lines, ...written].join('\n'))
}

/** "12.3 ± 0.4" with three digits. */
export function shown({ value, standardUncertainty }: { value: number; standardUncertainty: number }): string {
  const digits = (x: number): string => String(Number(x.toPrecision(4)))
  return standardUncertainty === 0 ? digits(value) : `${digits(value)} ± ${Number(standardUncertainty.toPrecision(2))}`
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new InputError(
      'request.unreadable',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check the path and its permissions.',
    )
  }
}
