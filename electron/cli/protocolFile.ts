import { readFile } from 'node:fs/promises'
import { InputError } from '../../native-core/errors/index.ts'

/** The protocol in a JSON file, not checked yet; an empty one without a path. @throws InputError `protocol.unreadable` */
export async function readProtocol(path: string | undefined): Promise<unknown> {
  if (path === undefined) return {}
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new InputError(
      'protocol.unreadable',
      `The protocol ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Give a JSON file; `theratwin run --protocol-schema` prints its fields.',
    )
  }
}
