/** What an engine needs to go on later, in a file: `theratwin dose --keep-state FILE` writes it, `--resume FILE` reads it. */
import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { InputError } from '../../native-core/errors/index.ts'
import { writeOutputFiles } from './outputFiles.ts'

const SCHEMA = 'theratwin-dose-state/1'

interface DoseStateFile {
  readonly schema: typeof SCHEMA
  readonly engine: string
  readonly version: string
  readonly state: unknown
}

/** @throws InputError `output.cannot-write`, `dose.resume` where the engine keeps nothing. */
export async function writeDoseState(
  path: string,
  engine: { readonly id: string; readonly version: string },
  state: unknown,
): Promise<void> {
  if (state === undefined)
    throw new InputError(
      'dose.resume',
      `The engine ${engine.id} has nothing to go on with later: its dose is complete.`,
      'Leave out --keep-state.',
    )
  const file: DoseStateFile = { schema: SCHEMA, engine: engine.id, version: engine.version, state }
  await writeOutputFiles(dirname(path), [[basename(path), serialize(file)]])
}

/** @throws InputError `dose.resume` for a file that cannot be read, is none of these, or of another engine or version. */
export async function readDoseState(
  path: string,
  engine: { readonly id: string; readonly version: string },
): Promise<unknown> {
  const refuse = (what: string): InputError =>
    new InputError('dose.resume', `${path} ${what}.`, 'Give the file that --keep-state wrote, or start anew.')
  let content: unknown
  try {
    content = deserialize(await readFile(path))
  } catch (error) {
    throw refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof content !== 'object' || content === null || (content as DoseStateFile).schema !== SCHEMA)
    throw refuse('is no state of a dose')
  const file = content as DoseStateFile
  if (file.engine !== engine.id || file.version !== engine.version)
    throw refuse(`is of ${file.engine} ${file.version}, not of ${engine.id} ${engine.version}`)
  return file.state
}
